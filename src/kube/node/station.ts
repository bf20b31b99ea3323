/**
 * What all parts of one node's kubelet share.
 */
import type { Agenda, Millis } from '../../sim/clock.ts';
import type { Random } from '../../sim/random.ts';
import type { Step, Trace } from '../../sim/trace.ts';
import type { Computer } from '../../machine/computer.ts';
import type { Kernel } from '../../machine/kernel.ts';
import type { Client } from '../control/controller.ts';
import type { Pod } from '../kinds/types.ts';
import type { Cni } from '../net/cni.ts';
import type { Host } from './downward.ts';
import type { Fibers } from './fiber.ts';
import type { ImageStore } from './image-store.ts';
import type { NodeNames } from './pod-files.ts';
import type { PodState } from './pod-state.ts';
import type { Runtime } from './runtime.ts';

export interface Station {
  readonly node: string;
  /** `kubelet/k8s-node1`, its name on the agenda. */
  readonly part: string;
  readonly address: string;
  readonly agenda: Agenda;
  readonly kernel: Kernel;
  readonly machine: Computer;
  readonly client: Client;
  readonly runtime: Runtime;
  readonly images: ImageStore;
  readonly cni: Cni;
  readonly fibers: Fibers;
  readonly random: Random;
  readonly trace: Trace;
  /** Unix milliseconds at virtual 0. */
  readonly epoch: number;
  /** What Pods may ask about the node. */
  readonly host: Host;
  names(): NodeNames;
  /** Virtual time of the next look at the runtime (a PLEG relist), and of the next tick of the work queue, both after `at`. */
  nextRelist(at: Millis): Millis;
  nextTick(at: Millis): Millis;
  /** The API did not take a Pod's status: tell it again later. */
  resend(state: PodState): void;
  /** A note about a Pod in the trace. */
  note(step: Step, pod: Pod, facts?: Readonly<Record<string, unknown>>): void;
}

/** `pods/default/web` */
export const aboutPod = (pod: Pod): string => `pods/${pod.metadata.namespace}/${pod.metadata.name}`;

/** `web_default(9a73bb4a-…)`, as the kubelet writes a Pod into messages. */
export const formatPod = (pod: Pod): string => `${pod.metadata.name}_${pod.metadata.namespace}(${pod.metadata.uid})`;

/** A whole number of milliseconds from `least` up to `least + span`. */
export const between = (random: Random, least: Millis, span: Millis): Millis => least + random.below(span + 1);
