/**
 * From arguments, files and selectors to objects: what every command that takes resources begins with.
 * Stands for cli-runtime's resource.Builder and its visitors, with their order of errors and their texts.
 */
import type { KubeObject } from '../kube/api/wire.ts';
import type { Running } from '../machine/process.ts';
import type { Query } from './client.ts';
import type { Kubectl } from './command.ts';
import { apiPath, groupResource, parseGroupVersion, resourceText, type Mapping } from './discovery.ts';
import { CliError, ManyErrors, NoMatchError, RequestError, StatusError, isNotFound, throwAll } from './errors.ts';
import { findFiles, readSource, type Source } from './files.ts';
import type { Flags } from './flags.ts';
import { isMap, quote } from './go.ts';
import { decodeError, documents, kindErrors } from './manifest.ts';
import { matches, parseSelector } from './selector.ts';

/** An object that a command works on, perhaps not fetched yet. */
export interface Info {
  mapping: Mapping;
  namespace: string;
  name: string;
  /** The file that it stands in. */
  source?: string;
  object?: KubeObject;
  version: string;
  readonly subresource?: string;
}

/** What to look for. */
export interface Wanted {
  readonly args?: readonly string[];
  readonly files?: readonly string[];
  readonly kustomize?: string;
  readonly recursive?: boolean;
  /** A document that is no file. */
  readonly text?: Source;
  readonly selector?: string;
  readonly fieldSelector?: string;
  /** --all */
  readonly all?: boolean;
  /** A type alone means all of that type. */
  readonly typeMeansAll?: boolean;
  readonly namespace: string;
  /** Objects of files must be in `namespace`. */
  readonly enforce?: boolean;
  readonly allNamespaces?: boolean;
  readonly chunk?: number;
  readonly subresource?: string;
  readonly singleType?: boolean;
  readonly keepGoing?: boolean;
  /** Take lists apart. */
  readonly flatten?: boolean;
  /** Objects of files are fetched from the server. */
  readonly latest?: boolean;
  /** Named objects are fetched; default true. */
  readonly fetch?: boolean;
  /** No server is asked. */
  readonly local?: boolean;
  /** Held against kind and apiVersion before anything else. */
  readonly validate?: boolean;
  readonly accept?: string;
  readonly query?: Query;
  /** Named objects that are not there are passed over. */
  readonly ignoreNotFound?: boolean;
}

export type Visit = (info: Info) => Running<void>;
type Hear = (info: Info | undefined, error?: Error) => Running<void>;
type Walk = (hear: Hear) => Running<void>;

const MISSING = `You must provide one or more resources by argument or filename.
Example resource specifications include:
   '-f rsrc.yaml'
   '--filename=rsrc.json'
   '<resource> <name>'
   '<resource>'`;
const SLASHES = "there is no need to specify a resource type as a separate argument when passing arguments in resource/name form (e.g. 'kubectl get resource/<resource_name>' instead of 'kubectl get resource resource/<resource_name>'";

/** The usual flags of commands that take resources, as the start of a Wanted. */
export function wantedOf(k: Kubectl, flags: Flags = k.flags): Wanted {
  const { name, explicit } = k.namespace;
  return {
    namespace: name, enforce: explicit,
    files: flags.has('filename') ? flags.list('filename') : [],
    kustomize: flags.has('kustomize') ? flags.text('kustomize') : '',
    recursive: flags.has('recursive') && flags.on('recursive'),
    ...(flags.has('selector') && { selector: flags.text('selector') }),
    ...(flags.has('field-selector') && { fieldSelector: flags.text('field-selector') }),
    ...(flags.has('all') && { all: flags.on('all') }),
    ...(flags.has('all-namespaces') && { allNamespaces: flags.on('all-namespaces') }),
  };
}

/** What was found. */
export class Found {
  private readonly walk: Walk;
  private readonly ignoreNotFound: boolean;
  /** The command line names one thing only. */
  readonly single: boolean;
  /** Things were named, not selected. */
  readonly named: boolean;
  /** Of a selection: one for each type; of names: one for each. */
  readonly sources: readonly Selection[];

