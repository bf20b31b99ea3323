/** Applies a lab's start manifests as the administrator, before the learner comes. */
import { parseAllDocuments } from 'yaml';
import type { KubeObject } from '../kube/api/wire.ts';
import type { Cluster } from '../kube/cluster.ts';

/** Creates every object of some YAML texts; throws with the server's words when one is refused. */
export function applyManifests(cluster: Cluster, manifests: readonly string[]): void {
  for (const text of manifests) {
    for (const document of parseAllDocuments(text)) {
      const object = document.toJS() as KubeObject | null;
      if (object) cluster.create(object);
    }
  }
}
