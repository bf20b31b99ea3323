/**
 * PodSecurity: namespaces say by labels which Pod Security Standard is enforced, and of which one is warned.
 * Stands for k8s.io/pod-security-admission/admission.
 * Unlike Kubernetes: there is no audit log, so the audit labels are only checked.
 */
import type { Exchange } from '../exchange.ts';
import type { FieldError } from '../kind.ts';
import { forbidden, invalid } from '../status.ts';
import type { KubeObject } from '../wire.ts';
import type { Plugin } from './chain.ts';
import { violations, type CheckedSpec, type Violation } from './pod-security-checks.ts';

const LABEL = 'pod-security.kubernetes.io/';
const LEVELS = ['privileged', 'baseline', 'restricted'];
/** The policy version that `latest` means. */
const LATEST = 36;

interface Policy {
  readonly level: string;
  readonly version: string;
}

type Labels = Readonly<Record<string, string>>;

const PRIVILEGED: Policy = { level: 'privileged', version: 'latest' };

interface Policies {
  readonly enforce: Policy;
  readonly warn: Policy;
  readonly errors: readonly FieldError[];
}

/** What the labels of a namespace ask for. A level that is none is taken as restricted when enforced, else as privileged. */
function policies(labels: Labels | undefined): Policies {
  if (!labels) return { enforce: PRIVILEGED, warn: PRIVILEGED, errors: [] };
  const errors: FieldError[] = [];
  const read = (mode: string, fallback: string): Policy => {
    const level = labels[LABEL + mode];
    const version = labels[`${LABEL}${mode}-version`];
    const wrong = (label: string, value: string, detail: string): void => void errors.push({ type: 'Invalid value', path: `metadata.labels[${LABEL}${label}]`, value, detail });
    if (level !== undefined && !LEVELS.includes(level)) wrong(mode, level, 'must be one of privileged, baseline, restricted');
    const right = version === undefined || version === 'latest' || /^v1\.\d+$/.test(version);
    if (!right) wrong(`${mode}-version`, version, 'must be "latest" or "v1.x"');
    return { level: level === undefined ? 'privileged' : LEVELS.includes(level) ? level : fallback, version: right ? (version ?? 'latest') : 'latest' };
  };
  const enforce = read('enforce', 'restricted');
  read('audit', 'privileged');
  let warn = read('warn', 'privileged');
  if (labels[`${LABEL}warn`] === undefined && LEVELS.indexOf(enforce.level) > LEVELS.indexOf(warn.level)) warn = { level: enforce.level, version: labels[`${LABEL}warn-version`] === undefined ? enforce.version : warn.version };
  return { enforce, warn, errors };
}

const minorOf = (policy: Policy): number => (policy.version === 'latest' ? LATEST : Math.min(LATEST, Number(policy.version.slice(3))));
const text = (policy: Policy): string => `"${policy.level}:${policy.version}"`;
const detail = (found: readonly Violation[]): string => found.map((v) => `${v.reason}${v.detail && ` (${v.detail})`}`).join(', ');
const judge = (policy: Policy, meta: { readonly annotations?: Labels } | undefined, spec: CheckedSpec): readonly Violation[] => violations(policy.level, minorOf(policy), meta?.annotations ?? {}, spec);

/** Where the Pod's template stands in what makes Pods. */
const TEMPLATES: Readonly<Record<string, readonly string[]>> = {
  replicationcontrollers: ['spec', 'template'], podtemplates: ['template'], 'replicasets.apps': ['spec', 'template'], 'deployments.apps': ['spec', 'template'], 'daemonsets.apps': ['spec', 'template'],
  'statefulsets.apps': ['spec', 'template'], 'jobs.batch': ['spec', 'template'], 'cronjobs.batch': ['spec', 'jobTemplate', 'spec', 'template'],
};

interface PodLike {
  readonly metadata?: { readonly annotations?: Labels };
  readonly spec?: CheckedSpec;
}

const IGNORED = new Set(['exec', 'attach', 'binding', 'eviction', 'log', 'portforward', 'proxy', 'status']);

function namespaceChanged(x: Exchange, now: KubeObject, old: KubeObject | undefined): void {
  const wanted = policies(now.metadata.labels);
  const before = old && policies(old.metadata.labels);
  if (wanted.errors.length && JSON.stringify(wanted.errors) !== JSON.stringify(before?.errors)) throw invalid({ group: '', name: 'Namespace' }, now.metadata.name, wanted.errors);
  if (!before) return;
  const { enforce } = wanted;
  const same = enforce.version === before.enforce.version;
  if (enforce.level === 'privileged' || (same && LEVELS.indexOf(enforce.level) <= LEVELS.indexOf(before.enforce.level))) return;
  const found = new Map<string, { name: string; count: number }>();
  for (const pod of x.core.read.list<KubeObject & PodLike>('pods', now.metadata.name)) {
    const reasons = judge(enforce, pod.metadata, pod.spec ?? {}).map((v) => v.reason).join(', ');
    if (!reasons) continue;
    const known = found.get(reasons);
    found.set(reasons, { name: known && known.name < pod.metadata.name ? known.name : pod.metadata.name, count: (known?.count ?? 0) + 1 });
  }
  if (!found.size) return;
  x.at.warn(`existing pods in namespace "${now.metadata.name}" violate the new PodSecurity enforce level ${text(enforce)}`);
  const lines = [...found].map(([reasons, { name, count }]) => `${name}${count === 1 ? '' : count === 2 ? ' (and 1 other pod)' : ` (and ${count - 1} other pods)`}: ${reasons}`);
  for (const line of lines.sort()) x.at.warn(line);
}

export const podSecurity: Plugin = {
  name: 'PodSecurity',
  validate(x, operation, object, old) {
    if (!object || operation === 'DELETE' || operation === 'CONNECT') return;
    const resource = x.stored.groupResource;
    const sub = x.info.subresource;
    if (resource === 'namespaces') {
      if (sub === undefined) namespaceChanged(x, object, old);
      return;
    }
    if (!x.namespace || (sub !== undefined && (resource !== 'pods' || IGNORED.has(sub)))) return;
    const path = TEMPLATES[resource];
    if (resource !== 'pods' && !path) return;
    const labels = x.core.read.get('namespaces', undefined, x.namespace)?.metadata.labels;
    if (!labels || !Object.keys(labels).some((key) => key.startsWith(LABEL))) return;
    const policy = policies(labels);
    const pod = (path ?? []).reduce<unknown>((value, key) => (value as Readonly<Record<string, unknown>> | undefined)?.[key], object) as PodLike | undefined;
    if (!pod?.spec || (resource === 'pods' && old && old['spec'] === object['spec'])) return;
    if (resource === 'pods') {
      const found = judge(policy.enforce, pod.metadata, pod.spec);
      if (found.length) throw forbidden(x.resource, object.metadata.name || object.metadata.generateName || 'Unknown', `violates PodSecurity ${text(policy.enforce)}: ${detail(found)}`);
    }
    const warned = judge(policy.warn, pod.metadata, pod.spec);
    if (warned.length) x.at.warn(`would violate PodSecurity ${text(policy.warn)}: ${detail(warned)}`);
  },
};
