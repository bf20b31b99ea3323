/**
 * Makes the claims of Pods' generic ephemeral volumes.
 * Stands for pkg/controller/volume/ephemeral.
 */
import type { PersistentVolumeClaim, Pod, Volume } from '../../kinds/types.ts';
import { ApiError, type Client, type Controller } from '../controller.ts';
import { controllerOf, controllerRef, keyOf, ownerKey, split } from '../owner.ts';
import { CLAIMS } from './match.ts';

const isEphemeral = (volume: Volume): boolean => volume.ephemeral !== undefined;

function ensure(pod: Pod, volume: Volume, client: Client): void {
  const { namespace } = pod.metadata;
  const name = `${pod.metadata.name}-${volume.name}`;
  const old = client.get<PersistentVolumeClaim>(CLAIMS, namespace, name);
  if (old) {
    if (controllerOf(old)?.uid !== pod.metadata.uid) throw new ApiError(409, 'Conflict', `PVC ${namespace}/${name} was not created for pod ${keyOf(pod)} (pod is not owner)`);
    return;
  }
  const { metadata, spec } = volume.ephemeral!.volumeClaimTemplate!;
  try {
    client.create<PersistentVolumeClaim>({
      apiVersion: 'v1', kind: 'PersistentVolumeClaim',
      metadata: { name, namespace: namespace!, ownerReferences: [controllerRef(pod)], ...(metadata?.annotations && { annotations: metadata.annotations }), ...(metadata?.labels && { labels: metadata.labels }) },
      spec: spec!,
    });
  } catch (error) {
    if (error instanceof ApiError) throw new ApiError(error.code, error.reason, `create PVC ${name}: ${error.message}`);
    throw error;
  }
}

/** The controller. */
export const createEphemeralVolumeController = (): Controller => ({
  name: 'ephemeral_volume',
  user: 'system:serviceaccount:kube-system:ephemeral-volume-controller',
  watches: {
    pods: (object, _read, change) => {
      const pod = object as Pod;
      return (!change || !change.before) && !pod.metadata.deletionTimestamp && pod.spec?.volumes?.some(isEphemeral) ? [keyOf(pod)] : [];
    },
    [CLAIMS]: (object, _read, change) => {
      const key = change && !change.now ? ownerKey(object, 'Pod') : undefined;
      return key ? [key] : [];
    },
  },
  reconcile(key, client) {
    const [namespace, name] = split(key);
    const pod = client.get<Pod>('pods', namespace, name);
    if (!pod || pod.metadata.deletionTimestamp) return;
    for (const volume of pod.spec?.volumes ?? []) {
      if (!isEphemeral(volume)) continue;
      try {
        ensure(pod, volume, client);
      } catch (error) {
        if (error instanceof ApiError) client.event(pod, 'Warning', 'FailedBinding', `ephemeral volume ${volume.name}: ${error.message}`);
        throw error;
      }
    }
  },
});
