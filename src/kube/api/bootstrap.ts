/**
 * What a fresh server has before anybody writes: namespaces, default roles and bindings, priority classes, the Service kubernetes.
 * Stands for the post-start hooks of kube-apiserver.
 */
import type { Core } from './core.ts';
import { handle } from './handle.ts';
import { writeDefaultRbac } from './rbac-defaults.ts';
import type { KubeObject, UserInfo } from './wire.ts';

/** The server itself as a user. */
export const APISERVER: UserInfo = { name: 'system:apiserver', groups: ['system:masters', 'system:authenticated'] };

/** The namespaces that the server makes. */
const NAMESPACES = ['kube-system', 'kube-public', 'kube-node-lease', 'default'];

const PRIORITIES = [
  ['system-node-critical', 2000001000, 'Used for system critical pods that must not be moved from their current node.'],
  ['system-cluster-critical', 2000000000, 'Used for system critical pods that must run in the cluster, but can be moved to another node if necessary.'],
] as const;

/** Writes it all. */
export function startBootstrap(core: Core): void {
  writeDefaultRbac(core);
  const create = (path: string, object: Partial<KubeObject>): void => {
    const answer = handle(core, { method: 'POST', path, body: object, user: APISERVER });
    if (answer.code !== 201) throw new Error(`bootstrap of ${path}: ${JSON.stringify(answer.body)}`);
  };
  for (const name of NAMESPACES) create('/api/v1/namespaces', { metadata: { name } });
  for (const [name, value, description] of PRIORITIES) create('/apis/scheduling.k8s.io/v1/priorityclasses', { metadata: { name }, value, description });
}
