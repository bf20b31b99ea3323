/**
 * NamespaceLifecycle: nothing is created in a namespace that is missing or terminating; some namespaces cannot be deleted.
 */
import { refused } from './chain.ts';
import type { Plugin } from './chain.ts';
import { forbidden, notFound } from '../status.ts';
import type { KubeObject } from '../wire.ts';

const IMMORTAL = new Set(['default', 'kube-system', 'kube-public']);
const REVIEWS = new Set(['localsubjectaccessreviews']);

interface Namespace extends KubeObject {
  readonly status?: { readonly phase?: string };
}

export const namespaceLifecycle: Plugin = {
  name: 'NamespaceLifecycle',
  admit(x, operation, draft) {
    if (operation !== 'CREATE' || !x.namespace || !x.resource.namespaced || REVIEWS.has(x.resource.name)) return;
    const namespace = x.core.read.get<Namespace>('namespaces', undefined, x.namespace);
    if (!namespace) throw notFound({ group: '', name: 'namespaces' }, x.namespace);
    if (namespace.status?.phase !== 'Terminating') return;
    const why = `unable to create new content in namespace ${x.namespace} because it is being terminated`;
    const meta = draft['metadata'] as { name?: string; generateName?: string } | undefined;
    throw forbidden(x.resource, meta?.name || meta?.generateName || 'Unknown', why, [{ reason: 'NamespaceTerminating', message: `namespace ${x.namespace} is being terminated`, field: 'metadata.namespace' }]);
  },
  validate(x, operation, _object, old) {
    if (operation === 'DELETE' && x.stored.groupResource === 'namespaces' && IMMORTAL.has(old!.metadata.name)) throw refused(x, old, 'this namespace may not be deleted');
  },
};
