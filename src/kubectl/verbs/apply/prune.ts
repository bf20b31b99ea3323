/**
 * kubectl apply --prune: what was applied once and is in the files no more goes.
 * Stands for the pruner of k8s.io/kubectl/pkg/cmd/apply. Unlike Kubernetes: no ApplySets.
 */
import type { KubeObject } from '../../../kube/api/wire.ts';
import type { Running } from '../../../machine/process.ts';
import type { Kubectl } from '../../command.ts';
import { kindText, klog, type Mapping } from '../../discovery.ts';
import { CliError } from '../../errors.ts';
import { compare } from '../../go.ts';
import { LAST_APPLIED } from '../../modes.ts';
import { known, listItems, pathOf } from '../../resources.ts';

const NAMESPACED = [
  '/v1/ConfigMap', '/v1/Endpoints', '/v1/PersistentVolumeClaim', '/v1/Pod', '/v1/ReplicationController', '/v1/Secret', '/v1/Service', 'batch/v1/Job', 'batch/v1/CronJob', 'networking.k8s.io/v1/Ingress',
  'apps/v1/DaemonSet', 'apps/v1/Deployment', 'apps/v1/ReplicaSet', 'apps/v1/StatefulSet',
];
const WARNING =
  'Deprecated: kubectl apply will no longer prune non-namespaced resources by default when used with the --namespace flag in a future release. To preserve the current behaviour, list the resources you want to target explicitly in the --prune-allowlist flag.';

/** The kinds of --prune-allowlist. Throws CliError. */
export function* allowed(k: Kubectl, list: readonly string[]): Running<readonly Mapping[]> {
  const out: Mapping[] = [];
  for (const one of list) {
    const [group, version, kind, ...more] = one.split('/');
    if (kind === undefined || more.length) throw new CliError(`invalid GroupVersionKind format: ${one}, please follow <group/version/kind>`);
    out.push(yield* k.discovery.mapping(group === 'core' ? '' : group!, kind, version));
  }
  return out;
}

/** What to look for, and what to do with what is found. */
export interface Pruning {
  /** Kinds; none: the usual ones. */
  readonly allow: readonly Mapping[];
  readonly namespaces: ReadonlySet<string>;
  /** UIDs of what stays. */
  readonly visited: ReadonlySet<string>;
  readonly selector: string;
  take(object: KubeObject, mapping: Mapping, namespace: string): Running<void>;
}

/** Goes through what was applied once and is not among the visited. Throws CliError. */
export function* prune(k: Kubectl, how: Pruning): Running<void> {
  let mappings = how.allow;
  if (mappings.length === 0) {
    klog(k.p, 'W', 'prune.go:71', WARNING);
    mappings = yield* allowed(k, [...NAMESPACED, '/v1/Namespace', '/v1/PersistentVolume']);
  }
  for (const namespace of [...how.namespaces].sort(compare)) for (const mapping of mappings) if (mapping.namespaced) yield* pruneOne(k, how, mapping, namespace);
  for (const mapping of mappings) if (!mapping.namespaced) yield* pruneOne(k, how, mapping, '');
}

function* pruneOne(k: Kubectl, how: Pruning, mapping: Mapping, namespace: string): Running<void> {
  try {
    const list = yield* k.client.object<KubeObject & { readonly items: readonly KubeObject[] }>({ path: pathOf(mapping, namespace), query: { labelSelector: how.selector || undefined } });
    for (const object of listItems(list)) {
      if (object.metadata.annotations?.[LAST_APPLIED] === undefined || how.visited.has(object.metadata.uid ?? '')) continue;
      yield* how.take(object, mapping, namespace);
    }
  } catch (error) {
    if (!known(error)) throw error;
    throw new CliError(`error pruning ${mapping.namespaced ? 'namespaced' : 'nonNamespaced'} object ${kindText(mapping)}: ${error.message}`);
  }
}
