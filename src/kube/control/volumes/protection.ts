/**
 * Keeps claims that Pods use, and volumes that claims use, from vanishing while they are used.
 * Stands for pkg/controller/volume/pvcprotection and pvprotection.
 */
import type { KubeObject } from '../../api/wire.ts';
import type { PersistentVolume, Pod } from '../../kinds/types.ts';
import type { Client, Controller } from '../controller.ts';
import { quietly, split } from '../owner.ts';
import { isTerminal } from '../pods.ts';
import { CLAIMS, claimNames, VOLUMES } from './match.ts';

function guard(object: KubeObject | undefined, finalizer: string, used: () => boolean, client: Client): void {
  if (!object) return;
  const finalizers = object.metadata.finalizers ?? [];
  const guarded = finalizers.includes(finalizer);
  const set = (next: readonly string[]): void => void quietly(() => client.update({ ...object, metadata: { ...object.metadata, finalizers: next } }));
  if (object.metadata.deletionTimestamp) {
    if (guarded && !used()) set(finalizers.filter((f) => f !== finalizer));
  } else if (!guarded) set([...finalizers, finalizer]);
}

export const createClaimProtection = (): Controller => ({
  name: 'persistentvolumeclaim-protection-controller',
  user: 'system:serviceaccount:kube-system:pvc-protection-controller',
  watches: {
    [CLAIMS]: 'self',
    pods: (object, _read, change) => {
      const pod = object as Pod;
      return change && (!change.now || isTerminal(pod)) && pod.spec?.volumes ? claimNames(pod).map((name) => `${pod.metadata.namespace}/${name}`) : [];
    },
  },
  reconcile(key, client) {
    const [namespace, name] = split(key);
    guard(client.get(CLAIMS, namespace, name), 'kubernetes.io/pvc-protection', () =>
      client.list<Pod>('pods', namespace).some((pod) => pod.spec?.nodeName && claimNames(pod).includes(name)), client);
  },
});

export const createVolumeProtection = (): Controller => ({
  name: 'persistentvolume-protection-controller',
  user: 'system:serviceaccount:kube-system:pv-protection-controller',
  watches: { [VOLUMES]: 'self' },
  reconcile(name, client) {
    const volume = client.get<PersistentVolume>(VOLUMES, undefined, name);
    guard(volume, 'kubernetes.io/pv-protection', () => volume!.status?.phase === 'Bound', client);
  },
});
