/**
 * kubectl explain: the fields of a kind, from the server's OpenAPI v3.
 * Stands for k8s.io/kubectl/pkg/explain/v2 and its plain text template.
 * Unlike Kubernetes: links to external documents are left out, and so is the output plaintext-openapiv2. Where the server has no description, it says so.
 */
import type { Running } from '../../machine/process.ts';
import type { Kubectl, Verb } from '../command.ts';
import { groupResource, parseGroupVersion, type Resource } from '../discovery.ts';
import { CliError, Exit, NoMatchError } from '../errors.ts';
import { flags } from '../flags.ts';
import { equal } from '../patch/strategic-diff.ts';
import { isMap, quote, sortedKeys, type Rec } from '../go.ts';
import { wrap } from '../print/wrap.ts';

interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly additionalProperties?: Schema | boolean;
  readonly allOf?: readonly Schema[];
  readonly enum?: readonly unknown[];
  readonly 'x-kubernetes-group-version-kind'?: readonly unknown[];
}

const WIDTH = 80;
const MOST_VALUES = 4;

const indent = (text: string, by: number): string => text.replace(/^/gm, ' '.repeat(by));
const valuesOf = (schema: Schema): Schema | undefined => (isMap(schema.additionalProperties) ? schema.additionalProperties as Schema : undefined);

/** Schemas of one group and version, and how they read. */
class Document {
  private readonly schemas: Readonly<Record<string, Schema>>;
  private readonly recursive: boolean;

  constructor(schemas: Readonly<Record<string, Schema>>, recursive: boolean) {
    this.schemas = schemas;
    this.recursive = recursive;
  }

  /** The schema of a kind. */
  of(gvk: Rec): Schema | undefined {
    return sortedKeys(this.schemas).map((name) => this.schemas[name]!).find((schema) => schema['x-kubernetes-group-version-kind']?.some((one) => equal(one, gvk)));
  }

  private resolve(schema: Schema): Schema {
    return (schema.$ref === undefined ? undefined : this.schemas[schema.$ref.split('/').at(-1)!]) ?? schema;
  }

  /** What explain says of a schema, or of the field that a path leads to; '' when there is none. */
  explain(schema: Schema, path: readonly string[], seen: readonly string[] = []): string {
    const resolved = this.resolve(schema);
    const [first, ...rest] = path;
    if (first === undefined) {
      const fields = this.fields(resolved, 1);
      return `DESCRIPTION:\n${indent(wrap(this.description(resolved) || '<empty>', WIDTH - 4), 4)}\n${fields && `FIELDS:\n${fields}`}`;
    }
    if (schema.$ref && seen.includes(schema.$ref)) return '';
    const further = schema.$ref ? [...seen, schema.$ref] : seen;
    const field = resolved.properties && Object.hasOwn(resolved.properties, first) ? resolved.properties[first]! : undefined;
    if (field) {
      const head = rest.length ? '' : `FIELD: ${first} <${this.type(field)}>\n${field.enum ? `ENUM:${field.enum.map((one) => `\n    ${one === '' ? '""' : String(one)}`).join('')}` : ''}\n\n`;
      const text = this.explain(field, rest);
      return head || text ? head + text : '';
    }
    const inner = resolved.items ?? valuesOf(resolved);
    if (inner) return this.explain(inner, path, further);
    for (const one of resolved.allOf ?? []) {
      const text = this.explain(one, path, further);
      if (text) return text;
    }
    return '';
  }

  /** Descriptions of a schema and of those that it is made of. */
  private description(schema: Schema): string {
    const resolved = this.resolve(schema);
    const values = valuesOf(resolved);
    return [resolved.description && `${resolved.description}\n`, ...(resolved.allOf ?? []).map((one) => this.description(one)), resolved.items && this.description(resolved.items), values && this.description(values)].join('');
  }

  private fields(schema: Schema, level: number, seen: readonly string[] = []): string {
    if (schema.$ref && seen.includes(schema.$ref)) return '';
    const further = schema.$ref ? [...seen, schema.$ref] : seen;
    const resolved = this.resolve(schema);
    const values = valuesOf(resolved);
    const own = sortedKeys(resolved.properties ?? {}).map((name) => {
      const field = resolved.properties![name]!;
      return this.field(name, field, resolved.required?.includes(name) ?? false, level) + (this.recursive ? this.fields(field, level + 1, further) : '');
    });
    const others = [...(resolved.allOf ?? []), ...(resolved.items ? [resolved.items] : []), ...(values ? [values] : [])];
    return [...own, ...others.map((one) => this.fields(one, level, further))].join('');
  }

