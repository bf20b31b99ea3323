/**
 * An object's metadata: what the server fills in, and what it refuses.
 * Stands for apimachinery's api/validation (objectmeta.go) and the registry's BeforeCreate and BeforeUpdate.
 */
import type { Resource } from '../schema/schema.ts';
import type { FieldError, Kind } from './kind.ts';
import { dnsLabelErrors, dnsSubdomainErrors, labelKeyErrors, labelValueErrors, pathSegmentErrors } from './names.ts';
import { same } from './frozen.ts';
import type { KubeObject, ObjectMeta } from './wire.ts';

type Check = (name: string) => readonly string[];

/** Names of most resources are DNS subdomains; these are not. */
const NAMES: Readonly<Record<string, Check>> = {
  namespaces: dnsLabelErrors,
  services: dnsLabelErrors,
  'statefulsets.apps': dnsLabelErrors,
  events: pathSegmentErrors,
  'poddisruptionbudgets.policy': pathSegmentErrors,
  'apiservices.apiregistration.k8s.io': pathSegmentErrors,
  'roles.rbac.authorization.k8s.io': pathSegmentErrors,
  'rolebindings.rbac.authorization.k8s.io': pathSegmentErrors,
  'clusterroles.rbac.authorization.k8s.io': pathSegmentErrors,
  'clusterrolebindings.rbac.authorization.k8s.io': pathSegmentErrors,
  'ipaddresses.networking.k8s.io': pathSegmentErrors,
  'certificatesigningrequests.certificates.k8s.io': pathSegmentErrors,
};

/** What is wrong with the metadata of a new object. `generateName` is checked as a prefix. */
export function metadataErrors(resource: Resource, meta: ObjectMeta): readonly FieldError[] {
  const out: FieldError[] = [];
  const check = NAMES[resource.groupResource] ?? dnsSubdomainErrors;
  if (meta.generateName) {
    // What the server appends makes a trailing dash right.
    const prefix = check === pathSegmentErrors ? meta.generateName : meta.generateName.replace(/-$/, 'a');
    for (const e of check(prefix)) out.push({ type: 'Invalid value', path: 'metadata.generateName', value: meta.generateName, detail: e });
  }
  if (!meta.name) out.push({ type: 'Required value', path: 'metadata.name', detail: 'name or generateName is required' });
  else for (const e of check(meta.name)) out.push({ type: 'Invalid value', path: 'metadata.name', value: meta.name, detail: e });
  if (resource.namespaced) {
    if (!meta.namespace) out.push({ type: 'Required value', path: 'metadata.namespace' });
    else for (const e of dnsLabelErrors(meta.namespace)) out.push({ type: 'Invalid value', path: 'metadata.namespace', value: meta.namespace, detail: e });
  } else if (meta.namespace) out.push({ type: 'Forbidden', path: 'metadata.namespace', detail: 'not allowed on this type' });
  return [...out, ...commonErrors(meta, undefined)];
}

const MOST_ANNOTATIONS = 256 * 1024;

function commonErrors(meta: ObjectMeta, old: ObjectMeta | undefined): readonly FieldError[] {
  const out: FieldError[] = [];
  if (meta.labels !== old?.labels) out.push(...labelErrors(meta.labels, 'metadata.labels'));
  if (meta.annotations && meta.annotations !== old?.annotations) {
    let size = 0;
    for (const key of Object.keys(meta.annotations).sort()) {
      size += key.length + meta.annotations[key]!.length;
      for (const e of labelKeyErrors(key.toLowerCase())) out.push({ type: 'Invalid value', path: 'metadata.annotations', value: key, detail: e });
    }
    if (size > MOST_ANNOTATIONS) out.push({ type: 'Too long', path: 'metadata.annotations', detail: `may not be more than ${MOST_ANNOTATIONS} bytes` });
  }
  if (meta.ownerReferences !== old?.ownerReferences) out.push(...ownerErrors(meta.ownerReferences ?? []));
  if (meta.finalizers !== old?.finalizers) {
    const finalizers = meta.finalizers ?? [];
    for (const f of finalizers) for (const e of labelKeyErrors(f)) out.push({ type: 'Invalid value', path: 'metadata.finalizers', value: f, detail: e });
    if (finalizers.includes('orphan') && finalizers.includes('foregroundDeletion')) {
      out.push({ type: 'Invalid value', path: 'metadata.finalizers', value: finalizers, detail: 'finalizer orphan and foregroundDeletion cannot be both set' });
    }
  }
  return out;
}

