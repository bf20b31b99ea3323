/**
 * One Pod of a StatefulSet: its name, its place in a revision, its claims.
 * Stands for pkg/controller/statefulset's stateful_pod_control.go and stateful_set_utils.go.
 */
import type { OwnerReference } from '../../api/wire.ts';
import type { ControllerRevision, PersistentVolumeClaim, Pod, PodTemplateSpec, StatefulSet } from '../../kinds/types.ts';
import { alike } from '../alike.ts';
import { ApiError, type Client } from '../controller.ts';
import { HASH } from '../history.ts';
import { quietly } from '../owner.ts';
import { podFrom } from '../workload.ts';

/** The number at the end of a Pod's name; -1 when the name is not of this set. */
export function ordinalOf(set: StatefulSet, name: string): number {
  const prefix = `${set.metadata.name}-`;
  const rest = name.slice(prefix.length);
  return name.startsWith(prefix) && /^\d+$/.test(rest) ? Number(rest) : -1;
}

/** First number, and how many there should be. */
export const range = ({ spec }: StatefulSet): { start: number; count: number } => ({ start: spec!.ordinals?.start ?? 0, count: spec!.replicas ?? 1 });

export const revisionOf = (pod: Pod): string | undefined => pod.metadata.labels?.[HASH];

/** The template that a revision remembers. */
function templateOf(revision: ControllerRevision): PodTemplateSpec {
  const { $patch: _, ...template } = (revision.data as { spec: { template: PodTemplateSpec & { $patch?: string } } }).spec.template;
  return template;
}

/** Which of the two revisions a new Pod of that number is made of. */
function revisionFor(set: StatefulSet, current: ControllerRevision, update: ControllerRevision, ordinal: number): ControllerRevision {
  const { type, rollingUpdate } = set.spec!.updateStrategy ?? {};
  const { start } = range(set);
  const kept = rollingUpdate ? (rollingUpdate.partition ?? 0) : type === 'RollingUpdate' ? (set.status?.currentReplicas ?? 0) : 0;
  return ordinal < start + kept ? current : update;
}

const claimName = (template: PersistentVolumeClaim, set: StatefulSet, ordinal: number): string => `${template.metadata.name}-${set.metadata.name}-${ordinal}`;

/** A Pod as it should be created. */
export function replicaFrom(set: StatefulSet, current: ControllerRevision, update: ControllerRevision, ordinal: number): Pod {
  const revision = revisionFor(set, current, update, ordinal);
  const template = templateOf(revision);
  const name = `${set.metadata.name}-${ordinal}`;
  const templates = set.spec!.volumeClaimTemplates ?? [];
  const own = new Set(templates.map((t) => t.metadata.name));
  const volumes = [
    ...templates.map((t) => ({ name: t.metadata.name, persistentVolumeClaim: { claimName: claimName(t, set, ordinal) } })),
    ...(template.spec?.volumes ?? []).filter((v) => !own.has(v.name!)),
  ];
  const pod = podFrom(template, set, {
    labels: { 'statefulset.kubernetes.io/pod-name': name, 'apps.kubernetes.io/pod-index': String(ordinal), [HASH]: revision.metadata.name },
    spec: { ...template.spec, hostname: name, ...(set.spec!.serviceName && { subdomain: set.spec!.serviceName }), ...(volumes.length && { volumes }) },
  });
  return { ...pod, metadata: { ...pod.metadata, name } };
}

/** Whether claims go with the set or with a Pod that is scaled away. */
function ownersOf(set: StatefulSet, ordinal: number, pod: Pod | undefined): readonly OwnerReference[] {
  const { whenDeleted, whenScaled } = set.spec!.persistentVolumeClaimRetentionPolicy ?? {};
  const { start, count } = range(set);
  const out = ordinal < start || ordinal >= start + count;
  const ref = (apiVersion: string, kind: string, name: string, uid: string): OwnerReference => ({ apiVersion, kind, name, uid, controller: true, blockOwnerDeletion: true });
  if (whenScaled === 'Delete' && out) return pod?.metadata.uid ? [ref('v1', 'Pod', pod.metadata.name, pod.metadata.uid)] : [];
  return whenDeleted === 'Delete' ? [ref('apps/v1', 'StatefulSet', set.metadata.name, set.metadata.uid!)] : [];
}

