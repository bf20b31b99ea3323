/**
 * Makes the objects of kinds-tables.yaml in an API server and reads the tables that it answers with, ages left out.
 * `kubectl proxy` of a real control plane and `node test/unit/kinds-tables.ts http://127.0.0.1:8001` record kinds-tables.expected.json.
 */
import fs from 'node:fs';
import { parseAllDocuments } from 'yaml';
import { resourceOf, resources } from '../../src/kube/schema/schema.ts';
import { MERGE, NAMESPACE, pathOf, real, within, type Given, type Plain, type Send } from './kinds-server.ts';

/** The table of a resource: columns as `Name|type|format|priority`, cells by the name of the object. */
export interface Table {
  readonly resource: string;
  readonly columns: readonly string[];
  readonly rows: Readonly<Record<string, readonly unknown[]>>;
}

const FILE = new URL('kinds-tables.yaml', import.meta.url);
export const EXPECTED = new URL('kinds-tables.expected.json', import.meta.url);
const ACCEPT = { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' };
const AGES = new Set(['Age', 'Created At']);

interface Answer {
  readonly columnDefinitions: readonly { readonly name: string; readonly type: string; readonly format: string; readonly priority: number }[];
  readonly rows: null | readonly { readonly cells: readonly unknown[]; readonly object: { readonly metadata: { readonly name: string } } }[];
}

async function make(send: Send, given: Given): Promise<string> {
  const one = `${pathOf(given)}/${given.metadata.name}`;
  const made = await send('POST', pathOf(given), given);
  if (made.code > 299) throw new Error(JSON.stringify(made.body));
  if (given.status && resourceOf(given.apiVersion, given.kind)!.subresources.some(({ name }) => name === 'status')) await send('PATCH', `${one}/status`, { status: given.status as Plain }, MERGE);
  return one;
}

/** The tables of all kinds; nothing stays. */
export const play = (send: Send): Promise<readonly Table[]> => within(send, async () => {
  const given = parseAllDocuments(fs.readFileSync(FILE, 'utf8')).map((d) => d.toJS() as Given);
  const made: string[] = [];
  for (const object of given) made.push(await make(send, object));
  const out: Table[] = [];
  for (const r of resources) {
    if (!r.verbs.includes('list') || r.apiVersion === 'autoscaling/v1') continue;
    const names = new Set(given.filter(({ kind }) => kind === r.kind).map(({ metadata }) => metadata.name));
    const path = `${r.group ? '/apis/' : '/api/'}${r.apiVersion}${r.namespaced ? `/namespaces/${NAMESPACE}` : ''}/${r.name}`;
    const { columnDefinitions: columns, rows } = (await send('GET', path, undefined, ACCEPT)).body as unknown as Answer;
    const cells = (rows ?? []).filter(({ object }) => names.has(object.metadata.name)).map(({ cells: all, object }) => [object.metadata.name, all.filter((_, i) => columns[i] && !AGES.has(columns[i].name))] as const);
    out.push({ resource: `${r.apiVersion}/${r.name}`, columns: columns.map((c) => [c.name, c.type, c.format, c.priority].join('|')), rows: Object.fromEntries(cells) });
  }
  for (const path of made.reverse()) await send('DELETE', `${path}?gracePeriodSeconds=0`);
  return out;
});

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const tables = await play(real(process.argv[2]!));
  fs.writeFileSync(EXPECTED, `[\n${tables.map((t) => JSON.stringify(t)).join(',\n')}\n]\n`);
}
