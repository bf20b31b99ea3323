/**
 * Everything that is checked of built-in kinds (pkg/apis/…/validation), loaded with the first request that writes.
 */
import { checksChunk } from './late.ts';
import type { Checks } from './late.ts';
import { mutatingAdmissionPolicy, mutatingAdmissionPolicyBinding, validatingAdmissionPolicy, validatingAdmissionPolicyBinding, webhookConfiguration } from './check/of/admission.ts';
import { certificateSigningRequest } from './check/of/certificate.ts';
import { configMap, secret, serviceAccount } from './check/of/configmap.ts';
import { daemonSet } from './check/of/daemonset.ts';
import { deployment } from './check/of/deployment.ts';
import { endpoints, endpointSlice } from './check/of/endpoints.ts';
import { event } from './check/of/event.ts';
import { apiService } from './check/of/extension.ts';
import { flowSchema, priorityLevelConfiguration } from './check/of/flowcontrol.ts';
import { horizontalPodAutoscaler } from './check/of/horizontalpodautoscaler.ts';
import { ingress, ingressClass } from './check/of/ingress.ts';
import { cronJob, job } from './check/of/job.ts';
import { limitRange, resourceQuota } from './check/of/limits.ts';
import { namespace } from './check/of/namespace.ts';
import { networkPolicy } from './check/of/networkpolicy.ts';
import { ipAddress, serviceCidr } from './check/of/networks.ts';
import { lease, node, runtimeClass } from './check/of/node.ts';
import { persistentVolume } from './check/of/persistentvolume.ts';
import { persistentVolumeClaim } from './check/of/persistentvolumeclaim.ts';
import { pod } from './check/of/pod.ts';
import { clusterRole, clusterRoleBinding, role, roleBinding } from './check/of/rbac.ts';
import { replicaSet } from './check/of/replicaset.ts';
import { controllerRevision, podTemplate, replicationController } from './check/of/replicationcontroller.ts';
import { podDisruptionBudget, priorityClass } from './check/of/scheduling.ts';
import { service } from './check/of/service.ts';
import { statefulSet } from './check/of/statefulset.ts';
import { csiDriver, csiNode, csiStorageCapacity, storageClass, volumeAttachment, volumeAttributesClass } from './check/of/storage.ts';

/** By resource. */
export const checks: Readonly<Record<string, Checks>> = {
  pods: pod,
  services: service,
  'deployments.apps': deployment,
  'replicasets.apps': replicaSet,
  namespaces: namespace,
  configmaps: configMap,
  secrets: secret,
  serviceaccounts: serviceAccount,
  'daemonsets.apps': daemonSet,
  'statefulsets.apps': statefulSet,
  'jobs.batch': job,
  'cronjobs.batch': cronJob,
  replicationcontrollers: replicationController,
  podtemplates: podTemplate,
  'controllerrevisions.apps': controllerRevision,
  endpoints,
  'endpointslices.discovery.k8s.io': endpointSlice,
  events: event,
  'events.events.k8s.io': event,
  nodes: node,
  'leases.coordination.k8s.io': lease,
  'runtimeclasses.node.k8s.io': runtimeClass,
  'horizontalpodautoscalers.autoscaling': horizontalPodAutoscaler,
  'poddisruptionbudgets.policy': podDisruptionBudget,
  'priorityclasses.scheduling.k8s.io': priorityClass,
  'ingresses.networking.k8s.io': ingress,
  'ingressclasses.networking.k8s.io': ingressClass,
  'networkpolicies.networking.k8s.io': networkPolicy,
  persistentvolumes: persistentVolume,
  persistentvolumeclaims: persistentVolumeClaim,
  'storageclasses.storage.k8s.io': storageClass,
  'volumeattributesclasses.storage.k8s.io': volumeAttributesClass,
  'volumeattachments.storage.k8s.io': volumeAttachment,
  'csinodes.storage.k8s.io': csiNode,
  'csidrivers.storage.k8s.io': csiDriver,
  'csistoragecapacities.storage.k8s.io': csiStorageCapacity,
  'certificatesigningrequests.certificates.k8s.io': certificateSigningRequest,
  'mutatingwebhookconfigurations.admissionregistration.k8s.io': webhookConfiguration,
  'validatingwebhookconfigurations.admissionregistration.k8s.io': webhookConfiguration,
  'validatingadmissionpolicies.admissionregistration.k8s.io': validatingAdmissionPolicy,
  'validatingadmissionpolicybindings.admissionregistration.k8s.io': validatingAdmissionPolicyBinding,
  'mutatingadmissionpolicies.admissionregistration.k8s.io': mutatingAdmissionPolicy,
  'mutatingadmissionpolicybindings.admissionregistration.k8s.io': mutatingAdmissionPolicyBinding,
  'apiservices.apiregistration.k8s.io': apiService,
  'flowschemas.flowcontrol.apiserver.k8s.io': flowSchema,
  'prioritylevelconfigurations.flowcontrol.apiserver.k8s.io': priorityLevelConfiguration,
  'servicecidrs.networking.k8s.io': serviceCidr,
  'ipaddresses.networking.k8s.io': ipAddress,
  limitranges: limitRange,
  resourcequotas: resourceQuota,
  'roles.rbac.authorization.k8s.io': role,
  'rolebindings.rbac.authorization.k8s.io': roleBinding,
  'clusterroles.rbac.authorization.k8s.io': clusterRole,
  'clusterrolebindings.rbac.authorization.k8s.io': clusterRoleBinding,
};

checksChunk.value = checks;
