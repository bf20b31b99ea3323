/**
 * What a fresh server has before anybody writes: namespaces, default roles and bindings, priority classes, flow schemas, API services.
 * Stands for the post-start hooks of kube-apiserver.
 */
import { normalise } from '../schema/decode.ts';
import { BOOTSTRAP } from './bootstrap-text.ts';
import type { Core } from './core.ts';
import { freeze } from './frozen.ts';
import { handle } from './handle.ts';
import { keyOf } from './keys.ts';
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

/** Puts an object into the store as it is, without the way of a request. */
function put(core: Core, groupResource: string, object: Omit<KubeObject, 'metadata'> & { readonly metadata: Partial<KubeObject['metadata']> & { readonly name: string } }): void {
  const resource = core.resourceNamed(groupResource)!;
  const { name, ...rest } = object.metadata;
  const metadata = { name, uid: core.random.uuid(), resourceVersion: String(core.store.revision + 1), creationTimestamp: core.stamp, ...rest };
  core.store.put(keyOf(core.prefix(groupResource), undefined, name), freeze(normalise({ ...object, metadata }, resource.type!)) as unknown as KubeObject, 0);
}

interface Specs {
  readonly flowschemas: Readonly<Record<string, { readonly priorityLevelConfiguration: { readonly name: string } }>>;
  readonly prioritylevelconfigurations: Readonly<Record<string, unknown>>;
  readonly apiservices: Readonly<Record<string, readonly [number, number]>>;
}

const CIDR = 'networking.k8s.io/service-cidr-finalizer';

function writeFixed(core: Core): void {
  const specs = JSON.parse(BOOTSTRAP) as Specs;
  const { stamp } = core;
  for (const [name, [groupPriorityMinimum, versionPriority]] of Object.entries(specs.apiservices)) {
    const dot = name.indexOf('.');
    const group = name.slice(dot + 1);
    put(core, 'apiservices.apiregistration.k8s.io', {
      apiVersion: 'apiregistration.k8s.io/v1', kind: 'APIService', metadata: { name, labels: { 'kube-aggregator.kubernetes.io/automanaged': 'onstart' } },
      spec: { ...(group && { group }), groupPriorityMinimum, version: name.slice(0, dot), versionPriority },
      status: { conditions: [{ lastTransitionTime: stamp, message: 'Local APIServices are always available', reason: 'Local', status: 'True', type: 'Available' }] },
    });
  }
  const automatic = { generation: 1, annotations: { 'apf.kubernetes.io/autoupdate-spec': 'true' } };
  for (const [name, spec] of Object.entries(specs.prioritylevelconfigurations)) {
    put(core, 'prioritylevelconfigurations.flowcontrol.apiserver.k8s.io', { apiVersion: 'flowcontrol.apiserver.k8s.io/v1', kind: 'PriorityLevelConfiguration', metadata: { name, ...automatic }, spec });
  }
  for (const [name, spec] of Object.entries(specs.flowschemas)) {
    const message = `This FlowSchema references the PriorityLevelConfiguration object named ${JSON.stringify(spec.priorityLevelConfiguration.name)} and it exists`;
    put(core, 'flowschemas.flowcontrol.apiserver.k8s.io', {
      apiVersion: 'flowcontrol.apiserver.k8s.io/v1', kind: 'FlowSchema', metadata: { name, ...automatic }, spec, status: { conditions: [{ lastTransitionTime: stamp, message, reason: 'Found', status: 'False', type: 'Dangling' }] },
    });
  }
  put(core, 'servicecidrs.networking.k8s.io', {
    apiVersion: 'networking.k8s.io/v1', kind: 'ServiceCIDR', metadata: { name: 'kubernetes', finalizers: [CIDR] }, spec: { cidrs: ['10.96.0.0/12'] },
    status: { conditions: [{ lastTransitionTime: stamp, message: 'Kubernetes Service CIDR is ready', reason: '', status: 'True', type: 'Ready' }] },
  });
}

/** Writes it all. */
export function startBootstrap(core: Core): void {
  writeFixed(core);
  writeDefaultRbac(core);
  const create = (path: string, object: Partial<KubeObject>): void => {
    const answer = handle(core, { method: 'POST', path, body: object, user: APISERVER, headers: { 'user-agent': 'kube-apiserver' } });
    if (answer.code !== 201) throw new Error(`bootstrap of ${path}: ${JSON.stringify(answer.body)}`);
  };
  for (const name of NAMESPACES) create('/api/v1/namespaces', { metadata: { name } });
  for (const [name, value, description] of PRIORITIES) create('/apis/scheduling.k8s.io/v1/priorityclasses', { metadata: { name }, value, description });
}
