/**
 * Fills ClusterRoles that have an aggregationRule with the rules of those that it selects.
 * Stands for pkg/controller/clusterroleaggregation.
 * Unlike Kubernetes: the rules are patched, not applied, so their field manager is listed as an updater.
 */
import type { ClusterRole, PolicyRule } from '../kinds/types.ts';
import { alike } from './alike.ts';
import type { Controller } from './controller.ts';
import { matches } from './selector.ts';

const ROLES = 'clusterroles.rbac.authorization.k8s.io';

/** The controller. */
export const createClusterRoleAggregation = (): Controller => ({
  name: 'clusterrole-aggregation-controller',
  user: 'system:serviceaccount:kube-system:clusterrole-aggregation-controller',
  watches: {
    [ROLES]: (object, read, change) => {
      if ((object as ClusterRole).aggregationRule && !change) return [object.metadata.name];
      return change ? read.list<ClusterRole>(ROLES).filter((role) => role.aggregationRule).map((role) => role.metadata.name) : [];
    },
  },
  reconcile(name, client) {
    const role = client.get<ClusterRole>(ROLES, undefined, name);
    if (!role?.aggregationRule) return;
    const rules: PolicyRule[] = [];
    const known = new Set<string>();
    const all = client.list<ClusterRole>(ROLES);
    for (const selector of role.aggregationRule.clusterRoleSelectors ?? []) {
      for (const other of all) {
        if (other.metadata.name === name || !matches(selector, other.metadata.labels)) continue;
        for (const rule of other.rules ?? []) {
          const { verbs, apiGroups, resources, resourceNames, nonResourceURLs } = rule;
          const text = JSON.stringify([verbs, apiGroups, resources, resourceNames, nonResourceURLs]);
          if (!known.has(text)) rules.push(rule);
          known.add(text);
        }
      }
    }
    if (!alike(rules, role.rules)) client.patch(ROLES, undefined, name, { rules });
  },
});
