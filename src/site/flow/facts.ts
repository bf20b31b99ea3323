/** A note's facts as a reader sees them: fields in rows, lists of things as a table (the scheduler's verdict on each node). */
import { h } from '../dom.ts';

const plain = (value: unknown): string => (typeof value === 'string' ? value : typeof value === 'number' ? String(Math.round(value * 100) / 100) : typeof value === 'boolean' ? (value ? '✓' : '✕') : Array.isArray(value) ? value.map(plain).join(', ') : JSON.stringify(value));
const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

function table(rows: readonly Record<string, unknown>[]): HTMLElement {
  const heads = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return h('div', { class: 'fact-table', tabindex: 0, role: 'region', 'aria-label': heads[0] ?? '' },
    h('table', {}, h('thead', {}, h('tr', {}, ...heads.map((head) => h('th', { scope: 'col' }, head)))),
      h('tbody', {}, ...rows.map((row) => h('tr', {}, ...heads.map((head, i) => h(i ? 'td' : 'th', i ? {} : { scope: 'row' }, row[head] === undefined ? '' : plain(row[head]))))))));
}

/** Draws facts; nested objects of objects become tables whose first column is the key. */
export function factsOf(facts: Readonly<Record<string, unknown>>): HTMLElement[] {
  const rows: HTMLElement[] = [];
  const tables: HTMLElement[] = [];
  for (const [name, value] of Object.entries(facts)) {
    if (value === undefined || value === '' || (Array.isArray(value) && !value.length)) continue;
    if (Array.isArray(value) && value.every(isObject)) tables.push(table(value));
    else if (isObject(value) && Object.values(value).every(isObject)) tables.push(table(Object.entries(value).map(([key, one]) => ({ [name]: key, ...(one as object) }))));
    else if (isObject(value)) tables.push(table(Object.entries(value).map(([key, one]) => ({ [name]: key, '': one }))));
    else rows.push(h('dt', {}, name), h('dd', {}, plain(value)));
  }
  return [...(rows.length ? [h('dl', {}, ...rows)] : []), ...tables];
}
