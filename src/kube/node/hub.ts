/**
 * Hears Pods, ConfigMaps and Secrets once for all kubelets of a cluster, and tells each only what is its own.
 * Stands for the field selectors and single-object watches with which real kubelets spare the API server.
 */
import type { Stop } from '../../sim/clock.ts';
import type { Change } from '../../sim/store.ts';
import type { ApiServer } from '../api/server.ts';
import type { KubeObject } from '../api/wire.ts';
import type { Pod } from '../kinds/types.ts';

/** What a kubelet is told. */
export interface Subscriber {
  /** A Pod bound to its node was made or changed. */
  pod(pod: Pod): void;
  /** A Pod bound to its node is gone. */
  gone(pod: Pod): void;
  /** `configmap/NAME` or `secret/NAME` of a namespace has changed. */
  source(namespace: string, source: string): void;
}

class Hub {
  readonly byNode = new Map<string, Subscriber>();

  constructor(api: ApiServer) {
    api.hear('pods', ({ now, before }) => {
      const pod = (now ?? before)!.value as Pod;
      const node = pod.spec?.nodeName;
      const subscriber = node === undefined ? undefined : this.byNode.get(node);
      if (!subscriber) return;
      if (now) subscriber.pod(pod);
      else subscriber.gone(pod);
    });
    const source = (kind: string) => ({ now, before }: Change<KubeObject>): void => {
      const { namespace, name } = (now ?? before)!.value.metadata;
      for (const subscriber of this.byNode.values()) subscriber.source(namespace!, `${kind}/${name}`);
    };
    api.hear('configmaps', source('configmap'));
    api.hear('secrets', source('secret'));
  }
}

const hubs = new WeakMap<ApiServer, Hub>();

/** Subscribes the kubelet of a node. */
export function subscribe(api: ApiServer, node: string, subscriber: Subscriber): Stop {
  let hub = hubs.get(api);
  if (!hub) hubs.set(api, (hub = new Hub(api)));
  const { byNode } = hub;
  byNode.set(node, subscriber);
  return () => {
    if (byNode.get(node) === subscriber) byNode.delete(node);
  };
}
