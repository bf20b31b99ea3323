/**
 * What `kubectl run`, `expose` and `autoscale` share: labels in words, --overrides, and sending the object they made.
 * Stands for kubectl's generate package and cmdutil's overrides.
 */
import type { KubeObject } from '../../kube/api/wire.ts';
import type { Running } from '../../machine/process.ts';
import type { Kubectl } from '../command.ts';
import { CliError } from '../errors.ts';
import { flags, type Flag } from '../flags.ts';
import { ParseError, parseInteger, type Rec } from '../go.ts';
import { JsonError, parseJson } from '../json.ts';
import { remember, type DryRun } from '../modes.ts';
import { applyMerge } from '../patch/merge.ts';
import { applyJsonPatch, type Operation } from '../patch/json-patch.ts';
import { applyStrategic } from '../patch/strategic-merge.ts';
import { Writer } from '../write.ts';

export const OVERRIDES: readonly Flag[] = flags("overrides=''", "override-type='merge'");

/** `app=web,tier=front`. Throws CliError. */
export function parseLabels(text: string): Record<string, string> {
  if (text === '') throw new CliError('no label spec passed');
  const out: Record<string, string> = {};
  for (const part of text.split(',')) {
    const [key, value, ...more] = part.split('=');
    if (value === undefined || more.length) throw new CliError(`unexpected label spec: ${part}`);
    if (key === '') throw new CliError('unexpected empty label key');
    out[key!] = value;
  }
  return out;
}

/** `k=v` words, and `k-` for what goes when that is allowed. Throws CliError. */
export function parsePairs(words: readonly string[], what: string, removable = false): { readonly pairs: Record<string, string>; readonly gone: readonly string[] } {
  const pairs: Record<string, string> = {};
  const gone: string[] = [];
  const wrong: string[] = [];
  for (const word of words) {
    const at = word.indexOf('=');
    if (at > 0) pairs[word.slice(0, at)] = word.slice(at + 1);
    else if (at < 0 && removable && word.endsWith('-') && word !== '-') gone.push(word.slice(0, -1));
    else wrong.push(word);
  }
  if (wrong.length) throw new CliError(`invalid ${what} format: ${wrong.join(', ')}`);
  return { pairs, gone };
}

/** The object with what --overrides says. Throws CliError. */
export function overridden(k: Kubectl, object: KubeObject): KubeObject {
  const text = k.flags.text('overrides');
  if (text === '') return object;
  const type = k.flags.text('override-type') || 'merge';
  let value: unknown;
  try {
    value = parseJson(text);
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    throw new CliError(type === 'merge' ? 'Invalid JSON Patch' : type === 'strategic' ? 'invalid JSON document' : error.message);
  }
  if (type === 'json') return applyJsonPatch(object, value as readonly Operation[]) as KubeObject;
  if (type === 'merge') return applyMerge(object, value) as KubeObject;
  if (type === 'strategic') return applyStrategic(object, value as Rec, object.kind) as unknown as KubeObject;
  throw new CliError(`invalid override type: ${type}`);
}

/** Creates the object on the server, or gives it a namespace for --dry-run=client. */
export function* createMade(k: Kubectl, object: KubeObject, group: string, kind: string, version: string, mode: DryRun): Running<KubeObject> {
  const { name, explicit } = k.namespace;
  const mapping = yield* k.discovery.mapping(group, kind, version);
  if (mode === 'client') return explicit ? { ...object, metadata: { ...object.metadata, namespace: name } } : object;
  const writer = new Writer(k, { dryRun: mode === 'server', manager: k.flags.text('field-manager') });
  return yield* writer.create({ mapping, namespace: mapping.namespaced ? name : '' }, remember(object, k.flags.on('save-config'), true));
}

/** What is wrong with the name of an environment variable. */
export function envNameErrors(name: string): string[] {
  const form = "a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.', and must not start with a digit (e.g. 'my.env-name',  or 'MY_ENV.NAME',  or 'MyEnvName1', regex used for validation is '[-._a-zA-Z][-._a-zA-Z0-9]*')";
  return [...(/^[-._a-zA-Z][-._a-zA-Z0-9]*$/.test(name) ? [] : [form]), ...(name === '.' || name === '..' ? [`must not be '${name}'`] : name.startsWith('..') ? ["must not start with '..'"] : [])];
}

/** A port of a Service, in the order of Go's structs. */
export interface ServicePort {
  readonly name?: string;
  readonly protocol: string;
  readonly port: number;
  readonly targetPort: number | string;
}

/** What a Service is made from. */
export interface ServiceParts {
  readonly name: string;
  readonly labels?: Rec;
  readonly selector: Rec;
  readonly ports: readonly ServicePort[];
  readonly more?: Rec;
}

/** A Service in the order of Go's structs. */
export const serviceObject = ({ name, labels, selector, ports, more = {} }: ServiceParts): KubeObject => ({
  kind: 'Service', apiVersion: 'v1', metadata: { name, ...(labels && { labels }) } as KubeObject['metadata'],
  spec: { ...(ports.length && { ports }), selector, ...more },
  status: { loadBalancer: {} },
});

/** A port number in words. Throws CliError as strconv.Atoi does. */
export function portNumber(text: string): number {
  try {
    return parseInteger(text, 64, 10, 'Atoi');
  } catch (error) {
    if (error instanceof ParseError) throw new CliError(error.message);
    throw error;
  }
}
