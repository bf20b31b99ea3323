/**
 * What a kubelet may do: read what its own Pods need, write its own node, lease and Pods.
 * Stands for plugin/pkg/auth/authorizer/node. Its reads go by what Pods bound to the node refer to.
 */
import type { Attributes, Decision } from './authorise.ts';
import type { Core } from './core.ts';
import type { KubeObject, UserInfo } from './wire.ts';

interface PodLike extends KubeObject {
  readonly spec: {
    readonly serviceAccountName?: string;
    readonly imagePullSecrets?: readonly { readonly name?: string }[];
    readonly volumes?: readonly Readonly<Record<string, unknown>>[];
    readonly containers: readonly Container[];
    readonly initContainers?: readonly Container[];
  };
}

interface Container {
  readonly envFrom?: readonly { readonly configMapRef?: { readonly name?: string }; readonly secretRef?: { readonly name?: string } }[];
  readonly env?: readonly { readonly valueFrom?: { readonly configMapKeyRef?: { readonly name?: string }; readonly secretKeyRef?: { readonly name?: string } } }[];
}

/** Verbs that a kubelet has on a resource whatever the object, by `group/resource[/subresource]`. */
const ALWAYS: Readonly<Record<string, string>> = {
  '/nodes': 'create get list watch update patch', '/nodes/status': 'update patch', '/services': 'get list watch', '/pods': 'get list watch create delete', '/pods/status': 'update patch',
  '/pods/eviction': 'create', '/events': 'create update patch', '/persistentvolumes': 'get', 'authentication.k8s.io/tokenreviews': 'create', 'authorization.k8s.io/subjectaccessreviews': 'create',
  'authorization.k8s.io/localsubjectaccessreviews': 'create', 'certificates.k8s.io/certificatesigningrequests': 'create get list watch', 'node.k8s.io/runtimeclasses': 'get list watch',
  'storage.k8s.io/csidrivers': 'get list watch', 'storage.k8s.io/volumeattachments': 'get', 'storage.k8s.io/csinodes': 'create delete get patch update', 'coordination.k8s.io/leases': 'create delete get patch update',
};

/** The decision about a kubelet's request; undefined when the user is no kubelet. */
export function nodeMay(core: Core, user: UserInfo, what: Attributes): Decision | undefined {
  if (!user.name.startsWith('system:node:')) return undefined;
  const node = user.name.slice('system:node:'.length);
  const yes: Decision = { allowed: true, reason: '' };
  if (what.path !== undefined || what.resource === undefined) return undefined;
  const key = `${what.group ?? ''}/${what.resource}${what.subresource ? `/${what.subresource}` : ''}`;
  if (ALWAYS[key]?.split(' ').includes(what.verb)) {
    if (what.resource === 'leases' && what.namespace !== 'kube-node-lease') return undefined;
    return yes;
  }
  if (key === '/secrets' || key === '/configmaps' || key === '/persistentvolumeclaims' || key === '/serviceaccounts/token') {
    if (!what.name || !what.namespace) return { allowed: false, reason: `No Object name found` };
    const related = core.read.podsOn<PodLike>(node).some((pod) => pod.metadata.namespace === what.namespace && refersTo(pod, what.resource!, what.name!));
    return related ? yes : { allowed: false, reason: `no relationship found between node '${node}' and this object` };
  }
  return undefined;
}

function refersTo(pod: PodLike, resource: string, name: string): boolean {
  const spec = pod.spec;
  if (resource === 'serviceaccounts') return spec.serviceAccountName === name;
  if (resource === 'secrets' && spec.imagePullSecrets?.some((s) => s.name === name)) return true;
  const [ref, key] = resource === 'secrets' ? (['secretRef', 'secretKeyRef'] as const) : (['configMapRef', 'configMapKeyRef'] as const);
  for (const c of [...spec.containers, ...(spec.initContainers ?? [])]) {
    if (c.envFrom?.some((e) => e[ref]?.name === name) || c.env?.some((e) => e.valueFrom?.[key]?.name === name)) return true;
  }
  return (spec.volumes ?? []).some((v) => names(v, resource === 'secrets' ? ['secretName', 'secretRef', 'secret'] : resource === 'configmaps' ? ['configMap'] : ['claimName'], name));
}

/** Whether a volume names the object anywhere: `secret.secretName`, `projected.sources[].configMap.name` … */
function names(value: unknown, fields: readonly string[], name: string, inside = false): boolean {
  if (typeof value !== 'object' || value === null) return false;
  for (const [key, part] of Object.entries(value)) {
    const here = inside || fields.includes(key);
    if (here && part === name && (key === 'name' || fields.includes(key))) return true;
    if (names(part, fields, name, here)) return true;
  }
  return false;
}
