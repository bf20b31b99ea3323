/**
 * Reads schema-text.ts: every type and resource that the API server serves. Lines are taken apart when first asked for.
 * Stands for the Go types with their tags, the scheme, the REST mapper and the OpenAPI document of Kubernetes at once.
 *
 * The text has three parts. Packages; then a type per line, `PACKAGE.Name[%][&][#group/version/Kind] field…` (% any JSON, & atomic map),
 * a field being `name:shape flags;extras`: shapes s string, b boolean, i int32, l int64, d double, q quantity, t time, u micro time,
 * o int or string, y base64, r RawExtension, f FieldsV1, j JSON, v w x JSONSchemaProps or array, boolean, strings, @n type n (base 36), [x list, {x map; flags * pointer, + always written, ~ not when zero, ! required;
 * extras m list map keys, s set, n no list type, a atomic, p merge key, k retain keys, R replace, e enum (_ for a blank), d default, g Go type. Last, a group and version per line with its resources.
 */
import { TEXT } from './schema-text.ts';

export type Base = 'string' | 'boolean' | 'int32' | 'int64' | 'double' | 'quantity' | 'time' | 'microtime' | 'intOrString' | 'bytes' | 'any' | 'object' | 'list' | 'map';

/** The form of a value: for lists and maps `of` is that of the elements, for objects `type` tells the fields. */
export interface Shape {
  readonly base: Base;
  readonly of?: Shape;
  readonly type?: Type;
  /** The name of its Go type in errors, where the shape alone does not tell it: `v1.PullPolicy`. */
  readonly goType?: string;
  /** For `any`: which type OpenAPI calls it. */
  readonly model?: string;
}

/** A field of a type, with everything that the tags of its Go type say. */
export interface Field extends Shape {
  readonly name: string;
  /** OpenAPI calls it required. */
  readonly required: boolean;
  /** An explicit zero (0, false, '') is kept; without it a zero is as good as absent. */
  readonly pointer: boolean;
  /** Written even when empty: '', 0, false, {} or null. */
  readonly always: boolean;
  /** A value that is left out when zero although it is an object. */
  readonly omitZero: boolean;
  readonly enum?: readonly string[];
  readonly default?: unknown;
  readonly listType: 'atomic' | 'set' | 'map';
  /** OpenAPI says nothing of its list type, which means atomic. */
  readonly untyped: boolean;
  /** x-kubernetes-list-map-keys, for listType `map`. */
  readonly keys: readonly string[];
  /** The map or object is replaced as a whole by server-side apply. */
  readonly atomic: boolean;
  /** x-kubernetes-patch-strategy merge: lists are merged by `mergeKey`, or as sets of scalars without one. */
  readonly merge: boolean;
  readonly mergeKey?: string;
  readonly retainKeys: boolean;
  /** x-kubernetes-patch-strategy replace. */
  readonly replace: boolean;
}

/** An object type. `any` ones hold whatever JSON. */
export class Type {
  /** `io.k8s.api.core.v1.Container` */
  readonly name: string;
  readonly gvk: GroupVersionKind | undefined;
  readonly any: boolean;
  readonly atomic: boolean;
  /** Its place among all types, for tables beside it. */
  readonly order: number;
  private readonly line: string;
  private made: ReadonlyMap<string, Field> | undefined;