  constructor(walk: Walk, single: boolean, named: boolean, sources: readonly Selection[], ignoreNotFound: boolean) {
    this.walk = walk;
    this.single = single;
    this.named = named;
    this.sources = sources;
    this.ignoreNotFound = ignoreNotFound;
  }

  /** Calls `visit` for each. Throws what went wrong, as one or as ManyErrors. */
  *each(visit: Visit): Running<void> {
    try {
      yield* this.walk(function* (info, error) {
        if (error) throw error;
        yield* visit(info!);
      });
    } catch (error) {
      const rest = this.filter(error as Error);
      if (rest) throw rest;
    }
  }

  private filter(error: Error): Error | undefined {
    if (!this.ignoreNotFound) return error;
    if (!(error instanceof ManyErrors)) return isNotFound(error) ? undefined : error;
    const rest = error.errors.map((one) => this.filter(one)).filter((one) => one !== undefined);
    return rest.length === 0 ? undefined : rest.length === 1 ? rest[0] : new ManyErrors(rest);
  }

  /** All of them, with the error that came with them. */
  *infos(): Running<{ readonly infos: Info[]; readonly error: Error | undefined }> {
    const infos: Info[] = [];
    try {
      yield* this.each(function* (info) {
        infos.push(info);
      });
    } catch (error) {
      if (!known(error)) throw error;
      return { infos, error };
    }
    return { infos, error: undefined };
  }

  /** All of them. Throws when one fails. */
  *all(): Running<Info[]> {
    const { infos, error } = yield* this.infos();
    if (error) throw error;
    return infos;
  }
}

/** What can be watched: a type in a namespace, or one named object. */
export interface Selection {
  readonly mapping: Mapping;
  readonly namespace: string;
  readonly name?: string;
  readonly selector?: string;
  readonly fieldSelector?: string;
}

/** An error that a command may meet, not a bug. */
export const known = (error: unknown): error is Error => error instanceof CliError || error instanceof StatusError || error instanceof RequestError || error instanceof ManyErrors;

/** Path of a resource or an object. */
export function pathOf(of: Pick<Mapping, 'group' | 'version' | 'resource' | 'namespaced'>, namespace: string, name?: string, subresource?: string): string {
  const within = of.namespaced && namespace ? `/namespaces/${namespace}` : '';
  return `${apiPath(of)}${within}/${of.resource}${name === undefined ? '' : `/${name}`}${subresource ? `/${subresource}` : ''}`;
}

/** Fetches an object; when it is not there because its namespace is not, says so. */
export function* fetchInfo(k: Kubectl, info: Info, accept?: string, query?: Query): Running<void> {
  if (info.name === '') throw new CliError('resource name may not be empty');
  try {
    info.object = yield* k.client.object({ path: pathOf(info.mapping, info.namespace, info.name, info.subresource), ...(accept && { accept }), ...(query && { query }) });
  } catch (error) {
    if (isNotFound(error) && info.namespace && info.namespace !== 'default') {
      try {
        yield* k.client.object({ path: `/api/v1/namespaces/${info.namespace}` });
      } catch (second) {
        if (isNotFound(second)) throw second;
        if (!known(second)) throw second;
      }
    }
    throw error;
  }
  info.version = info.object?.metadata?.resourceVersion ?? '';
}

/** Two or more types with names become TYPE/NAME each. */
function normalise(args: readonly string[]): readonly string[] {
  const types = splitTypes(args[0] ?? '');
  return args.length >= 2 && types.length > 1 ? types.flatMap((type) => args.slice(1).map((name) => `${type}/${name}`)) : args;
}

const splitTypes = (argument: string): string[] => [...new Set(argument.split(','))];

/** Are objects named, not only types? Throws CliError. */
export function hasNames(args: readonly string[]): boolean {
  const normal = normalise(args);
  const slashes = normal.filter((arg) => arg.includes('/')).length;
  if (slashes > 0 && slashes !== normal.length) throw new CliError(SLASHES);
  return slashes > 0 || normal.length > 1;
}