/** What is wrong with labels at `path`: those of an object or of a template. */
export function labelErrors(labels: Readonly<Record<string, string>> | undefined, path: string): readonly FieldError[] {
  const out: FieldError[] = [];
  for (const key of Object.keys(labels ?? {}).sort()) {
    for (const e of labelKeyErrors(key)) out.push({ type: 'Invalid value', path, value: key, detail: e });
    for (const e of labelValueErrors(labels![key]!)) out.push({ type: 'Invalid value', path, value: labels![key]!, detail: e });
  }
  return out;
}

function ownerErrors(owners: readonly NonNullable<ObjectMeta['ownerReferences']>[number][]): readonly FieldError[] {
  const out: FieldError[] = [];
  let controller = '';
  for (const o of owners) {
    const must = (field: 'apiVersion' | 'kind' | 'name' | 'uid', detail: string): void => {
      if (!o[field]) out.push({ type: 'Invalid value', path: `metadata.ownerReferences.${field}`, value: o[field] ?? '', detail });
    };
    must('apiVersion', 'version must not be empty');
    must('kind', 'must not be empty');
    must('name', 'must not be empty');
    must('uid', 'must not be empty');
    if (o.kind === 'Event' && o.apiVersion === 'v1') out.push({ type: 'Invalid value', path: 'metadata.ownerReferences', value: o, detail: '/v1, Kind=Event is disallowed from being an owner' });
    if (!o.controller) continue;
    if (controller) {
      out.push({ type: 'Invalid value', path: 'metadata.ownerReferences', value: owners, detail: `Only one reference can have Controller set to true. Found "true" in references for ${controller} and ${o.kind}/${o.name}` });
    } else controller = `${o.kind}/${o.name}`;
  }
  return out;
}

/** What is wrong with the metadata of a changed object. Only what differs is looked at. */
export function metadataUpdateErrors(now: ObjectMeta, old: ObjectMeta): readonly FieldError[] {
  if (now === old) return [];
  const out: FieldError[] = [...commonErrors(now, old)];
  if (old.deletionTimestamp && now.finalizers !== old.finalizers) {
    const added = (now.finalizers ?? []).filter((f) => !old.finalizers?.includes(f)).sort();
    if (added.length) {
      out.push({ type: 'Forbidden', path: 'metadata.finalizers', detail: `no new finalizers can be added if the object is being deleted, found new finalizers []string{${added.map((f) => JSON.stringify(f)).join(', ')}}` });
    }
  }
  const fixed = (field: 'name' | 'namespace' | 'uid' | 'creationTimestamp' | 'deletionTimestamp' | 'deletionGracePeriodSeconds'): void => {
    if (!same(now[field], old[field])) out.push({ type: 'Invalid value', path: `metadata.${field}`, value: now[field] ?? null, detail: 'field is immutable' });
  };
  fixed('name');
  fixed('namespace');
  fixed('uid');
  fixed('creationTimestamp');
  fixed('deletionTimestamp');
  fixed('deletionGracePeriodSeconds');
  return out;
}

/** The resources whose objects count their generations although they have no spec, and those with a spec that do not. */
const COUNTED = new Set([
  'priorityclasses.scheduling.k8s.io', 'podtemplates', 'endpointslices.discovery.k8s.io', 'mutatingwebhookconfigurations.admissionregistration.k8s.io',
  'validatingwebhookconfigurations.admissionregistration.k8s.io',
]);
const UNCOUNTED = new Set([
  'namespaces', 'nodes', 'services', 'persistentvolumes', 'persistentvolumeclaims', 'resourcequotas', 'limitranges', 'leases.coordination.k8s.io', 'csinodes.storage.k8s.io',
  'csidrivers.storage.k8s.io', 'volumeattachments.storage.k8s.io', 'horizontalpodautoscalers.autoscaling', 'certificatesigningrequests.certificates.k8s.io', 'servicecidrs.networking.k8s.io',
  'ipaddresses.networking.k8s.io', 'resourceclaims.resource.k8s.io', 'resourceclaimtemplates.resource.k8s.io', 'apiservices.apiregistration.k8s.io',
]);

/** Whether objects of this resource count their generations. */
export const hasGeneration = (resource: Resource, said: Kind['generation']): boolean =>
  said !== false && (COUNTED.has(resource.groupResource) || (!UNCOUNTED.has(resource.groupResource) && (resource.type === undefined || resource.type.fields.has('spec'))));

const BESIDE = new Set(['apiVersion', 'kind', 'metadata', 'status']);

/** Whether anything but metadata and status differs: a new generation. */
export function changedBeside(now: KubeObject, old: KubeObject): boolean {
  for (const key in now) if (!BESIDE.has(key) && !same(now[key], old[key])) return true;
  for (const key in old) if (!BESIDE.has(key) && !(key in now)) return true;
  return false;
}
