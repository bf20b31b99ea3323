/**
 * /openapi/v2 and /openapi/v3, built from the schema when asked for.
 * Unlike Kubernetes: no descriptions, no protobuf form.
 */
import type { Field, GroupVersion, Resource, Shape, Subresource, Type } from '../schema/schema.ts';
import { groupVersions, typeNamed, typeOf } from '../schema/schema.ts';
import { digest } from './certificate.ts';
import type { Core } from './core.ts';
import { servedGroups } from './discovery.ts';
import type { OpenApi } from './lazy.ts';
import { customChunk, openApiChunk } from './lazy.ts';
import type { Request, Response } from './wire.ts';

type Doc = Record<string, unknown>;
type Version = 2 | 3;

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1';
const NAMED: Readonly<Record<string, string>> = {
  quantity: 'io.k8s.apimachinery.pkg.api.resource.Quantity', time: `${META}.Time`, microtime: `${META}.MicroTime`, intOrString: 'io.k8s.apimachinery.pkg.util.intstr.IntOrString',
};
const SPECIAL: Readonly<Record<string, (v: Version) => Doc>> = {
  [NAMED['quantity']!]: (v) => (v === 3 ? { oneOf: [{ type: 'string' }, { type: 'number' }] } : { type: 'string' }),
  [NAMED['time']!]: () => ({ type: 'string', format: 'date-time' }),
  [NAMED['microtime']!]: () => ({ type: 'string', format: 'date-time' }),
  [NAMED['intOrString']!]: (v) => (v === 3 ? { format: 'int-or-string', oneOf: [{ type: 'integer' }, { type: 'string' }] } : { type: 'string', format: 'int-or-string' }),
  [`${META}.Patch`]: () => ({ type: 'object' }),
};
const SCALARS: Readonly<Record<string, Doc>> = {
  string: { type: 'string' }, boolean: { type: 'boolean' }, int32: { type: 'integer', format: 'int32' }, int64: { type: 'integer', format: 'int64' }, double: { type: 'number', format: 'double' },
  bytes: { type: 'string', format: 'byte' }, any: { type: 'object' },
};
const ZERO: Readonly<Record<string, unknown>> = { string: '', boolean: false, int32: 0, int64: 0, double: 0 };

/** Writes schemas of one version and remembers which types they name. */
class Writer {
  readonly version: Version;
  readonly named = new Map<string, Doc>();
  private readonly waiting: string[] = [];

  constructor(version: Version) {
    this.version = version;
  }

  ref(name: string): Doc {
    if (!this.named.has(name)) {
      this.named.set(name, {});
      this.waiting.push(name);
    }
    return { $ref: `${this.version === 3 ? '#/components/schemas/' : '#/definitions/'}${name}` };
  }

