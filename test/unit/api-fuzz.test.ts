/**
 * Odd and hostile requests against the API server: each gets a proper answer, never an exception, never somebody else's object.
 */
import assert from 'node:assert/strict';
import test from 'node:test';
import '../../src/kube/api/openapi.ts';
import { issueCertificate } from '../../src/kube/api/certificate.ts';
import { resources } from '../../src/kube/schema/schema.ts';
import { Random } from '../../src/sim/random.ts';
import type { Request, Status } from '../../src/kube/api/wire.ts';
import { casesOf, freshServer, manifestsOf } from './api-corpus.ts';

const ROUNDS = 10_000;
const random = new Random('fuzz');
const pick = <T>(list: readonly T[]): T => list[random.below(list.length)]!;

const WORDS = ['', 'default', 'kube-system', 'nosuch', '..', '%2e%2e', 'a/b', 'ü', '__proto__', 'constructor', 'toString', 'x'.repeat(300), ' ', '%', '%zz', 'pods', 'status', 'hasOwnProperty', '0', '-1'];
const SCALARS: readonly unknown[] = [null, true, false, 0, -1, 1.5, 1e308, '', 'x', '__proto__', '9999999999999999999', [], {}, [[[]]], 'a'.repeat(5000), '🦊', '\u0000', NaN];

function value(depth: number): unknown {
  if (depth <= 0 || random.below(3) === 0) return pick(SCALARS);
  if (random.below(2)) return Array.from({ length: random.below(4) }, () => value(depth - 1));
  return Object.fromEntries(Array.from({ length: random.below(5) }, () => [pick([...WORDS, 'spec', 'metadata', 'name', 'containers', 'labels', 'template', 'data', 'rules', 'kind', 'apiVersion']), value(depth - 1)]));
}

function deep(): unknown {
  let out: unknown = {};
  for (let i = 0; i < 2000; i++) out = random.below(2) ? [out] : { spec: out };
  return out;
}

function body(r: (typeof resources)[number]): unknown {
  const object = { apiVersion: r.apiVersion, kind: r.kind, metadata: random.below(3) ? { name: pick(['a', 'b', 'A', '', ...WORDS]), labels: value(2), annotations: value(2), finalizers: value(1), ownerReferences: value(3) } : value(3), spec: value(5), status: value(4), data: value(2), rules: value(3), roleRef: value(2), subjects: value(3) };
  switch (random.below(9)) {
    case 0: return value(6);
    case 1: return '{"a":';
    case 2: return JSON.stringify(object).slice(0, random.below(200));
    case 3: return random.below(2) ? deep() : `{"spec":${'['.repeat(20_000)}${']'.repeat(20_000)}}`;
    case 4: return 'kind: Pod\n\tbad: [';
    case 5: return undefined;
    case 6: return { metadata: { name: 'ok' }, spec: value(6) };
    default: return random.below(2) ? object : JSON.stringify(object);
  }
}

const TYPES = ['application/json', 'application/yaml', 'application/merge-patch+json', 'application/json-patch+json', 'application/strategic-merge-patch+json', 'application/apply-patch+yaml', 'application/vnd.kubernetes.protobuf', 'text/html', ''];
const PARAMETERS = ['labelSelector', 'fieldSelector', 'limit', 'continue', 'resourceVersion', 'resourceVersionMatch', 'watch', 'timeoutSeconds', 'dryRun', 'fieldManager', 'fieldValidation', 'force', 'propagationPolicy', 'gracePeriodSeconds', 'sendInitialEvents', 'allowWatchBookmarks', 'pretty', 'includeObject', '__proto__'];

function patchBody(): unknown {
  return random.below(2) ? Array.from({ length: 3 }, () => ({ op: pick(['add', 'remove', 'replace', 'move', 'copy', 'test', 'x']), path: pick(['/spec', '/metadata/labels/a', '', '/-', '/__proto__/x', 'x', '/spec/0/~1']), from: pick(['/spec', '/metadata', '', 'x']), value: value(2) })) : value(5);
}

