/**
 * The Kubernetes API as it travels: requests, responses, objects, tables, watch events.
 * Stands for k8s.io/apimachinery's meta/v1 and runtime packages. src/kubectl imports nothing else of src/kube.
 */

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

export interface OwnerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly controller?: boolean;
  readonly blockOwnerDeletion?: boolean;
}

export interface ObjectMeta {
  readonly name: string;
  readonly generateName?: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly generation?: number;
  readonly creationTimestamp?: string;
  readonly deletionTimestamp?: string;
  readonly deletionGracePeriodSeconds?: number;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly finalizers?: readonly string[];
  readonly ownerReferences?: readonly OwnerReference[];
  readonly managedFields?: readonly unknown[];
}

/** Any object of the API. Objects that come out of the store are deeply frozen. */
export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
  readonly [field: string]: unknown;
}

export interface StatusCause {
  readonly reason?: string;
  readonly message?: string;
  readonly field?: string;
}

/** The answer to a request that has no object to answer with, above all errors. */
export interface Status {
  readonly kind: 'Status';
  readonly apiVersion: 'v1';
  readonly metadata: { readonly continue?: string };
  readonly status: 'Success' | 'Failure';
  readonly message?: string;
  readonly reason?: string;
  readonly details?: { readonly name?: string; readonly group?: string; readonly kind?: string; readonly uid?: string; readonly causes?: readonly StatusCause[]; readonly retryAfterSeconds?: number };
  readonly code?: number;
}

export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: KubeObject | Status | Table;
}

export interface TableColumn {
  readonly name: string;
  readonly type: string;
  readonly format: string;
  readonly description: string;
  /** 0: always shown; 1: with -o wide. */
  readonly priority: number;
}

export interface TableRow {
  readonly cells: readonly Json[];
  /** PartialObjectMetadata unless the request said includeObject=Object or None. */
  readonly object?: KubeObject;
}

export interface Table {
  readonly kind: 'Table';
  readonly apiVersion: 'meta.k8s.io/v1';
  readonly metadata: { readonly resourceVersion?: string; readonly continue?: string; readonly remainingItemCount?: number };
  readonly columnDefinitions: readonly TableColumn[];
  readonly rows: readonly TableRow[];
}

/** Who asks, as authentication found. */
export interface UserInfo {
  readonly name: string;
  readonly uid?: string;
  readonly groups: readonly string[];
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

export interface Request {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** `/api/v1/namespaces/default/pods`, without the query. */
  readonly path: string;
  /** Repeated parameters (exec's `command`) as lists. */
  readonly query?: Readonly<Record<string, string | readonly string[]>>;
  /** Names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  /** An object, or text (JSON or YAML as the content type says). */
  readonly body?: unknown;
  /** PEM of the client certificate that TLS carried. */
  readonly certificate?: string;
  /** Set only by components in the same process (the loopback of controllers and kubelets), which skip authentication. */
  readonly user?: UserInfo;
  readonly peer?: string;
}

/** What keeps coming after the answer: watch events, or a log's text, or exec's channels. See machine/network.ts Stream. */
export interface Feed {
  take(): unknown;
  readonly ended: boolean;
  listen(who: { poke(): void }): () => void;
  send?(item: unknown): void;
  close(): void;
}

export interface Response {
  readonly code: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** An object or a Status or a Table, frozen; or text for logs, health and metrics. */
  readonly body?: unknown;
  readonly feed?: Feed;
}

/**
 * Items of the feed of exec and attach (channels of v5.channel.k8s.io, as objects).
 * Down: `{stdout}`, `{stderr}`, at last `{status}` (a Status whose causes hold the ExitCode). Up: `{stdin}`, `{close: true}`, `{resize}`.
 * A port-forward's feed carries `{data}` both ways; a followed log's feed carries strings.
 */
export type ChannelDown = { readonly stdout: string } | { readonly stderr: string } | { readonly status: Status };
export type ChannelUp = { readonly stdin: string } | { readonly close: true } | { readonly resize: { readonly width: number; readonly height: number } };
