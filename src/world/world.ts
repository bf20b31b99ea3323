/**
 * One learner's world: a cluster, the learner's machine beside it, and nothing else. A function of its setup and its inputs.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { createRegistry } from '../images/index.ts';
import type { Reader } from '../kube/api/server.ts';
import type { KubeObject } from '../kube/api/wire.ts';
import { createCluster, type Cluster } from '../kube/cluster.ts';
import { Kernel } from '../machine/kernel.ts';
import type { Machine } from '../machine/process.ts';
import { openTerminal, type Terminal } from '../machine/tty.ts';
import { Agenda, type Millis } from '../sim/clock.ts';
import { parseRfc3339 } from '../sim/date.ts';
import type { Change } from '../sim/store.ts';
import { Trace } from '../sim/trace.ts';
import { applyManifests } from './manifests.ts';
import { bootLaptop, HOME, LAPTOP, login } from './laptop.ts';
import type { Input, Recording, Setup } from './recording.ts';
import { shapeOf } from './shape.ts';

/** One command line of the learner. */
export interface CommandRun {
  readonly index: number;
  readonly terminal: number;
  readonly line: string;
  /** When Enter was pressed. */
  readonly at: Millis;
  /** When the prompt at which it was typed appeared, and how many inputs there had been. */
  readonly from: Millis;
  readonly inputs: number;
  /** Its exit code, and a short digest of all output so far, once it has ended. */
  exit?: number;
  mark?: string;
}

const SETTLE: Millis = 60_000;
/** From the login to the first prompt. */
const LOGIN: Millis = 100;
/** What is kept of a terminal's output, in characters. */
const SCREEN = 200_000;

interface Screen {
  readonly terminal: Terminal;
  text: string;
  /** How much of it was taken by the page. */
  taken: number;
  prompt: { from: Millis; inputs: number };
}

/** 32-bit FNV-1a, chained: cheap enough for every piece of output. */
function chain(hash: number, text: string): number {
  let h = hash;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return h >>> 0;
}

export class World {
  readonly setup: Setup;
  readonly engine: string;
  readonly trace: Trace;
  readonly terminals = new Map<number, Screen>();
  readonly commands: CommandRun[] = [];
  readonly answers = new Map<string, string>();
  /** Hints asked for, by task. */
  readonly hints = new Map<string, number>();
  /** How many commands have ended. */
  ended = 0;
  /** When the learner's first prompt appeared. */
  readonly began: Millis;
  readonly home = HOME;
  private readonly agenda = new Agenda();
  private readonly kernel: Kernel;
  private readonly cluster: Cluster;
  private readonly laptop: Machine;
  private readonly inputs: [Millis, Input][] = [];
  private output = 0x811c9dc5;
  private prompted = false;

  /** Boots the cluster and lets it settle; throws on a setup that cannot be (a bad epoch, a manifest that is refused). */
  constructor(setup: Setup, engine: string) {
    const epoch = parseRfc3339(setup.epoch);
    if (epoch === undefined) throw new Error(`setup.epoch is no RFC 3339 time: ${setup.epoch}`);
    this.setup = setup;
    this.engine = engine;
    const { agenda } = this;
    this.trace = new Trace(() => agenda.now);
    this.kernel = new Kernel({ agenda, epoch, seed: setup.seed });
    this.cluster = createCluster({ agenda, kernel: this.kernel, epoch, seed: setup.seed, trace: this.trace, registry: createRegistry, nodes: setup.nodes ?? [{ name: 'k8s-node1' }, { name: 'k8s-node2' }] });
    this.laptop = bootLaptop(this.kernel, this.cluster, setup.home ?? {});
    const settle = setup.settle ?? SETTLE;
    agenda.run(Math.floor(settle / 2));
    if (setup.manifests?.length) applyManifests(this.cluster, setup.manifests);
    agenda.run(settle);
    this.open(0);
    agenda.run(settle + LOGIN);
    this.terminals.get(0)!.prompt.from = agenda.now;
    this.began = agenda.now;
  }

