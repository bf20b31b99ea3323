/**
 * kubectl drain: cordons nodes and sends their Pods away, by eviction, within the budgets of PodDisruptionBudgets.
 * Stands for k8s.io/kubectl/pkg/drain. Pods are evicted side by side; one process does it by the clock.
 */
import type { KubeObject } from '../../kube/api/wire.ts';
import type { Running } from '../../machine/process.ts';
import { parseRfc3339 } from '../../sim/date.ts';
import { printWarning } from '../client.ts';
import type { Kubectl, Verb } from '../command.ts';
import { CliError, Exit, ManyErrors, StatusError, flatten, isNotFound, isReason, messageFor } from '../errors.ts';
import { DRY_RUN, SELECTOR, flags } from '../flags.ts';
import { duration, quote } from '../go.ts';
import { dryRun, type DryRun } from '../modes.ts';
import { find, known, type Info } from '../resources.ts';
import type { DeleteOptions } from '../write.ts';
import { nodesOf, say, setUnschedulable } from './cordon.ts';

const RETRY = 5000;
const POLL = 1000;

interface Pod extends KubeObject {
  readonly spec?: { readonly volumes?: readonly { readonly emptyDir?: unknown }[] };
  readonly status?: { readonly phase?: string };
}

/** What becomes of one Pod, and what is to be said about it. */
type Verdict = { readonly go: boolean; readonly warning?: string; readonly error?: string };
const GO: Verdict = { go: true };

const pathOf = ({ metadata: { namespace, name } }: KubeObject): string => `/api/v1/namespaces/${namespace}/pods/${name}`;
const fullName = ({ metadata: { namespace, name } }: KubeObject): string => `${namespace}/${name}`;
const controllerOf = (pod: Pod) => pod.metadata.ownerReferences?.find((owner) => owner.controller);

/** Has it been on its way out for longer than --skip-wait-for-delete-timeout? */
function overdue(k: Kubectl, { metadata }: KubeObject): boolean {
  const limit = k.flags.number('skip-wait-for-delete-timeout');
  const since = parseRfc3339(metadata.deletionTimestamp ?? '');
  return limit > 0 && since !== undefined && Math.floor((k.p.date - since) / 1000) > limit;
}

/** The rules about one Pod, in order: the last warning counts, the first refusal ends it. */
function* judge(k: Kubectl, pod: Pod): Running<Verdict> {
  const { flags: f } = k;
  if (overdue(k, pod)) return { go: false };
  const over = pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';
  const owner = controllerOf(pod);
  if (owner?.kind === 'DaemonSet' && owner.apiVersion === 'apps/v1' && !over) {
    try {
      yield* k.client.object({ path: `/apis/apps/v1/namespaces/${pod.metadata.namespace}/daemonsets/${owner.name}` });
    } catch (error) {
      if (!known(error)) throw error;
      if (!isNotFound(error) || !f.on('force')) return { go: false, error: error.message };
      return mirrored(pod) ? { go: false } : GO;
    }
    return f.on('ignore-daemonsets') ? { go: false, warning: 'ignoring DaemonSet-managed Pods' } : { go: false, error: 'DaemonSet-managed Pods (use --ignore-daemonsets to ignore)' };
  }
  if (mirrored(pod)) return { go: false };
  if (over) return GO;
  if (pod.spec?.volumes?.some((volume) => volume.emptyDir) && !f.on('delete-emptydir-data')) return { go: false, error: 'Pods with local storage (use --delete-emptydir-data to override)' };
  if (owner) return GO;
  return f.on('force') ? { go: true, warning: 'deleting Pods that declare no controller' } : { go: false, error: 'Pods that declare no controller (use --force to override)' };
}

const mirrored = (pod: Pod): boolean => pod.metadata.annotations?.['kubernetes.io/config.mirror'] !== undefined;

interface Leaving {
  readonly pods: readonly Pod[];
  readonly warnings: string;
  readonly errors: readonly Error[];
}

/** Words and the Pods that they are about: `words: a/b, c/d`. */
const grouped = (of: ReadonlyMap<string, readonly string[]>, lead = ''): string[] => [...of].map(([words, pods]) => `${lead}${words}: ${pods.join(', ')}`);

/** The Pods of a node that have to go. Throws the errors of the server. */
function* leaving(k: Kubectl, node: string): Running<Leaving> {
  const selector = k.flags.text('pod-selector');
  const found = yield* find(k, { namespace: '', allNamespaces: true, args: ['pods'], typeMeansAll: true, ...(selector && { selector }), fieldSelector: `spec.nodeName=${node}`, flatten: true, chunk: k.flags.number('chunk-size') });
  const pods: Pod[] = [];
  const warnings = new Map<string, string[]>();
  const errors = new Map<string, string[]>();
  for (const { object } of yield* found.all()) {
    const pod = object as Pod;
    const { go, warning, error } = yield* judge(k, pod);
    if (go) pods.push(pod);
    if (warning) warnings.set(warning, [...(warnings.get(warning) ?? []), fullName(pod)]);
    if (error) errors.set(error, [...(errors.get(error) ?? []), fullName(pod)]);
  }
  return { pods, warnings: grouped(warnings).join('; '), errors: grouped(errors, 'cannot delete ').map((text) => new CliError(text)) };
}

