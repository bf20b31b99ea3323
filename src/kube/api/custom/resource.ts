/**
 * A version of a custom resource as the server serves it: the resource, its kind, and how its objects are decoded.
 * Stands for apiextensions-apiserver's customresource_handler.go, registry/customresource and its table convertor.
 */
import { moment } from '../../kinds/age.ts';
import { decode, DecodeError } from '../../schema/decode.ts';
import { typeNamed, type Resource } from '../../schema/schema.ts';
import type { Exchange } from '../exchange.ts';
import { fieldValidation } from '../exchange.ts';
import type { Column, Draft, FieldError, Kind } from '../kind.ts';
import { badRequest } from '../status.ts';
import type { Json, KubeObject } from '../wire.ts';
import type { Definition, PrinterColumn, Version } from './definition.ts';
import { find, parsePath } from './json-path.ts';
import { check, checkLists, fillDefaults, hasRules, prune, type Schema } from './schema.ts';

/** A served version: what the catalogue and the exchange need. */
export interface Served {
  readonly resource: Resource;
  readonly storage: Resource;
  readonly kind: Kind;
  readonly schema: Schema | undefined;
}

const VERBS = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];
const CHANGE = ['get', 'patch', 'update'];

function resourceOf(definition: Definition, version: Version): Resource {
  const { group, names, scope } = definition.spec;
  const apiVersion = `${group}/${version.name}`;
  const { status, scale } = version.subresources ?? {};
  return {
    group, version: version.name, apiVersion, name: names.plural, groupResource: `${names.plural}.${group}`, kind: names.kind, singular: names.singular ?? names.kind.toLowerCase(),
    namespaced: scope === 'Namespaced', verbs: VERBS, shortNames: names.shortNames ?? [], categories: names.categories ?? [], type: undefined,
    subresources: [...(status ? [{ name: 'status', kind: names.kind, apiVersion, verbs: CHANGE }] : []), ...(scale ? [{ name: 'scale', kind: 'Scale', apiVersion: 'autoscaling/v1', verbs: CHANGE }] : [])],
  };
}

const NAME: Column = { name: 'Name', format: 'name', cell: (o) => o.metadata.name };
const AGE: PrinterColumn = { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp', description: '' };

function cell(column: PrinterColumn, object: KubeObject, unix: number): Json {
  const found = find(object, parsePath(column.jsonPath) ?? []);
  const value = found[0];
  if (value === undefined || value === null) return null;
  switch (column.type) {
    case 'integer':
      return typeof value === 'number' ? Math.trunc(value) : null;
    case 'number':
      return typeof value === 'number' ? value : null;
    case 'boolean':
      return typeof value === 'boolean' ? value : null;
    case 'date':
      return typeof value === 'string' ? moment(unix).age(value) : '<invalid>';
    default:
      return found.map((one) => (typeof one === 'string' ? one : JSON.stringify(one))).join(' ');
  }
}

const columnsOf = (version: Version): readonly Column[] => [
  NAME,
  ...(version.additionalPrinterColumns?.length ? version.additionalPrinterColumns : [AGE]).map((c): Column => ({
    name: c.name, type: c.type, ...(c.priority && { wide: true }), ...(c.format && { format: c.format }), ...(c.description && { description: c.description }), cell: (object, at) => cell(c, object, at.unix),
  })),
];

const UNCHECKED: FieldError = { type: 'Invalid value', path: '<nil>', value: null, detail: 'some validation rules were not checked because the object was invalid; correct the existing errors to complete validation' };
const BLOCKING: readonly FieldError['type'][] = ['Unsupported value', 'Required value', 'Too long', 'Too many', 'Type invalid'];

function kindOf(version: Version, schema: Schema | undefined): Kind {
  const selectable = Object.fromEntries((version.selectableFields ?? []).map(({ jsonPath }) => [jsonPath.replace(/^\./, ''), (o: KubeObject): string => String(find(o, parsePath(jsonPath) ?? [])[0] ?? '')]));
  const { scale, status } = version.subresources ?? {};
  return {
    resource: '',
    columns: columnsOf(version),
    ...(version.selectableFields && { selectable }),
    ...(scale && { scale: { spec: scale.specReplicasPath, status: scale.statusReplicasPath, ...(scale.labelSelectorPath && { selector: scale.labelSelectorPath }) } }),
    ...(!status && { generation: (now: KubeObject, old: KubeObject) => JSON.stringify({ ...now, metadata: 0 }) !== JSON.stringify({ ...old, metadata: 0 }) }),
    default: (draft) => fillDefaults(draft, schema),
    validate(object) {
      if (!schema) return [];
      const out: FieldError[] = [];
      const { metadata: _metadata, ...rest } = object;
      check(rest, { ...schema, required: schema.required?.filter((name) => name !== 'metadata') }, '', out);
      checkLists(rest, schema, '', out);
      if (hasRules(schema) && out.some((e) => BLOCKING.includes(e.type))) out.push(UNCHECKED);
      return out;
    },
  };
}

/** What a definition serves. */
export function servedBy(definition: Definition): readonly Served[] {
  const { versions } = definition.spec;
  const stored = resourceOf(definition, versions.find((v) => v.storage) ?? versions[0]!);
  return versions.filter((v) => v.served).map((v) => {
    const schema = v.schema?.openAPIV3Schema;
    const resource = v.storage ? stored : resourceOf(definition, v);
    return { resource, storage: stored, schema, kind: kindOf(v, schema) };
  });
}

const META = typeNamed('io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta')!;

/** Decodes JSON as a custom object: metadata by its type, the rest by the structural schema. */
export function decodeCustom(x: Exchange, value: Draft, schema: Schema | undefined): Draft {
  const { resource } = x;
  const unknown: string[] = [];
  const { metadata, apiVersion, kind, ...rest } = value;
  const refuse = (why: string): Error => badRequest(`${resource.kind} in version ${JSON.stringify(resource.version)} cannot be handled as a ${resource.kind}: ${why}`);
  let meta: Draft = {};
  try {
    if (metadata !== undefined && metadata !== null) {
      const decoded = decode(metadata, META);
      meta = decoded.object;
      unknown.push(...decoded.unknown.map((path) => `metadata.${path}`));
    }
  } catch (error) {
    if (error instanceof DecodeError) throw refuse(error.message);
    throw error;
  }
  const body = prune(rest, schema, '', unknown) as Draft;
  if (unknown.length) {
    const errors = unknown.map((path) => `unknown field ${JSON.stringify(path)}`);
    const how = fieldValidation(x);
    if (how === 'Strict') throw refuse(`strict decoding error: ${errors.join(', ')}`);
    if (how === 'Warn') for (const error of errors) x.at.warn(error);
  }
  return { apiVersion: apiVersion ?? resource.apiVersion, kind: kind ?? resource.kind, metadata: meta, ...body };
}
