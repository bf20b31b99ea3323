/**
 * Every built-in kind that knows more than its schema says.
 */
import type { Kind } from '../api/kind.ts';
import { certificateSigningRequest } from './certificatesigningrequest.ts';
import { configMap } from './configmap.ts';
import { controllerRevision } from './controllerrevision.ts';
import { cronJob } from './cronjob.ts';
import { daemonSet } from './daemonset.ts';
import { deployment } from './deployment.ts';
import { endpoints } from './endpoints.ts';
import { endpointSlice } from './endpointslice.ts';
import { coreEvent, eventsEvent } from './event.ts';
import { horizontalPodAutoscaler } from './horizontalpodautoscaler.ts';
import { ingress } from './ingress.ts';
import { ingressClass } from './ingressclass.ts';
import { job } from './job.ts';
import { lease } from './lease.ts';
import { limitRange } from './limitrange.ts';
import { namespace } from './namespace.ts';
import { networkPolicy } from './networkpolicy.ts';
import { node } from './node.ts';
import { persistentVolume } from './persistentvolume.ts';
import { persistentVolumeClaim } from './persistentvolumeclaim.ts';
import { pod } from './pod.ts';
import { podDisruptionBudget } from './poddisruptionbudget.ts';
import { podTemplate } from './podtemplate.ts';
import { priorityClass } from './priorityclass.ts';
import { clusterRole, clusterRoleBinding, role, roleBinding } from './rbac.ts';
import * as admission from './rare/admission.ts';
import { apiService } from './rare/extension.ts';
import * as flowcontrol from './rare/flowcontrol.ts';
import * as networks from './rare/networks.ts';
import * as resource from './rare/resource.ts';
import * as storage from './rare/storage.ts';
import { replicaSet } from './replicaset.ts';
import { replicationController } from './replicationcontroller.ts';
import { resourceQuota } from './resourcequota.ts';
import { runtimeClass } from './runtimeclass.ts';
import { secret } from './secret.ts';
import { service } from './service.ts';
import { serviceAccount } from './serviceaccount.ts';
import { statefulSet } from './statefulset.ts';
import { storageClass } from './storageclass.ts';

export const kinds: readonly Kind[] = [
  pod, service, deployment, replicaSet, node, namespace, configMap, secret, serviceAccount, endpointSlice, endpoints, coreEvent, eventsEvent, lease,
  daemonSet, statefulSet, job, cronJob, replicationController, controllerRevision, podDisruptionBudget, horizontalPodAutoscaler,
  ingress, ingressClass, networkPolicy, persistentVolume, persistentVolumeClaim, storageClass, limitRange, resourceQuota, priorityClass,
  role, roleBinding, clusterRole, clusterRoleBinding, runtimeClass, certificateSigningRequest, podTemplate,
  apiService, ...Object.values(storage), ...Object.values(admission), ...Object.values(flowcontrol), ...Object.values(networks), ...Object.values(resource),
];
