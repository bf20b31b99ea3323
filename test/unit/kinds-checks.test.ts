/** What is right and wrong with objects, against the words of a real API server. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { test } from 'node:test';
import { issueCertificate } from '../../src/kube/api/certificate.ts';
import { freshServer } from './api-corpus.ts';
import { EXPECTED, play, type Case } from './kinds-checks.ts';

const { api } = freshServer();
const certificate = issueCertificate(api.secret, { user: 'admin', groups: ['system:masters'], notBefore: 0, notAfter: Date.UTC(2036, 1) });
const actual = await play((method, target, body, type = 'application/json') => {
  const [path, query] = target.split('?') as [string, string | undefined];
  const response = api.handle({
    method, path, certificate, query: Object.fromEntries(new URLSearchParams(query)), ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': type } }),
  });
  const warnings = [...(response.headers?.warning ?? '').matchAll(/299 - ("(?:[^"\\]|\\.)*")/g)].map((m) => JSON.parse(m[1]!) as string);
  return { code: response.code, warnings, body: JSON.parse(JSON.stringify(response.body)) as Record<string, unknown> };
});
const expected = JSON.parse(fs.readFileSync(EXPECTED, 'utf8')) as readonly Case[];

for (const kind of new Set(expected.map((c) => c.kind))) {
  test(`objects of kind ${kind} are taken, filled in, refused and warned of as by the real server`, () => {
    const of = (cases: readonly Case[]): readonly Case[] => cases.filter((c) => c.kind === kind);
    for (const [i, wanted] of of(expected).entries()) assert.deepEqual(of(actual)[i], wanted);
  });
}
