/**
 * Reads the body of a request: JSON or YAML text or an object, of the right kind, into the API's form.
 * Stands for the negotiated serialisers and strict decoding of k8s.io/apiserver.
 * Unlike Kubernetes: a field that stands twice in a JSON text is not noticed.
 */
import { parse as parseYaml } from 'yaml';
import { DecodeError, decode, normalise } from '../schema/decode.ts';
import type { Type } from '../schema/schema.ts';
import { thaw } from './frozen.ts';
import { customChunk } from './lazy.ts';
import type { Draft } from './kind.ts';
import type { Exchange } from './exchange.ts';
import { fieldValidation } from './exchange.ts';
import { badRequest, unsupportedMediaType } from './status.ts';

const ACCEPTED = 'application/json, application/yaml, application/vnd.kubernetes.protobuf, application/cbor';

/** The media type of a request's body, without parameters. */
export const mediaType = (x: Pick<Exchange, 'request'>): string => (x.request.headers?.['content-type'] ?? 'application/json').split(';')[0]!.trim();

/** The decoder of Go goes no deeper. */
const DEEPEST = 10_000;

/** Whether JSON text is nested deeper than the decoder goes. */
function tooDeep(text: string): boolean {
  if (text.length <= DEEPEST) return false;
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (c === '"') {
      for (i++; i < text.length && text[i] !== '"'; i++) if (text[i] === '\\') i++;
    } else if (c === '[' || c === '{') {
      if (++depth > DEEPEST) return true;
    } else if (c === ']' || c === '}') depth--;
  }
  return false;
}

/** A body as JSON values; text is parsed as its content type says. Throws a BadRequest. */
export function jsonOf(body: unknown, type: string): unknown {
  if (typeof body !== 'string') return body;
  if (type === 'application/yaml' || type === 'application/apply-patch+yaml') {
    try {
      return parseYaml(body) as unknown;
    } catch (error) {
      throw badRequest(`error converting YAML to JSON: yaml: ${(error as Error).message.split('\n')[0]}`);
    }
  }
  if (tooDeep(body)) throw badRequest('exceeded max depth');
  try {
    return JSON.parse(body) as unknown;
  } catch {
    throw badRequest(jsonError(body));
  }
}

/** Go's sentence about text that is no JSON. */
function jsonError(text: string): string {
  const first = text.trimStart()[0];
  if (first === undefined) return 'couldn\'t get version/kind; json parse error: unexpected end of JSON input';
  if (!/[[{"\-\dtfn]/.test(first)) return `couldn't get version/kind; json parse error: invalid character ${first === "'" ? "'\\''" : `'${first}'`} looking for beginning of value`;
  return 'couldn\'t get version/kind; json parse error: unexpected end of JSON input';
}

const isPlain = (value: unknown): value is Draft => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The object that a create or update carries, as a mutable draft. `kind` and `apiVersion` are those expected. */
export function readObject(x: Exchange, type: Type | undefined, apiVersion: string, kind: string): Draft {
  const media = mediaType(x);
  if (typeof x.request.body === 'string' && media !== 'application/json' && media !== 'application/yaml') throw unsupportedMediaType(ACCEPTED);
  const value = jsonOf(x.request.body, media);
  if (!isPlain(value)) {
    if (value === undefined || value === null || value === '') throw badRequest(`the object provided is unrecognized (must be of type ${kind}): couldn't get version/kind; json parse error: unexpected end of JSON input ()`);
    throw badRequest(`couldn't get version/kind; json parse error: json: cannot unmarshal ${Array.isArray(value) ? 'array' : typeof value} into Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }`);
  }
  const version = apiVersion.slice(apiVersion.indexOf('/') + 1);
  const given = typeof value['kind'] === 'string' && value['kind'] !== '' ? value['kind'] : kind;
  const givenVersion = typeof value['apiVersion'] === 'string' && value['apiVersion'] !== '' ? value['apiVersion'] : apiVersion;
  if (given !== kind || givenVersion !== apiVersion) {
    const own = givenVersion.slice(givenVersion.indexOf('/') + 1);
    if (x.core.resourceOf(givenVersion, given) === undefined && given !== kind) {
      throw badRequest(`${given} in version ${JSON.stringify(own)} cannot be handled as a ${kind}: no kind ${JSON.stringify(given)} is registered for version ${JSON.stringify(givenVersion)} in scheme "pkg/runtime/scheme.go:111"`);
    }
    throw badRequest(givenVersion !== apiVersion && given === kind
      ? `the API version in the data (${givenVersion}) does not match the expected API version (${apiVersion})`
      : `${given} in version ${JSON.stringify(own)} cannot be handled as a ${kind}: converting (v1.${given}) to (core.${kind}): unknown conversion`);
  }
  return decodeObject(x, value, type, version, kind);
}

/** Decodes JSON as an object of a kind, and deals with unknown fields as the request asks. */
export function decodeObject(x: Exchange, value: Draft, type: Type | undefined, version: string, kind: string): Draft {
  if (!type) return customChunk.value ? customChunk.value.decode(x, value) : thaw(value);
  try {
    if (x.loopback) return normalise(value, type);
    const { object, unknown } = decode(value, type);
    if (unknown.length) {
      const errors = unknown.map((path) => `unknown field ${JSON.stringify(path).replace(/[\u007f-\uffff]/g, (c) => (c === '\u00a0' ? '\\u00a0' : c))}`);
      const how = fieldValidation(x);
      if (how === 'Strict') throw badRequest(`${kind} in version ${JSON.stringify(version)} cannot be handled as a ${kind}: strict decoding error: ${errors.join(', ')}`);
      if (how === 'Warn') for (const error of errors) x.at.warn(error);
    }
    return object;
  } catch (error) {
    if (error instanceof DecodeError) throw badRequest(`${kind} in version ${JSON.stringify(version)} cannot be handled as a ${kind}: ${error.message}`);
    throw error;
  }
}
