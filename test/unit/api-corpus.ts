/**
 * Plays the recorded manifests of test/kubernetes/valid and invalid against an API server as `kubectl apply` would, and tells what differs.
 * `node test/unit/api-corpus.ts [valid|invalid] [NAME] [--diff]` prints it; api-corpus.test.ts holds it to a list.
 */
import fs from 'node:fs';
import { parseAllDocuments } from 'yaml';
import { Agenda } from '../../src/sim/clock.ts';
import { Trace } from '../../src/sim/trace.ts';
import { issueCertificate } from '../../src/kube/api/certificate.ts';
import '../../src/kube/api/custom/index.ts';
import { createApiServer, type RunningApiServer } from '../../src/kube/api/create.ts';
import '../../src/kube/kinds/checks.ts';
import { kinds } from '../../src/kube/kinds/index.ts';
import { resourceOf, resources } from '../../src/kube/schema/schema.ts';
import { used, type Quota } from '../../src/kube/api/admission/quota-usage.ts';
import type { KubeObject, Response, Status } from '../../src/kube/api/wire.ts';
import { normalise } from '../kubernetes/normalise.mjs';
import { parse } from '../kubernetes/transcript.mjs';

export const FOLDER = new URL('../kubernetes/', import.meta.url);
const USER = { name: 'kubernetes-admin', groups: ['kubeadm:cluster-admins', 'system:masters', 'system:authenticated'] };
type Plain = Record<string, unknown>;

/** A server with what the recorded cluster had besides: service accounts of namespaces. */
export function freshServer(): { api: RunningApiServer; clock: Agenda } {
  const clock = new Agenda();
  const api = createApiServer({ clock, epoch: Date.UTC(2026, 10, 24, 10), seed: 'corpus', trace: new Trace(() => clock.now), kinds });
  clock.add('kube-apiserver', api);
  for (const ns of ['default', 'kube-system', 'kube-public', 'kube-node-lease']) account(api, ns);
  return { api, clock };
}

function account(api: RunningApiServer, ns: string): void {
  api.handle({ method: 'POST', path: `/api/v1/namespaces/${ns}/serviceaccounts`, body: { metadata: { name: 'default' } }, user: USER });
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([k, v]) => [k, sorted(v)]));
}

/** JSON with keys in order, also those that look like numbers. */
function stringify(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(stringify).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return `{${Object.keys(value).sort().map((k) => `${JSON.stringify(k)}:${stringify((value as Plain)[k])}`).join(',')}}`;
}

interface Located {
  readonly collection: string;
  readonly one: string;
}

function locate(api: RunningApiServer, object: Plain, namespace: string): Located | undefined {
  const apiVersion = String(object['apiVersion']);
  const kind = String(object['kind']);
  let resource = resourceOf(apiVersion, kind) as { group: string; apiVersion: string; name: string; namespaced: boolean } | undefined;
  // The discovery client takes `service` for Service; the server does not.
  resource ??= resources.find((r) => r.apiVersion === apiVersion && r.kind.toLowerCase() === kind);
  if (!resource) {
    const crd = api.read.list<KubeObject & { spec: { group: string; scope: string; names: { kind: string; plural: string } } }>('customresourcedefinitions.apiextensions.k8s.io').find((c) => c.spec.names.kind === kind);
    if (!crd) return undefined;
    resource = { group: crd.spec.group, apiVersion, name: crd.spec.names.plural, namespaced: crd.spec.scope === 'Namespaced' };
  }
  const meta = object['metadata'] as Plain | undefined;
  const ns = resource.namespaced ? `/namespaces/${String(meta?.['namespace'] ?? namespace)}` : '';
  const collection = `${resource.group ? '/apis/' : '/api/'}${resource.apiVersion}${ns}/${resource.name}`;
  return { collection, one: `${collection}/${String(meta?.['name'])}` };
}

const LAST = 'kubectl.kubernetes.io/last-applied-configuration';

function withLast(object: Plain, ns: string | undefined): Plain {
  const meta = { ...(object['metadata'] as Plain) };
  if (ns !== undefined && meta['namespace'] === undefined) meta['namespace'] = ns;
  const annotations = { ...(meta['annotations'] as Plain | undefined) };
  delete annotations[LAST];
  const bare = sorted({ ...object, metadata: { ...meta, annotations } });
  annotations[LAST] = `${stringify(bare).replace(/[<>&]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)}\n`;
  return sorted({ ...object, metadata: { ...meta, annotations } }) as Plain;
}

