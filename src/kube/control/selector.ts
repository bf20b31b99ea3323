/**
 * Label selectors and node selectors: which labels they match.
 * Stands for apimachinery's labels package and component-helpers' nodeaffinity.
 */
import type { NodeSelectorRequirement, NodeSelectorTerm } from '../kinds/types.ts';

export type Labels = Readonly<Record<string, string>>;

/** metav1.LabelSelector. */
export interface LabelSelector {
  readonly matchLabels?: Labels;
  readonly matchExpressions?: readonly { readonly key: string; readonly operator: string; readonly values?: readonly string[] }[];
}

const NONE: Labels = {};

function meets(labels: Labels, key: string, operator: string, values: readonly string[] | undefined): boolean {
  const value = labels[key];
  switch (operator) {
    case 'In': return value !== undefined && !!values?.includes(value);
    case 'NotIn': return value === undefined || !values?.includes(value);
    case 'Exists': return value !== undefined;
    case 'DoesNotExist': return value === undefined;
    case 'Gt': return whole(value) > whole(values?.[0]);
    case 'Lt': return whole(value) < whole(values?.[0]);
    default: return false;
  }
}

/** NaN compares as false both ways, as a number that cannot be read matches neither Gt nor Lt. */
const whole = (text: string | undefined): number => (text !== undefined && /^[+-]?\d+$/.test(text) ? Number(text) : NaN);

/** Does a selector of labels match? A missing one matches nothing, an empty one everything. */
export function matches(selector: unknown, labels: Labels = NONE): boolean {
  if (!selector) return false;
  const { matchLabels, matchExpressions } = selector as LabelSelector;
  for (const key in matchLabels) if (labels[key] !== matchLabels[key]) return false;
  if (matchExpressions) for (const e of matchExpressions) if (!meets(labels, e.key, e.operator, e.values)) return false;
  return true;
}

/** A selector without any requirement: it matches everything. */
export function selectsAll(selector: unknown): boolean {
  const { matchLabels, matchExpressions } = (selector ?? {}) as LabelSelector;
  for (const _ in matchLabels) return false;
  return !matchExpressions?.length;
}

/** A selector as Go prints it, in messages. */
export function selectorInGo(selector: unknown): string {
  if (!selector) return 'nil';
  const { matchLabels = {}, matchExpressions = [] } = selector as LabelSelector;
  const labels = Object.keys(matchLabels).sort().map((key) => `${key}: ${matchLabels[key]},`).join('');
  const expressions = matchExpressions.map((e) => `LabelSelectorRequirement{Key:${e.key},Operator:${e.operator},Values:[${(e.values ?? []).join(' ')}],},`).join('');
  return `&LabelSelector{MatchLabels:map[string]string{${labels}},MatchExpressions:[]LabelSelectorRequirement{${expressions}},}`;
}

/** Do the labels hold all of these? An empty set matches; a missing one does not. */
export function holds(wanted: Labels | undefined, labels: Labels = NONE): boolean {
  if (!wanted) return false;
  for (const key in wanted) if (labels[key] !== wanted[key]) return false;
  return true;
}

/** Does a term of a node selector match a node's labels and name? An empty term matches nothing. */
export function termMatches(term: NodeSelectorTerm, labels: Labels, name: string): boolean {
  const { matchExpressions, matchFields } = term;
  if (!matchExpressions?.length && !matchFields?.length) return false;
  const each = (requirements: readonly NodeSelectorRequirement[] | undefined, on: Labels): boolean =>
    !requirements || requirements.every((r) => meets(on, r.key!, r.operator!, r.values));
  return each(matchExpressions, labels) && each(matchFields, { 'metadata.name': name });
}
