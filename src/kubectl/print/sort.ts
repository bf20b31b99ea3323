/**
 * --sort-by: objects or table rows in order of a field, numbers and quantities by value.
 * Stands for k8s.io/kubectl's sorter, with the very order that Go's sort.Sort leaves equal ones in.
 */
import { CliError } from '../errors.ts';
import { compare, quote } from '../go.ts';
import { quantityValue } from '../quantity.ts';
import type { KubeObject, Table } from '../../kube/api/wire.ts';
import { PathError, findPath, parsePath, relaxed } from './jsonpath.ts';
import { goSort } from './go-sort.ts';

/** Sorts by a JSONPath expression. Throws CliError when no object has the field. */
export function sortItems<T>(items: readonly T[], objectOf: (item: T) => unknown, by: string): T[] {
  try {
    const field = relaxed(by);
    const path = parsePath(field);
    const keyed = items.map((item) => ({ item, value: findPath(path, objectOf(item))[0]?.[0] }));
    if (items.length && keyed.every(({ value }) => value === undefined)) throw new CliError(`couldn't find any field with path ${quote(field)} in the list of objects`);
    return goSort(keyed, (a, b) => less(a.value, b.value)).map(({ item }) => item);
  } catch (error) {
    if (error instanceof PathError) throw new CliError(error.message);
    throw error;
  }
}

/** Sorts the rows of a server's table by a field of their objects. */
export function sortRows(object: KubeObject | undefined, by: string): KubeObject {
  const table = object as unknown as Table;
  return { ...table, rows: sortItems(table.rows ?? [], (row) => row.object, by) } as unknown as KubeObject;
}

function less(a: unknown, b: unknown): boolean {
  if (a === undefined) return true;
  if (b === undefined) return false;
  if (a === null || b === null) return a === null && b !== null;
  if (typeof a === 'string' && typeof b === 'string') {
    const [x, y] = [quantityValue(a), quantityValue(b)];
    return x === undefined || y === undefined ? compare(a, b) < 0 : x < y;
  }
  if (typeof a === 'number' && typeof b === 'number') return a < b;
  throw new CliError(`unsortable type: ${typeof a}`);
}
