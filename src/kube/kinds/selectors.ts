/**
 * The written form of labels and label selectors in tables (k8s.io/apimachinery/pkg/labels). Matching is in control/selector.ts.
 */
import type { LabelSelector } from './types.ts';

type Labels = Readonly<Record<string, string>>;

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** `a=1,b=2` in the order of keys; `<none>` without any. */
export const formatLabels = (labels: Labels | undefined): string =>
  Object.keys(labels ?? {}).sort(compare).map((key) => `${key}=${labels![key]}`).join(',') || '<none>';

const OPERATORS: Readonly<Record<string, string>> = { In: 'in', NotIn: 'notin' };

/** The selector as `kubectl -l` would take it: `app=web,tier in (a,b),!old`; empty when it selects everything or nothing. */
export function selectorText(selector: LabelSelector | undefined): string {
  const terms: [string, string][] = Object.entries(selector?.matchLabels ?? {}).map(([key, value]) => [key, `${key}=${value}`]);
  for (const { key = '', operator = '', values = [] } of selector?.matchExpressions ?? []) {
    const word = OPERATORS[operator];
    terms.push([key, word ? `${key} ${word} (${[...values].sort(compare).join(',')})` : operator === 'DoesNotExist' ? `!${key}` : key]);
  }
  return terms.map((term, i) => [...term, i] as const).sort((a, b) => compare(a[0], b[0]) || a[2] - b[2]).map((term) => term[1]).join(',');
}

/** As `selectorText`, with `<none>` for an empty one. */
export const formatSelector = (selector: LabelSelector | undefined): string => selectorText(selector) || '<none>';
