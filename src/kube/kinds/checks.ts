/**
 * Everything that is checked of built-in kinds (pkg/apis/…/validation), loaded with the first request that writes.
 */
import { checksChunk } from './late.ts';
import type { Checks } from './late.ts';
import { configMap, secret } from './check/of/configmap.ts';
import { daemonSet } from './check/of/daemonset.ts';
import { deployment } from './check/of/deployment.ts';
import { cronJob, job } from './check/of/job.ts';
import { namespace } from './check/of/namespace.ts';
import { pod } from './check/of/pod.ts';
import { replicaSet } from './check/of/replicaset.ts';
import { controllerRevision, podTemplate, replicationController } from './check/of/replicationcontroller.ts';
import { service } from './check/of/service.ts';
import { statefulSet } from './check/of/statefulset.ts';

/** By resource. */
export const checks: Readonly<Record<string, Checks>> = {
  pods: pod,
  services: service,
  'deployments.apps': deployment,
  'replicasets.apps': replicaSet,
  namespaces: namespace,
  configmaps: configMap,
  secrets: secret,
  'daemonsets.apps': daemonSet,
  'statefulsets.apps': statefulSet,
  'jobs.batch': job,
  'cronjobs.batch': cronJob,
  replicationcontrollers: replicationController,
  podtemplates: podTemplate,
  'controllerrevisions.apps': controllerRevision,
};

checksChunk.value = checks;
