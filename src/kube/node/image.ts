/**
 * What a registry would serve and a runtime would start. One file per image in src/images.
 */
import type { DnsQuestion, DnsReply } from '../../machine/dns.ts';
import type { Files, Tree } from '../../machine/files.ts';
import type { Program } from '../../machine/process.ts';
import type { Stop } from '../../sim/clock.ts';

export interface Image {
  /** Fully qualified repository: `docker.io/library/nginx`. */
  readonly name: string;
  /** Does this tag exist? Returns what differs by tag: version, bytes, digest text. */
  tag(tag: string): Tagged | undefined;
}

export interface Tagged {
  /** Bytes that a pull brings. */
  readonly size: number;
  readonly entrypoint?: readonly string[];
  readonly cmd?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly workdir?: string;
  /** Numeric, or a name of /etc/passwd; default root. */
  readonly user?: string;
  readonly stopSignal?: 'SIGTERM' | 'SIGQUIT' | 'SIGINT';
  /** The root file system, made once per image and shared by all its containers. */
  root(): Tree;
}

/** Where images come from. */
export interface Registry {
  /** `reference` as written in a Pod (`nginx`, `busybox:1.36`, `registry.k8s.io/pause:3.10`). Fails with the text that containerd gives. */
  pull(reference: string): { readonly image: Tagged; readonly reference: string; readonly digest: string } | { readonly error: string };
}

/** Builds a root file system: called once per image. */
export type Build = (files: Files) => void;

/** A program that a container's entrypoint or a path names. */
export interface Executable {
  readonly path: string;
  readonly program: Program;
}

/** What the programs of the control plane's images start and stop. */
export type Component = 'kube-apiserver' | 'etcd' | 'kube-scheduler' | 'kube-controller-manager' | 'kube-proxy';

/** The cluster behind the images: their programs are its processes. */
export interface ControlPlane {
  /** A component begins to work on a node; the returned function ends it. `lost` is called when it cannot go on and its process has to end. */
  start(component: Component, node: string, lost: () => void): Stop;
  /** What the cluster's name servers answer. */
  resolve(question: DnsQuestion): DnsReply;
}

/** Makes the registry of a world, whose images know its cluster. */
export type MakeRegistry = (plane: ControlPlane) => Registry;