  constructor(line: string, order: number, packages: readonly string[]) {
    this.line = line;
    this.order = order;
    const m = /^(\w+)\.(\w+)(%?)(&?)(?:#([^/]*)\/(\w+)\/(\w+))?/.exec(line)!;
    this.name = `${packages[parseInt(m[1]!, 36)]}.${m[2]}`;
    this.any = m[3] !== '';
    this.atomic = m[4] !== '';
    this.gvk = m[7] ? { group: m[5]!, version: m[6]!, kind: m[7] } : undefined;
  }

  /** `Container` */
  get kind(): string {
    return this.name.slice(this.name.lastIndexOf('.') + 1);
  }

  /** By name, in the order in which the Go type writes them. */
  get fields(): ReadonlyMap<string, Field> {
    if (!this.made) this.made = new Map(this.line.split(' ').slice(1).map((text) => readField(text)).map((f) => [f.name, f]));
    return this.made;
  }
}

export interface GroupVersionKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

/** Something served under a path. `status` is a subresource and stands in its resource. */
export interface Resource {
  readonly group: string;
  readonly version: string;
  /** `v1`, `apps/v1` */
  readonly apiVersion: string;
  /** `pods` */
  readonly name: string;
  /** `pods`, `deployments.apps`: as RBAC, errors and kinds name it. */
  readonly groupResource: string;
  readonly kind: string;
  readonly singular: string;
  readonly namespaced: boolean;
  /** create, delete, deletecollection, get, list, patch, update, watch */
  readonly verbs: readonly string[];
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly subresources: readonly Subresource[];
  /** Undefined for custom resources without a structural schema. */
  readonly type: Type | undefined;
}

export interface Subresource {
  readonly name: string;
  readonly kind: string;
  /** Of the kind, when it is not the resource's own. */
  readonly apiVersion: string;
  readonly verbs: readonly string[];
}

const [PACKAGES, TYPES, GROUPS] = TEXT.split('\n\n') as [string, string, string];
const packages = PACKAGES.split(' ');
const types: readonly Type[] = TYPES.split('\n').map((line, i) => new Type(line, i, packages));

const BASES: Readonly<Record<string, Base>> = {
  s: 'string', b: 'boolean', i: 'int32', l: 'int64', d: 'double', q: 'quantity', t: 'time', u: 'microtime', o: 'intOrString', y: 'bytes',
};
const EXTENSIONS = 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSON';
const MODELS: Readonly<Record<string, string>> = {
  r: 'io.k8s.apimachinery.pkg.runtime.RawExtension', f: 'io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1', j: EXTENSIONS,
  v: `${EXTENSIONS}SchemaPropsOrArray`, w: `${EXTENSIONS}SchemaPropsOrBool`, x: `${EXTENSIONS}SchemaPropsOrStringArray`,
};

function readShape(text: string): Shape {
  if (text[0] === '[') return { base: 'list', of: readShape(text.slice(1)) };
  if (text[0] === '{') return { base: 'map', of: readShape(text.slice(1)) };
  const model = MODELS[text[0]!];
  if (model) return { base: 'any', model };
  if (text[0] !== '@') return { base: BASES[text[0]!]! };
  const type = types[parseInt(text.slice(1), 36)]!;
  return type.any ? { base: 'any' } : { base: 'object', type };
}

function named(shape: Shape, goType: string | undefined): Shape {
  if (!goType) return shape;
  const inner = /^(?:\[\]|map\[[\w.]+\])(.*)$/.exec(goType)?.[1];
  return { ...shape, goType, ...(shape.of && inner ? { of: named(shape.of, inner) } : {}) };
}

function readField(text: string): Field {
  const m = /^([^:]+):((?:[[{])*(?:@\w+|\w))([*+~!]*)(.*)$/.exec(text)!;
  const flags = m[3]!;
  const extras = new Map(m[4]!.split(';').slice(1).map((extra) => [extra[0]!, extra.slice(1)]));
  const keys = extras.get('m');
  return {
    name: m[1]!,
    ...named(readShape(m[2]!), extras.get('g')),
    required: flags.includes('!'),
    pointer: flags.includes('*'),
    always: flags.includes('+'),
    omitZero: flags.includes('~'),
    enum: extras.get('e')?.replaceAll('_', ' ').split('|'),
    default: extras.has('d') ? (JSON.parse(extras.get('d')!) as unknown) : undefined,
    listType: keys !== undefined ? 'map' : extras.has('s') ? 'set' : 'atomic',
    untyped: extras.has('n'),
    keys: keys ? keys.split(',') : [],
    atomic: extras.has('a'),
    merge: extras.has('p'),
    mergeKey: extras.get('p') || undefined,
    retainKeys: extras.has('k'),
    replace: extras.has('R'),
  };
}

const byName = new Map(types.map((type) => [type.name, type]));
const byGvk = new Map(types.filter((type) => type.gvk).map((type) => [key(type.gvk!.group, type.gvk!.version, type.gvk!.kind), type]));

function key(group: string, version: string, kind: string): string {
  return `${group}/${version}/${kind}`;
}

const VERBS: Readonly<Record<string, string>> = { c: 'create', d: 'delete', x: 'deletecollection', g: 'get', l: 'list', p: 'patch', u: 'update', w: 'watch' };
const readVerbs = (letters: string): readonly string[] => [...(letters === '*' ? 'cdxglpuw' : letters)].map((letter) => VERBS[letter]!);
const words = (text: string | undefined): readonly string[] => (text ? text.split(',') : []);

function readResource(text: string, group: string, version: string): Resource {
  const [name, kind, scope, verbs, shortNames, categories, singular, subresources] = text.split(';') as [string, string, ...(string | undefined)[]];
  const apiVersion = group ? `${group}/${version}` : version;
  return {
    group, version, apiVersion, name, kind,
    groupResource: group ? `${name}.${group}` : name,
    singular: singular || kind.toLowerCase(),
    namespaced: scope === 'n',
    verbs: readVerbs(verbs ?? ''),
    shortNames: words(shortNames),
    categories: words(categories),
    subresources: words(subresources).map((sub) => {
      const [called, of, can] = sub.split(':') as [string, string, string];
      const slash = of.lastIndexOf('/');
      return { name: called, kind: of.slice(slash + 1) || kind, apiVersion: slash < 0 ? apiVersion : of.slice(0, slash).replace(/^\//, ''), verbs: readVerbs(can) };
    }),
    type: byGvk.get(key(group, version, kind)),
  };
}

/** A group and version with its resources, in the order of discovery. */
export interface GroupVersion {
  readonly group: string;
  readonly version: string;
  readonly resources: readonly Resource[];
}

/** Every built-in group and version in the order in which discovery names them: the preferred version of a group comes first. */
export const groupVersions: readonly GroupVersion[] = GROUPS.split('\n').map((line) => {
  const [gv, ...resources] = line.split(' ');
  const slash = gv!.indexOf('/');
  const group = gv!.slice(0, slash);
  const version = gv!.slice(slash + 1);
  return { group, version, resources: resources.map((text) => readResource(text, group, version)) };
});

/** Every built-in resource in the order of discovery. */
export const resources: readonly Resource[] = groupVersions.flatMap((gv) => gv.resources);

const byPath = new Map(resources.map((r) => [key(r.group, r.version, r.name), r]));
const byKind = new Map(resources.map((r) => [`${r.apiVersion} ${r.kind}`, r]));
const byGroupResource = new Map([...resources].reverse().map((r) => [r.groupResource, r]));

/** The resource that a path names, such as (`apps`, `v1`, `deployments`). */
export const resourceAt = (group: string, version: string, name: string): Resource | undefined => byPath.get(key(group, version, name));
/** The resource whose objects have this apiVersion and kind. */
export const resourceOf = (apiVersion: string, kind: string): Resource | undefined => byKind.get(`${apiVersion} ${kind}`);
/** The resource called `pods` or `deployments.apps`, in its preferred version. */
export const resourceNamed = (groupResource: string): Resource | undefined => byGroupResource.get(groupResource);
/** The type called `io.k8s.api.core.v1.Pod`. */
export const typeNamed = (name: string): Type | undefined => byName.get(name);
/** The type of objects of this apiVersion and kind; also of lists and options. */
export function typeOf(apiVersion: string, kind: string): Type | undefined {
  const slash = apiVersion.indexOf('/');
  return byGvk.get(slash < 0 ? key('', apiVersion, kind) : key(apiVersion.slice(0, slash), apiVersion.slice(slash + 1), kind));
}
/** All types in the order of their names. */
export const allTypes: readonly Type[] = types;
