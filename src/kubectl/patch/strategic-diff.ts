/**
 * The strategic merge patch between two objects, or between what was applied, what shall be and what is.
 * Stands for apimachinery's util/strategicpatch, the half that makes patches.
 */
import { CliError } from '../errors.ts';
import { compare, isMap, json, plain, type Rec } from '../go.ts';
import { printYaml } from '../yaml/print.ts';
import { ruleFor, type Rule } from './rules.ts';
import { mergePatches } from './strategic-merge.ts';

interface Mode {
  readonly ignoreDeletions?: boolean;
  readonly ignoreChanges?: boolean;
  readonly order?: boolean;
  readonly retain?: boolean;
}

type List = readonly unknown[];
type Out = Record<string, unknown>;

/** Are two JSON values equal? Order of keys does not count. */
export const equal = (a: unknown, b: unknown): boolean => a === b || json(a) === json(b);

const typeOf = (value: unknown): string => (value === null ? 'null' : Array.isArray(value) ? 'list' : typeof value === 'number' && !Number.isInteger(value) ? 'float' : typeof value);

const under = (path: string, key: string): string => (path ? `${path}.${key}` : key);

/** Directives on how to merge one list. */
const DELETE = '$deleteFromPrimitiveList/';
const ORDER = '$setElementOrder/';

function diffMaps(original: Rec, modified: Rec, kind: string, path: string, mode: Mode): Out {
  const patch: Out = {};
  for (const [key, value] of Object.entries(modified)) {
    const before = original[key];
    if (!(key in original) || typeOf(before) !== typeOf(value)) {
      if (!mode.ignoreChanges) patch[key] = value;
    } else if (isMap(before) && isMap(value)) {
      const rule = ruleFor(kind, under(path, key));
      if (rule.replace) {
        if (!mode.ignoreChanges) patch[key] = value;
      } else {
        const inner = diffMaps(before, value, kind, under(path, key), { ...mode, retain: rule.retain ?? false });
        if (Object.keys(inner).length) patch[key] = inner;
      }
    } else if (Array.isArray(before) && Array.isArray(value)) {
      const rule = ruleFor(kind, under(path, key));
      if (rule.merge) diffLists(before, value, kind, under(path, key), rule, { ...mode, retain: rule.retain ?? false }, key, patch);
      else if (!mode.ignoreChanges && !equal(before, value)) patch[key] = value;
    } else if (!mode.ignoreChanges && before !== value) patch[key] = value;
  }
  if (!mode.ignoreDeletions) for (const key of Object.keys(original)) if (!(key in modified)) patch[key] = null;
  if (mode.retain) {
    const keys = Object.keys(modified).filter((key) => modified[key] !== null);
    const gone = Object.keys(original).some((key) => original[key] !== null && !(key in modified));
    if (keys.length && (Object.keys(patch).length || gone)) patch['$retainKeys'] = keys.sort(compare);
  }
  return patch;
}

/** The value of an item's merge key. Throws CliError. */
export function keyOf(item: unknown, key: string): unknown {
  if (!isMap(item)) throw new CliError(`expected a map[string]interface {}, but received a ${typeof item}`);
  if (!(key in item)) throw new CliError(`map: ${plain(item)} does not contain declared merge key: ${key}`);
  return item[key];
}

/** The items in the order of their keys; equal ones come last first, as in the real one. */
const byKey = (list: List, key: string): { readonly id: string; readonly item: Rec }[] =>
  list.map((item, i) => ({ id: plain(keyOf(item, key)), item: item as Rec, i })).sort((a, b) => compare(a.id, b.id) || b.i - a.i);

