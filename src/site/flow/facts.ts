/** A note's facts as a reader sees them: fields in rows, verdicts of the scheduler as a table with a row for each node. */
import type { Note } from '../../sim/trace.ts';
import { h } from '../dom.ts';

type Plain = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Plain => typeof value === 'object' && value !== null && !Array.isArray(value);
const shown = (value: unknown): string =>
  typeof value === 'string'
    ? value
    : typeof value === 'number'
      ? String(Math.round(value * 100) / 100)
      : Array.isArray(value)
        ? value.map(shown).join(', ')
        : JSON.stringify(value);

function table(rows: readonly Plain[]): HTMLElement {
  const heads = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return h(
    'div',
    { class: 'fact-table', tabindex: 0, role: 'region', 'aria-label': heads[0] ?? '' },
    h(
      'table',
      {},
      h('thead', {}, h('tr', {}, ...heads.map((head) => h('th', { scope: 'col' }, head)))),
      h(
        'tbody',
        {},
        ...rows.map((row) =>
          h('tr', {}, ...heads.map((head, i) => h(i ? 'td' : 'th', i ? {} : { scope: 'row' }, row[head] === undefined ? '' : shown(row[head])))),
        ),
      ),
    ),
  );
}

/** One node's verdict as a row; nested points of plugins become columns of their own. */
function verdict(step: Note['step'], node: string, of: Plain): Plain {
  if (step === 'filter') return { node, '': Object.keys(of).length ? '✕' : '✓', plugin: of['plugin'] ?? '', reason: of['reasons'] ?? '' };
  const { plugins, ...rest } = of;
  return { node, ...rest, ...(isObject(plugins) ? plugins : {}) };
}

/** Draws the facts of a note. */
export function factsOf({ step, facts }: Note): HTMLElement[] {
  const rows: HTMLElement[] = [];
  const tables: HTMLElement[] = [];
  for (const [name, value] of Object.entries(facts)) {
    if (name === 'watcher' || value === undefined || value === '' || (Array.isArray(value) && !value.length)) continue;
    if (isObject(value) && Object.values(value).every(isObject))
      tables.push(table(Object.entries(value).map(([node, one]) => verdict(step, node, one as Plain))));
    else if (Array.isArray(value) && value.every(isObject)) tables.push(table(value));
    else if (isObject(value)) rows.push(...Object.entries(value).flatMap(([key, one]) => [h('dt', {}, key), h('dd', {}, shown(one))]));
    else rows.push(h('dt', {}, name), h('dd', {}, shown(value)));
  }
  return [...(rows.length ? [h('dl', {}, ...rows)] : []), ...tables];
}
