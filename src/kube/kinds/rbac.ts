/**
 * Roles, ClusterRoles and their bindings (pkg/registry/rbac and pkg/apis/rbac).
 */
import type { Draft } from '../api/kind.ts';
import { AGE, col, define, NAME, wide } from './define.ts';
import { each, fillZero, need } from './draft.ts';
import type { ClusterRole, ClusterRoleBinding, Role, RoleBinding } from './types.ts';

const GROUP = 'rbac.authorization.k8s.io';
const common = { generation: false } as const;

const subjects = (of: RoleBinding | ClusterRoleBinding, kind: string): string =>
  (of.subjects ?? []).filter((s) => s.kind === kind).map((s) => (kind === 'ServiceAccount' ? `${s.namespace ?? ''}/${s.name}` : s.name ?? '')).join(', ');

const binding = {
  ...common,
  columns: [
    NAME,
    col<RoleBinding>('Role', (b) => `${b.roleRef?.kind}/${b.roleRef?.name}`),
    AGE,
    wide<RoleBinding>('Users', (b) => subjects(b, 'User')),
    wide<RoleBinding>('Groups', (b) => subjects(b, 'Group')),
    wide<RoleBinding>('ServiceAccounts', (b) => subjects(b, 'ServiceAccount')),
  ],
  default(draft: Draft) {
    fillZero(need(draft, 'roleRef'), { apiGroup: GROUP });
    for (const subject of each(draft, 'subjects')) if (subject.kind === 'User' || subject.kind === 'Group') fillZero(subject, { apiGroup: GROUP });
  },
} as const;

const createdAt = col('Created At', (o) => o.metadata.creationTimestamp ?? '', 'date');

export const role = define<Role>({ ...common, resource: `roles.${GROUP}`, columns: [NAME, createdAt] });
export const clusterRole = define<ClusterRole>({ ...common, resource: `clusterroles.${GROUP}`, columns: [NAME, createdAt] });
export const roleBinding = define<RoleBinding>({ ...binding, resource: `rolebindings.${GROUP}` });
export const clusterRoleBinding = define<ClusterRoleBinding>({ ...binding, resource: `clusterrolebindings.${GROUP}` });