  get now(): Millis {
    return this.agenda.now;
  }

  /** Unix milliseconds of the world's own date. */
  get unix(): number {
    return parseRfc3339(this.setup.epoch)! + this.now;
  }

  /** True while code is being loaded: time stands until `loaded`. */
  get held(): boolean {
    return this.agenda.held;
  }

  /** The name of the missing chunk while `held`. */
  get missing(): string | undefined {
    return this.kernel.missing?.name;
  }

  /** The driver has loaded what was missing: whoever waited goes on at once. */
  loaded(): void {
    this.kernel.provide();
  }

  /** How many wakes were delivered: what a replay costs. */
  get woken(): number {
    return this.agenda.woken;
  }

  /** Rises with everything that a check or the map may see. */
  get revision(): number {
    return this.cluster.store.revision + this.kernel.ended;
  }

  get read(): Reader {
    return this.cluster.api.read;
  }

  /** Figures of the control plane, for the map. */
  figures(): ReturnType<Cluster['figures']> {
    return this.cluster.figures();
  }

  history(resource: string): readonly Change<KubeObject>[] {
    return this.cluster.history(resource);
  }

  /** Every object that stands, as `resource/namespace/name`. */
  names(): readonly string[] {
    return this.cluster.names();
  }

  /** A file of the learner's machine; undefined when it is not there. Relative paths start at home. */
  file(path: string): string | undefined {
    const full = path.startsWith('/') ? path : `${HOME}/${path}`;
    return this.laptop.files.stat(full)?.type === 'file' ? this.laptop.files.read(full) : undefined;
  }

  /** The learner's own files below home, relative, without hidden ones. */
  homeFiles(): readonly string[] {
    const out: string[] = [];
    const walk = (folder: string, prefix: string): void => {
      for (const name of this.laptop.files.list(folder)) {
        if (name.startsWith('.') || out.length > 200) continue;
        const type = this.laptop.files.stat(`${folder}/${name}`, false)?.type;
        if (type === 'directory') walk(`${folder}/${name}`, `${prefix}${name}/`);
        else if (type === 'file') out.push(prefix + name);
      }
    };
    walk(HOME, '');
    return out;
  }

  /** A machine by name: `laptop`, a node, or `pod/NAME[/CONTAINER]` in namespace default. */
  machine(name: string): Machine | undefined {
    return name === LAPTOP ? this.laptop : this.cluster.machine(name);
  }

  /** The only way in. Takes note of the input and the moment, then delivers it; what it causes happens with the next `advance`. */
  press(input: Input): void {
    this.inputs.push([this.now, input]);
    if ('keys' in input) this.terminals.get(input.terminal ?? 0)?.terminal.type(input.keys);
    else if ('paste' in input) this.terminals.get(input.terminal ?? 0)?.terminal.paste(input.paste);
    else if ('size' in input) this.terminals.get(input.terminal ?? 0)?.terminal.resize(input.size[0], input.size[1]);
    else if ('open' in input) this.open(input.open);
    else if ('close' in input) this.close(input.close);
    else if ('answer' in input) this.answers.set(input.answer, input.value);
    else if ('hint' in input) this.hints.set(input.hint, Math.max(this.hints.get(input.hint) ?? 0, input.level));
    else this.save(input.save, input.text);
  }

  /** The only way forward. Stops early, at the moment reached, when code is missing (`held`). */
  advance(ms: Millis): void {
    const until = this.now + ms;
    do this.prompted = false;
    while (this.run(until) && this.now <= until);
  }

  /** Goes on to `until`, or to the moment in which a command of the learner ends: true then. */
  advanceToPrompt(until: Millis): boolean {
    this.prompted = false;
    return this.run(until);
  }

  /** Lets `advance` return in this very moment. */
  stop(): void {
    this.agenda.stop();
  }