/** Sets the owners of the claims of one Pod as the retention policy wants them. */
export function keepClaims(set: StatefulSet, ordinal: number, pod: Pod | undefined, client: Client): void {
  for (const template of set.spec!.volumeClaimTemplates ?? []) {
    const claim = client.get<PersistentVolumeClaim>('persistentvolumeclaims', set.metadata.namespace, claimName(template, set, ordinal));
    if (!claim) continue;
    const others = (claim.metadata.ownerReferences ?? []).filter((r) => r.uid !== set.metadata.uid && r.uid !== pod?.metadata.uid && r.kind !== 'Pod');
    const wanted = [...others, ...ownersOf(set, ordinal, pod)];
    if (!alike(wanted, claim.metadata.ownerReferences)) client.update({ ...claim, metadata: { ...claim.metadata, ownerReferences: wanted } });
  }
}

/** Creates the claims of a Pod that are not there yet. */
export function ensureClaims(set: StatefulSet, pod: Pod, ordinal: number, client: Client): void {
  const { namespace } = set.metadata;
  for (const template of set.spec!.volumeClaimTemplates ?? []) {
    const name = claimName(template, set, ordinal);
    const there = client.get('persistentvolumeclaims', namespace, name);
    if (there?.metadata.deletionTimestamp) throw new ApiError(409, 'Conflict', `pvc ${name} is being deleted`);
    if (there) continue;
    const { labels, annotations } = template.metadata;
    const owners = ownersOf(set, ordinal, undefined);
    const about = `Claim ${name}`;
    try {
      client.create<PersistentVolumeClaim>({
        apiVersion: 'v1', kind: 'PersistentVolumeClaim', spec: template.spec!,
        metadata: { name, namespace: namespace!, labels: { ...labels, ...set.spec!.selector?.matchLabels }, ...(annotations && { annotations }), ...(owners.length && { ownerReferences: owners }) },
      });
      client.event(set, 'Normal', 'SuccessfulCreate', `Create ${about} Pod ${pod.metadata.name} in StatefulSet ${set.metadata.name} success`);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      client.event(set, 'Warning', 'FailedCreate', `Create ${about} for Pod ${pod.metadata.name} in StatefulSet ${set.metadata.name} failed error: ${error.message}`);
      throw new ApiError(error.code, error.reason, `failed to create PVC ${name}: ${error.message}`);
    }
  }
}

/** Says what became of a Pod; an error is thrown on. */
function told<T>(set: StatefulSet, verb: 'Create' | 'Delete', name: string, client: Client, act: () => T): T {
  const what = `${verb} Pod ${name} in StatefulSet ${set.metadata.name}`;
  try {
    const made = act();
    client.event(set, 'Normal', `Successful${verb}`, `${what} successful`);
    return made;
  } catch (error) {
    if (error instanceof ApiError && error.reason !== 'AlreadyExists') client.event(set, 'Warning', `Failed${verb}`, `${what} failed error: ${error.message}`);
    throw error;
  }
}

/** Creates a Pod, its claims first. */
export function createReplica(set: StatefulSet, pod: Pod, ordinal: number, client: Client): Pod {
  return told(set, 'Create', pod.metadata.name, client, () => {
    ensureClaims(set, pod, ordinal, client);
    const made = client.create(pod);
    keepClaims(set, ordinal, made, client);
    return made;
  });
}

export const deleteReplica = (set: StatefulSet, pod: Pod, client: Client): void =>
  told(set, 'Delete', pod.metadata.name, client, () => void quietly(() => client.delete('pods', pod.metadata.namespace, pod.metadata.name)));
