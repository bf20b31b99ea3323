/**
 * A Pod as the runtime reports it: its sandbox and its containers, dead ones included.
 * Stands for kubecontainer.PodStatus, the kubelet's picture of what containerd says.
 */
import type { Millis } from '../../sim/clock.ts';

/** One container that was created, running or not. */
export interface SeenContainer {
  /** 64 hexadecimal digits. */
  readonly id: string;
  readonly name: string;
  /** How many of this name came before. */
  readonly attempt: number;
  /** `docker.io/library/nginx:1.25` */
  readonly image: string;
  /** What imageID shows: `docker.io/library/nginx@sha256:…` of a pulled image, `sha256:…` of one that was loaded. */
  readonly imageRef: string;
  readonly state: 'created' | 'running' | 'exited';
  readonly created: Millis;
  readonly started: Millis;
  readonly finished: Millis;
  readonly exitCode: number;
  readonly reason: string;
  readonly message: string;
  readonly uid: number;
  readonly gid: number;
  readonly groups: readonly number[];
}

/** All of one Pod; containers newest first. */
export interface SeenPod {
  readonly sandbox?: { readonly id: string; readonly attempt: number; readonly ready: boolean; readonly address: string };
  /** The addresses that were seen last; they outlive the sandbox in the status. */
  readonly addresses: readonly string[];
  readonly containers: readonly SeenContainer[];
}

/** The newest container of a name. */
export const latest = (seen: SeenPod, name: string | undefined): SeenContainer | undefined => seen.containers.find((c) => c.name === name);
