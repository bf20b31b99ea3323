/**
 * Sends the objects of kinds-checks.yaml to an API server, as dry runs, and keeps what it says of each.
 * `kubectl proxy` of a real control plane and `node test/unit/kinds-checks.ts http://127.0.0.1:8001` record kinds-checks.expected.json.
 */
import fs from 'node:fs';
import { parseAllDocuments } from 'yaml';
import { MERGE, pathOf, real, within, type Given, type Heard, type Plain, type Send } from './kinds-server.ts';

interface Changed {
  readonly base: Given;
  readonly status?: Plain;
  readonly patches: readonly Plain[];
}

/** One object or change with what was said to it. */
export interface Case {
  readonly title: string;
  readonly kind: string;
  readonly code: number;
  readonly said: readonly string[];
  readonly object?: unknown;
}

const FILE = new URL('kinds-checks.yaml', import.meta.url);
export const EXPECTED = new URL('kinds-checks.expected.json', import.meta.url);
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

const DRY = 'dryRun=All&fieldValidation=Strict';

async function create(send: Send, given: Given): Promise<Case> {
  const heard = await send('POST', `${pathOf(given)}?${DRY}`, given);
  const object = heard.code < 300 && { object: JSON.parse(settled(JSON.stringify(sorted(heard.body)))) as unknown };
  return { title: `new ${given.metadata.name}`, kind: given.kind, code: heard.code, said: said(heard), ...object };
}

async function change(send: Send, { base, status, patches }: Changed): Promise<readonly Case[]> {
  const one = `${pathOf(base)}/${base.metadata.name}`;
  await send('POST', pathOf(base), base);
  if (status) await send('PATCH', `${one}/status`, { status }, MERGE);
  const out: Case[] = [];
  for (const patch of patches) {
    const [sub, body] = typeof patch.sub === 'string' ? [`/${patch.sub}`, patch.patch] : ['', patch];
    const heard = await send('PATCH', `${one}${sub}?${DRY}`, body, MERGE);
    out.push({ title: `${base.metadata.name}${sub} becomes ${JSON.stringify(body)}`, kind: base.kind, code: heard.code, said: said(heard) });
  }
  await send('DELETE', `${one}?gracePeriodSeconds=0`);
  return out;
}

/** Plays all documents; nothing stays. */
export const play = (send: Send): Promise<readonly Case[]> => within(send, async () => {
  const out: Case[] = [];
  for (const document of parseAllDocuments(fs.readFileSync(FILE, 'utf8'))) {
    const given = document.toJS() as Given | Changed;
    out.push(...('base' in given ? await change(send, given as Changed) : [await create(send, given)]));
  }
  return out;
});

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const cases = await play(real(process.argv[2]!));
  fs.writeFileSync(EXPECTED, `[\n${cases.map((c) => JSON.stringify(c)).join(',\n')}\n]\n`);
}
