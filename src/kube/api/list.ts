/**
 * Lists: whole or in pages, of now or of an earlier revision.
 * Stands for the list handler of k8s.io/apiserver and etcd3's GetList.
 */
import type { Exchange } from './exchange.ts';
import { Compacted, listAt, scopeOf, testOf } from './collection.ts';
import { fromStored } from './convert.ts';
import { goQuote } from './field-error.ts';
import { shown } from './managed-fields.ts';
import { parameter } from './path.ts';
import { badRequest, expired, invalid, timeout } from './status.ts';
import type { KubeObject } from './wire.ts';

export interface Listed {
  readonly objects: readonly KubeObject[];
  readonly metadata: { readonly resourceVersion: string; readonly continue?: string; readonly remainingItemCount?: number };
}

interface Token {
  readonly rv: number;
  readonly start: string;
}

const encode = (token: Token): string => btoa(JSON.stringify({ v: 'meta.k8s.io/v1', ...token })).replace(/=+$/, '').replaceAll('+', '-').replaceAll('/', '_');

function decodeToken(text: string): Token {
  const no = (why: string): Error => badRequest(`invalid continue token: continue key is not valid: ${why}`);
  let json: string;
  try {
    json = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  } catch {
    throw no('illegal base64 data at input byte 0');
  }
  let token: (Token & { readonly v?: string }) | null;
  try {
    token = JSON.parse(json) as Token & { readonly v?: string };
  } catch {
    throw no(`invalid character ${goQuote(json[0] ?? '').replace(/^"|"$/g, "'")} looking for beginning of value`);
  }
  if (token?.v !== 'meta.k8s.io/v1') throw no('server does not recognize this encoded version');
  if (!Number.isInteger(token.rv) || typeof token.start !== 'string' || token.start === '') throw no('encoded start key is empty');
  return token;
}

/** The revision of a request parameter; undefined without one. Throws Invalid when it is no number, Timeout when it lies ahead. */
export function revisionOf(x: Exchange): number | undefined {
  const text = parameter(x.request, 'resourceVersion');
  if (text === undefined || text === '') return undefined;
  if (!/^\d+$/.test(text)) {
    throw badRequest(`invalid resource version: resourceVersion: Invalid value: ${goQuote(text)}: strconv.ParseUint: parsing ${goQuote(text)}: invalid syntax`);
  }
  const revision = Number(text);
  const current = x.core.store.revision;
  if (revision > current) throw timeout(`Too large resource version: ${revision}, current: ${current}`, 1, [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }]);
  return revision;
}

/** A parameter that is a whole number; 0 without one. Throws a BadRequest. */
export function wholeParameter(x: Exchange, name: string): number {
  const text = parameter(x.request, name);
  if (text === undefined || text === '') return 0;
  if (!/^[+-]?\d+$/.test(text)) throw badRequest(`strconv.ParseInt: parsing ${goQuote(text)}: invalid syntax`);
  return Number(text);
}

/** The objects that a list request is about, in the version asked for; with their managedFields when they are told as a `whole`. */
export function list(x: Exchange, whole: boolean): Listed {
  const { core } = x;
  const test = testOf(x);
  const scope = scopeOf(x);
  const limit = wholeParameter(x, 'limit');
  const resume = parameter(x.request, 'continue');
  const asked = revisionOf(x);
  const match = parameter(x.request, 'resourceVersionMatch');
  if (match) checkMatch(match, asked, resume);
  const token = resume ? decodeToken(resume) : undefined;
  const exact = token && token.rv > 0 ? token.rv : match === 'Exact' ? asked : undefined;
  const revision = exact ?? core.store.revision;
  let all: readonly KubeObject[];
  if (exact !== undefined && exact !== core.store.revision) {
    try {
      all = listAt(x, scope, exact).map((entry) => entry.value);
    } catch (error) {
      if (!(error instanceof Compacted)) throw error;
      throw expired(token
        ? 'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.'
        : 'The resourceVersion for the provided list is too old.');
    }
    const see = x.kind?.seen;
    if (see) all = all.map((object) => see(object, core.unix));
  } else all = core.read.list(x.stored.groupResource, x.namespace);
  if (token) {
    const place = (object: KubeObject): string => (x.namespace || !x.resource.namespaced ? object.metadata.name : `${object.metadata.namespace}/${object.metadata.name}`);
    all = all.filter((object) => place(object) >= token.start);
  }
  const page: KubeObject[] = [];
  let next = 0;
  for (; next < all.length; next++) {
    const object = all[next]!;
    if (test && !test(object)) continue;
    if (limit && page.length === limit) break;
    page.push(object);
  }
  const objects = x.loopback && x.resource === x.stored ? page : page.map((object) => (whole ? shown(x, object) : fromStored(x, object)));
  const metadata: { resourceVersion: string; continue?: string; remainingItemCount?: number } = { resourceVersion: String(revision) };
  if (limit && next < all.length) {
    const first = all[next]!.metadata;
    metadata.continue = encode({ rv: revision, start: x.namespace || !x.resource.namespaced ? first.name : `${first.namespace}/${first.name}` });
    if (!test) metadata.remainingItemCount = all.length - next;
  }
  return { objects, metadata };
}

function checkMatch(match: string, revision: number | undefined, resume: string | undefined): void {
  const no = (type: 'Forbidden' | 'Unsupported value', detail: string): Error =>
    invalid({ group: 'meta.k8s.io', name: 'ListOptions' }, '', [{ type, path: 'resourceVersionMatch', ...(type === 'Unsupported value' && { value: match }), detail }]);
  if (revision === undefined) throw no('Forbidden', 'resourceVersionMatch is forbidden unless resourceVersion is provided');
  if (resume) throw no('Forbidden', 'resourceVersionMatch is forbidden when continue is provided');
  if (match !== 'Exact' && match !== 'NotOlderThan') throw no('Unsupported value', 'supported values: "Exact", "NotOlderThan", ""');
  if (match === 'Exact' && revision === 0) throw no('Forbidden', 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"');
}
