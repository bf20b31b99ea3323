/**
 * Sends the objects of kinds-checks.yaml to an API server, as dry runs, and keeps what it says of each.
 * `kubectl proxy` of a real control plane and `node test/unit/kinds-checks.ts http://127.0.0.1:8001` record kinds-checks.expected.json.
 */
import fs from 'node:fs';
import { parseAllDocuments } from 'yaml';
import { resourceOf } from '../../src/kube/schema/schema.ts';

type Plain = Record<string, unknown>;
interface Given extends Plain {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
}
interface Changed {
  readonly base: Given;
  readonly status?: Plain;
  readonly patches: readonly Plain[];
}

/** The parts of an answer that count. */
export interface Heard {
  readonly code: number;
  readonly warnings: readonly string[];
  readonly body: Plain;
}
/** One object or change with what was said to it. */
export interface Case {
  readonly title: string;
  readonly kind: string;
  readonly code: number;
  readonly said: readonly string[];
  readonly object?: unknown;
}

export type Send = (method: string, path: string, body?: unknown, type?: string) => Heard | Promise<Heard>;

const FILE = new URL('kinds-checks.yaml', import.meta.url);
export const EXPECTED = new URL('kinds-checks.expected.json', import.meta.url);
const NAMESPACE = 'kinds-checks';
const CHANGING = new Set(['uid', 'creationTimestamp', 'resourceVersion', 'managedFields', 'lastPhaseTransitionTime']);

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).filter(([key]) => !CHANGING.has(key)).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, part]) => [key, sorted(part)]));
}

const settled = (text: string): string => text.replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'UID').replace(/kube-api-access-\w{5}/g, 'kube-api-access-xxxxx');

/** What was said: warnings, or each thing that is wrong, in an order of its own because the server's own is by chance where maps are walked. */
function said({ code, warnings, body }: Heard): readonly string[] {
  if (code < 300) return warnings.map(settled).sort();
  const causes = ((body.details as Plain | undefined)?.causes ?? []) as readonly { readonly field: string; readonly message: string }[];
  return [...new Set(causes.length ? causes.map((c) => settled(`${c.field}: ${c.message}`)) : [settled(String(body.message))])].sort();
}

function pathOf({ apiVersion, kind }: Given): string {
  const r = resourceOf(apiVersion, kind)!;
  return `${r.group ? '/apis/' : '/api/'}${r.apiVersion}${r.namespaced ? `/namespaces/${NAMESPACE}` : ''}/${r.name}`;
}

const DRY = 'dryRun=All&fieldValidation=Strict';
const MERGE = 'application/merge-patch+json';

/** Plays all documents. Namespaces and objects that it makes are gone afterwards. */
export async function play(send: Send): Promise<readonly Case[]> {
  const out: Case[] = [];
  await send('POST', '/api/v1/namespaces', { metadata: { name: NAMESPACE } });
  await send('POST', `/api/v1/namespaces/${NAMESPACE}/serviceaccounts`, { metadata: { name: 'default' } });
  for (const document of parseAllDocuments(fs.readFileSync(FILE, 'utf8'))) {
    const given = document.toJS() as Given | Changed;
    if ('kind' in given && typeof given.kind === 'string') {
      const { kind, metadata: { name } } = given as Given;
      const heard = await send('POST', `${pathOf(given as Given)}?${DRY}`, given);
      out.push({ title: `new ${name}`, kind, code: heard.code, said: said(heard), ...(heard.code < 300 && { object: JSON.parse(settled(JSON.stringify(sorted(heard.body)))) }) });
      continue;
    }
    const { base, status, patches } = given as Changed;
    const one = `${pathOf(base)}/${base.metadata.name}`;
    await send('POST', pathOf(base), base);
    if (status) await send('PATCH', `${one}/status`, { status }, MERGE);
    for (const patch of patches) {
      const [sub, body] = typeof patch.sub === 'string' ? [`/${patch.sub}`, patch.patch] : ['', patch];
      const heard = await send('PATCH', `${one}${sub}?${DRY}`, body, MERGE);
      out.push({ title: `${base.metadata.name}${sub} becomes ${JSON.stringify(body)}`, kind: base.kind, code: heard.code, said: said(heard) });
    }
    await send('DELETE', `${one}?gracePeriodSeconds=0`);
  }
  await send('DELETE', `/api/v1/namespaces/${NAMESPACE}`);
  return out;
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const server = process.argv[2];
  const cases = await play(async (method, path, body, type = 'application/json') => {
    const response = await fetch(`${server}${path}`, { method, headers: { 'content-type': type }, ...(body !== undefined && { body: JSON.stringify(body) }) });
    const warnings = [...(response.headers.get('warning') ?? '').matchAll(/299 - ("(?:[^"\\]|\\.)*")/g)].map((m) => JSON.parse(m[1]!) as string);
    return { code: response.status, warnings, body: (await response.json()) as Plain };
  });
  fs.writeFileSync(EXPECTED, `[\n${cases.map((c) => JSON.stringify(c)).join(',\n')}\n]\n`);
}