/** Finds out what is meant. Throws CliError and the errors of the server. */
export function* find(k: Kubectl, wanted: Wanted): Running<Found> {
  const errors: Error[] = [];
  const files = wanted.files ?? [];
  if (files.length && wanted.kustomize) errors.push(new CliError('only one of -f or -k can be specified'));
  if (wanted.kustomize && wanted.recursive) errors.push(new CliError("the -k flag can't be used with -f or -R"));
  const located = errors.length ? { sources: [], singleFile: false, folder: false, stdin: false, errors: [] } : findFiles(k.p, files, wanted.recursive ?? false, wanted.kustomize ?? '');
  errors.push(...located.errors);

  let selector = wanted.selector?.trim() || undefined;
  const fieldSelector = wanted.fieldSelector?.trim() || undefined;
  if (wanted.all && (selector || fieldSelector)) errors.push(new CliError("setting 'all' parameter but found a non empty selector. "));
  const namespace = wanted.allNamespaces ? '' : wanted.namespace;

  const args = normalise(wanted.args ?? []);
  const tuples: { readonly type: string; readonly name: string }[] = [];
  let types: string[] = [];
  let names: readonly string[] = [];
  const slashes = args.filter((arg) => arg.includes('/')).length;
  if (slashes > 0) {
    if (slashes !== args.length) errors.push(new CliError(SLASHES));
    else {
      for (const arg of args) {
        const [type, name, ...more] = arg.split('/') as [string, string, ...string[]];
        if (more.length) errors.push(new CliError('arguments in resource/name form may not have more than one slash'));
        else if (!type || !name || type.includes(',')) errors.push(new CliError('arguments in resource/name form must have a single resource and name'));
        else {
          tuples.push({ type, name });
          continue;
        }
        break;
      }
    }
  } else if (args.length > 0) {
    types = splitTypes(yield* aliases(k, args[0]!));
    names = args.slice(1);
    if (args.length === 1 && selector === undefined && wanted.typeMeansAll) selector = '';
  }
  throwAll(errors);
  if (wanted.all) selector = '';

  const finish = function* (walk: Walk, single: boolean, named: boolean, sources: readonly Selection[]): Running<Found> {
    return new Found(decorate(k, wanted, namespace, walk), single, named, sources, wanted.ignoreNotFound ?? false);
  };
  const sources = wanted.text ? [wanted.text] : located.sources;
  if (sources.length) {
    if (types.length) throw new CliError('when paths, URLs, or stdin is provided as input, you may not specify resource arguments as well');
    if (names.length) throw new CliError('name cannot be provided when a path is specified');
    if (tuples.length) throw new CliError('resource/name arguments cannot be provided when a path is specified');
    const single = !located.folder && !located.stdin && sources.length === 1;
    return yield* finish(fileWalk(k, wanted, sources, namespace, selector), single, true, []);
  }
  if (selector !== undefined || fieldSelector !== undefined) {
    if (names.length) throw new CliError('name cannot be provided when a selector is specified');
    if (tuples.length) throw new CliError('selectors and the all flag cannot be used when passing resource/name arguments');
    if (types.length === 0) throw new CliError('at least one resource must be specified to use a selector');
    if (wanted.subresource) throw new CliError('subresource cannot be used when bulk resources are specified');
    const sources = (yield* mappings(k, types, wanted)).map((mapping): Selection => ({ mapping, namespace: mapping.namespaced ? namespace : '', ...(selector && { selector }), ...(fieldSelector && { fieldSelector }) }));
    return yield* finish(eager(wanted, sources.map((source) => selectionWalk(k, wanted, source))), false, false, sources);
  }
  if (tuples.length) {
    if (types.length) throw new CliError('you may not specify individual resources and bulk resources in the same call');
    const found = yield* tupleMappings(k, tuples.map(({ type }) => type), wanted);
    const infos = tuples.map(({ type, name }) => named(wanted, found.get(type)!, namespace, name));
    return yield* finish(eager(wanted, infos.map((info): Walk => (hear) => hear({ ...info }))), located.singleFile || tuples.length === 1, true, infos);
  }
  if (names.length) {
    if (types.length > 1) throw new CliError('you must specify only one resource');
    const [mapping] = yield* mappings(k, types, wanted);
    const infos = names.map((name) => named(wanted, mapping!, namespace, name));
    return yield* finish(inOrder(infos.map((info): Walk => (hear) => hear({ ...info }))), names.length === 1, true, infos);
  }
  if (types.length) {
    for (const type of types) yield* k.discovery.mappingFor(type);
    throw new CliError('resource(s) were provided, but no name was specified');
  }
  throw new CliError(MISSING);
}

