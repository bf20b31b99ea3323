/** `object`: an object exists and shows certain facts; or as many of a kind, found by labels, show them. */
import type { KubeObject } from '../../kube/api/wire.ts';
import { testFact, type Fact } from '../facts.ts';
import type { Check, Probe, Verdict } from '../lab.ts';
import { called, kindName, no, ok, selectorText, subject } from '../words.ts';

export interface ObjectSpec {
  /** The resource with its group: `pods`, `deployments.apps`. */
  readonly kind: string;
  readonly name?: string;
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** Among those found by labels: how many must show all facts; default 1. */
  readonly count?: number;
  readonly facts?: readonly Fact[];
}

const CLUSTER_WIDE = new Set(['nodes', 'namespaces', 'persistentvolumes']);

/** The namespace that a spec means; undefined for kinds without one. */
export const namespaceOf = (spec: { kind: string; namespace?: string }): string | undefined => (CLUSTER_WIDE.has(spec.kind) ? undefined : (spec.namespace ?? 'default'));

function judge(object: KubeObject, spec: ObjectSpec): Verdict {
  const whose = called(spec.kind, object.metadata.name);
  for (const fact of spec.facts ?? []) {
    const verdict = testFact(object, fact, whose);
    if (!verdict.ok) return verdict;
  }
  return ok;
}

function named(spec: ObjectSpec, name: string, probe: Probe): Verdict {
  const namespace = namespaceOf(spec);
  const object = probe.read.get(spec.kind, namespace, name);
  if (object) return judge(object, spec);
  const what = called(spec.kind, name);
  const elsewhere = namespace && probe.read.list(spec.kind).find((other) => other.metadata.name === name)?.metadata.namespace;
  if (elsewhere) return no(`${subject(what.ko)} ${elsewhere} 네임스페이스에 있다. ${namespace} 네임스페이스에 있어야 한다.`, `${what.en} is in namespace ${elsewhere}. It should be in ${namespace}.`);
  return namespace
    ? no(`${namespace} 네임스페이스에 ${subject(what.ko)} 없다.`, `There is no ${what.en} in namespace ${namespace}.`)
    : no(`${subject(what.ko)} 없다.`, `There is no ${what.en}.`);
}

export const object: Check<ObjectSpec> = {
  name: 'object',
  fields: { kind: 'text', name: 'text?', namespace: 'text?', labels: 'labels?', count: 'number?', facts: 'facts?' },
  test(spec, probe) {
    if (spec.name !== undefined) return named(spec, spec.name, probe);
    const kind = kindName(spec.kind);
    const namespace = namespaceOf(spec);
    const labels = spec.labels ?? {};
    const found = namespace && spec.labels ? probe.read.labelled(spec.kind, namespace, labels) : probe.read.list(spec.kind, namespace);
    const verdicts = found.map((one) => judge(one, spec));
    const good = verdicts.filter((verdict) => verdict.ok).length;
    const want = spec.count ?? 1;
    if (good >= want) return ok;
    const where = spec.labels ? selectorText(labels) : (namespace ?? '');
    if (found.length < want) return no(`${where}: ${kind.ko} ${found.length}개가 있다. ${want}개여야 한다.`, `${where}: ${found.length} ${kind.en}(s) found. There should be ${want}.`);
    return verdicts.find((verdict) => !verdict.ok)!;
  },
};
