/**
 * Eviction: a deletion that respects disruption budgets.
 * Stands for EvictionREST in pkg/registry/core/pod/storage.
 */
import { typeOf } from '../schema/schema.ts';
import { normalise } from '../schema/decode.ts';
import { readObject } from './body.ts';
import { write } from './create-object.ts';
import { deleteStored, type DeleteOptions } from './delete-object.ts';
import type { Exchange } from './exchange.ts';
import { keyOf } from './keys.ts';
import { fromLabelSelector } from './selector.ts';
import { badRequest, forbidden, internal, success, tooManyRequests } from './status.ts';
import { existing } from './update-object.ts';
import type { KubeObject, Response } from './wire.ts';

interface Budget extends KubeObject {
  readonly spec?: { readonly selector?: unknown; readonly unhealthyPodEvictionPolicy?: string };
  readonly status?: {
    readonly observedGeneration?: number; readonly disruptionsAllowed?: number; readonly currentHealthy?: number; readonly desiredHealthy?: number;
    readonly disruptedPods?: Readonly<Record<string, string>>; readonly conditions?: readonly Condition[];
  };
}

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
}

interface PodLike extends KubeObject {
  readonly status?: { readonly phase?: string; readonly conditions?: readonly Condition[] };
}

const BUDGETS = 'poddisruptionbudgets.policy';
const VIOLATES = "Cannot evict pod as it would violate the pod's disruption budget.";

/** POST …/pods/NAME/eviction. */
export function evict(x: Exchange): Response {
  const eviction = readObject(x, typeOf('policy/v1', 'Eviction'), 'policy/v1', 'Eviction') as { metadata?: { name?: string }; deleteOptions?: DeleteOptions };
  if (eviction.metadata?.name && eviction.metadata.name !== x.info.name) throw badRequest('name in URL does not match name in Eviction object');
  const pod = existing(x) as PodLike;
  const options = eviction.deleteOptions ?? {};
  const dry: Exchange = x.dryRun || options.dryRun?.length ? { ...x, dryRun: true } : x;
  const phase = pod.status?.phase;
  if (phase !== 'Succeeded' && phase !== 'Failed' && phase !== 'Pending' && !pod.metadata.deletionTimestamp) ask(dry, pod);
  deleteStored(dry, pod, options);
  return { code: 201, body: success(undefined, 201) };
}

/** Asks the Pod's budget and takes a disruption from it. */
function ask(x: Exchange, pod: PodLike): void {
  const budgets = x.core.read.list<Budget>(BUDGETS, x.namespace).filter((b) => fromLabelSelector(b.spec?.selector).matches(pod.metadata.labels));
  if (budgets.length > 1) throw internal('This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.');
  const budget = budgets[0];
  if (!budget) return;
  const status = budget.status ?? {};
  const { currentHealthy = 0, desiredHealthy = 0, disruptionsAllowed = 0 } = status;
  const ready = pod.status?.conditions?.some((c) => c.type === 'Ready' && c.status === 'True');
  // A Pod that is not ready does not count as healthy, so it may go if the policy or the rest allows.
  if (!ready && (budget.spec?.unhealthyPodEvictionPolicy === 'AlwaysAllow' || (currentHealthy >= desiredHealthy && desiredHealthy > 0))) return;
  const name = budget.metadata.name;
  const because = (message: string): readonly { readonly reason: string; readonly message: string }[] => [{ reason: 'DisruptionBudget', message }];
  if ((status.observedGeneration ?? 0) < (budget.metadata.generation ?? 0)) throw tooManyRequests(VIOLATES, 10, because(`The disruption budget ${name} is still being processed by the server.`));
  if (disruptionsAllowed < 0) throw forbidden({ group: 'policy', name: 'poddisruptionbudget' }, name, 'pdb disruptions allowed is negative');
  if (disruptionsAllowed === 0) {
    const condition = status.conditions?.find((c) => c.type === 'DisruptionAllowed' && c.status === 'False' && c.message);
    const why = condition?.reason === 'SyncFailed' ? `The disruption budget ${name} does not allow evicting pods currently because it failed sync: ${condition.message}`
      : currentHealthy <= desiredHealthy ? `The disruption budget ${name} needs ${desiredHealthy} healthy pods and has ${currentHealthy} currently`
        : condition ? `The disruption budget ${name} does not allow evicting pods currently (${condition.reason}): ${condition.message}` : `The disruption budget ${name} does not allow evicting pods currently`;
    throw tooManyRequests(VIOLATES, 0, because(why));
  }
  if (x.dryRun) return;
  const resource = x.core.resourceNamed(BUDGETS)!;
  const key = keyOf('/registry/poddisruptionbudgets/', x.namespace, name);
  const taken = { ...budget, status: { ...status, disruptionsAllowed: disruptionsAllowed - 1, disruptedPods: { ...status.disruptedPods, [pod.metadata.name]: x.at.stamp } } };
  write({ ...x, resource, stored: resource, prefix: '/registry/poddisruptionbudgets/' }, key, normalise(taken, resource.type!) as unknown as KubeObject, budget, 'nobody');
}