/** Categories such as `all` become the types in them. */
function* aliases(k: Kubectl, argument: string): Running<string> {
  const out: string[] = [];
  for (const part of argument.split(',')) out.push(...((yield* k.discovery.category(part)) ?? [part]));
  return out.join(',');
}

function* mappings(k: Kubectl, types: readonly string[], wanted: Wanted): Running<Mapping[]> {
  if (types.length > 1 && wanted.singleType) throw new CliError('you may only specify a single resource type');
  const out: Mapping[] = [];
  for (const type of types) {
    const mapping = yield* k.discovery.mappingFor(type);
    if (!out.some((one) => one.kind === mapping.kind && one.group === mapping.group && one.version === mapping.version)) out.push(mapping);
  }
  return out;
}

function* tupleMappings(k: Kubectl, types: readonly string[], wanted: Wanted): Running<Map<string, Mapping>> {
  const out = new Map<string, Mapping>();
  for (const type of types) if (!out.has(type)) out.set(type, yield* k.discovery.mappingFor(type));
  const distinct = new Set([...out.values()].map(resourceText));
  if (distinct.size > 1 && wanted.singleType) throw new CliError('you may only specify a single resource type');
  return out;
}

function named(wanted: Wanted, mapping: Mapping, namespace: string, name: string): Info {
  if (mapping.namespaced && !namespace) throw new CliError(wanted.allNamespaces ? 'a resource cannot be retrieved by name across all namespaces' : 'namespace may not be empty when retrieving a resource by name');
  return { mapping, namespace: mapping.namespaced ? namespace : '', name, version: '', ...(wanted.subresource && { subresource: wanted.subresource }) };
}

const inOrder = (walks: readonly Walk[]): Walk =>
  function* (hear) {
    for (const walk of walks) yield* walk(hear);
  };

/** With --keep-going semantics every walk is taken, and the errors come together at the end. */
const eager = (wanted: Wanted, walks: readonly Walk[]): Walk => (wanted.keepGoing ? collect(walks) : inOrder(walks));

const collect = (walks: readonly Walk[]): Walk =>
  function* (hear) {
    const errors: Error[] = [];
    for (const walk of walks) {
      try {
        yield* walk(function* (info, error) {
          try {
            if (error) throw error;
            yield* hear(info);
          } catch (one) {
            if (!known(one)) throw one;
            errors.push(one);
          }
        });
      } catch (one) {
        if (!known(one)) throw one;
        errors.push(one);
      }
    }
    if (errors.length) throw errors.length === 1 ? errors[0]! : new ManyErrors(errors);
  };

const selectionWalk = (k: Kubectl, wanted: Wanted, of: Selection): Walk =>
  function* (hear) {
    let next: string | undefined;
    do {
      let list: KubeObject;
      try {
        list = yield* k.client.object({
          path: pathOf(of.mapping, of.namespace), ...(wanted.accept && { accept: wanted.accept }),
          query: { labelSelector: of.selector, fieldSelector: of.fieldSelector, limit: wanted.chunk || undefined, continue: next, ...wanted.query },
        });
      } catch (error) {
        throw listError(error, of);
      }
      yield* hear({ mapping: of.mapping, namespace: of.namespace, name: '', object: list, version: list.metadata?.resourceVersion ?? '' });
      next = (list.metadata as { continue?: string } | undefined)?.continue;
    } while (next);
  };

