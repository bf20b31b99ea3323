/**
 * ControllerRevisions (pkg/registry/apps/controllerrevision).
 */
import { AGE, col, define, NAME } from './define.ts';
import type { ControllerRevision } from './types.ts';

function controller({ metadata }: ControllerRevision): string {
  const owner = metadata.ownerReferences?.find((o) => o.controller);
  if (!owner) return '<none>';
  const [group, version] = owner.apiVersion.split('/');
  return `${(version ? `${owner.kind}.${group}` : owner.kind).toLowerCase()}/${owner.name}`;
}

export const controllerRevision = define<ControllerRevision>({
  resource: 'controllerrevisions.apps',
  generation: false,
  columns: [NAME, col('Controller', controller), col('Revision', (r) => r.revision ?? 0), AGE],
});
