/**
 * Roles and their bindings (pkg/apis/rbac/validation).
 */
import { dnsSubdomain, pathSegment } from '../../../schema/names.ts';
import type { Faults } from '../../faults.ts';
import type { ClusterRole, ClusterRoleBinding, PolicyRule, Role, RoleBinding, RoleRef, RbacSubject } from '../../types.ts';
import { checkSelector, checkText, needText, selectorIsValid } from '../labels.ts';
import { rules } from '../rules.ts';

const GROUP = 'rbac.authorization.k8s.io';
const some = (list: readonly string[] | undefined): boolean => (list?.length ?? 0) > 0;

function checkRules(e: Faults, list: readonly PolicyRule[] | undefined, namespaced: boolean): void {
  for (const [i, rule] of (list ?? []).entries()) {
    const at = `rules[${i}]`;
    const urls = rule.nonResourceURLs;
    if (!some(rule.verbs)) e.required(`${at}.verbs`, 'verbs must contain at least one value');
    if (some(urls)) {
      if (namespaced) e.invalid(`${at}.nonResourceURLs`, urls, 'namespaced rules cannot apply to non-resource URLs');
      if (some(rule.apiGroups) || some(rule.resources) || some(rule.resourceNames)) e.invalid(`${at}.nonResourceURLs`, urls, 'rules cannot apply to both regular resources and non-resource URLs');
    } else {
      if (!some(rule.apiGroups)) e.required(`${at}.apiGroups`, 'resource rules must supply at least one api group');
      if (!some(rule.resources)) e.required(`${at}.resources`, 'resource rules must supply at least one resource');
    }
  }
}

export const role = rules<Role>({ check: (e, { rules: list }) => checkRules(e, list, true) });

export const clusterRole = rules<ClusterRole>({
  check(e, { rules: list, aggregationRule }) {
    checkRules(e, list, false);
    if (!aggregationRule) return;
    const at = 'aggregationRule.clusterRoleSelectors';
    const selectors = aggregationRule.clusterRoleSelectors ?? [];
    if (selectors.length === 0) e.required(at, 'at least one clusterRoleSelector required if aggregationRule is non-nil');
    for (const [i, selector] of selectors.entries()) {
      checkSelector(e, `${at}[${i}]`, selector);
      if (!selectorIsValid(selector)) e.invalid(`${at}[${i}]`, null, 'invalid label selector.');
    }
  },
});

function checkSubject(e: Faults, path: string, { kind = '', name, apiGroup = '', namespace }: RbacSubject, namespaced: boolean): void {
  if (!name) e.required(`${path}.name`);
  if (kind === 'ServiceAccount') {
    if (name) checkText(e, `${path}.name`, name, dnsSubdomain);
    if (apiGroup) e.unsupported(`${path}.apiGroup`, apiGroup, ['']);
    if (!namespaced && !namespace) e.required(`${path}.namespace`);
  } else if (kind === 'User' || kind === 'Group') {
    if (apiGroup !== GROUP) e.unsupported(`${path}.apiGroup`, apiGroup, [GROUP]);
  } else e.unsupported(`${path}.kind`, kind, ['ServiceAccount', 'User', 'Group']);
}

const refText = ({ apiGroup = '', kind = '', name = '' }: RoleRef = {}) => ({ APIGroup: apiGroup, Kind: kind, Name: name });

const binding = (kinds: readonly string[], namespaced: boolean) => rules<RoleBinding | ClusterRoleBinding>({
  check(e, { roleRef = {}, subjects = [] }, old) {
    const { apiGroup = '', kind = '', name } = roleRef;
    if (apiGroup !== GROUP) e.unsupported('roleRef.apiGroup', apiGroup, [GROUP]);
    if (!kinds.includes(kind)) e.unsupported('roleRef.kind', kind, kinds);
    needText(e, 'roleRef.name', name, pathSegment);
    for (const [i, subject] of subjects.entries()) checkSubject(e, `subjects[${i}]`, subject, namespaced);
    const [now, before] = [refText(roleRef), refText(old?.roleRef)];
    if (old && (now.APIGroup !== before.APIGroup || now.Kind !== before.Kind || now.Name !== before.Name)) e.invalid('roleRef', now, 'cannot change roleRef');
  },
});

export const roleBinding = binding(['Role', 'ClusterRole'], true);
export const clusterRoleBinding = binding(['ClusterRole'], false);
