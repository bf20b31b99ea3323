/**
 * Making and deleting Pods for whoever owns them, with the Events that say so.
 * Stands for RealPodControl of pkg/controller/controller_utils.go.
 */
import type { KubeObject } from '../api/wire.ts';
import type { Pod, PodTemplateSpec } from '../kinds/types.ts';
import { ApiError, type Client } from './controller.ts';
import { controllerRef } from './owner.ts';

/** What differs from the template. */
export interface Variation {
  readonly name?: string;
  readonly generateName?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly finalizers?: readonly string[];
  readonly spec?: Pod['spec'];
}

/** A Pod made of a template for an owner. */
export function podFrom(template: PodTemplateSpec, owner: KubeObject, variation: Variation = {}): Pod {
  const { labels, annotations, finalizers } = template.metadata ?? {};
  const { name, generateName = `${owner.metadata.name}-` } = variation;
  const allFinalizers = [...(finalizers ?? []), ...(variation.finalizers ?? [])];
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...(name === undefined ? { generateName } : { name }),
      namespace: owner.metadata.namespace!,
      ...((labels || variation.labels) && { labels: { ...labels, ...variation.labels } }),
      ...((annotations || variation.annotations) && { annotations: { ...annotations, ...variation.annotations } }),
      ...(allFinalizers.length > 0 && { finalizers: allFinalizers }),
      ownerReferences: [controllerRef(owner)],
    } as Pod['metadata'],
    spec: variation.spec ?? template.spec!,
  };
}

/** A refusal because the namespace is going: no cause for an Event. */
export const isTerminatingNamespace = (error: unknown): boolean => error instanceof ApiError && error.code === 403 && error.message.includes('because it is being terminated');

/** Creates a Pod and tells it. */
export function createPod(client: Client, pod: Pod, owner: KubeObject): Pod {
  try {
    const made = client.create(pod);
    client.event(owner, 'Normal', 'SuccessfulCreate', `Created pod: ${made.metadata.name}`);
    return made;
  } catch (error) {
    if (error instanceof ApiError && !isTerminatingNamespace(error)) client.event(owner, 'Warning', 'FailedCreate', `Error creating: ${error.message}`);
    throw error;
  }
}

/** Deletes a Pod and tells it; one that is gone already is not told. */
export function deletePod(client: Client, pod: Pod, owner: KubeObject): void {
  try {
    client.delete('pods', pod.metadata.namespace, pod.metadata.name);
  } catch (error) {
    if (!(error instanceof ApiError) || error.code === 404) return;
    client.event(owner, 'Warning', 'FailedDelete', `Error deleting: ${error.message}`);
    throw new ApiError(error.code, error.reason, `unable to delete pods: ${error.message}`);
  }
  client.event(owner, 'Normal', 'SuccessfulDelete', `Deleted pod: ${pod.metadata.name}`);
}

/** Does `make` `count` times in batches of 1, 2, 4 …; the first batch with a failure is the last. Returns that failure. */
export function slowStart(count: number, make: () => void): ApiError | undefined {
  for (let left = count, size = 1; left > 0; left -= size, size *= 2) {
    let failed: ApiError | undefined;
    for (let i = 0; i < Math.min(size, left); i++) {
      try {
        make();
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        failed ??= error;
      }
    }
    if (failed) return failed;
  }
  return undefined;
}
