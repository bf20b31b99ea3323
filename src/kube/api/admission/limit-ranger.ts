/**
 * LimitRanger: defaults and bounds for the resources of containers, Pods and claims of a namespace.
 * Stands for plugin/pkg/admission/limitranger.
 */
import { compareQuantities, formatQuantity, milliOf, parseQuantity, wholeOf } from '../../schema/quantity.ts';
import type { Exchange } from '../exchange.ts';
import type { KubeObject } from '../wire.ts';
import { refused, type Operation, type Plugin } from './chain.ts';
import { isPods, type ContainerDraft, type PodDraft } from './pod-shape.ts';
import { podLimits, podRequests, type Resources } from './resources.ts';

interface Limit {
  readonly type?: string;
  readonly min?: Resources;
  readonly max?: Resources;
  readonly default?: Resources;
  readonly defaultRequest?: Resources;
  readonly maxLimitRequestRatio?: Resources;
}

interface LimitRange extends KubeObject {
  readonly spec?: { readonly limits?: readonly Limit[] | null };
}

const rangesFor = (x: Exchange, operation: Operation): readonly LimitRange[] => {
  if (operation === 'DELETE' || !x.namespace) return [];
  const sub = x.info.subresource;
  const meant = isPods(x) ? (operation === 'CREATE' && sub === undefined) || sub === 'resize' : x.stored.groupResource === 'persistentvolumeclaims' && sub === undefined;
  return meant ? x.core.read.list<LimitRange>('limitranges', x.namespace) : [];
};

const names = (resources: Resources | undefined): readonly string[] => Object.keys(resources ?? {}).sort();
const text = (quantity: string | undefined): string => {
  const q = parseQuantity(quantity ?? '0');
  return typeof q === 'string' ? (quantity ?? '') : formatQuantity(q);
};

function fill(container: ContainerDraft, range: LimitRange, what: string, notes: string[]): void {
  const limits: Record<string, string> = {};
  const requests: Record<string, string> = {};
  for (const limit of range.spec?.limits ?? []) {
    if (limit.type !== 'Container') continue;
    Object.assign(limits, limit.default);
    Object.assign(requests, limit.defaultRequest);
  }
  const own = (container.resources ??= {});
  const set = (kind: 'requests' | 'limits', values: Resources): void => {
    const added = names(values).filter((name) => own[kind]?.[name] === undefined);
    if (!added.length) return;
    own[kind] = { ...own[kind] };
    for (const name of added) own[kind]![name] = values[name]!;
    notes.push(`${added.join(', ')} ${kind.slice(0, -1)} for ${what} ${container.name ?? ''}`);
  };
  set('requests', requests);
  set('limits', limits);
}

/** What is wrong with resources of a `Container`, `Pod` or `PersistentVolumeClaim`. */
function* errors(type: string, limit: Limit, requests: Resources, limits: Resources): Generator<string> {
  for (const name of names(limit.min)) {
    const least = limit.min![name]!;
    const head = `minimum ${name} usage per ${type} is ${text(least)}`;
    if (requests[name] === undefined) yield `${head}.  No request is specified`;
    else if (compareQuantities(requests[name], least) < 0) yield `${head}, but request is ${text(requests[name])}`;
    else if (limits[name] !== undefined && compareQuantities(limits[name], least) < 0) yield `${head}, but limit is ${text(limits[name])}`;
  }
  for (const name of names(limit.max)) {
    const most = limit.max![name]!;
    const head = `maximum ${name} usage per ${type} is ${text(most)}`;
    if (type === 'PersistentVolumeClaim') {
      if (requests[name] === undefined) yield `${head}.  No request is specified`;
      else if (compareQuantities(requests[name], most) > 0) yield `${head}, but request is ${text(requests[name])}`;
    } else if (limits[name] === undefined) yield `${head}.  No limit is specified`;
    else if (compareQuantities(limits[name], most) > 0) yield `${head}, but limit is ${text(limits[name])}`;
    else if (requests[name] !== undefined && compareQuantities(requests[name], most) > 0) yield `${head}, but request is ${text(requests[name])}`;
  }
  for (const name of names(limit.maxLimitRequestRatio)) {
    const most = limit.maxLimitRequestRatio![name]!;
    const head = `${name} max limit to request ratio per ${type} is ${text(most)}`;
    if (!wholeOf(requests[name])) yield `${head}, but no request is specified or request is 0`;
    else if (!wholeOf(limits[name])) yield `${head}, but no limit is specified or limit is 0`;
    else {
      const ratio = milliOf(limits[name]) / milliOf(requests[name]);
      if (ratio * 1000 > milliOf(most)) yield `${head}, but provided ratio is ${ratio.toFixed(6)}`;
    }
  }
}

function check(x: Exchange, range: LimitRange, object: KubeObject): readonly string[] {
  const out: string[] = [];
  for (const limit of range.spec?.limits ?? []) {
    if (!isPods(x)) {
      if (limit.type === 'PersistentVolumeClaim') out.push(...errors(limit.type, limit, (object['spec'] as { resources?: { requests?: Resources } }).resources?.requests ?? {}, {}));
      continue;
    }
    const spec = (object as unknown as PodDraft).spec!;
    if (limit.type === 'Container') for (const c of [...(spec.containers ?? []), ...(spec.initContainers ?? [])]) out.push(...errors('Container', limit, c.resources?.requests ?? {}, c.resources?.limits ?? {}));
    if (limit.type === 'Pod') out.push(...errors('Pod', limit, podRequests(spec), podLimits(spec)));
  }
  return [...new Set(out)];
}

export const limitRanger: Plugin = {
  name: 'LimitRanger',
  admit(x, operation, draft) {
    if (!isPods(x) || operation !== 'CREATE') return false;
    const pod = draft as PodDraft;
    let changed = false;
    for (const range of rangesFor(x, operation)) {
      const notes: string[] = [];
      for (const c of pod.spec?.containers ?? []) fill(c, range, 'container', notes);
      for (const c of pod.spec?.initContainers ?? []) fill(c, range, 'init container', notes);
      if (!notes.length) continue;
      changed = true;
      const meta = (pod.metadata ??= {});
      meta.annotations = { ...meta.annotations, 'kubernetes.io/limit-ranger': `LimitRanger plugin set: ${notes.join('; ')}` };
    }
    return changed;
  },
  validate(x, operation, object) {
    for (const range of object ? rangesFor(x, operation) : []) {
      const wrong = check(x, range, object!);
      if (wrong.length) throw refused(x, object, wrong.length === 1 ? wrong[0]! : `[${wrong.join(', ')}]`);
    }
  },
};
