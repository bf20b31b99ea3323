/**
 * What one kind adds to what the schema knows: columns of its table, fields the server fills in, validation, field selectors.
 * Stands for the registry strategies of kube-apiserver (pkg/registry/…/strategy.go) and its table printers.
 */
import type { Random } from '../../sim/random.ts';
import type { Reader } from './server.ts';
import type { Json, KubeObject, UserInfo } from './wire.ts';

/** One thing wrong with an object: field.Error of apimachinery. `path` is `spec.containers[0].name`. */
export interface FieldError {
  readonly type: 'Required value' | 'Invalid value' | 'Unsupported value' | 'Forbidden' | 'Duplicate value' | 'Too long' | 'Too many' | 'Too few' | 'Too short' | 'Not found' | 'Internal error' | 'Type invalid';
  readonly path: string;
  readonly value?: unknown;
  readonly detail?: string;
}

/** A column of `kubectl get`. `wide` ones show with -o wide only. */
export interface Column<T extends KubeObject = KubeObject> {
  readonly name: string;
  readonly type?: 'string' | 'integer' | 'date' | 'boolean' | 'number';
  readonly wide?: boolean;
  readonly format?: string;
  readonly description?: string;
  cell(object: T, at: Moment): Json;
}

/** The moment of an answer. `unix` is Unix milliseconds; `age` writes the time since an RFC 3339 time as kubectl does (`5m3s`), `<unknown>` without one. */
export interface Moment {
  readonly unix: number;
  age(since: string | undefined): string;
}

/** What a kind may use while a request is handled. */
export interface Surroundings {
  readonly read: Reader;
  readonly random: Random;
  readonly user: UserInfo;
  /** RFC 3339 of now. */
  readonly stamp: string;
  readonly unix: number;
  readonly dryRun: boolean;
  /** The subresource that an update is written through: `ephemeralcontainers`, `resize`. */
  readonly subresource?: string | undefined;
  /** Adds a `Warning:` header. */
  warn(text: string): void;
}

/** A mutable draft of an object while the server works on it. */
export type Draft = { [field: string]: unknown };

export interface Kind<T extends KubeObject = KubeObject> {
  /** `deployments.apps` */
  readonly resource: string;
  readonly columns?: readonly Column<T>[];
  /** Extra selectable fields besides metadata.name and metadata.namespace. */
  readonly selectable?: Readonly<Record<string, (object: T) => string>>;
  /** Kind-specific defaults that the schema cannot say, after its own (a pkg/apis/…/defaults.go). */
  default?(draft: Draft, at: Surroundings): void;
  /**
   * Fields that the server sets or clears on create and update: clusterIP, nodePort, status reset (PrepareForCreate/-Update, allocators).
   * Errors refuse the request at once, before validation and without its errors.
   */
  prepare?(draft: Draft, old: T | undefined, at: Surroundings): readonly FieldError[] | void;
  /** The same for a write to the status subresource; `status` is that part alone, a copy whose parts may be frozen: they are replaced, not written into. */
  prepareStatus?(status: Draft, old: T, at: Surroundings): void;
  /**
   * Everything wrong with it, in the order in which the real server reports; what is wrong with metadata comes before.
   * Complete: what the schema calls required or an enum is not asked besides.
   */
  validate?(object: T, old: T | undefined, at: Surroundings): readonly FieldError[];
  /** What is wrong with it after a write to the status subresource. */
  validateStatus?(object: T, old: T, at: Surroundings): readonly FieldError[];
  /** Texts for `Warning:` headers. */
  warnings?(object: T, old: T | undefined): readonly string[];
  /** What raises metadata.generation: default a change of spec; or whether this change does. false: the kind has no generation. */
  readonly generation?: false | ((now: T, old: T) => boolean);
  /** After it was written or deleted: release what `prepare` took. */
  released?(object: T): void;
  /** Seconds of grace when a delete request says nothing; a positive one makes deletion wait for somebody (the kubelet). */
  graceSeconds?(object: T, asked: number | undefined): number;
  /** Where the scale subresource finds replicas and selector, as JSONPath; default `.spec.replicas`, `.status.replicas`, `.spec.selector`. */
  readonly scale?: { readonly spec: string; readonly status: string; readonly selector?: string };
  /** Fields that are a function of time (lease renewals): seen by every reader, written by none. */
  seen?(object: T, unix: number): T;
}