  private field(name: string, schema: Schema, required: boolean, level: number): string {
    const by = level * 2;
    const some = schema.enum?.slice(0, MOST_VALUES).map((one) => (one === '' ? '""' : String(one))).join(', ');
    const values = some === undefined ? '' : `\n${' '.repeat(by)}enum: ${some}${schema.enum!.length > MOST_VALUES ? ', ....' : ''}`;
    const head = `${' '.repeat(by)}${name}\t<${this.type(schema)}>${required ? ' -required-' : ''}${values}\n`;
    return this.recursive ? head : `${head}${indent(wrap(schema.description || '<no description>', WIDTH - 2 - by), by + 2)}\n\n`;
  }

  /** `string`, `PodSpec`, `[]Container`, `map[string]string`. */
  private type(schema: Schema): string {
    const values = valuesOf(schema);
    if (schema.items) return `[]${this.type(schema.items)}`;
    if (values) return `map[string]${this.type(values)}`;
    if (schema.allOf?.length === 1 && !schema.properties) return this.type(schema.allOf[0]!);
    if (schema.$ref) {
      const type = this.schemas[schema.$ref.split('/').at(-1)!]?.type;
      return type && type !== 'object' ? type : schema.$ref.split(/[/.]/).at(-1)!;
    }
    return schema.type === undefined || schema.type === 'object' ? 'Object' : schema.type;
  }
}

/** The resource that is meant, with or without its group, and the fields behind it. */
function* parse(k: Kubectl, given: string, byGroup: boolean): Running<{ readonly resource: Resource; readonly path: readonly string[] }> {
  const words = given.replace(/\.$/, '').split('.');
  const name = words[0]!;
  let resource: Resource;
  try {
    resource = yield* k.discovery.kindFor({ group: '', version: '', resource: name });
  } catch (error) {
    if (error instanceof NoMatchError) throw new Exit(1, `the server doesn't have a resource type ${quote(name)}\n`);
    throw error;
  }
  const full = byGroup ? (yield* k.discovery.resources()).find((one) => one.group && one.name === name && `${given}.`.startsWith(`${groupResource({ group: one.group, resource: one.name })}.`)) : undefined;
  return full ? { resource: full, path: words.slice(1 + full.group.split('.').length) } : { resource, path: words.slice(1) };
}

export const explainVerb: Verb = {
  name: 'explain',
  use: 'TYPE [--recursive=FALSE|TRUE] [--api-version=api-version-group] [-o|--output=plaintext|plaintext-openapiv2]',
  flags: flags('R recursive=false', "api-version=''", "o output='plaintext'"),
  complete: 'resources',
  *run(k) {
    const { args, flags: f } = k;
    if (!args.length) throw new CliError('You must specify the type of resource to explain. Use "kubectl api-resources" for a complete list of supported resources.\n');
    if (args.length > 1) throw new CliError('We accept only this format: explain RESOURCE\n');
    const asked = f.text('api-version');
    const { resource, path } = yield* parse(k, args[0]!, !asked);
    if (asked.split('/').length > 2) throw new CliError(`unexpected GroupVersion string: ${asked}`);
    const { group, version } = asked ? parseGroupVersion(asked) : resource;
    const format = f.text('output');
    if (format === 'plaintext-openapiv2') throw new CliError('output plaintext-openapiv2 is not supported here yet');
    const { paths } = yield* k.client.object<{ readonly paths: Readonly<Record<string, { readonly serverRelativeURL: string }>> }>({ path: '/openapi/v3' });
    const place = paths[group ? `apis/${group}/${version}` : `api/${version}`];
    if (!place) throw new CliError(`couldn't find resource for "${group}/${version}, Resource=${resource.name}"`);
    const answer = yield* k.client.object<{ readonly components?: { readonly schemas?: Readonly<Record<string, Schema>> } }>({ path: place.serverRelativeURL });
    if (format !== 'plaintext') throw new CliError(`unrecognized format: ${format}`);
    const document = new Document(answer.components?.schemas ?? {}, f.on('recursive'));
    const schema = document.of({ group, kind: resource.kind, version });
    if (!schema) throw new CliError(`GVR (${group}/${version}, Resource=${resource.name}) not found in OpenAPI schema`);
    k.out(`${group && `GROUP:      ${group}\n`}KIND:       ${resource.kind}\nVERSION:    ${version}\n\n`);
    const text = document.explain(schema, path);
    if (!text) throw new CliError(`field ${quote(path.at(-1)!)} does not exist`);
    k.out(`${text}\n`);
  },
};