const optionsOf = (k: Kubectl, mode: DryRun): DeleteOptions & { readonly dryRun?: readonly string[] } => ({
  ...(k.flags.number('grace-period') >= 0 && { gracePeriodSeconds: k.flags.number('grace-period') }), ...(mode === 'server' && { dryRun: ['All'] }),
});

/** One Pod on its way: to be evicted, or awaited; `at`: when to look at it again, in virtual milliseconds. */
interface Departure {
  pod: Pod;
  at: number;
  awaited: boolean;
}

const isGone = (pod: Pod, now: KubeObject | undefined): boolean => now === undefined || now.metadata.uid !== pod.metadata.uid;

function* look(k: Kubectl, pod: Pod): Running<KubeObject | undefined> {
  try {
    return yield* k.client.object({ path: pathOf(pod) });
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/** Is an awaited Pod no longer to be waited for? Says so. */
function* left(k: Kubectl, pod: Pod, how: 'evicted' | 'deleted', mode: DryRun): Running<boolean> {
  let now: KubeObject | undefined;
  try {
    now = yield* look(k, pod);
  } catch (error) {
    say(k, { object: pod }, how === 'evicted' ? 'eviction failed' : 'deletion failed', mode);
    throw error;
  }
  if (isGone(pod, now)) {
    say(k, { object: pod }, how, mode);
    return true;
  }
  if (!overdue(k, now!)) return false;
  k.out(`pod ${pod.metadata.name} has DeletionTimestamp older than ${k.flags.number('skip-wait-for-delete-timeout')} seconds, skipping\n`);
  return true;
}

/** Asks for an eviction; what the answer means. Throws an error that ends the Pod's drain. */
function* evict(k: Kubectl, pod: Pod, mode: DryRun): Running<'accepted' | 'gone' | 'again'> {
  const { name, namespace } = pod.metadata;
  const where = `${quote(name)} -n ${quote(namespace!)}`;
  try {
    yield* k.client.object({ method: 'POST', path: `${pathOf(pod)}/eviction`, body: { kind: 'Eviction', apiVersion: 'policy/v1', metadata: { name, namespace }, deleteOptions: optionsOf(k, mode) } });
    return 'accepted';
  } catch (error) {
    if (!known(error)) throw error;
    if (isNotFound(error)) return 'gone';
    if (isReason(error, 'TooManyRequests')) {
      k.err(`error when evicting pods/${where} (will retry after 5s): ${error.message}\n`);
      return 'again';
    }
    if (error instanceof StatusError && isReason(error, 'Forbidden') && error.status.details?.causes?.some((cause) => cause.reason === 'NamespaceTerminating')) {
      if (pod.metadata.deletionTimestamp) return 'accepted';
      k.err(`error when evicting pod ${quote(name)} from terminating namespace ${quote(namespace!)} (will retry after 5s): ${error.message}\n`);
      return 'again';
    }
    throw new CliError(`error when evicting pods/${where}: ${error.message}`);
  }
}

/** One step of a Pod's eviction; true when there is no other. */
function* step(k: Kubectl, one: Departure, until: number, mode: DryRun): Running<boolean> {
  const { name, namespace } = one.pod.metadata;
  if (!one.awaited) {
    k.out(`evicting pod ${fullName(one.pod)}${mode === 'server' ? ' (server dry run)' : ''}\n`);
    if (k.p.now >= until) throw new CliError(`error when evicting pods/${quote(name)} -n ${quote(namespace!)}: global timeout reached: ${duration(k.flags.number('timeout'))}`);
    const answer = yield* evict(k, one.pod, mode);
    if (answer === 'gone' || (answer === 'accepted' && mode === 'server')) return true;
    if (answer === 'again') {
      one.at = k.p.now + RETRY;
      return false;
    }
    one.awaited = true;
  }
  const failed = (why: string): CliError => new CliError(`error when waiting for pod ${quote(name)} in namespace ${quote(namespace!)} to terminate: ${why}`);
  if (k.p.now >= until) throw failed('context deadline exceeded');
  try {
    if (yield* left(k, one.pod, 'evicted', mode)) return true;
  } catch (error) {
    if (!known(error)) throw error;
    throw failed(error.message);
  }
  one.at = Math.min(k.p.now + POLL, until);
  return false;
}

/** Evicts Pods side by side. Throws ManyErrors. */
function* evictAll(k: Kubectl, pods: readonly Pod[], mode: DryRun): Running<void> {
  const until = k.flags.number('timeout') === 0 ? Infinity : k.p.now + k.flags.number('timeout');
  let todo: Departure[] = [...pods.slice(-1), ...pods.slice(0, -1)].map((pod) => ({ pod, at: k.p.now, awaited: false }));
  const errors: Error[] = [];
  while (todo.length) {
    const next = todo.reduce((first, one) => (one.at < first.at ? one : first));
    if (next.at > k.p.now) yield* k.p.sleep(next.at - k.p.now);
    let over = true;
    try {
      over = yield* step(k, next, until, mode);
      if (!over && !next.awaited) next.pod = ((yield* look(k, next.pod)) ?? next.pod) as Pod;
    } catch (error) {
      if (!known(error)) throw error;
      errors.push(error);
    }
    if (over) todo = todo.filter((one) => one !== next);
  }
  if (errors.length) throw new ManyErrors(errors);
}

/** Deletes Pods one after another and waits for all of them. */
function* deleteAll(k: Kubectl, pods: readonly Pod[], mode: DryRun): Running<void> {
  for (const pod of pods) {
    try {
      yield* k.client.object({ method: 'DELETE', path: pathOf(pod), body: { kind: 'DeleteOptions', apiVersion: 'v1', ...optionsOf(k, mode) } });
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }
  const until = k.flags.number('timeout') === 0 ? Infinity : k.p.now + k.flags.number('timeout');
  for (let todo = pods; ;) {
    const rest: Pod[] = [];
    for (const pod of todo) if (!(yield* left(k, pod, 'deleted', mode))) rest.push(pod);
    if (!(todo = rest).length) return;
    yield* k.p.sleep(Math.min(POLL, until - k.p.now));
    if (k.p.now >= until) throw new CliError('context deadline exceeded');
  }
}

/** Does the server evict? */
function* evicts(k: Kubectl): Running<boolean> {
  const pods = yield* k.discovery.resource({ group: '', version: 'v1', resource: 'pods' });
  return pods?.subresources.some(({ name }) => name === 'eviction') ?? false;
}

/** Sends the Pods of a node away. Throws what keeps them. */
function* empty(k: Kubectl, node: Info, mode: DryRun): Running<void> {
  const { pods, warnings, errors } = yield* leaving(k, node.name);
  if (errors.length) throw new ManyErrors(errors);
  if (warnings) printWarning(k.p, warnings);
  if (mode === 'client') {
    for (const pod of pods) k.out(`evicting pod ${fullName(pod)} (dry run)\n`);
    return;
  }
  if (!pods.length) return;
  try {
    yield* !k.flags.on('disable-eviction') && (yield* evicts(k)) ? evictAll(k, pods, mode) : deleteAll(k, pods, mode);
  } catch (error) {
    if (!known(error)) throw error;
    const pending = yield* leaving(k, node.name);
    if (pending.pods.length) k.err(`There are pending pods in node ${quote(node.name)} when an error occurred: ${error.message}\n${pending.pods.map(({ metadata }) => `pod/${metadata.name}\n`).join('')}`);
    if (pending.errors.length) k.err(`Following errors occurred while getting the list of pods to delete:\n${new ManyErrors(pending.errors).message}`);
    throw error;
  }
}

export const drain: Verb = {
  name: 'drain',
  use: 'NODE',
  flags: [
    ...flags('force=false', 'ignore-daemonsets=false', 'delete-emptydir-data=false', 'grace-period=-1', 'timeout=0s', "pod-selector=''", 'disable-eviction=false', 'skip-wait-for-delete-timeout=0', 'chunk-size=500'),
    ...DRY_RUN, ...SELECTOR,
  ],
  complete: 'nodes',
  *run(k) {
    const nodes = yield* nodesOf(k);
    const mode = dryRun(k);
    yield* setUnschedulable(k, nodes, true);
    const pending: string[] = [];
    const errors: Error[] = [];
    for (const node of nodes) {
      try {
        yield* empty(k, node, mode);
        say(k, node, 'drained', mode);
      } catch (error) {
        if (!known(error)) throw error;
        k.err(`error: unable to drain node ${quote(node.name)} due to error: ${error.message}, continuing command...\n`);
        pending.push(node.name);
        errors.push(error);
      }
    }
    if (!pending.length) return;
    k.err(`There are pending nodes to be drained:\n${pending.map((name) => ` ${name}\n`).join('')}`);
    throw new Exit(1, (pending.length === 1 ? flatten(errors) : errors).map((error) => `${messageFor(error)}\n`).join(''));
  },
};
