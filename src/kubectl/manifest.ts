/**
 * Manifests: text to the objects in it, one document after another, in YAML or JSON.
 * Stands for apimachinery's YAMLOrJSONDecoder and for what kubectl looks at before it asks the server.
 * Unlike Kubernetes: kinds whose group is unknown, and Lists, are not held against the schema here; the server does that for each object.
 */
import { CliError } from './errors.ts';
import { isMap, json, type Rec } from './go.ts';
import { JsonError, parseStream } from './json.ts';
import { parseYaml } from './yaml/parse.ts';
import { YamlError } from './yaml/scan.ts';

/** The documents of a text that are not empty. Throws CliError at the one that cannot be read. */
export function* documents(text: string, source: string): Generator<unknown, void, void> {
  const fail = (why: string): CliError => new CliError(`error parsing ${source}: ${why}`);
  const clean = text.replace(/^\ufeff/, '');
  let rest = clean;
  if (/^\s*\{/.test(clean)) {
    let count = 0;
    let done = 0;
    try {
      for (const { value, end } of parseStream(clean)) {
        if (value !== null) yield value;
        count++;
        done = end;
      }
      return;
    } catch (error) {
      if (!(error instanceof JsonError)) throw error;
      const why = error.early ? 'unexpected EOF' : `json: offset ${error.offset}: ${error.message}`;
      if (count > 1) throw fail(error.early ? why : error.message);
      rest = clean.slice(done).trimStart();
      yield* yamlDocuments(rest, (yaml) => fail(count > 0 && /^invalid Yaml/.test(yaml) ? yaml : why));
      return;
    }
  }
  yield* yamlDocuments(rest, fail);
}

function* yamlDocuments(text: string, fail: (why: string) => CliError): Generator<unknown, void, void> {
  let buffer = '';
  const take = (): unknown => {
    const document = buffer;
    buffer = '';
    try {
      return parseYaml(document);
    } catch (error) {
      if (error instanceof YamlError) throw fail(`error converting YAML to JSON: ${error.message}`);
      throw error;
    }
  };
  const lines = text.split(/\r?\n/);
  if (lines[lines.length - 1] === '') lines.pop();
  for (const line of lines) {
    if (line.startsWith('---')) {
      const after = line.slice(3).trim();
      if (after && !after.startsWith('#')) throw fail(`invalid Yaml document separator: ${after}`);
      if (buffer) {
        const value = take();
        if (value !== null) yield value;
        continue;
      }
    }
    buffer += `${line}\n`;
  }
  if (buffer) {
    const value = take();
    if (value !== null) yield value;
  }
}

/** What is wrong with a document before any server is asked: no object, no kind, no apiVersion. */
export function kindErrors(value: unknown): readonly string[] {
  if (!isMap(value)) return ['invalid object to validate'];
  const errors: string[] = [];
  for (const field of ['apiVersion', 'kind']) {
    const given = value[field];
    if (given === undefined || given === null) errors.push(`${field} not set`);
    else if (typeof given !== 'string') errors.push(`${field} isn't string type`);
    else if (field === 'apiVersion' && given.split('/').length > 2) errors.push(`unexpected GroupVersion string: ${given}`);
  }
  return errors;
}

const META: Readonly<Record<string, string>> = {
  name: 'string', generateName: 'string', namespace: 'string', selfLink: 'string', uid: 'types.UID', resourceVersion: 'string', generation: 'int64', creationTimestamp: 'v1.Time', deletionTimestamp: 'v1.Time',
  deletionGracePeriodSeconds: 'int64', labels: 'map[string]string', annotations: 'map[string]string', ownerReferences: '[]v1.OwnerReference', finalizers: '[]string', managedFields: '[]v1.ManagedFieldsEntry',
};

/** The type of a JSON value in the words of encoding/json. */
export const jsonType = (value: unknown): string => (value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value === 'object' ? 'object' : typeof value);

/** Why an object cannot be taken as an API object with metadata; undefined when it can. */
export function decodeError(value: unknown): string | undefined {
  if (!isMap(value)) return `json: cannot unmarshal ${jsonType(value)} into Go value of type unstructured.detector`;
  for (const field of ['kind', 'apiVersion']) {
    const given = value[field];
    if (given !== undefined && given !== null && typeof given !== 'string') return `json: cannot unmarshal ${jsonType(given)} into Go struct field metadataOnlyObject.TypeMeta.${field} of type string`;
  }
  if (!value['kind']) return `Object 'Kind' is missing in '${json(value)}'`;
  const meta = value['metadata'];
  if (meta === undefined || meta === null) return undefined;
  if (!isMap(meta)) return `json: cannot unmarshal ${jsonType(meta)} into Go struct field metadataOnlyObject.metadata of type v1.ObjectMeta`;
  return metaError(meta);
}

function metaError(meta: Rec): string | undefined {
  const wrong = (given: unknown, field: string, type: string): string => `json: cannot unmarshal ${jsonType(given)} into Go struct field ObjectMeta.metadata.${field} of type ${type}`;
  for (const [field, given] of Object.entries(meta)) {
    const type = META[field];
    if (!type || given === null) continue;
    if (type === 'v1.Time') {
      if (typeof given !== 'string') return `parsing time ${JSON.stringify(given)} as "2006-01-02T15:04:05Z07:00": cannot parse ${JSON.stringify(given)} as "2006"`;
    } else if (type === 'int64') {
      if (typeof given !== 'number') return wrong(given, field, type);
      if (!Number.isInteger(given)) return `json: cannot unmarshal number ${given} into Go struct field ObjectMeta.metadata.${field} of type int64`;
    } else if (type === 'map[string]string') {
      if (!isMap(given)) return wrong(given, field, type);
      const bad = Object.values(given).find((one) => one !== null && typeof one !== 'string');
      if (bad !== undefined) return wrong(bad, field, 'string');
    } else if (type.startsWith('[]')) {
      if (!Array.isArray(given)) return wrong(given, field, type);
      const bad = (given as unknown[]).find((one) => (type === '[]string' ? typeof one !== 'string' : !isMap(one)));
      if (bad !== undefined) return wrong(bad, field, type.slice(2));
    } else if (typeof given !== 'string') return wrong(given, field, type);
  }
  return undefined;
}
