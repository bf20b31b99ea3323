/**
 * Which Services select a Pod, without trying every Service: an index by one label of each selector.
 * Stands for the selector cache of the endpoint controllers.
 */
import type { Reader } from '../../api/server.ts';
import type { KubeObject } from '../../api/wire.ts';
import type { Pod, Service } from '../../kinds/types.ts';
import type { Watch } from '../controller.ts';
import { keyOf } from '../owner.ts';
import { isReady } from '../pods.ts';
import { alike } from '../alike.ts';
import { holds, type Labels } from '../selector.ts';

/** One `key=value` of a selector, always the same one; undefined for a Service that selects nothing. */
function handleOf(service: KubeObject | undefined): string | undefined {
  const selector = (service as Service | undefined)?.spec?.selector;
  const keys = Object.keys(selector ?? {}).sort();
  return keys[0] === undefined ? undefined : `${service!.metadata.namespace}/${keys[0]}=${selector![keys[0]]}`;
}

export class ServicesOf {
  private readonly handles = new Map<string, Set<string>>();

  /** Takes note of a Service that a watch saw. */
  note(before: KubeObject | undefined, now: KubeObject | undefined): void {
    const was = handleOf(before);
    const is = handleOf(now);
    if (was !== undefined && was !== is) this.handles.get(was)?.delete(before!.metadata.name);
    if (is === undefined) return;
    let names = this.handles.get(is);
    if (!names) this.handles.set(is, (names = new Set()));
    names.add(now!.metadata.name);
  }

  /** The Services of a namespace that select Pods with these labels. */
  of(namespace: string, labels: Labels | undefined, read: Reader): readonly Service[] {
    const out: Service[] = [];
    for (const key in labels) {
      for (const name of this.handles.get(`${namespace}/${key}=${labels[key]}`) ?? []) {
        const service = read.get<Service>('services', namespace, name);
        if (service && holds(service.spec?.selector, labels)) out.push(service);
      }
    }
    return out;
  }

  /** The watch of Services themselves. */
  services(): Watch {
    return (service, _read, change) => {
      this.note(change?.before, change ? change.now : service);
      return [keyOf(service)];
    };
  }

  /** The watch of Pods: those Services whose endpoints a change may concern. */
  pods(): Watch {
    return (object, read, change) => {
      const before = change?.before as Pod | undefined;
      const now = (change ? change.now : object) as Pod | undefined;
      if (before && now && !matters(before, now)) return [];
      const keys = new Set<string>();
      for (const pod of [before, now]) if (pod) for (const service of this.of(pod.metadata.namespace!, pod.metadata.labels, read)) keys.add(keyOf(service));
      return [...keys];
    };
  }
}

const matters = (a: Pod, b: Pod): boolean =>
  a.status?.podIP !== b.status?.podIP || isReady(a) !== isReady(b) || a.status?.phase !== b.status?.phase || a.metadata.deletionTimestamp !== b.metadata.deletionTimestamp
  || a.spec?.nodeName !== b.spec?.nodeName || (a.metadata.labels !== b.metadata.labels && !alike(a.metadata.labels, b.metadata.labels));
