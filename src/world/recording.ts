/**
 * A recording: everything that made a world what it is, as plain JSON. A world is a replay of one.
 */
import type { Millis } from '../sim/clock.ts';

/** Where a world begins. */
export interface Setup {
  readonly seed: string;
  /** RFC 3339: the date at virtual time 0. The real date never enters. */
  readonly epoch: string;
  /** Worker nodes besides the control plane k8s-master; default: k8s-node1 and k8s-node2. */
  readonly nodes?: readonly NodeSetup[];
  /** Virtual milliseconds that pass before the learner's first prompt; default 60 000: the cluster is up and quiet. */
  readonly settle?: Millis;
  /** Manifests (YAML texts) applied by the administrator before the learner comes. */
  readonly manifests?: readonly string[];
  /** Files in the learner's home: name to text. */
  readonly home?: Readonly<Record<string, string>>;
}

export interface NodeSetup {
  readonly name: string;
  /** Quantities, e.g. `2` and `4Gi`. */
  readonly cpu?: string;
  readonly memory?: string;
}

/** Something that a learner did. Nothing else enters a world. */
export type Input =
  /** Keys, as a terminal sends them (`\r` is Enter, `\x03` ^C); `terminal` 0 is the first. */
  | { readonly keys: string; readonly terminal?: number }
  /** A paste: as bracketed paste when the program asked for that. */
  | { readonly paste: string; readonly terminal?: number }
  /** A file of the learner's home saved by the editor beside the terminal. `path` is absolute or relative to home. */
  | { readonly save: string; readonly text: string }
  | { readonly size: readonly [columns: number, rows: number]; readonly terminal?: number }
  /** Another terminal is opened or closed. */
  | { readonly open: number }
  | { readonly close: number }
  /** An answer to a question of the lab or a form. */
  | { readonly answer: string; readonly value: string }
  /** A hint or the solution of a task was asked for. */
  | { readonly hint: string; readonly level: number };

export interface Recording {
  /** The format of this file. */
  readonly format: 1;
  /** Identity of the engine (a hash of its sources and data) that made it. */
  readonly engine: string;
  readonly setup: Setup;
  readonly inputs: readonly (readonly [at: Millis, input: Input])[];
  /** The virtual time up to which the world was advanced. */
  readonly end: Millis;
}
