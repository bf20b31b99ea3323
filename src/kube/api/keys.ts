/**
 * Where objects stand in the store: etcd's own keys. Stands for the resource prefixes of kube-apiserver's storage factory.
 */
import type { Resource } from '../schema/schema.ts';
import { resourceNamed } from '../schema/schema.ts';

const SPECIAL: Readonly<Record<string, string>> = {
  replicationcontrollers: 'controllers',
  endpoints: 'services/endpoints',
  services: 'services/specs',
  nodes: 'minions',
  'ingresses.networking.k8s.io': 'ingress',
  'events.events.k8s.io': 'events',
  'customresourcedefinitions.apiextensions.k8s.io': 'apiextensions.k8s.io/customresourcedefinitions',
  'apiservices.apiregistration.k8s.io': 'apiregistration.k8s.io/apiservices',
};

/** `/registry/pods/`: where the objects of a resource stand. */
export function prefixOf(resource: Pick<Resource, 'groupResource' | 'group' | 'name'>): string {
  const built = SPECIAL[resource.groupResource] ?? (resourceNamed(resource.groupResource) ? resource.name : `${resource.group}/${resource.name}`);
  return `/registry/${built}/`;
}

/** `/registry/pods/default/web`, `/registry/minions/k8s-node1`. */
export const keyOf = (prefix: string, namespace: string | undefined, name: string): string => (namespace ? `${prefix}${namespace}/${name}` : prefix + name);
