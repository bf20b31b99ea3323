/**
 * What the server serves: names, short names, kinds and categories to resources.
 * Stands for client-go's discovery client with its cache of six hours, restmapper and shortcut expander.
 * Unlike Kubernetes: the cache is not in files below ~/.kube/cache, so removing those does not clear it.
 */
import type { Process, Running } from '../machine/process.ts';
import { civil, digits } from '../sim/date.ts';
import { printWarning, type Client } from './client.ts';
import { CliError, NoMatchError, RequestError, StatusError } from './errors.ts';
import { quote } from './go.ts';

/** A kind with its group and version; the core group is ''. */
export interface Kind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

/** A resource as the server lists it. */
export interface Resource {
  readonly group: string;
  readonly version: string;
  readonly name: string;
  readonly singular: string;
  readonly kind: string;
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly subresources: readonly { readonly name: string; readonly kind: Kind | undefined; readonly verbs: readonly string[] }[];
}

/** How a kind is reached: meta.RESTMapping. */
export interface Mapping {
  readonly group: string;
  readonly version: string;
  /** The name in paths: `deployments`. */
  readonly resource: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

export interface Group {
  readonly name: string;
  readonly preferred: string;
  readonly versions: readonly { readonly version: string; readonly resources: readonly Resource[]; readonly stale: boolean }[];
}

const AGGREGATED = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json';

/** `apps/v1`, `v1`. */
export const groupVersion = (of: { readonly group: string; readonly version: string }): string => (of.group ? `${of.group}/${of.version}` : of.version);
/** `deployments.apps`, `pods`. */
export const groupResource = (of: { readonly group: string; readonly resource: string }): string => (of.group ? `${of.resource}.${of.group}` : of.resource);
/** The folder of paths in which a group version lives. */
export const apiPath = (of: { readonly group: string; readonly version: string }): string => (of.group ? `/apis/${of.group}/${of.version}` : `/api/${of.version}`);
/** Go's %v of a GroupVersionResource: `/v1, Resource=pods`. */
export const resourceText = (m: Mapping): string => `${m.group}/${m.version}, Resource=${m.resource}`;
export const kindText = (m: Kind): string => `${m.group}/${m.version}, Kind=${m.kind}`;

/** Splits an apiVersion. */
export function parseGroupVersion(text: string): { readonly group: string; readonly version: string } {
  const at = text.indexOf('/');
  return at < 0 ? { group: '', version: text } : { group: text.slice(0, at), version: text.slice(at + 1) };
}

interface Wanted {
  readonly group: string;
  readonly version: string;
  readonly resource: string;
}

/** What a user on a machine learned about a server, and when (Unix milliseconds). */
interface Remembered {
  readonly groups: readonly Group[];
  readonly at: number;
}

const MEMORY = new WeakMap<object, Map<string, Remembered>>();
const REMEMBERED_FOR = 6 * 3_600_000;

/** Finds resources by what people call them. */
export class Discovery {
  private readonly p: Process;
  private readonly client: Client;
  private loaded: readonly Group[] | undefined;
  /** What is loaded was asked for in this run. */
  private fresh = false;
  private readonly ambiguous = new Set<string>();

  constructor(p: Process, client: Client) {
    this.p = p;
    this.client = client;
  }