  /** The time of the next thing that happens; undefined when the world is quiet for ever. */
  next(): Millis | undefined {
    return this.agenda.next();
  }

  record(): Recording {
    return { format: 1, engine: this.engine, setup: this.setup, inputs: [...this.inputs], end: this.now };
  }

  /** The recording up to the prompt at which a command was typed. */
  recordUntil(command: CommandRun): Recording {
    return { ...this.record(), inputs: this.inputs.slice(0, command.inputs), end: Math.max(command.from, this.inputs[command.inputs - 1]?.[0] ?? 0) };
  }

  /** A second world, just like this one, that can be spoiled. */
  fork(): World {
    return replay(this.record());
  }

  /** What a terminal wrote since the last call; with `whole`, all that is kept. */
  takeScreen(terminal: number, whole = false): string {
    const screen = this.terminals.get(terminal);
    if (!screen) return '';
    const text = whole ? screen.text : screen.text.slice(screen.taken);
    screen.taken = screen.text.length;
    return text;
  }

  /** SHA-256 over everything that a learner can see: the store, and all that the terminals ever wrote. */
  fingerprint(): string {
    return bytesToHex(sha256(utf8ToBytes(`${JSON.stringify(this.cluster.dump())}\n${this.output}\n${this.now}`)));
  }

  /** Digest of the end state without names, addresses and times that chance decides: equal for equal work. */
  shape(): string {
    return bytesToHex(sha256(utf8ToBytes(JSON.stringify(shapeOf(this.cluster.dump()))))).slice(0, 16);
  }

  /** Runs until `until`; true when it stopped at a prompt before. */
  private run(until: Millis): boolean {
    this.agenda.run(until);
    return this.prompted;
  }

  private open(number: number): void {
    if (this.terminals.has(number)) return;
    const terminal = openTerminal(this.laptop);
    const screen: Screen = { terminal, text: '', taken: 0, prompt: { from: this.now, inputs: this.inputs.length } };
    this.terminals.set(number, screen);
    terminal.hear((text) => {
      screen.text += text;
      if (screen.text.length > 2 * SCREEN) {
        const cut = screen.text.length - SCREEN;
        screen.text = screen.text.slice(cut);
        screen.taken = Math.max(0, screen.taken - cut);
      }
      this.output = chain(this.output, text);
    });
    let run: CommandRun | undefined;
    login(this.laptop, terminal, {
      start: (line) => {
        run = { index: this.commands.length, terminal: number, line, at: this.now, ...screen.prompt };
        this.commands.push(run);
      },
      end: (code) => {
        screen.prompt = { from: this.now, inputs: this.inputs.length };
        if (!run) return;
        run.exit = code;
        run.mark = this.output.toString(16).padStart(8, '0');
        run = undefined;
        this.ended++;
        this.prompted = true;
        this.agenda.stop();
      },
    });
  }

  private close(number: number): void {
    this.terminals.get(number)?.terminal.hangup();
    this.terminals.delete(number);
  }

  private save(path: string, text: string): void {
    const full = this.laptop.files.resolve(path.startsWith('/') ? path : `${HOME}/${path}`);
    if (full.startsWith(`${HOME}/`)) this.laptop.files.write(full, text);
  }
}

/** A world at the learner's first prompt. `engine` is the identity that its recording will carry. */
export const begin = (setup: Setup, engine: string): World => new World(setup, engine);

/** Delivers the inputs of a recording to a world that stands at its first prompt. `advance` may look at the world on the way. */
export function replayInputs(world: World, recording: Recording, advance: (until: Millis) => void = (until) => world.advance(until - world.now)): void {
  for (const [at, input] of recording.inputs) {
    if (at > world.now) advance(at);
    world.press(input);
  }
  if (recording.end > world.now) advance(recording.end);
}

/** Makes the world that a recording stands for. */
export function replay(recording: Recording): World {
  const world = begin(recording.setup, recording.engine);
  replayInputs(world, recording);
  return world;
}
