/**
 * The shape of a kubectl command, and what it is given when it runs.
 * Stands for cobra.Command and for kubectl's Factory and IOStreams.
 */
import type { Completion, Process, Running } from '../machine/process.ts';
import type { Chunk } from '../sim/chunk.ts';
import { Client } from './client.ts';
import { Discovery } from './discovery.ts';
import { usageError, type CliError } from './errors.ts';
import type { Flag, Flags } from './flags.ts';
import { ClientConfig } from './kubeconfig.ts';

/** What can be completed: resource types, names, containers …; a function for the rest. */
export type Complete = 'resources' | 'pods' | 'nodes' | 'none' | 'files' | ((k: Kubectl, words: readonly string[]) => Running<readonly Completion[] | undefined>);

/** One command with its flags. */
export interface Verb {
  readonly name: string;
  /** What follows the name in the usage line. */
  readonly use: string;
  readonly aliases?: readonly string[];
  /** Wrong words that mean this command. */
  readonly suggest?: readonly string[];
  readonly flags?: readonly Flag[];
  /** Flags for this command and those below it. */
  readonly shared?: readonly Flag[];
  readonly verbs?: readonly (Verb | LateVerb)[];
  /** Not shown in help. */
  readonly hidden?: boolean;
  /** Arguments are no flags: all go to `args`. */
  readonly raw?: boolean;
  /** A command that only holds others: without one of them it shows its help, `strict`ly as a failure. */
  readonly group?: 'strict' | 'lax';
  /** What failures add to their exit code: diff keeps 1 for differences. */
  readonly worse?: 1;
  readonly complete?: Complete;
  /** Does it. Throws the errors of errors.ts. A command without it shows its help. */
  run?(k: Kubectl): Running<void>;
}

/** A command whose code is loaded when it is first used. */
export interface LateVerb {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly suggest?: readonly string[];
  readonly hidden?: boolean;
  /** The chunk holds a list of verbs, this one among them. */
  readonly chunk: Chunk<readonly Verb[]>;
}

/** One run of kubectl. */
export class Kubectl {
  readonly p: Process;
  /** `kubectl get`. */
  readonly path: string;
  readonly verb: Verb;
  readonly flags: Flags;
  readonly config: ClientConfig;
  readonly client: Client;
  readonly discovery: Discovery;

  constructor(p: Process, path: string, verb: Verb, flags: Flags) {
    this.p = p;
    this.path = path;
    this.verb = verb;
    this.flags = flags;
    this.config = new ClientConfig(p, flags);
    this.client = new Client(p, () => this.config.target());
    this.discovery = new Discovery(p, this.client);
  }

  get args(): readonly string[] {
    return this.flags.args;
  }

  /** The namespace that counts and whether it was named by a flag. */
  get namespace(): { readonly name: string; readonly explicit: boolean } {
    return this.config.namespace();
  }

  out(text: string): void {
    this.p.write(text);
  }

  err(text: string): void {
    this.p.warn(text);
  }

  /** A mistake in the use of this command, with a pointer to its help. */
  usage(message: string): CliError {
    return usageError(this.path, message);
  }
}
