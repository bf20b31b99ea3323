/**
 * DefaultTolerationSeconds, Priority and RuntimeClass: what every Pod gets from its cluster.
 * Stands for the plugins of these names in plugin/pkg/admission.
 */
import type { KubeObject } from '../wire.ts';
import { refused, type Plugin } from './chain.ts';
import { isPods, type PodDraft, type Toleration } from './pod-shape.ts';

const GONE = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'];
/** Seconds that a Pod stays bound to a node that does not answer. */
const PATIENCE = 300;

const tolerates = (t: Toleration, key: string): boolean => (!t.key || t.key === key) && (!t.effect || t.effect === 'NoExecute');

export const defaultTolerationSeconds: Plugin = {
  name: 'DefaultTolerationSeconds',
  admit(x, operation, draft) {
    if (!isPods(x) || x.info.subresource !== undefined) return false;
    const spec = ((draft as PodDraft).spec ??= {});
    if (operation === 'UPDATE' && Object.isFrozen(spec)) return false;
    const own = spec.tolerations ?? [];
    const missing = GONE.filter((key) => !own.some((t) => tolerates(t, key)));
    if (missing.length) spec.tolerations = [...own, ...missing.map((key) => ({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: PATIENCE }))];
    return missing.length > 0;
  },
};

interface PriorityClass extends KubeObject {
  readonly value?: number;
  readonly globalDefault?: boolean;
  readonly preemptionPolicy?: string;
}

const CLASSES = 'priorityclasses.scheduling.k8s.io';

export const priority: Plugin = {
  name: 'Priority',
  admit(x, operation, draft, old) {
    if (!isPods(x) || x.info.subresource !== undefined) return false;
    const spec = ((draft as PodDraft).spec ??= {});
    if (operation === 'UPDATE') {
      const before = (old as unknown as PodDraft).spec;
      if (spec === (before as unknown) || Object.isFrozen(spec)) return false;
      spec.priority ??= before?.priority;
      spec.preemptionPolicy ??= before?.preemptionPolicy;
      return false;
    }
    let found: PriorityClass | undefined;
    if (spec.priorityClassName) {
      found = x.core.read.get<PriorityClass>(CLASSES, undefined, spec.priorityClassName);
      if (!found) throw refused(x, draft, `no PriorityClass with name ${spec.priorityClassName} was found`);
    } else {
      for (const c of x.core.read.list<PriorityClass>(CLASSES)) if (c.globalDefault && (!found || (c.value ?? 0) < (found.value ?? 0))) found = c;
      if (found) spec.priorityClassName = found.metadata.name;
    }
    const value = found?.value ?? 0;
    const policy = found?.preemptionPolicy ?? 'PreemptLowerPriority';
    if (spec.priority !== undefined && spec.priority !== value) {
      throw refused(x, draft, `the integer value of priority (${spec.priority}) must not be provided in pod spec; priority admission controller computed ${value} from the given PriorityClass name`);
    }
    if (spec.preemptionPolicy && spec.preemptionPolicy !== policy) {
      throw refused(x, draft, `the string value of PreemptionPolicy (${spec.preemptionPolicy}) must not be provided in pod spec; priority admission controller computed ${policy} from the given PriorityClass name`);
    }
    spec.priority = value;
    spec.preemptionPolicy = policy;
    return true;
  },
  validate(x, operation, object) {
    if (x.stored.groupResource !== CLASSES || operation === 'DELETE') return;
    const made = object as PriorityClass;
    if (!made.globalDefault) return;
    const other = x.core.read.list<PriorityClass>(CLASSES).find((c) => c.globalDefault && c.metadata.name !== made.metadata.name);
    if (other) throw refused(x, made, `PriorityClass ${other.metadata.name} is already marked as default. Only one default can exist`);
  },
};

interface RuntimeClass extends KubeObject {
  readonly overhead?: { readonly podFixed?: Readonly<Record<string, string>> };
  readonly scheduling?: { readonly nodeSelector?: Readonly<Record<string, string>>; readonly tolerations?: readonly Toleration[] };
}

export const runtimeClass: Plugin = {
  name: 'RuntimeClass',
  admit(x, operation, draft) {
    if (!isPods(x) || operation !== 'CREATE' || x.info.subresource !== undefined) return false;
    const spec = ((draft as PodDraft).spec ??= {});
    if (!spec.runtimeClassName) {
      if (spec.overhead && Object.keys(spec.overhead).length) throw refused(x, draft, 'pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead');
      return false;
    }
    const found = x.core.read.get<RuntimeClass>('runtimeclasses.node.k8s.io', undefined, spec.runtimeClassName);
    if (!found) throw refused(x, draft, `pod rejected: RuntimeClass ${JSON.stringify(spec.runtimeClassName)} not found`);
    const fixed = found.overhead?.podFixed;
    if (fixed) {
      if (spec.overhead && Object.keys(spec.overhead).some((k) => spec.overhead![k] !== fixed[k])) throw refused(x, draft, "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead");
      spec.overhead = { ...fixed };
    }
    const { nodeSelector, tolerations } = found.scheduling ?? {};
    for (const [key, value] of Object.entries(nodeSelector ?? {})) {
      if (spec.nodeSelector?.[key] !== undefined && spec.nodeSelector[key] !== value) {
        throw refused(x, draft, `conflict: runtimeClass.scheduling.nodeSelector[${key}] = ${value}; pod.spec.nodeSelector[${key}] = ${spec.nodeSelector[key]}`);
      }
      spec.nodeSelector = { ...spec.nodeSelector, [key]: value };
    }
    if (tolerations?.length) spec.tolerations = [...(spec.tolerations ?? []), ...tolerations.map((t) => ({ ...t }))];
    return true;
  },
};

export const taintNodesByCondition: Plugin = {
  name: 'TaintNodesByCondition',
  admit(x, operation, draft) {
    if (operation !== 'CREATE' || x.stored.groupResource !== 'nodes') return false;
    const spec = (draft['spec'] ??= {}) as { taints?: { key: string; effect: string }[] };
    if (spec.taints?.some((t) => t.key === GONE[0] && t.effect === 'NoSchedule')) return false;
    spec.taints = [...(spec.taints ?? []), { key: GONE[0]!, effect: 'NoSchedule' }];
    return true;
  },
};

