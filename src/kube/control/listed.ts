/**
 * The resources under which objects live: built-in ones and those of CustomResourceDefinitions.
 * Stands for the discovery and the REST mapper of controllers that know every kind.
 */
import type { Reader } from '../api/server.ts';
import type { CustomResourceDefinition } from '../kinds/types.ts';
import { resourceNamed, resourceOf, resources } from '../schema/schema.ts';
import { isTrue } from './condition.ts';
import type { Listed } from './controller.ts';

export const DEFINITIONS = 'customresourcedefinitions.apiextensions.k8s.io';

/** Events have no owners, and a namespace's are deleted with it as they are. */
const BUILT_IN: readonly Listed[] = resources.filter((r) =>
  resourceNamed(r.groupResource) === r && ['delete', 'list', 'watch'].every((verb) => r.verbs.includes(verb)) && r.groupResource !== 'events.events.k8s.io');

function custom(read: Reader): readonly Listed[] {
  return read.list<CustomResourceDefinition>(DEFINITIONS).filter((d) => isTrue(d.status?.conditions, 'Established')).map(({ spec }) => ({
    groupResource: `${spec!.names!.plural}.${spec!.group}`,
    namespaced: spec!.scope === 'Namespaced',
    kind: spec!.names!.kind!,
    apiVersion: `${spec!.group}/${spec!.versions!.find((v) => v.served)?.name ?? ''}`,
  }));
}

/** All of them, built-in ones first. */
export const listed = (read: Reader): readonly Listed[] => [...BUILT_IN, ...custom(read)];

/** The resource of an apiVersion and kind, as an owner reference names it. */
export function listedOf(apiVersion: string, kind: string, read: Reader): Listed | undefined {
  const built = resourceOf(apiVersion, kind);
  if (built) return built;
  const group = apiVersion.slice(0, apiVersion.indexOf('/'));
  return custom(read).find((r) => r.kind === kind && r.groupResource.endsWith(`.${group}`));
}

/** `/apis/apps/v1/namespaces/default/deployments/web/scale` of an object of a resource. */
export function scalePath({ groupResource, apiVersion }: Pick<Listed, 'groupResource' | 'apiVersion'>, namespace: string, name: string): string {
  const dot = groupResource.indexOf('.');
  return `/${apiVersion.includes('/') ? 'apis' : 'api'}/${apiVersion}/namespaces/${namespace}/${dot < 0 ? groupResource : groupResource.slice(0, dot)}/${name}/scale`;
}
