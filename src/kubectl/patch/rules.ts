/**
 * Which lists of which kinds are merged by key, and which fields are replaced as a whole: the patch strategies of the built-in types.
 * Stands for the struct tags that the real kubectl has compiled in.
 */

/** How a field is patched. */
export interface Rule {
  readonly merge: boolean;
  /** What makes two items of a list the same; none for lists of plain values. */
  readonly key?: string;
  /** Fields that are not named are dropped. */
  readonly retain?: boolean;
  readonly replace?: boolean;
}

const GROUPS = [
  '', 'admissionregistration.k8s.io', 'apiextensions.k8s.io', 'apiregistration.k8s.io', 'apps', 'authentication.k8s.io', 'authorization.k8s.io', 'autoscaling', 'batch', 'certificates.k8s.io', 'coordination.k8s.io',
  'discovery.k8s.io', 'events.k8s.io', 'flowcontrol.apiserver.k8s.io', 'networking.k8s.io', 'node.k8s.io', 'policy', 'rbac.authorization.k8s.io', 'resource.k8s.io', 'scheduling.k8s.io', 'storage.k8s.io',
];

/** Is strategic merge patch understood for this group? Custom resources do not. */
export const isStrategic = (group: string): boolean => GROUPS.includes(group);

const by = (key: string): Rule => ({ merge: true, key });
const keep = (key: string): Rule => ({ merge: true, key, retain: true });
const VALUES: Rule = { merge: true };
const WHOLE: Rule = { merge: false };

const META: Readonly<Record<string, Rule>> = { finalizers: VALUES, ownerReferences: by('uid') };
const CONTAINER: Readonly<Record<string, Rule>> = { env: by('name'), ports: by('containerPort'), volumeDevices: by('devicePath'), volumeMounts: by('mountPath') };
const POD: Readonly<Record<string, Rule>> = {
  containers: by('name'), initContainers: by('name'), ephemeralContainers: by('name'), imagePullSecrets: by('name'), hostAliases: by('ip'), schedulingGates: by('name'), topologySpreadConstraints: by('topologyKey'),
  volumes: keep('name'), resourceClaims: keep('name'),
};
const KINDS: Readonly<Record<string, Readonly<Record<string, Rule>>>> = {
  Deployment: { 'spec.strategy': { merge: false, retain: true } },
  Service: { 'spec.ports': by('port') },
  ServiceAccount: { secrets: by('name') },
  Node: { 'spec.podCIDRs': VALUES, 'status.addresses': by('type') },
  Pod: { 'status.hostIPs': by('ip'), 'status.podIPs': by('ip'), 'status.resourceClaimStatuses': keep('name') },
  PodDisruptionBudget: { 'spec.selector': { merge: false, replace: true } },
  CSINode: { 'spec.drivers': by('name') },
  ResourceClaim: { 'status.reservedFor': by('uid') },
  MutatingWebhookConfiguration: { webhooks: by('name'), 'webhooks.matchConditions': by('name') },
  ValidatingWebhookConfiguration: { webhooks: by('name'), 'webhooks.matchConditions': by('name') },
  MutatingAdmissionPolicy: { 'spec.matchConditions': by('name') },
  ValidatingAdmissionPolicy: { 'spec.matchConditions': by('name'), 'spec.variables': by('name') },
};
/** Kinds whose status conditions are not merged by type. */
const PLAIN_CONDITIONS = ['CertificateSigningRequest', 'CustomResourceDefinition', 'Endpoints'];
/** Where a Pod's own fields begin in the kinds that hold Pods. */
const POD_SPEC: Readonly<Record<string, string>> = {
  Pod: 'spec.', PodTemplate: 'template.spec.', ReplicationController: 'spec.template.spec.', Deployment: 'spec.template.spec.', ReplicaSet: 'spec.template.spec.', StatefulSet: 'spec.template.spec.',
  DaemonSet: 'spec.template.spec.', Job: 'spec.template.spec.', CronJob: 'spec.jobTemplate.spec.template.spec.',
};

/** The rule for a field; the path has no indices: `spec.template.spec.containers.ports`. */
export function ruleFor(kind: string, path: string): Rule {
  const own = KINDS[kind]?.[path];
  if (own) return own;
  const meta = /(?:^|\.)metadata\.(finalizers|ownerReferences)$/.exec(path);
  if (meta) return META[meta[1]!]!;
  if (path === 'status.conditions') return PLAIN_CONDITIONS.includes(kind) ? WHOLE : by('type');
  if (kind === 'CustomResourceDefinition') return path.endsWith('.x-kubernetes-validations') ? by('rule') : WHOLE;
  const start = POD_SPEC[kind];
  if (start === undefined || !path.startsWith(start)) return WHOLE;
  const [first, second, ...more] = path.slice(start.length).split('.') as [string, ...string[]];
  if (more.length) return WHOLE;
  if (second === undefined) return POD[first] ?? WHOLE;
  return (/^(c|initC|ephemeralC)ontainers$/.test(first) && CONTAINER[second]) || WHOLE;
}