/** A refused list says what was looked for. */
export function listError(error: unknown, of: Selection): unknown {
  if (!(error instanceof StatusError) || !['BadRequest', 'NotFound'].includes(error.status.reason ?? '')) return error;
  const what = quote(resourceText(of.mapping));
  const how = of.selector || of.fieldSelector ? `Unable to find ${what} that match label selector ${quote(of.selector ?? '')}, field selector ${quote(of.fieldSelector ?? '')}` : `Unable to list ${what}`;
  return new StatusError({ ...error.status, message: `${how}: ${error.status.message ?? ''}` });
}

const fileWalk = (k: Kubectl, wanted: Wanted, sources: readonly Source[], namespace: string, selector: string | undefined): Walk => {
  const walks = sources.map((source): Walk => function* (hear) {
    const text = yield* readSource(k, source);
    for (const document of documents(text, source.name)) {
      let info: Info;
      try {
        if (wanted.validate) yield* validate(k, document, source.name);
        info = yield* infoFor(k, wanted, document, source.name);
      } catch (error) {
        if (!known(error)) throw error;
        if (error instanceof Unfit) throw error;
        yield* hear(undefined, error);
        continue;
      }
      yield* hear(info);
    }
  });
  let walk = eager(wanted, walks);
  if (wanted.flatten) walk = flattened(k, wanted, walk);
  if (wanted.latest) walk = latest(k, wanted, namespace, walk);
  if (selector === undefined) return walk;
  const parsed = parseSelector(selector);
  if (typeof parsed === 'string') throw new CliError(`the provided selector ${quote(selector)} is not valid: ${parsed}`);
  return (hear) => walk(function* (info, error) {
    if (error) throw error;
    if (matches(parsed, info!.object?.metadata?.labels ?? {})) yield* hear(info);
  });
};

/** A document that ends the reading of its file. */
class Unfit extends CliError {}

function* validate(k: Kubectl, document: unknown, source: string): Running<void> {
  const stop = 'if you choose to ignore these errors, turn validation off with --validate=false';
  const errors = kindErrors(document);
  const unfit = (why: string): Unfit => new Unfit(`error validating ${quote(source)}: error validating data: ${why}; ${stop}`);
  if (errors.length) throw unfit(errors.length === 1 ? errors[0]! : `[${errors.join(', ')}]`);
  try {
    yield* k.discovery.groups();
  } catch (error) {
    if (error instanceof RequestError) throw unfit(`failed to download openapi: ${new RequestError('GET', error.url.replace(/\/api\?/, '/openapi/v2?'), error.why).message}`);
    throw error;
  }
}

function* infoFor(k: Kubectl, wanted: Wanted, document: unknown, source: string): Running<Info> {
  const bad = decodeError(document);
  if (bad) throw new CliError(`unable to decode ${quote(source)}: ${bad}`);
  const object = document as KubeObject;
  const meta = object.metadata ?? {};
  const info = { namespace: meta.namespace ?? '', name: meta.name ?? '', source, object, version: meta.resourceVersion ?? '' };
  const { group, version } = parseGroupVersion(object.apiVersion ?? '');
  if (wanted.local) return { ...info, mapping: { group, version, resource: object.kind.toLowerCase(), kind: object.kind, namespaced: info.namespace !== '' } };
  try {
    return { ...info, mapping: yield* k.discovery.mapping(group, object.kind, version) };
  } catch (error) {
    if (error instanceof NoMatchError) {
      throw new CliError(`resource mapping not found for name: ${quote(info.name)} namespace: ${quote(info.namespace)} from ${quote(source)}: ${error.message}\nensure CRDs are installed first`);
    }
    if (error instanceof RequestError) throw new CliError(`unable to recognize ${quote(source)}: ${error.message}`);
    throw error;
  }
}

/** Is it a list of objects? */
export const isList = (object: unknown): object is KubeObject & { readonly items: readonly KubeObject[] } => isMap(object) && Array.isArray(object['items']) && (object['kind'] === undefined || String(object['kind']).endsWith('List'));

/** The objects of a list, each with apiVersion and kind; typed lists leave them out. */
export function listItems(list: KubeObject & { readonly items: readonly KubeObject[] }): KubeObject[] {
  const kind = list.kind.replace(/List$/, '');
  return list.items.map((item) => (item.kind || item.apiVersion ? item : { ...item, apiVersion: list.apiVersion, kind }));
}

