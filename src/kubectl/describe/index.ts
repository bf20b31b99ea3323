/** Which kind is described by what. To add one: a describer in the file of its family, and its line here. */
import type { Running } from '../../machine/process.ts';
import type { Rec } from '../go.ts';
import { configMap, secret, serviceAccount } from './config.ts';
import type { Describer, See } from './describer.ts';
import { generic } from './generic.ts';
import { limitRange, namespace, resourceQuota } from './namespace.ts';
import { endpointSlice, endpointsObject, ingress, ingressClass, networkPolicy, service } from './network.ts';
import { node } from './node.ts';
import { pod } from './pod.ts';
import { horizontalPodAutoscaler, podDisruptionBudget, priorityClass } from './policy.ts';
import { binding, role } from './rbac.ts';
import { text } from './read.ts';
import { persistentVolume, persistentVolumeClaim, storageClass } from './storage.ts';
import { cronJob, daemonSet, deployment, job, replicas, statefulSet } from './workloads.ts';

/** By kind and group, `Deployment.apps`; core kinds have no group. */
const DESCRIBERS: Readonly<Record<string, Describer>> = {
  Pod: pod, Service: service, Endpoints: endpointsObject, Node: node, Namespace: namespace, ConfigMap: configMap, Secret: secret, ServiceAccount: serviceAccount,
  ReplicationController: replicas, ResourceQuota: resourceQuota, LimitRange: limitRange, PersistentVolume: persistentVolume, PersistentVolumeClaim: persistentVolumeClaim,
  'Deployment.apps': deployment, 'ReplicaSet.apps': replicas, 'StatefulSet.apps': statefulSet, 'DaemonSet.apps': daemonSet, 'Job.batch': job, 'CronJob.batch': cronJob,
  'EndpointSlice.discovery.k8s.io': endpointSlice, 'Ingress.networking.k8s.io': ingress, 'IngressClass.networking.k8s.io': ingressClass, 'NetworkPolicy.networking.k8s.io': networkPolicy,
  'PodDisruptionBudget.policy': podDisruptionBudget, 'HorizontalPodAutoscaler.autoscaling': horizontalPodAutoscaler, 'PriorityClass.scheduling.k8s.io': priorityClass,
  'StorageClass.storage.k8s.io': storageClass, 'Role.rbac.authorization.k8s.io': role, 'ClusterRole.rbac.authorization.k8s.io': role,
  'RoleBinding.rbac.authorization.k8s.io': binding, 'ClusterRoleBinding.rbac.authorization.k8s.io': binding,
};

/** The description of an object as the server returned it. */
export function describe(object: Rec, see: See): Running<string> {
  const [group, version] = text(object, 'apiVersion').split('/');
  const kind = text(object, 'kind');
  return (DESCRIBERS[version === undefined ? kind : `${kind}.${group}`] ?? generic)(object, see);
}