/** Fields of `before` that `now` does not have any more, as nulls. */
function removed(before: unknown, now: unknown): Plain {
  const out: Plain = {};
  const plain = (v: unknown): v is Plain => typeof v === 'object' && v !== null && !Array.isArray(v);
  if (!plain(before) || !plain(now)) return out;
  for (const key of Object.keys(before)) {
    if (!(key in now)) out[key] = null;
    else {
      const inner = removed(before[key], now[key]);
      if (Object.keys(inner).length) out[key] = inner;
    }
  }
  return out;
}

function deepMerge(a: Plain, b: Plain): Plain {
  const out: Plain = { ...a };
  for (const [k, v] of Object.entries(b)) {
    const own = out[k];
    out[k] = v !== null && typeof v === 'object' && !Array.isArray(v) && typeof own === 'object' && own !== null && !Array.isArray(own) ? deepMerge(own as Plain, v as Plain) : v;
  }
  return out;
}

interface Outcome {
  readonly object: Plain;
  readonly response: Response;
  readonly verb: 'creating' | 'patching';
}

function apply(api: RunningApiServer, text: string, namespace: string, dry: boolean): readonly Outcome[] {
  const out: Outcome[] = [];
  for (const document of parseAllDocuments(text, { version: '1.1', merge: true })) {
    if (document.errors.length) break;
    const value = document.toJS({ maxAliasCount: -1 }) as Plain | null;
    if (!value || typeof value !== 'object' || !value['kind'] || !(value['metadata'] as Plain | undefined)?.['name']) continue;
    const objects = String(value['kind']).endsWith('List') && Array.isArray(value['items']) ? (value['items'] as Plain[]) : [value];
    for (const object of objects) {
      const place = locate(api, object, namespace);
      if (!place) continue;
      const body = withLast(object, place.collection.includes('/namespaces/') ? namespace : undefined);
      const query = { fieldManager: 'kubectl-client-side-apply', fieldValidation: 'Strict', ...(dry && { dryRun: 'All' }) };
      const current = api.handle({ method: 'GET', path: place.one, user: USER });
      if (current.code === 404) {
        out.push({ object, verb: 'creating', response: send(api, 'POST', place.collection, body, query) });
        if (String(object['kind']) === 'Namespace' && !dry) account(api, String((object['metadata'] as Plain)['name']));
      } else {
        const last = ((current.body as KubeObject).metadata.annotations ?? {})[LAST];
        const patch = deepMerge(body, last ? removed(JSON.parse(last), object) : {});
        const custom = !resourceOf(String(object['apiVersion']), String(object['kind']));
        out.push({ object, verb: 'patching', response: send(api, 'PATCH', place.one, patch, query, custom ? 'application/merge-patch+json' : 'application/strategic-merge-patch+json') });
      }
    }
  }
  return out;
}

/** As an outsider: the server is to trust nothing of the body, so it travels as text. */
function send(api: RunningApiServer, method: 'POST' | 'PATCH', path: string, body: unknown, query: Record<string, string>, type = 'application/json'): Response {
  return api.handle({ method, path, query, headers: { 'content-type': type }, body: JSON.stringify(body), certificate: certificateFor(api) });
}

/** The admin's client certificate. */
const certificates = new WeakMap<RunningApiServer, string>();
function certificateFor(api: RunningApiServer): string {
  let c = certificates.get(api);
  if (!c) certificates.set(api, (c = issueCertificate(api.secret, { user: USER.name, groups: ['kubeadm:cluster-admins'], notBefore: 0, notAfter: Date.UTC(2036, 1) })));
  return c;
}

const RANDOM_KEYS = new Set(['uid', 'creationTimestamp', 'resourceVersion']);

/** An object that can be compared: what is random is equal, and nulls that YAML writes are there. */
function comparable(value: unknown, source: string): string {
  const text = JSON.stringify(sorted(value), (k, v) => (RANDOM_KEYS.has(k) && typeof v === 'string' && v !== '' ? '<R>' : (v as unknown)), 1);
  return normalise(text.replace(/kube-api-access-[a-z0-9]{5}/g, 'kube-api-access-<RAND>'), source);
}