function request(certificate: string): Request {
  const r = pick(resources);
  const base = r.group ? `/apis/${r.apiVersion}` : `/api/${r.apiVersion}`;
  const place = random.below(4) ? `/namespaces/${random.below(3) ? 'default' : pick(WORDS)}` : '';
  const path = random.below(12) === 0 ? `/${pick(WORDS)}/${pick(WORDS)}/${pick(WORDS)}` : `${base}${place}/${r.name}${random.below(2) ? `/${pick(['a', 'b', 'ok', 'default', 'web', ...WORDS])}` : ''}${random.below(5) === 0 ? `/${pick(['status', 'scale', 'log', 'exec', 'binding', 'eviction', 'token', 'approval', 'finalize', 'resize', 'proxy', 'x', '__proto__'])}` : ''}`;
  const method = pick(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD'] as const);
  const query = Object.fromEntries(Array.from({ length: random.below(3) }, () => [pick(PARAMETERS), random.below(8) ? pick([...WORDS, 'true', '1', 'All', 'Strict', 'Ignore', 'Exact', 'a=b', 'a in (b,c)', '!a', 'Foreground', 'Orphan', 'NotOlderThan']) : ['a', 'b']]));
  const headers: Record<string, string> = { 'content-type': method === 'PATCH' && random.below(5) ? pick(TYPES.slice(2, 6)) : pick(TYPES), accept: pick(['application/json', 'application/json;as=Table;v=v1;g=meta.k8s.io', 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io', '*/*', 'x']) };
  const who = random.below(10);
  if (who === 0) headers['authorization'] = `Bearer ${pick(WORDS)}`;
  return { method, path, query, headers, body: method === 'PATCH' ? patchBody() : body(r), ...(who > 2 ? { certificate } : who === 1 ? { certificate: 'x' } : {}) };
}

test(`${ROUNDS} random and hostile requests are each answered with an object or a Status`, () => {
  const { api, clock } = freshServer();
  const certificate = issueCertificate(api.secret, { user: 'fuzzer', groups: ['system:masters'], notBefore: 0, notAfter: Date.UTC(2036, 1) });
  const codes = new Map<number, number>();
  for (let i = 0; i < ROUNDS; i++) {
    const asked = request(certificate);
    let answer;
    try {
      answer = api.handle(asked);
    } catch (error) {
      throw new Error(`${i}: ${asked.method} ${asked.path} ${JSON.stringify(asked.query)} ${JSON.stringify(asked.headers)} ${JSON.stringify(asked.body)?.slice(0, 600)}: ${(error as Error).stack}`);
    }
    codes.set(answer.code, (codes.get(answer.code) ?? 0) + 1);
    answer.feed?.close();
    if (answer.code >= 400 && answer.body !== '404 page not found\n') {
      const status = answer.body as Status;
      assert.equal(status.kind, 'Status', asked.path);
      assert.equal(status.code, answer.code);
    }
    if (!asked.certificate && !asked.headers?.['authorization']) assert.ok(answer.code >= 400 || !/^\/apis?\/.*\/.*\//.test(asked.path), `${asked.path} told the anonymous`);
    if (i % 100 === 0) clock.run(clock.now + 1000);
  }
  if (process.env['SHOW']) console.log(codes);
  assert.ok(codes.get(200)! > 0 && codes.get(422)! > 0 && codes.get(403)! > 0, JSON.stringify([...codes]));
  assert.equal(({} as Record<string, unknown>)['polluted'], undefined);
  assert.deepEqual(Object.keys(Object.prototype), []);
});

/** Another value of the same JSON type. */
function alike(of: unknown): unknown {
  if (typeof of === 'string') return pick([...WORDS, 'a', '1', 'Always', 'TCP', '10.0.0.1', '1Gi', '-5m', 'http', 'a.example.com', '*/5 * * * *', '50%']);
  if (typeof of === 'number') return pick([0, 1, -1, 80, 65_536, 2_147_483_647, -2_147_483_648, 3600]);
  if (typeof of === 'boolean') return !of;
  return Array.isArray(of) ? [] : {};
}

/** The object with one place in it replaced, removed or doubled. */
function mutated(object: unknown): unknown {
  const copy = structuredClone(object) as Record<string, unknown>;
  let at: Record<string, unknown> | unknown[] = copy;
  for (let depth = random.below(8); ; depth--) {
    const keys: readonly (string | number)[] = Array.isArray(at) ? at.map((_, i) => i) : Object.keys(at).filter((k) => k !== 'kind' && k !== 'apiVersion');
    if (!keys.length) return copy;
    const key = pick(keys) as keyof typeof at;
    const inner: unknown = at[key];
    if (depth > 0 && typeof inner === 'object' && inner !== null) {
      at = inner as Record<string, unknown>;
      continue;
    }
    if (random.below(4) === 0) delete at[key];
    else if (Array.isArray(at) && random.below(3) === 0) at.push(inner);
    else (at as Record<string, unknown>)[key as string] = random.below(3) ? alike(inner) : value(2);
    return copy;
  }
}

test('manifests with one thing changed in them are admitted or refused', () => {
  const { api } = freshServer();
  const certificate = issueCertificate(api.secret, { user: 'fuzzer', groups: ['system:masters'], notBefore: 0, notAfter: Date.UTC(2036, 1) });
  const manifests = casesOf('valid').flatMap((name) => manifestsOf('valid', name)).map((object) => ({ object, resource: resources.find((r) => r.apiVersion === object['apiVersion'] && r.kind === object['kind']) })).filter((m) => m.resource);
  const codes = new Map<number, number>();
  for (let i = 0; i < 3000; i++) {
    const { object, resource } = pick(manifests);
    const changed = mutated(mutated(object));
    const path = `${resource!.group ? '/apis/' : '/api/'}${resource!.apiVersion}${resource!.namespaced ? '/namespaces/default' : ''}/${resource!.name}`;
    const bodyText = JSON.stringify(changed);
    try {
      const made = api.handle({ method: 'POST', path, query: random.below(2) ? { dryRun: 'All', fieldValidation: 'Strict' } : {}, body: bodyText, certificate });
      codes.set(made.code, (codes.get(made.code) ?? 0) + 1);
      if (made.code === 201) {
        const name = (made.body as { metadata: { name: string } }).metadata.name;
        const again = JSON.stringify(mutated(object));
        const type = pick(TYPES.slice(2, 6));
        const answer = api.handle({ method: 'PATCH', path: `${path}/${name}`, query: { fieldManager: 'x', ...(random.below(2) && type.includes('apply') ? { force: 'true' } : {}) }, headers: { 'content-type': type }, body: again, certificate });
        codes.set(answer.code, (codes.get(answer.code) ?? 0) + 1);
        api.handle({ method: 'GET', path: `${path}/${name}`, certificate });
      }
    } catch (error) {
      throw new Error(`${i}: ${path} ${bodyText.slice(0, 2000)}: ${(error as Error).stack}`);
    }
  }
  if (process.env['SHOW']) console.log(codes);
  assert.ok(codes.get(201)! > 100 && codes.get(422)! > 300, JSON.stringify([...codes]));
});
