/**
 * Everything that is checked of built-in kinds (pkg/apis/…/validation), loaded with the first request that writes.
 */
import { checksChunk } from './late.ts';
import type { Checks } from './late.ts';
import { configMap, secret } from './check/of/configmap.ts';
import { deployment } from './check/of/deployment.ts';
import { namespace } from './check/of/namespace.ts';
import { pod } from './check/of/pod.ts';
import { replicaSet } from './check/of/replicaset.ts';
import { service } from './check/of/service.ts';

/** By resource. */
export const checks: Readonly<Record<string, Checks>> = {
  pods: pod,
  services: service,
  'deployments.apps': deployment,
  'replicasets.apps': replicaSet,
  namespaces: namespace,
  configmaps: configMap,
  secrets: secret,
};

checksChunk.value = checks;