const flattened = (k: Kubectl, wanted: Wanted, walk: Walk): Walk => (hear) => walk(function* (info, error) {
  if (error) throw error;
  if (!isList(info!.object)) return yield* hear(info);
  const errors: Error[] = [];
  const todo: KubeObject[] = listItems(info!.object);
  for (let i = 0; i < todo.length; i++) {
    const item = todo[i]!;
    if (isList(item)) {
      todo.push(...listItems(item));
      continue;
    }
    try {
      const { group, version } = parseGroupVersion(item.apiVersion);
      const same = info!.mapping.group === group && info!.mapping.version === version && info!.mapping.kind === item.kind;
      const meta = item.metadata ?? {};
      const mapping = same ? info!.mapping : wanted.local ? { group, version, resource: item.kind.toLowerCase(), kind: item.kind, namespaced: Boolean(meta.namespace) } : yield* itemMapping(k, group, item.kind, version);
      yield* hear({ mapping, namespace: meta.namespace ?? '', name: meta.name ?? '', object: item, version: info!.version || (meta.resourceVersion ?? ''), ...(info!.source !== undefined && { source: info!.source }) });
    } catch (one) {
      if (!known(one)) throw one;
      errors.push(one);
    }
  }
  throwAll(errors);
});

function* itemMapping(k: Kubectl, group: string, kind: string, version: string): Running<Mapping> {
  try {
    return yield* k.discovery.mapping(group, kind, version);
  } catch (error) {
    if (error instanceof NoMatchError) throw new CliError(`unable to recognize ${error.message}`);
    throw error;
  }
}

const latest = (k: Kubectl, wanted: Wanted, namespace: string, walk: Walk): Walk => (hear) => walk(function* (info, error) {
  if (error) throw error;
  setNamespace(info!, namespace);
  if (isList(info!.object)) throw new CliError('watch is only supported on individual resources and resource collections, but a list of resources is found');
  if (info!.name) {
    if (info!.mapping.namespaced && !info!.namespace) throw new CliError(`no namespace set on resource ${resourceText(info!.mapping)} ${quote(info!.name)}`);
    yield* fetchInfo(k, info!, wanted.accept, wanted.query);
  }
  yield* hear(info);
});

function setNamespace(info: Info, namespace: string): void {
  if (!info.mapping.namespaced || info.namespace !== '') return;
  info.namespace = namespace;
  if (info.object && !isList(info.object) && namespace) info.object = { ...info.object, metadata: { ...info.object.metadata, namespace } };
}

/** What every found object goes through: lists taken apart, namespaces filled in and looked at, named ones fetched. */
function decorate(k: Kubectl, wanted: Wanted, namespace: string, walk: Walk): Walk {
  const flat = wanted.flatten ? flattened(k, wanted, walk) : walk;
  const all = wanted.keepGoing ? collect([flat]) : flat;
  return (hear) => all(function* (info, error) {
    if (error) throw error;
    const one = info!;
    if (one.mapping.namespaced) {
      if (wanted.enforce && one.namespace !== '' && one.namespace !== namespace && one.source !== undefined) {
        throw new CliError(`the namespace from the provided object ${quote(one.namespace)} does not match the namespace ${quote(namespace)}. You must pass '--namespace=${one.namespace}' to perform this operation.`);
      }
      setNamespace(one, namespace);
    } else if (one.namespace) {
      one.namespace = '';
      if (one.object) {
        const { namespace: _, ...metadata } = one.object.metadata;
        one.object = { ...one.object, metadata };
      }
    }
    if (!one.object && wanted.fetch !== false) yield* fetchInfo(k, one, wanted.accept, wanted.query);
    yield* hear(one);
  });
}

/** `deployments.apps/web`, as errors about an object begin. */
export const infoName = (info: Info): string => `${info.mapping.resource}/${info.name}`;
/** Resource with group: `deployments.apps`. */
export const infoResource = (info: Info): string => groupResource(info.mapping);
