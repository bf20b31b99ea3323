/**
 * Deletes Pods from nodes whose NoExecute taints they do not tolerate, or do not tolerate for longer.
 * Stands for pkg/controller/tainteviction.
 */
import type { KubeObject } from '../../api/wire.ts';
import type { Node, Pod, PodCondition, Taint, Toleration } from '../../kinds/types.ts';
import { alike } from '../alike.ts';
import { setCondition } from '../condition.ts';
import type { Client, Controller } from '../controller.ts';
import { keyOf, quietly, split } from '../owner.ts';
import { tolerates } from '../taint.ts';

const noExecute = (node: Node | undefined): readonly Taint[] => (node?.spec?.taints ?? []).filter((t) => t.effect === 'NoExecute');

/** How long the Pod may stay, in milliseconds; Infinity for ever. */
function patience(taints: readonly Taint[], tolerations: readonly Toleration[]): number {
  let least = Infinity;
  for (const taint of taints) {
    const used = tolerations.filter((t) => tolerates(t, taint));
    if (!used.length) return 0;
    for (const { tolerationSeconds } of used) if (tolerationSeconds !== undefined) least = Math.min(least, Math.max(0, tolerationSeconds) * 1000);
  }
  return least;
}

/** A Pod as its Events name it: without a uid. */
const named = (namespace: string, name: string): KubeObject => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace } });

function evict(pod: Pod, client: Client): void {
  const { namespace, name } = pod.metadata;
  client.event(named(namespace!, name), 'Normal', 'TaintManagerEviction', `Marking for deletion Pod ${namespace}/${name}`);
  const condition: PodCondition = { type: 'DisruptionTarget', status: 'True', reason: 'DeletionByTaintManager', message: 'Taint manager: deleting due to NoExecute taint', lastTransitionTime: client.stamp };
  quietly(() => client.updateStatus({ ...pod, status: { ...pod.status, conditions: setCondition(pod.status?.conditions, condition) } }));
  quietly(() => client.delete('pods', namespace, name));
}

export function createTaintEviction(): Controller {
  /** Since when a Pod's time runs, and when it is up. */
  const due = new Map<string, { readonly since: number; readonly at: number }>();
  return {
    name: 'taint-eviction-controller',
    user: 'system:serviceaccount:kube-system:node-controller',
    watches: {
      nodes: (object, read, change) => {
        const [before, now] = [change?.before as Node | undefined, (change ? change.now : object) as Node | undefined];
        if (!now || before?.spec?.taints === now.spec?.taints || alike(noExecute(before), noExecute(now))) return [];
        return read.podsOn(now.metadata.name).map(keyOf);
      },
      pods: (object, _read, change) => {
        const [before, now] = [change?.before as Pod | undefined, (change ? change.now : object) as Pod | undefined];
        if (now && !now.spec?.nodeName) return [];
        return before && now && before.spec === now.spec ? [] : [keyOf(object)];
      },
    },
    reconcile(key, client) {
      const [namespace, name] = split(key);
      const pod = client.get<Pod>('pods', namespace, name);
      const planned = due.get(key);
      if (!pod || pod.metadata.deletionTimestamp) {
        due.delete(key);
        return undefined;
      }
      const taints = noExecute(client.get<Node>('nodes', undefined, pod.spec!.nodeName ?? ''));
      const wait = taints.length ? patience(taints, pod.spec!.tolerations ?? []) : Infinity;
      if (wait === Infinity) {
        if (due.delete(key)) client.event(named(namespace, name), 'Normal', 'TaintManagerEviction', `Cancelling deletion of Pod ${namespace}/${name}`);
        return undefined;
      }
      const since = planned?.since ?? client.now;
      const at = wait === 0 ? client.now : planned && since + wait < planned.at ? since + wait : (planned?.at ?? since + wait);
      if (at <= client.now) {
        due.delete(key);
        evict(pod, client);
        return undefined;
      }
      due.set(key, { since, at });
      return at - client.now;
    },
  };
}
