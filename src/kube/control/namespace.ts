/**
 * Empties a namespace that is being deleted, Pods first, and then lets it go.
 * Stands for pkg/controller/namespace.
 */
import type { KubeObject } from '../api/wire.ts';
import type { Namespace, NamespaceCondition, Pod } from '../kinds/types.ts';
import { ApiError, type Client, type Controller, type Listed } from './controller.ts';
import { listed } from './listed.ts';
import { quietly } from './owner.ts';
import { isTerminal } from './pods.ts';
import { since } from './times.ts';

const FINALIZER = 'kubernetes';
/** Other API servers and last-minute writes get so long to notice. */
const PATIENCE = 5000;
/** Seconds that a finalizer is given. */
const FINALIZER_SECONDS = 15;

/** The conditions of a namespace that goes, each with what it says when all is well. */
const FINE: readonly (readonly [type: string, reason: string, message: string])[] = [
  ['NamespaceDeletionDiscoveryFailure', 'ResourcesDiscovered', 'All resources successfully discovered'],
  ['NamespaceDeletionGroupVersionParsingFailure', 'ParsedGroupVersions', 'All legacy kube types successfully parsed'],
  ['NamespaceDeletionContentFailure', 'ContentDeleted', 'All content successfully deleted, may be waiting on finalization'],
  ['NamespaceContentRemaining', 'ContentRemoved', 'All content successfully removed'],
  ['NamespaceFinalizersRemaining', 'ContentHasNoFinalizers', 'All content-preserving finalizers finished'],
];

/** What is left after a try: objects by resource, finalizers, and how many seconds it may take. */
interface Rest {
  readonly resources: Map<string, number>;
  readonly finalizers: Map<string, number>;
  seconds: number;
  failed?: ApiError;
}

/** The longest grace of the Pods that still run, unless it has passed already. */
function podSeconds(namespace: Namespace, client: Client): number {
  const graces = client.list<Pod>('pods', namespace.metadata.name).filter((pod) => !isTerminal(pod)).map((pod) => pod.spec?.terminationGracePeriodSeconds ?? 0);
  const most = Math.max(0, ...graces);
  return since(namespace.metadata.deletionTimestamp, client) >= most * 1000 ? 0 : most;
}

function empty(namespace: Namespace, resource: Listed, client: Client, rest: Rest): void {
  const { name } = namespace.metadata;
  const before = client.list(resource.groupResource, name);
  if (before.length === 0) return;
  const seconds = resource.groupResource === 'pods' ? podSeconds(namespace, client) : 0;
  try {
    for (const object of before) {
      if (!object.metadata.deletionTimestamp) quietly(() => client.delete(resource.groupResource, name, object.metadata.name, { propagationPolicy: 'Background' }));
    }
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    rest.failed ??= error;
  }
  const left: readonly KubeObject[] = client.list(resource.groupResource, name);
  if (left.length === 0) return;
  let held = false;
  for (const object of left) {
    for (const finalizer of object.metadata.finalizers ?? []) {
      held = true;
      rest.finalizers.set(finalizer, (rest.finalizers.get(finalizer) ?? 0) + 1);
    }
  }
  rest.resources.set(resource.groupResource.includes('.') ? resource.groupResource : `${resource.groupResource}.`, left.length);
  const most = seconds || (held ? FINALIZER_SECONDS : 0);
  if (!most) rest.failed ??= new ApiError(500, 'InternalError', `unexpected items still remain in namespace: ${name} for gvr: ${resource.groupResource}`);
  rest.seconds = Math.max(rest.seconds, most);
}

function told(old: readonly NamespaceCondition[] | undefined, rest: Rest, totals: boolean, client: Client): readonly NamespaceCondition[] {
  const list = (map: ReadonlyMap<string, number>, word: string): string => [...map].map(([key, n]) => `${key} ${word} ${n} resource instances`).sort().join(', ');
  const bad = new Map<string, readonly [reason: string, message: string]>();
  if (rest.failed) bad.set('NamespaceDeletionContentFailure', ['ContentDeletionFailed', `Failed to delete all resource types, 1 remaining: ${rest.failed.message}`]);
  if (totals && rest.resources.size) bad.set('NamespaceContentRemaining', ['SomeResourcesRemain', `Some resources are remaining: ${list(rest.resources, 'has')}`]);
  if (totals && rest.finalizers.size) bad.set('NamespaceFinalizersRemaining', ['SomeFinalizersRemain', `Some content in the namespace has finalizers remaining: ${list(rest.finalizers, 'in')}`]);
  return FINE.map(([type, goodReason, goodMessage]) => {
    const wrong = bad.get(type);
    const [reason, message] = wrong ?? [goodReason, goodMessage];
    const before = old?.find((c) => c.type === type);
    const status = wrong ? 'True' : 'False';
    const same = before?.status === status && (!wrong || (before.reason === reason && before.message === message));
    return same ? before : { type, status, reason, message, lastTransitionTime: client.stamp };
  });
}

function finalize(namespace: Namespace, client: Client): number | undefined {
  const { name } = namespace.metadata;
  let current = namespace;
  if (current.status?.phase !== 'Terminating') current = client.updateStatus({ ...current, status: { ...current.status, phase: 'Terminating' } });
  if (!current.spec?.finalizers?.length) return undefined;
  const rest: Rest = { resources: new Map(), finalizers: new Map(), seconds: 0 };
  const all = listed(client).filter((r) => r.namespaced);
  empty(current, all.find((r) => r.groupResource === 'pods')!, client, rest);
  const podsLeft = rest.resources.size > 0;
  if (!podsLeft) for (const resource of all) if (resource.groupResource !== 'pods') empty(current, resource, client, rest);
  const conditions = told(current.status?.conditions, rest, !podsLeft, client);
  if (conditions.some((c, i) => c !== current.status?.conditions?.[i])) current = client.updateStatus({ ...current, status: { ...current.status, conditions } });
  if (rest.failed) throw rest.failed;
  if (rest.seconds) return (Math.floor(rest.seconds / 2) + 1) * 1000;
  const finalizers = current.spec!.finalizers!.filter((f) => f !== FINALIZER);
  const answer = client.request('PUT', `/api/v1/namespaces/${name}/finalize`, { ...current, spec: { ...current.spec, finalizers } });
  if (answer.code >= 400 && answer.code !== 404) throw new ApiError(answer.code, 'Failed', `namespace ${name} could not be finalized`);
  return undefined;
}

export const createNamespaceController = (): Controller => {
  /** When a namespace is to be looked at; its first look waits for `PATIENCE`. */
  const due = new Map<string, number>();
  return {
    name: 'namespace-controller',
    user: 'system:serviceaccount:kube-system:namespace-controller',
    watches: { namespaces: (object, _read, change) => (object.metadata.deletionTimestamp && (!change || change.now) ? [object.metadata.name] : []) },
    reconcile(name, client) {
      const namespace = client.get<Namespace>('namespaces', undefined, name);
      if (!namespace?.metadata.deletionTimestamp) {
        due.delete(name);
        return undefined;
      }
      const at = due.get(name);
      if (at === undefined || at > client.now) {
        if (at === undefined) due.set(name, client.now + PATIENCE);
        return due.get(name)! - client.now;
      }
      due.delete(name);
      return finalize(namespace, client);
    },
  };
};