function diffLists(original: List, modified: List, kind: string, path: string, rule: Rule, mode: Mode, name: string, patch: Out): void {
  if (original.length === 0) {
    if (modified.length && !mode.ignoreChanges) patch[name] = modified;
    return;
  }
  const key = rule.key;
  if (key === undefined || !isMap(original[0] ?? modified[0])) {
    const { added, deleted } = diffValues(original, modified, mode);
    if (added.length) patch[name] = added.sort((a, b) => modified.indexOf(a) - modified.indexOf(b));
    if (deleted.length) patch[DELETE + name] = deleted;
    if (mode.order && modified.length && ((!mode.ignoreDeletions && deleted.length) || (!mode.ignoreChanges && !equal(sorted(original), modified)))) patch[ORDER + name] = modified;
    return;
  }
  const [was, now] = [byKey(original, key), byKey(modified, key)];
  const changed: Rec[] = [];
  const gone: Rec[] = [];
  for (let i = 0, j = 0; i < was.length || j < now.length; ) {
    const [before, after] = [was[i], now[j]];
    if (before && after && before.id === after.id) {
      const inner = diffMaps(before.item, after.item, kind, path, mode);
      if (Object.keys(inner).length) changed.push({ ...inner, [key]: after.item[key] });
      i++;
      j++;
    } else if (after && (!before || before.id > after.id)) {
      if (!mode.ignoreChanges) changed.push(after.item);
      j++;
    } else {
      if (!mode.ignoreDeletions) gone.push({ $patch: 'delete', [key]: before!.item[key] });
      i++;
    }
  }
  const rank = new Map<string, number>();
  for (let i = modified.length - 1; i >= 0; i--) rank.set(plain((modified[i] as Rec)[key]), i);
  changed.sort((a, b) => rank.get(plain(a[key]))! - rank.get(plain(b[key]))!);
  changed.push(...gone);
  if (changed.length) patch[name] = changed;
  const moved = original.length !== modified.length || original.some((item, i) => (item as Rec)[key] !== (modified[i] as Rec)[key]);
  if (mode.order && modified.length && ((!mode.ignoreChanges && (changed.length || moved)) || (!mode.ignoreDeletions && changed.length))) {
    patch[ORDER + name] = modified.map((item) => ({ [key]: (item as Rec)[key] }));
  }
}

/** The order is said again unless the new list is in alphabetical order: the real one compares with a list that it has sorted. */
const sorted = (list: List): unknown[] => [...list].sort((a, b) => compare(plain(a), plain(b)));

function diffValues(original: List, modified: List, mode: Mode): { readonly added: unknown[]; readonly deleted: unknown[] } {
  const count = (list: List): Map<string, unknown[]> => {
    const out = new Map<string, unknown[]>();
    for (const value of list) out.set(plain(value), [...(out.get(plain(value)) ?? []), value]);
    return out;
  };
  const was = count(original);
  const now = count(modified);
  const added: unknown[] = [];
  const deleted: unknown[] = [];
  for (const text of [...new Set([...was.keys(), ...now.keys()])].sort(compare)) {
    const before = was.get(text) ?? [];
    const after = now.get(text) ?? [];
    if (!mode.ignoreChanges) added.push(...after.slice(before.length));
    if (!mode.ignoreDeletions && before.length > after.length) deleted.push(before[0]);
  }
  return { added, deleted };
}

/** What makes `modified` of `original`. */
export const twoWay = (original: Rec, modified: Rec, kind: string): Rec => diffMaps(original, modified, kind, '', { order: true });

/** What to send so that `current` becomes what `modified` says, without what `original` said and `modified` says no more. Throws CliError. */
export function threeWay(original: Rec, modified: Rec, current: Rec, kind: string, overwrite: boolean): Rec {
  const changes = diffMaps(current, modified, kind, '', { ignoreDeletions: true, order: true });
  const deletions = diffMaps(original, modified, kind, '', { ignoreChanges: true, order: true });
  const patch = mergePatches(deletions, changes, kind);
  if (overwrite) return patch;
  const others = diffMaps(original, current, kind, '', {});
  if (conflict(patch, others, kind, '')) {
    throw new CliError(`patch:\n${printYaml(patch)}\nconflicts with changes made from original to current:\n${printYaml(others)}\n`);
  }
  return patch;
}

/** Do two patches want different things of one field? */
export function conflict(left: unknown, right: unknown, kind: string, path: string, rule: Rule = { merge: false }): boolean {
  if (isMap(left)) {
    if (!isMap(right) || left['$patch'] !== right['$patch']) return true;
    if (rule.replace) return false;
    return Object.keys(left).some((key) => key !== '$patch' && key !== '$retainKeys' && key in right && conflict(left[key], right[key], kind, under(path, key), ruleFor(kind, under(path, key))));
  }
  if (Array.isArray(left)) {
    if (!Array.isArray(right)) return true;
    if (rule.merge) {
      if (rule.key === undefined || !isMap(left[0] ?? right[0])) return false;
      const others = new Map(right.map((item) => [plain(keyOf(item, rule.key!)), item as unknown]));
      return left.some((item) => others.has(plain(keyOf(item, rule.key!))) && conflict(item, others.get(plain(keyOf(item, rule.key!))), kind, path));
    }
    return left.length !== right.length || left.some((item, i) => conflict(item, right[i], kind, path));
  }
  return !equal(left, right);
}
