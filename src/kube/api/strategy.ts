/**
 * How the registry treats each resource where it differs from the rest.
 * Stands for the flags of the registry strategies (AllowCreateOnUpdate, AllowUnconditionalUpdate, DefaultGarbageCollectionPolicy …).
 */
import type { Resource } from '../schema/schema.ts';

const set = (...names: readonly string[]): ReadonlySet<string> => new Set(names);

/** A PUT of an object that is not there creates it. */
const CREATED_BY_UPDATE = set(
  'runtimeclasses.node.k8s.io', 'rolebindings.rbac.authorization.k8s.io', 'clusterrolebindings.rbac.authorization.k8s.io', 'roles.rbac.authorization.k8s.io',
  'clusterroles.rbac.authorization.k8s.io', 'leases.coordination.k8s.io', 'limitranges', 'events', 'services', 'endpoints',
);
/** A PUT must name the resourceVersion that it replaces. */
const CONDITIONAL = set(
  'runtimeclasses.node.k8s.io', 'poddisruptionbudgets.policy', 'csidrivers.storage.k8s.io', 'csistoragecapacities.storage.k8s.io', 'volumeattachments.storage.k8s.io',
  'csinodes.storage.k8s.io', 'leases.coordination.k8s.io', 'validatingadmissionpolicies.admissionregistration.k8s.io', 'validatingadmissionpolicybindings.admissionregistration.k8s.io',
  'mutatingadmissionpolicies.admissionregistration.k8s.io', 'mutatingadmissionpolicybindings.admissionregistration.k8s.io', 'mutatingwebhookconfigurations.admissionregistration.k8s.io',
  'validatingwebhookconfigurations.admissionregistration.k8s.io', 'customresourcedefinitions.apiextensions.k8s.io', 'apiservices.apiregistration.k8s.io',
);
/** A deletion answers with the object that was deleted instead of a Status. */
const RETURNED = set(
  'resourceclaimtemplates.resource.k8s.io', 'resourceslices.resource.k8s.io', 'resourceclaims.resource.k8s.io', 'deviceclasses.resource.k8s.io', 'csidrivers.storage.k8s.io',
  'storageclasses.storage.k8s.io', 'volumeattachments.storage.k8s.io', 'csinodes.storage.k8s.io', 'volumeattributesclasses.storage.k8s.io', 'resourcequotas',
  'persistentvolumes', 'serviceaccounts', 'persistentvolumeclaims', 'namespaces', 'pods', 'services', 'podtemplates',
);
/** Dependents outlive the object when a deletion says nothing about them. */
const ORPHANING = set('replicationcontrollers', 'jobs.batch');
/** The status that a creation brings is kept. */
const STATUS_KEPT = set('nodes', 'persistentvolumes');

export const createdByUpdate = (r: Resource): boolean => CREATED_BY_UPDATE.has(r.groupResource);
export const conditional = (r: Resource, custom: boolean): boolean => custom || CONDITIONAL.has(r.groupResource);
export const returnsDeleted = (r: Resource): boolean => RETURNED.has(r.groupResource);
export const orphansByDefault = (r: Resource): boolean => ORPHANING.has(r.groupResource);
/** Events are left out of garbage collection altogether. */
export const collected = (r: Resource): boolean => r.groupResource !== 'events';
export const hasStatus = (r: Resource): boolean => r.subresources.some((s) => s.name === 'status');
/** Whether status can be written only by its own subresource. */
export const statusIsApart = (r: Resource): boolean => hasStatus(r) && !STATUS_KEPT.has(r.groupResource);
