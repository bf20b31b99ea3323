/** Parts that many descriptions share: labels, annotations, tolerations, taints, selectors, owners, endpoints. */
import { sortedKeys, type Rec } from '../go.ts';
import { list, pairs, rec, text, texts } from './read.ts';
import type { Sheet } from './sheet.ts';

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';
/** Characters of an annotation that fit on one line. */
const LONGEST = 140;

/** `a=b` lines of a map, by key. */
export const labelLines = (labels: Readonly<Record<string, string>>): string[] => sortedKeys(labels).map((key) => `${key}=${labels[key]}`);

/** `a=b,c=d`; `<none>` for none. */
export const formatLabels = (labels: Readonly<Record<string, string>>): string => labelLines(labels).join(',') || '<none>';

export const labels = (sheet: Sheet, title: string, map: Readonly<Record<string, string>>, indent = ''): void => sheet.many(title, labelLines(map), indent);

export function annotations(sheet: Sheet, title: string, map: Readonly<Record<string, string>>): void {
  const lines = sortedKeys(map).filter((key) => key !== LAST_APPLIED).flatMap((key) => {
    const whole = map[key]!.replace(/\n$/, '');
    if (whole.length + key.length + 2 <= LONGEST && !whole.includes('\n')) return [`${key}: ${whole}`];
    return [`${key}:`, ...whole.split('\n').map((line) => `\u{0}${line.length > LONGEST - 2 ? `${line.slice(0, LONGEST - 2)}...` : line}`)];
  });
  if (!lines.length) sheet.line(0, `${title}:\t<none>`);
  lines.forEach((line, i) => sheet.line(0, i === 0 ? `${title}:\t${line}` : line.startsWith('\u{0}') ? `\t  ${line.slice(1)}` : `\t${line}`));
}

/** Name, Namespace, Labels and Annotations, with which most descriptions begin. */
export function heading(sheet: Sheet, object: Rec): void {
  sheet.field(0, 'Name', text(object, 'metadata', 'name'));
  sheet.field(0, 'Namespace', text(object, 'metadata', 'namespace'));
  labels(sheet, 'Labels', pairs(object, 'metadata', 'labels'));
  annotations(sheet, 'Annotations', pairs(object, 'metadata', 'annotations'));
}

function toleration(one: Rec): string {
  const key = text(one, 'key');
  const given = text(one, 'value');
  const effect = text(one, 'effect');
  let out = `${key}${given && `=${given}`}${effect && `:${effect}`}`;
  if (text(one, 'operator') === 'Exists' && !given) out += key || effect ? ' op=Exists' : 'op=Exists';
  return one['tolerationSeconds'] === undefined ? out : `${out} for ${text(one, 'tolerationSeconds')}s`;
}

export const tolerations = (sheet: Sheet, title: string, all: readonly Rec[]): void =>
  sheet.many(title.trimStart(), [...all].sort((a, b) => (text(a, 'key') < text(b, 'key') ? -1 : text(a, 'key') > text(b, 'key') ? 1 : 0)).map(toleration), title.slice(0, title.length - title.trimStart().length));

/** `key=value:Effect`, as a taint is written. */
export const taintText = (taint: Rec): string => `${text(taint, 'key')}${text(taint, 'value') && `=${text(taint, 'value')}`}${text(taint, 'effect') && `:${text(taint, 'effect')}`}`;

export function taints(sheet: Sheet, all: readonly Rec[]): void {
  const order = (taint: Rec): string => `${text(taint, 'effect')},${text(taint, 'key')}`;
  sheet.many('Taints', [...all].sort((a, b) => (order(a) < order(b) ? -1 : 1)).map(taintText));
}

/** `Kind/name` of the controlling owner; '' without one. */
export function controller(object: Rec): string {
  const owner = list(object, 'metadata', 'ownerReferences').find((one) => one['controller'] === true);
  return owner ? `${text(owner, 'kind')}/${text(owner, 'name')}` : '';
}

function requirement(one: Rec): string {
  const key = text(one, 'key');
  const values = [...texts(one, 'values')].sort().join(',');
  switch (text(one, 'operator')) {
    case 'In': return `${key} in (${values})`;
    case 'NotIn': return `${key} notin (${values})`;
    case 'Exists': return key;
    default: return `!${key}`;
  }
}

/** A label selector as `labels.Selector` writes it, by key; '' for one that selects all. */
export function selector(of: Rec): string {
  const terms = [...Object.entries(pairs(of, 'matchLabels')).map(([key, given]) => [key, `${key}=${given}`] as const), ...list(of, 'matchExpressions').map((one) => [text(one, 'key'), requirement(one)] as const)];
  return terms.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([, term]) => term).join(',');
}

/** The same as metav1.FormatLabelSelector: `<none>` for one that selects all. */
export const formatSelector = (of: Rec): string => selector(of) || '<none>';

/** Three lines of a condition table with type, status and reason. */
export function conditions(sheet: Sheet, object: Rec): void {
  const all = list(object, 'status', 'conditions');
  if (!all.length) return;
  sheet.line(0, 'Conditions:\n  Type\tStatus\tReason');
  sheet.line(1, '----\t------\t------');
  for (const one of all) sheet.line(1, `${text(one, 'type')} \t${text(one, 'status')}\t${text(one, 'reason')}`);
}

/** The ready endpoints of slices behind the named ports (all ports without): at most three, then how many more. */
export function endpoints(slices: readonly Rec[], port?: string): string {
  if (!slices.length) return '<none>';
  const all = slices.flatMap((slice) => {
    const ready = list(slice, 'endpoints').filter((one) => rec(one, 'conditions')['ready'] !== false).map((one) => texts(one, 'addresses')[0] ?? '');
    const ports = list(slice, 'ports');
    return ports.length ? ports.filter((one) => port === undefined || text(one, 'name') === port).flatMap((one) => ready.map((address) => `${address}:${text(one, 'port')}`)) : ready;
  });
  return all.length > 3 ? `${all.slice(0, 3).join(',')} + ${all.length - 3} more...` : all.join(',');
}
