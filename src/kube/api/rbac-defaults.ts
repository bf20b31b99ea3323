/**
 * The roles and bindings with which a cluster made by kubeadm begins, written into the store of a new one.
 * Stands for plugin/pkg/auth/authorizer/rbac/bootstrappolicy and kubeadm's own roles.
 *
 * The text (made by schema/make.mjs) is JSON by resource: n name, s namespace, k 1 when not kept up by the server itself, l labels,
 * a aggregation selectors, r rules (verbs, apiGroups, resources, resourceNames, nonResourceURLs; words apart by blanks, 0 none, "" the core group), f role, u subjects.
 */
import type { Core } from './core.ts';
import { freeze } from './frozen.ts';
import { keyOf, prefixOf } from './keys.ts';
import { resourceAt } from '../schema/schema.ts';
import { RBAC } from './rbac-text.ts';
import type { KubeObject } from './wire.ts';

type Words = string | 0;

interface Written {
  readonly n: string;
  readonly s?: string;
  readonly k?: 1;
  readonly l?: Readonly<Record<string, string>>;
  readonly a?: readonly Readonly<Record<string, string>>[];
  readonly r?: readonly (readonly Words[])[] | null;
  readonly f?: string;
  readonly u?: readonly string[];
}

const GROUP = 'rbac.authorization.k8s.io';
const list = (words: Words | undefined): readonly string[] | undefined => (words ? words.split(' ').map((w) => (w === '""' ? '' : w)) : undefined);

function rule([verbs, apiGroups, resources, resourceNames, nonResourceURLs]: readonly Words[]): Record<string, unknown> {
  const out: Record<string, unknown> = { verbs: list(verbs) };
  const put = (name: string, words: Words | undefined): void => {
    const values = list(words);
    if (values) out[name] = values;
  };
  put('apiGroups', apiGroups);
  put('resources', resources);
  put('resourceNames', resourceNames);
  put('nonResourceURLs', nonResourceURLs);
  return out;
}

function subject(text: string): Record<string, unknown> {
  const [kind, a, b] = text.split(' ') as [string, string, string | undefined];
  return kind === 'ServiceAccount' ? { kind, name: b ?? a, ...(b && { namespace: a }) } : { kind, apiGroup: GROUP, name: a };
}

const KINDS: Readonly<Record<string, string>> = { clusterroles: 'ClusterRole', clusterrolebindings: 'ClusterRoleBinding', roles: 'Role', rolebindings: 'RoleBinding' };

/** Writes them all into an empty store. */
export function writeDefaultRbac(core: Core): void {
  const all = JSON.parse(RBAC) as Readonly<Record<string, readonly Written[]>>;
  for (const [name, objects] of Object.entries(all)) {
    const prefix = prefixOf(resourceAt(GROUP, 'v1', name)!);
    for (const o of objects) {
      const labels = { ...(o.k ? {} : { 'kubernetes.io/bootstrapping': 'rbac-defaults' }), ...o.l };
      const object = {
        kind: KINDS[name]!, apiVersion: `${GROUP}/v1`,
        metadata: {
          name: o.n, ...(o.s && { namespace: o.s }), uid: core.random.uuid(), resourceVersion: String(core.store.revision + 1), creationTimestamp: core.stamp,
          ...(Object.keys(labels).length && { labels }), ...(o.k ? {} : { annotations: { 'rbac.authorization.kubernetes.io/autoupdate': 'true' } }),
        },
        ...(o.u?.length && { subjects: o.u.map(subject) }),
        ...(o.f && { roleRef: { apiGroup: GROUP, kind: o.f.slice(0, o.f.indexOf('/')), name: o.f.slice(o.f.indexOf('/') + 1) } }),
        ...(o.r !== undefined && { rules: o.r && o.r.map(rule) }),
        ...(o.a && { aggregationRule: { clusterRoleSelectors: o.a.map((matchLabels) => ({ matchLabels })) } }),
      };
      core.store.put(keyOf(prefix, o.s, o.n), freeze(object) as KubeObject, 0);
    }
  }
}