function qualifiedName(object: KubeObject): string {
  const group = object.apiVersion.includes('/') ? `.${object.apiVersion.split('/')[0]}` : '';
  return `${object.kind.toLowerCase()}${group}/${object.metadata.name}`;
}

const warningsOf = (response: Response): readonly string[] => [...(response.headers?.['warning'] ?? '').matchAll(/299 - ("(?:[^"\\]|\\.)*")/g)].map((m) => `Warning: ${JSON.parse(m[1]!) as string}`);

function errorLine(o: Outcome, file: string, alone: boolean): string {
  const status = o.response.body as Status;
  if (alone && status.reason === 'Invalid') {
    const causes = [...new Set((status.details?.causes ?? []).map((c) => `${c.field}: ${c.message}`))];
    const head = `The ${status.details?.kind ?? ''}${''} ${JSON.stringify(status.details?.name ?? '')} is invalid`;
    return causes.length === 1 ? `${head}: ${causes[0]}` : `${head}: \n${causes.map((c) => `* ${c}`).join('\n')}`;
  }
  return `Error from server${status.reason ? ` (${status.reason})` : ""}: error when ${o.verb} ${JSON.stringify(file)}: ${status.message}`;
}

/** Only what the server said: kubectl's own words and the patch that it shows are cut out. */
function serversWords(lines: readonly string[]): readonly string[] {
  const out: string[] = [];
  let skipping = false;
  for (const line of lines) {
    if (/^Error from server .*error when applying patch:$/.test(line)) {
      skipping = true;
      out.push(line.replace(/error when applying patch:$/, 'PATCH '));
      continue;
    }
    if (skipping) {
      const m = /^for: "[^"]*": (error when patching .*)$/.exec(line);
      if (!m) continue;
      skipping = false;
      out[out.length - 1] = out.at(-1)!.replace('PATCH ', m[1]!);
      continue;
    }
    out.push(line);
  }
  return out;
}

export interface CaseResult {
  readonly name: string;
  readonly equal: boolean;
  readonly expected: string;
  readonly actual: string;
}

