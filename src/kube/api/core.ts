/**
 * What all stages of the server share: store, time, chance, resources, kinds, the reader's indexes.
 * Stands for the configuration that kube-apiserver hands to its handlers.
 */
import type { Clock } from '../../sim/clock.ts';
import { rfc3339 } from '../../sim/date.ts';
import { Random } from '../../sim/random.ts';
import { Store } from '../../sim/store.ts';
import type { Trace } from '../../sim/trace.ts';
import type { Resource } from '../schema/schema.ts';
import { resourceAt, resourceNamed, resourceOf } from '../schema/schema.ts';
import { authorityId } from './certificate.ts';
import type { Kind } from './kind.ts';
import { prefixOf } from './keys.ts';
import type { KubeletDoor } from './kubelet-door.ts';
import type { Ledger } from './managed-fields.ts';
import { StoreReader } from './reader.ts';
import type { GroupResource } from './server.ts';
import { Watches } from './watches.ts';
import type { KubeObject, UserInfo } from './wire.ts';

/** The name that the server has on the agenda. */
export const PART = 'kube-apiserver';

export interface ApiServerOptions {
  readonly clock: Clock;
  /** Unix milliseconds at virtual 0. */
  readonly epoch: number;
  readonly seed: string;
  readonly trace: Trace;
  readonly kinds: readonly Kind[];
  readonly kubelets?: KubeletDoor;
  /** Static bearer tokens, as --token-auth-file gives. */
  readonly tokens?: ReadonlyMap<string, UserInfo>;
  /** What the server finds when it asks its neighbours for their health; default: all are well. */
  health?(): readonly ComponentHealth[];
}

/** A component as `kubectl get componentstatuses` tells it. */
export interface ComponentHealth {
  readonly name: 'scheduler' | 'controller-manager' | 'etcd-0';
  readonly healthy: boolean;
  /** `ok`, or the error of the connection. */
  readonly message: string;
}

const WELL: readonly ComponentHealth[] = (['controller-manager', 'scheduler', 'etcd-0'] as const).map((name) => ({ name, healthy: true, message: 'ok' }));

/** How a resource is stored, and by whose rules. */
export interface Place {
  readonly stored: Resource;
  readonly kind: Kind | undefined;
  readonly prefix: string;
}

export class Core {
  readonly clock: Clock;
  readonly epoch: number;
  readonly trace: Trace;
  readonly random: Random;
  readonly store: Store<KubeObject>;
  readonly read: StoreReader;
  kubelets: KubeletDoor | undefined;
  /** What stands for the private keys of the cluster's authority and token issuer. */
  readonly secret: string;
  /** The public name of the authority that signs client certificates. */
  readonly authority: string;
  readonly tokens: ReadonlyMap<string, UserInfo>;
  readonly watches = new Watches();
  readonly health: () => readonly ComponentHealth[];
  /** Who set which fields of the objects that stand in the store, by key. */
  readonly ledgers = new Map<string, Ledger>();
  /** Called after every write of a request. */
  wrote: () => void = () => {};
  /** Raised by every change of a role or binding: decisions made before are forgotten. */
  rules = 0;
  private stampedSecond = Number.NaN;
  private stampedText = '';
  private readonly kinds = new Map<GroupResource, Kind>();
  /** Where the requests for a resource lead, found once; forgotten when kinds or custom resources change. */
  readonly places = new Map<Resource, Place>();
  /** Resources that CustomResourceDefinitions brought, by `group/version/plural`. */
  readonly custom = new Map<string, Resource>();
  private readonly customKinds = new Map<string, Kind>();
  /** In which version the objects of a served custom resource are stored. */
  readonly customStorage = new Map<string, Resource>();
  /** Who is woken about keys that begin with a word and a colon. */
  readonly waking = new Map<string, (rest: string) => void>();
  /** Raised whenever `custom` changes. */
  customChanges = 0;

  constructor(options: ApiServerOptions) {
    this.clock = options.clock;
    this.epoch = options.epoch;
    this.trace = options.trace;
    this.kubelets = options.kubelets;
    this.secret = `${options.seed}/pki`;
    this.authority = authorityId(this.secret);
    this.tokens = options.tokens ?? new Map();
    this.health = () => options.health?.() ?? WELL;
    this.random = new Random(`${options.seed}/${PART}`);
    this.store = new Store(() => this.clock.now);
    for (const kind of options.kinds) this.kinds.set(kind.resource, kind);
    this.read = new StoreReader(this.store, (resource) => this.kind(resource), (resource) => this.prefix(resource), () => this.unix);
  }

  /** Unix milliseconds of now. */
  get unix(): number {
    return this.epoch + this.clock.now;
  }

  /** RFC 3339 of now. */
  get stamp(): string {
    const second = Math.floor(this.unix / 1000);
    if (second !== this.stampedSecond) {
      this.stampedSecond = second;
      this.stampedText = rfc3339(this.unix);
    }
    return this.stampedText;
  }

  kind(resource: GroupResource): Kind | undefined {
    return this.kinds.get(resource);
  }

  /** The kind of a resource in the version asked for: versions of custom resources have their own columns and schemas. */
  kindOf(resource: Resource, stored: Resource): Kind | undefined {
    return this.customKinds.get(`${resource.apiVersion}/${resource.name}`) ?? this.kinds.get(stored.groupResource);
  }

  addKind(kind: Kind): void {
    this.kinds.set(kind.resource, kind);
    this.places.clear();
  }

  /** Begins to serve a version of a custom resource. */
  serve(served: { readonly resource: Resource; readonly storage: Resource; readonly kind: Kind }): void {
    const key = `${served.resource.apiVersion}/${served.resource.name}`;
    this.custom.set(key, served.resource);
    this.customKinds.set(key, served.kind);
    this.customStorage.set(key, served.storage);
    this.places.clear();
  }

  /** Serves it no more. */
  withdraw(resource: Resource): void {
    const key = `${resource.apiVersion}/${resource.name}`;
    this.custom.delete(key);
    this.customKinds.delete(key);
    this.customStorage.delete(key);
    this.places.clear();
  }

  resourceAt(group: string, version: string, name: string): Resource | undefined {
    return resourceAt(group, version, name) ?? this.custom.get(`${group}/${version}/${name}`);
  }

  resourceNamed(resource: GroupResource): Resource | undefined {
    const built = resourceNamed(resource);
    if (built) return built;
    for (const custom of this.custom.values()) if (custom.groupResource === resource) return custom;
    return undefined;
  }

  resourceOf(apiVersion: string, kind: string): Resource | undefined {
    const built = resourceOf(apiVersion, kind);
    if (built) return built;
    for (const custom of this.custom.values()) if (custom.apiVersion === apiVersion && custom.kind === kind) return custom;
    return undefined;
  }

  /** Where the objects of a resource stand, also of one that nobody has defined yet. */
  prefix(resource: GroupResource): string {
    const dot = resource.indexOf('.');
    return prefixOf(this.resourceNamed(resource) ?? { groupResource: resource, name: dot < 0 ? resource : resource.slice(0, dot), group: dot < 0 ? '' : resource.slice(dot + 1) });
  }
}