  /** All groups, the core group first. Throws RequestError, StatusError; a failure is also logged. */
  *groups(): Running<readonly Group[]> {
    if (this.loaded) return this.loaded;
    const { machine, env } = this.p;
    // Where there is no simulated machine, every run is a process of its own and remembers nothing.
    const memory = (machine as object | undefined) ?? this;
    if (!MEMORY.has(memory)) MEMORY.set(memory, new Map());
    const known = MEMORY.get(memory)!;
    const key = `${env.get('HOME') ?? ''} ${this.client.target.server}`;
    const old = known.get(key);
    if (old && !this.fresh && this.p.date - old.at < REMEMBERED_FOR) return (this.loaded = old.groups);
    this.fresh = true;
    try {
      const core = yield* this.client.object({ path: '/api', query: { timeout: '32s' }, accept: AGGREGATED });
      const rest = yield* this.client.object({ path: '/apis', query: { timeout: '32s' }, accept: AGGREGATED });
      this.loaded = read(core, rest);
      known.set(key, { groups: this.loaded, at: this.p.date });
      return this.loaded;
    } catch (error) {
      if (error instanceof RequestError) {
        klog(this.p, 'E', 'memcache.go:265', `"Unhandled Error" err=${quote(`couldn't get current server API group list: ${error.message}`)}`);
      } else if (error instanceof StatusError) {
        klog(this.p, 'E', 'memcache.go:265', `"Unhandled Error" err=${quote(`couldn't get current server API group list: ${error.message}`)}`);
      }
      throw error;
    }
  }

  /** Forgets what is remembered: the server is asked again. */
  invalidate(): void {
    this.loaded = undefined;
    this.fresh = true;
  }

  /** Looks in what is remembered; when nothing fits, asks the server again. */
  private *again<T>(look: () => Running<T>): Running<T> {
    try {
      return yield* look();
    } catch (error) {
      if (!(error instanceof NoMatchError) || this.fresh) throw error;
      this.invalidate();
      return yield* look();
    }
  }

  /** All resources in order of preference. */
  *resources(): Running<readonly Resource[]> {
    const out: Resource[] = [];
    for (const group of yield* this.groups()) {
      const versions = [...group.versions].sort((a, b) => Number(b.version === group.preferred) - Number(a.version === group.preferred));
      for (const { resources } of versions) out.push(...resources);
    }
    return out;
  }

  /** The resources of a category such as `all`, in discovery order; undefined when there is none of that name. */
  *category(name: string): Running<readonly string[] | undefined> {
    let groups: readonly Group[];
    try {
      groups = yield* this.groups();
    } catch (error) {
      if (error instanceof RequestError || error instanceof StatusError) return undefined;
      throw error;
    }
    const found = groups.flatMap((group) => group.versions.flatMap(({ resources }) => resources)).filter((r) => r.categories.includes(name)).map((r) => groupResource({ group: r.group, resource: r.name }));
    return found.length ? found : undefined;
  }

  /** Short names become long ones, unless something has that very name. */
  private *expand(wanted: Wanted): Running<Wanted> {
    let groups: readonly Group[];
    try {
      groups = yield* this.groups();
    } catch (error) {
      if (error instanceof RequestError || error instanceof StatusError) return wanted;
      throw error;
    }
    const all = groups.flatMap((group) => group.versions.flatMap(({ resources }) => resources));
    const here = all.filter((r) => !wanted.group || r.group === wanted.group);
    if (here.some((r) => r.name === wanted.resource || r.singular === wanted.resource)) return wanted;
    const short = here.filter((r) => r.shortNames.includes(wanted.resource));
    const first = short[0];
    if (first) {
      for (const other of short) {
        const name = groupResource({ group: other.group, resource: other.name });
        if ((other.group === first.group && other.name === first.name) || this.ambiguous.has(name)) continue;
        this.ambiguous.add(name);
        printWarning(this.p, `short name ${quote(wanted.resource)} could also match lower priority resource ${name}`);
      }
      return { group: first.group, version: '', resource: first.name };
    }
    const near = wanted.group ? all.find((r) => r.group.startsWith(wanted.group) && r.shortNames.includes(wanted.resource)) : undefined;
    return near ? { ...wanted, group: near.group, resource: near.name } : wanted;
  }

  /** The kind behind a resource name. Throws NoMatchError. */
  *kindFor(wanted: Wanted): Running<Resource> {
    return yield* this.again(() => this.kindNow(wanted));
  }

  private *kindNow(wanted: Wanted): Running<Resource> {
    const { group, version, resource } = yield* this.expand(wanted);
    const name = resource.toLowerCase();
    const named = (r: Resource): boolean => r.name === name || (r.singular || r.kind.toLowerCase()) === name;
    const found: Resource[] = [];
    const groups = yield* this.groups();
    for (const g of groups) {
      for (const v of [...g.versions].sort((a, b) => Number(b.version === g.preferred) - Number(a.version === g.preferred))) {
        if (version && v.version !== version) continue;
        if (group && (version ? g.name !== group : !g.name.startsWith(group))) continue;
        found.push(...v.resources.filter(named));
      }
    }
    if (found.length === 0) throw new NoMatchError(`no matches for ${wanted.group}/${wanted.version}, Resource=${wanted.resource}`);
    return found[0]!;
  }

  /** How to reach a kind, in a version or in the preferred one. Throws NoMatchError. */
  *mapping(group: string, kind: string, version?: string): Running<Mapping> {
    return yield* this.again(() => this.mappingNow(group, kind, version));
  }

  private *mappingNow(group: string, kind: string, version?: string): Running<Mapping> {
    const groups = yield* this.groups();
    const g = groups.find((one) => one.name === group);
    const versions = g ? [...g.versions].sort((a, b) => Number(b.version === g.preferred) - Number(a.version === g.preferred)) : [];
    for (const v of versions) {
      if (version && v.version !== version) continue;
      for (const r of v.resources) {
        if (r.kind === kind || r.kind.toLowerCase() === kind) return { group, version: v.version, resource: r.name, kind, namespaced: r.namespaced };
        if (`${r.kind}List` === kind) return { group, version: v.version, resource: `${kind.toLowerCase()}s`, kind, namespaced: r.namespaced };
      }
      if (kind === 'List') return { group, version: v.version, resource: 'lists', kind, namespaced: false };
    }
    throw new NoMatchError(version === undefined ? `no matches for kind ${quote(kind)} in group ${quote(group)}` : `no matches for kind ${quote(kind)} in version ${quote(groupVersion({ group, version }))}`);
  }

  /** What an argument such as `po`, `deploy.apps`, `deployments.v1.apps` or `Deployment` means. Throws CliError. */
  *mappingFor(argument: string): Running<Mapping> {
    const [first, second, ...rest] = argument.split('.') as [string, string?, ...string[]];
    const full = rest.length > 0 ? { resource: first, version: second!, group: rest.join('.') } : undefined;
    const plain = { resource: first, version: '', group: [second, ...rest].filter((part) => part !== undefined).join('.') };
    for (const wanted of full ? [full, plain] : [plain]) {
      try {
        const found = yield* this.kindFor(wanted);
        return { group: found.group, version: found.version, resource: found.name, kind: found.kind, namespaced: found.namespaced };
      } catch (error) {
        if (!(error instanceof NoMatchError) && !(error instanceof RequestError) && !(error instanceof StatusError)) throw error;
      }
    }
    const tries: readonly (readonly [string, string, string | undefined])[] = [full ? [full.group, first, full.version] : [plain.group, first, ''], [plain.group, first, '']];
    let last: unknown;
    for (const [group, kind, version] of tries) {
      try {
        return yield* this.mapping(group, kind, version || undefined);
      } catch (error) {
        last = error;
      }
    }
    if (last instanceof NoMatchError) throw new CliError(`the server doesn't have a resource type ${quote(first)}`);
    throw last;
  }

  /** The resource behind a mapping. */
  *resource(of: Pick<Mapping, 'group' | 'version' | 'resource'>): Running<Resource | undefined> {
    return (yield* this.resources()).find((r) => r.group === of.group && r.version === of.version && r.name === of.resource);
  }
}

/** A line of Kubernetes' logging library on standard error. */
export function klog(p: Process, level: 'I' | 'W' | 'E', source: string, text: string): void {
  const t = civil(p.date);
  p.warn(`${level}${digits(t.month)}${digits(t.day)} ${digits(t.hour)}:${digits(t.minute)}:${digits(t.second)}.${digits(t.millisecond, 3)}000 ${String(p.pid).padStart(7)} ${source}] ${text}\n`);
}

/** Discovery documents that have been read, by their bodies: the server hands out the same frozen ones. */
const READ = new WeakMap<object, WeakMap<object, readonly Group[]>>();

interface Listed {
  readonly items?: readonly {
    readonly metadata?: { readonly name?: string };
    readonly versions: readonly {
      readonly version: string;
      readonly freshness?: string;
      readonly resources?: readonly {
        readonly resource: string;
        readonly singularResource?: string;
        readonly responseKind?: Partial<Kind>;
        readonly scope: string;
        readonly shortNames?: readonly string[];
        readonly categories?: readonly string[];
        readonly verbs: readonly string[];
        readonly subresources?: readonly { readonly subresource: string; readonly responseKind?: Partial<Kind>; readonly verbs: readonly string[] }[];
      }[];
    }[];
  }[];
}

function read(core: object, rest: object): readonly Group[] {
  let second = READ.get(core);
  if (!second) READ.set(core, (second = new WeakMap()));
  let groups = second.get(rest);
  if (!groups) second.set(rest, (groups = [core, rest].flatMap((list) => ((list as Listed).items ?? []).map(readGroup))));
  return groups;
}

function readGroup(item: NonNullable<Listed['items']>[number]): Group {
  const group = item.metadata?.name ?? '';
  const kindOf = (kind: Partial<Kind> | undefined, version: string): Kind | undefined => (kind?.kind ? { group: kind.group || group, version: kind.version || version, kind: kind.kind } : undefined);
  return {
    name: group,
    preferred: item.versions[0]?.version ?? '',
    versions: item.versions.map(({ version, resources = [], freshness }) => ({
      version,
      stale: freshness === 'Stale',
      resources: resources.filter((r) => r.responseKind?.kind).map((r): Resource => ({
        group, version, name: r.resource, singular: r.singularResource ?? '', kind: r.responseKind!.kind!, namespaced: r.scope === 'Namespaced', verbs: r.verbs,
        shortNames: r.shortNames ?? [], categories: r.categories ?? [],
        subresources: (r.subresources ?? []).map((s) => ({ name: s.subresource, kind: kindOf(s.responseKind, version), verbs: s.verbs })),
      })),
    })),
  };
}
