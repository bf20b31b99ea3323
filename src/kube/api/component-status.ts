/**
 * ComponentStatuses: objects that stand nowhere, made of what the server finds when it asks its neighbours.
 * Stands for pkg/registry/core/componentstatus.
 */
import type { Core } from './core.ts';
import type { Column } from './kind.ts';
import type { KubeObject } from './wire.ts';

interface Told extends KubeObject {
  readonly conditions: readonly { readonly type: string; readonly status: string; readonly message?: string; readonly error?: string }[];
}

export const RESOURCE = 'componentstatuses';

/** All of them. */
export const componentStatuses = (core: Core): readonly Told[] =>
  core.health().map(({ name, healthy, message }) => ({
    kind: 'ComponentStatus', apiVersion: 'v1', metadata: { name }, conditions: [{ type: 'Healthy', status: healthy ? 'True' : 'False', message }],
  }));

const healthy = (object: KubeObject): Told['conditions'][number] | undefined => (object as Told).conditions.find((c) => c.type === 'Healthy');

export const componentColumns: readonly Column[] = [
  { name: 'Name', format: 'name', cell: (object) => object.metadata.name },
  { name: 'Status', cell: (object) => ({ True: 'Healthy', False: 'Unhealthy' })[healthy(object)?.status ?? ''] ?? 'Unknown' },
  { name: 'Message', cell: (object) => healthy(object)?.message ?? '' },
  { name: 'Error', cell: (object) => healthy(object)?.error ?? '' },
];