  /** All types named so far and those that they name, by name. */
  all(): Doc {
    for (let name = this.waiting.pop(); name !== undefined; name = this.waiting.pop()) {
      const special = SPECIAL[name];
      const type = typeNamed(name);
      const free = this.version === 2 && !/\.JSON/.test(name) ? { type: 'object' } : /RawExtension|FieldsV1/.test(name) ? { type: 'object' } : {};
      this.named.set(name, special ? special(this.version) : type ? this.type(type) : free);
    }
    return Object.fromEntries([...this.named].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  private shape(shape: Shape): Doc {
    if (shape.base === 'list') return { type: 'array', items: this.item(shape.of!) };
    if (shape.base === 'map') return { type: 'object', additionalProperties: this.item(shape.of!) };
    if (shape.base === 'object') return this.ref(shape.type!.name);
    const named = NAMED[shape.base] ?? shape.model;
    return named ? this.ref(named) : { ...SCALARS[shape.base] };
  }

  /** Elements are never missing: v3 tells their zero as a default. */
  private item(shape: Shape): Doc {
    const made = this.shape(shape);
    if (this.version === 2) return made;
    if (made['$ref']) return shape.base === 'object' ? { default: {}, allOf: [made] } : { allOf: [made] };
    return ZERO[shape.base] === undefined ? made : { ...made, default: ZERO[shape.base] };
  }

  private field(field: Field): Doc {
    let out = this.shape(field);
    if (this.version === 3) {
      const empty = field.base === 'object' && !field.pointer ? {} : field.always && !field.pointer ? ZERO[field.base] : undefined;
      const value = field.default ?? empty;
      const extra = value === undefined ? {} : { default: value };
      out = out['$ref'] ? { ...extra, allOf: [out] } : { ...out, ...extra };
    }
    if (field.enum) {
      if (field.base === 'list') out['items'] = { ...(out['items'] as Doc), enum: field.enum };
      else out['enum'] = field.enum;
    }
    if (field.base === 'list' && field.listType === 'map') Object.assign(out, { 'x-kubernetes-list-map-keys': field.keys, 'x-kubernetes-list-type': 'map' });
    else if (field.base === 'list' && !field.untyped) out['x-kubernetes-list-type'] = field.listType;
    if (field.atomic) out['x-kubernetes-map-type'] = 'atomic';
    if (field.mergeKey) out['x-kubernetes-patch-merge-key'] = field.mergeKey;
    const strategy = [field.merge && 'merge', field.retainKeys && 'retainKeys', field.replace && 'replace'].filter((s) => s);
    if (strategy.length) out['x-kubernetes-patch-strategy'] = strategy.join(',');
    return out;
  }

  private type(type: Type): Doc {
    if (type.any) return this.version === 3 ? {} : { type: 'object' };
    const fields = [...type.fields.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
    const required = [...type.fields.values()].filter((f) => f.required).map((f) => f.name);
    return {
      type: 'object', ...(required.length && { required }), ...(fields.length && { properties: Object.fromEntries(fields.map((f) => [f.name, this.field(f)])) }),
      ...(type.gvk && { 'x-kubernetes-group-version-kind': [type.gvk] }), ...(/meta\.v1\.(DeleteOptions|WatchEvent)$/.test(type.name) && { 'x-kubernetes-group-version-kind': everyGroup(type.kind) }),
      ...(type.atomic && { 'x-kubernetes-map-type': 'atomic' }),
    };
  }
}

const everyGroup = (kind: string): readonly Doc[] => groupVersions.map((gv) => ({ group: gv.group, kind, version: gv.version }));

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
const prefixOf = (gv: GroupVersion): string => (gv.group ? `/apis/${gv.group}/${gv.version}` : `/api/${gv.version}`);

interface Parameter {
  readonly name: string;
  readonly type: string;
}
const p = (text: string): readonly Parameter[] => text.split(' ').map((one) => ({ name: one.replace(/[!#]$/, ''), type: one.endsWith('!') ? 'boolean' : one.endsWith('#') ? 'integer' : 'string' }));
const LIST = p('allowWatchBookmarks! continue fieldSelector labelSelector limit# resourceVersion resourceVersionMatch sendInitialEvents! timeoutSeconds# watch!');
const WRITE = p('dryRun fieldManager fieldValidation');
const PATCH = p('dryRun fieldManager fieldValidation force!');
const DELETE = p('dryRun gracePeriodSeconds# ignoreStoreReadErrorWithClusterBreakingPotential! orphanDependents! propagationPolicy');
const DELETE_ALL = [...DELETE, ...LIST.filter((x) => !/watch/i.test(x.name))];

interface Operation {
  readonly method: string;
  readonly action: string;
  readonly verb: string;
  readonly parameters: readonly Parameter[];
  readonly body?: 'object' | 'options' | 'patch';
  readonly answer: 'object' | 'list' | 'status';
}

const ON_ITEM: readonly Operation[] = [
  { method: 'get', action: 'get', verb: 'read', parameters: [], answer: 'object' },
  { method: 'put', action: 'put', verb: 'replace', parameters: WRITE, body: 'object', answer: 'object' },
  { method: 'delete', action: 'delete', verb: 'delete', parameters: DELETE, body: 'options', answer: 'status' },
  { method: 'patch', action: 'patch', verb: 'patch', parameters: PATCH, body: 'patch', answer: 'object' },
];
const ON_ALL: readonly Operation[] = [
  { method: 'get', action: 'list', verb: 'list', parameters: LIST, answer: 'list' },
  { method: 'post', action: 'post', verb: 'create', parameters: WRITE, body: 'object', answer: 'object' },
  { method: 'delete', action: 'deletecollection', verb: 'deleteCollection', parameters: DELETE_ALL, body: 'options', answer: 'status' },
];
const VERB_OF: Readonly<Record<string, string>> = { get: 'get', put: 'update', delete: 'delete', patch: 'patch', list: 'list', post: 'create', deletecollection: 'deletecollection' };
const PATCHES = ['application/apply-patch+yaml', 'application/json-patch+json', 'application/merge-patch+json', 'application/strategic-merge-patch+json'];
const MEDIA = ['application/json', 'application/vnd.kubernetes.protobuf', 'application/yaml'];

function operation(w: Writer, gv: GroupVersion, r: Resource, op: Operation, name: string, types: { object: string; list: string }, gvk: Doc): Doc {
  const schema = op.answer === 'status' ? w.ref(`${META}.Status`) : w.ref(op.answer === 'list' ? types.list : types.object);
  const body = op.body && w.ref(op.body === 'object' ? types.object : op.body === 'options' ? `${META}.DeleteOptions` : `${META}.Patch`);
  const tag = gv.group ? `${gv.group.split('.')[0]!.replace(/-/g, '')}_${gv.version}` : `core_${gv.version}`;
  const head = { tags: [tag], operationId: `${op.verb}${name}` };
  const tail = { 'x-kubernetes-action': op.action, 'x-kubernetes-group-version-kind': gvk };
  const media = op.body === 'patch' ? (r.type ? PATCHES : PATCHES.slice(0, 3)) : op.body === 'options' ? MEDIA : ['*/*'];
  if (w.version === 2) {
    return {
      ...(op.body && { consumes: media }), produces: MEDIA, schemes: ['https'], ...head,
      parameters: [...(body ? [{ name: 'body', in: 'body', ...(op.body !== 'options' && { required: true }), schema: body }] : []), ...op.parameters.map((x) => ({ uniqueItems: true, type: x.type, name: x.name, in: 'query' }))],
      responses: { 200: { description: 'OK', schema }, ...(op.body && op.body !== 'options' && { 201: { description: 'Created', schema } }), 401: { description: 'Unauthorized' } }, ...tail,
    };
  }
  const content = (types_: readonly string[], of: Doc): Doc => Object.fromEntries(types_.map((t) => [t, { schema: of }]));
  const answer = { description: 'OK', content: content(MEDIA, schema) };
  return {
    ...head, parameters: op.parameters.map((x) => ({ name: x.name, in: 'query', schema: { type: x.type, uniqueItems: true } })),
    ...(body && { requestBody: { content: content(media, body), ...(op.body !== 'options' && { required: true }) } }),
    responses: { 200: answer, ...(op.body && op.body !== 'options' && { 201: answer }), 401: { description: 'Unauthorized' } }, ...tail,
  };
}

function pathParameter(w: Writer, name: string, where: 'path' | 'query' = 'path'): Doc {
  const required = where === 'path' && { required: true };
  return w.version === 3 ? { name, in: where, ...required, schema: { type: 'string', uniqueItems: true } } : { uniqueItems: true, type: 'string', name, in: where, ...required };
}

function subOperations(sub: Subresource): readonly Operation[] {
  return sub.verbs.flatMap((verb) => {
    const known = [...ON_ITEM, ...ON_ALL].find((op) => VERB_OF[op.action] === verb && op.answer !== 'list');
    return known ? [known] : [];
  });
}

/** The paths of a group version. */
function paths(w: Writer, gv: GroupVersion): Doc {
  const out: Doc = {};
  const base = prefixOf(gv);
  const groupName = gv.group ? capital(gv.group.split('.')[0]!.replace(/-/g, '')) : 'Core';
  for (const r of gv.resources) {
    const object = r.type?.name ?? typeOf(r.apiVersion, r.kind)?.name ?? customName(r);
    const types = { object, list: `${object}List` };
    const gvk = { group: gv.group, version: gv.version, kind: r.kind };
    const name = `${groupName}${capital(gv.version)}${r.namespaced ? 'Namespaced' : ''}${r.kind}`;
    const allowed = (ops: readonly Operation[]): readonly Operation[] => ops.filter((op) => r.verbs.includes(VERB_OF[op.action]!));
    const at = r.namespaced ? `${base}/namespaces/{namespace}/${r.name}` : `${base}/${r.name}`;
    const place = [...(r.namespaced ? [pathParameter(w, 'namespace')] : []), pathParameter(w, 'pretty', 'query')];
    const write = (ops: readonly Operation[], of = types, kind: Doc = gvk, suffix = ''): Doc => Object.fromEntries(ops.map((op) => {
      const called = op.action === 'deletecollection' ? name.replace(/^/, 'Collection') : name;
      return [op.method, operation(w, gv, r, op.action === 'deletecollection' ? { ...op, verb: 'delete' } : op, called + suffix, of, kind)];
    }));
    if (allowed(ON_ALL).length) out[at] = { ...write(allowed(ON_ALL)), parameters: place };
    if (allowed(ON_ITEM).length) out[`${at}/{name}`] = { ...write(allowed(ON_ITEM)), parameters: [pathParameter(w, 'name'), ...place] };
    if (r.namespaced && r.verbs.includes('list')) {
      out[`${base}/${r.name}`] = { get: operation(w, gv, r, ON_ALL[0]!, `${groupName}${capital(gv.version)}${r.kind}ForAllNamespaces`, types, gvk), parameters: [pathParameter(w, 'pretty', 'query')] };
    }
    for (const sub of r.subresources) {
      const own = typeOf(sub.apiVersion, sub.kind);
      const slash = sub.apiVersion.indexOf('/');
      const of = own ? { object: own.name, list: own.name } : types;
      const ops = subOperations(sub);
      if (ops.length) {
        const kind = { group: slash < 0 ? '' : sub.apiVersion.slice(0, slash), version: sub.apiVersion.slice(slash + 1), kind: sub.kind };
        out[`${at}/{name}/${sub.name}`] = { ...write(ops, of, kind, capital(sub.name)), parameters: [pathParameter(w, 'name'), ...place] };
      }
    }
  }
  return Object.fromEntries(Object.entries(out).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** `com.example.stable.v1.CronTab`: what the schema of a custom resource is called. */
const customName = (r: Resource): string => `${r.group.split('.').reverse().join('.')}.${r.version}.${r.kind}`;

/** The schemas of custom resources and their lists. */
function customSchemas(core: Core, w: Writer, gv: GroupVersion): Doc {
  const out: Doc = {};
  for (const r of gv.resources) {
    if (r.type) continue;
    const gvk = [{ group: r.group, version: r.version, kind: r.kind }];
    const own = customChunk.value?.schema(core, r) as Doc | undefined;
    const meta = w.version === 3 ? { allOf: [w.ref(`${META}.ObjectMeta`)] } : w.ref(`${META}.ObjectMeta`);
    const properties = { apiVersion: { type: 'string' }, kind: { type: 'string' }, ...(own?.['properties'] as Doc | undefined), metadata: meta };
    out[customName(r)] = { type: 'object', ...own, ...(own ? { properties } : { properties, 'x-kubernetes-preserve-unknown-fields': true }), 'x-kubernetes-group-version-kind': gvk };
    out[`${customName(r)}List`] = {
      type: 'object', required: ['items'],
      properties: { apiVersion: { type: 'string' }, items: { type: 'array', items: w.ref(customName(r)) }, kind: { type: 'string' }, metadata: w.version === 3 ? { allOf: [w.ref(`${META}.ListMeta`)] } : w.ref(`${META}.ListMeta`) },
      'x-kubernetes-group-version-kind': [{ ...gvk[0], kind: `${r.kind}List` }],
    };
  }
  return out;
}

function document(core: Core, versions: readonly GroupVersion[], version: Version): Doc {
  const w = new Writer(version);
  const all: Doc = {};
  for (const gv of versions) Object.assign(all, paths(w, gv));
  const custom: Doc = {};
  for (const gv of versions) Object.assign(custom, customSchemas(core, w, gv));
  for (const gv of versions) for (const r of gv.resources) if (r.type) w.ref(r.type.name);
  if (versions.some((gv) => gv.group !== '' || version === 2)) w.ref(`${META}.APIResourceList`);
  w.ref(`${META}.WatchEvent`);
  const schemas = { ...w.all(), ...custom };
  if (version === 3) return { openapi: '3.0.0', info: { title: 'Kubernetes', version: '1.36' }, paths: all, components: { schemas, securitySchemes: { BearerToken: { type: 'apiKey', description: 'Bearer Token authentication', name: 'authorization', in: 'header' } } } };
  return { swagger: '2.0', info: { title: 'Kubernetes', version: 'v1.36.4' }, paths: all, definitions: schemas, securityDefinitions: { BearerToken: { type: 'apiKey', description: 'Bearer Token authentication', name: 'authorization', in: 'header' } }, security: [{ BearerToken: [] }] };
}

const made = new WeakMap<Core, { custom: number; documents: Map<string, Doc> }>();

function remembered(core: Core, key: string, make: () => Doc): Doc {
  let memory = made.get(core);
  if (!memory || memory.custom !== core.customChanges) made.set(core, (memory = { custom: core.customChanges, documents: new Map() }));
  let doc = memory.documents.get(key);
  if (!doc) memory.documents.set(key, (doc = make()));
  return doc;
}

/** Answers a path below /openapi/; undefined for one that is none. */
function answer(core: Core, request: Request): Response | undefined {
  const path = request.path.replace(/\/$/, '');
  if (path === '/openapi/v2') return { code: 200, body: remembered(core, 'v2', () => document(core, servedGroups(core), 2)) };
  if (path === '/openapi/v3') {
    const index = (gv: GroupVersion): [string, Doc] => {
      const name = prefixOf(gv).slice(1);
      return [name, { serverRelativeURL: `/openapi/v3/${name}?hash=${digest(`${name} ${core.customChanges}`).toUpperCase()}` }];
    };
    return { code: 200, body: { paths: Object.fromEntries(servedGroups(core).map(index).sort(([a], [b]) => (a < b ? -1 : 1))) } };
  }
  const name = /^\/openapi\/v3\/(.*)$/.exec(path)?.[1];
  const gv = name === undefined ? undefined : servedGroups(core).find((each) => prefixOf(each) === `/${name}`);
  return gv && { code: 200, body: remembered(core, name!, () => document(core, [gv], 3)) };
}

/** Building OpenAPI documents; imported by whoever loads the chunk `kube/openapi`. */
export const openApi: OpenApi = { answer };
openApiChunk.value = openApi;