/** Plays one file. */
export function play(group: 'valid' | 'invalid', name: string): CaseResult {
  const source = fs.readFileSync(new URL(`${group}/${name}`, FOLDER), 'utf8');
  const { steps, files } = parse(source) as unknown as { steps: { line?: string; output: string[]; code: number; wait?: number }[]; files: Record<string, string> };
  const { api, clock } = freshServer();
  const expected: string[] = [];
  const actual: string[] = [];
  for (const step of steps) {
    if (step.wait) {
      clock.run(clock.now + step.wait * 1000);
      countQuotas(api);
    }
    if (!step.line) continue;
    clock.run(clock.now + 100);
    const file = /-f (\S+)/.exec(step.line)![1]!;
    const dry = step.line.includes('--dry-run=server');
    if (!step.line.includes('apply')) continue;
    const namespace = /-n (\S+)/.exec(step.line)?.[1] ?? 'default';
    let outcomes: readonly Outcome[];
    try {
      outcomes = apply(api, files[file]!, namespace, dry);
    } catch (error) {
      if (!/^(YAML|Map|Flow|Nested|Plain|Block|Document|Unexpected|ReferenceErrorUnresolved)/i.test((error as Error).name + (error as Error).message)) throw error;
      outcomes = [];
    }
    if (step.line.includes('-o yaml')) {
      const recorded = parseAllDocuments(step.output.filter((l) => !l.startsWith('Warning: ')).join('\n')).map((d) => d.toJS() as Plain | null)[0];
      const wanted = recorded?.['kind'] === 'List' ? (recorded['items'] as Plain[]) : recorded ? [recorded] : [];
      expected.push(...step.output.filter((l) => l.startsWith('Warning: ')), ...wanted.map((o) => comparable(o, source)));
      actual.push(...outcomes.flatMap((o) => warningsOf(o.response)), ...outcomes.map((o) => comparable(o.response.code < 300 ? bare(o.response.body as Plain) : o.response.body, source)));
      continue;
    }
    const said = serversWords(step.output).filter((l) => !/^(error|unable to decode|\[?unable|ensure CRDs|resource mapping)/.test(l));
    expected.push(...said);
    const failed = outcomes.filter((o) => o.response.code >= 300);
    const own = step.output.length !== said.length && step.output.some((l) => /^(error:|unable|ensure CRDs)/.test(l));
    const lines = [
      ...outcomes.flatMap((o) => warningsOf(o.response)),
      ...outcomes.filter((o) => o.response.code < 300).map((o) => `${qualifiedName(o.response.body as KubeObject)} ${o.verb === 'creating' ? 'created' : 'configured'}${dry ? ' (server dry run)' : ''}`),
      ...failed.map((o) => errorLine(o, file, failed.length === 1)),
    ];
    if (!own || said.length) actual.push(...lines);
  }
  const clean = (lines: readonly string[]): string => normalise(lines.join('\n'), source);
  const a = clean(expected);
  const b = clean(actual);
  return { name, equal: a === b, expected: a, actual: b };
}

/** What the resource quota controller does in a few seconds. */
function countQuotas(api: RunningApiServer): void {
  for (const q of api.read.list<Quota>('resourcequotas')) {
    api.handle({ method: 'PUT', path: `/api/v1/namespaces/${q.metadata.namespace}/resourcequotas/${q.metadata.name}/status`, body: { ...q, status: { hard: q.spec?.hard, used: used(api.read, q, '') } }, user: USER });
  }
}

function bare(object: Plain): Plain {
  const meta = { ...(object['metadata'] as Plain) };
  delete meta['managedFields'];
  return { ...object, metadata: meta };
}

/** The objects in the files of a case. */
export function manifestsOf(group: 'valid' | 'invalid', name: string): readonly Plain[] {
  const { files } = parse(fs.readFileSync(new URL(`${group}/${name}`, FOLDER), 'utf8')) as unknown as { files: Record<string, string> };
  return Object.values(files).flatMap((text) => parseAllDocuments(text, { merge: true }).flatMap((d) => (d.errors.length ? [] : [d.toJS() as Plain | null]))).filter((o) => o !== null);
}

export const casesOf = (group: 'valid' | 'invalid'): readonly string[] => fs.readdirSync(new URL(`${group}/`, FOLDER)).filter((f) => f.endsWith('.txt')).sort();

function difference(a: string, b: string): string {
  const x = a.split('\n');
  const y = b.split('\n');
  const out: string[] = [];
  const rows: Uint32Array[] = Array.from({ length: x.length + 1 }, () => new Uint32Array(y.length + 1));
  for (let i = x.length - 1; i >= 0; i--) for (let j = y.length - 1; j >= 0; j--) rows[i]![j] = x[i] === y[j] ? rows[i + 1]![j + 1]! + 1 : Math.max(rows[i + 1]![j]!, rows[i]![j + 1]!);
  let i = 0;
  let j = 0;
  while (i < x.length || j < y.length) {
    if (i < x.length && j < y.length && x[i] === y[j]) {
      i++;
      j++;
    } else if (j >= y.length || (i < x.length && rows[i + 1]![j]! >= rows[i]![j + 1]!)) out.push(`- ${x[i++]}`);
    else out.push(`+ ${y[j++]}`);
  }
  return out.join('\n');
}

const LIST = new URL('known-api-differences.txt', FOLDER);

/** The cases that are known to differ, as `invalid/086-name-too-long.txt`. */
export const knownDifferences = (): readonly string[] => (fs.existsSync(LIST) ? fs.readFileSync(LIST, 'utf8').split('\n').filter((l) => l !== '') : []);

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const differing: string[] = [];
  const [group, only] = process.argv.slice(2).filter((a) => !a.startsWith('--'));
  for (const g of group ? [group as 'valid' | 'invalid'] : (['valid', 'invalid'] as const)) {
    let equal = 0;
    const all = casesOf(g).filter((n) => !only || n.includes(only));
    for (const name of all) {
      let result: CaseResult;
      try {
        result = play(g, name);
      } catch (error) {
        console.log(`${g}/${name} THROWS ${(error as Error).stack}`);
        differing.push(`${g}/${name}`);
        continue;
      }
      if (result.equal) equal++;
      else differing.push(`${g}/${name}`);
      if (result.equal) continue;
      if (process.argv.includes('--diff')) console.log(`== ${g}/${name}\n${difference(result.expected, result.actual)}`);
      else console.log(`${g}/${name}`);
    }
    console.log(`${g}: ${equal} of ${all.length} equal`);
  }
  if (process.argv.includes('--write')) {
    const before = knownDifferences();
    fs.writeFileSync(LIST, differing.filter((d) => !before.length || before.includes(d)).map((d) => `${d}\n`).join(''));
  }
}

