/**
 * Runs the processes of all machines of a world: steps their generators when the agenda wakes them.
 * Stands for the Linux kernels' schedulers. Unlike Linux: as many CPUs as processes; a step takes no time unless the program charges some.
 */
import type { Chunk } from '../sim/chunk.ts';
import type { Agenda, Millis, Part, Stop } from '../sim/clock.ts';
import type { BootOptions } from './computer.ts';
import { Computer } from './computer.ts';
import { FileError } from './files.ts';
import type { Network } from './network.ts';
import { NetError } from './network.ts';
import type { Task } from './task.ts';
import { Wire } from './wire.ts';

const PART = 'kernel';

export class Kernel implements Part {
  /** Who reaches whom; a plain wire until somebody puts in another. */
  network: Network = new Wire();
  /** Unix milliseconds at virtual time 0. */
  readonly epoch: number;
  readonly seed: string;
  /** The process that is being stepped. */
  current: Task | undefined;
  /** How many processes have ended: whatever they changed is to be seen now. */
  ended = 0;
  private readonly agenda: Agenda;
  private readonly tasks = new Map<string, Task>();
  private readonly timers = new Map<string, () => void>();
  private count = 0;
  private waiting: { task: Task; chunk: Chunk<unknown> } | undefined;

  constructor(options: { agenda: Agenda; epoch: number; seed: string }) {
    this.agenda = options.agenda;
    this.epoch = options.epoch;
    this.seed = options.seed;
    this.agenda.add(PART, this);
  }

  get now(): Millis {
    return this.agenda.now;
  }

  /** The chunk that a process waits for while time stands. */
  get missing(): Chunk<unknown> | undefined {
    return this.waiting?.chunk;
  }

  /** Starts a machine. Nothing runs on it yet. */
  boot(options: BootOptions): Computer {
    return new Computer(this, options);
  }

  wake(key: string): void {
    const task = this.tasks.get(key);
    if (task) {
      if (task.awake()) this.step(task);
      return;
    }
    const run = this.timers.get(key);
    this.timers.delete(key);
    run?.();
  }

  /** Resumes the process that waited for the missing chunk, which has been loaded; then time goes on. */
  provide(): void {
    const { task } = this.waiting ?? {};
    if (!task || this.waiting!.chunk.value === undefined) return;
    this.waiting = undefined;
    this.agenda.held = false;
    if (task.exit === undefined) this.step(task);
  }

  /** A process waits for a chunk: time stands until `provide`. */
  waitFor(task: Task, chunk: Chunk<unknown>): void {
    this.waiting = { task, chunk };
    this.agenda.held = true;
  }

  register(task: Task): string {
    const key = `p${++this.count}`;
    this.tasks.set(key, task);
    return key;
  }

  forget(task: Task): void {
    this.ended++;
    this.tasks.delete(task.key);
    this.agenda.cancel(PART, task.key);
  }

  /** A process is to be stepped after `delay` milliseconds. */
  ready(task: Task, delay: Millis = 0): void {
    this.agenda.wake(PART, task.key, delay);
  }

  /** Calls `run` after `delay` milliseconds. */
  later = (delay: Millis, run: () => void): void => {
    const key = `t${++this.count}`;
    this.timers.set(key, run);
    this.agenda.wake(PART, key, delay);
  };

  /** Calls `run` at a virtual time unless stopped before. */
  alarm(at: Millis, run: () => void): Stop {
    const key = `t${++this.count}`;
    this.timers.set(key, run);
    this.agenda.wake(PART, key, at - this.now);
    return () => {
      this.timers.delete(key);
      this.agenda.cancel(PART, key);
    };
  }

  private step(task: Task): void {
    const outer = this.current;
    this.current = task;
    try {
      task.step();
    } catch (error) {
      const known = error instanceof FileError ? `${error.path}: ${error.message}` : error instanceof NetError ? `${error.host}: ${error.message}` : undefined;
      if (known) task.warn(`${task.args[0] ?? ''}: ${known}\n`);
      task.end(known ? 1 : 70);
      if (!known) throw error;
    } finally {
      this.current = outer;
    }
  }
}
