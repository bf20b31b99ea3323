/**
 * How far a learner is: looks at the tasks at each prompt and at each whole second in which something changed.
 * The moments depend on the recording alone, so that the page and the grader always see the same.
 */
import type { Millis } from '../sim/clock.ts';
import type { World } from '../world/world.ts';
import { test } from './checks/index.ts';
import type { Lab, Probe, Task, Verdict } from './lab.ts';

/** What is known of a task. */
export interface TaskState {
  readonly task: Task;
  /** When it first became true. */
  at?: Millis;
  verdict: Verdict;
}

const SECOND = 1000;

export class Progress {
  readonly world: World;
  readonly lab: Lab;
  readonly states: readonly TaskState[];
  private readonly beginning: ReadonlySet<string>;
  /** How often the tasks were looked at: changes when a verdict may have changed. */
  looks = 0;
  private seen = -1;
  private answered = -1;

  /** The world must stand at the learner's first prompt. */
  constructor(world: World, lab: Lab) {
    this.world = world;
    this.lab = lab;
    this.beginning = new Set(world.names());
    this.states = lab.tasks.map((task) => ({ task, verdict: test(task.check, this.probe()) }));
    this.seen = world.revision;
  }

  /** Lets time pass up to `until`, looking at the tasks on the way. Returns early when code must be loaded (world.held). */
  advance(until: Millis): void {
    const { world } = this;
    do {
      const next = world.next();
      // Quiet seconds are skipped, but not the one after a change that was not looked at yet.
      const from = this.changed ? world.now : next === undefined ? until : Math.max(world.now, Math.min(next, until));
      const second = (Math.floor(from / SECOND) + 1) * SECOND;
      const target = Math.min(until, second);
      const prompt = world.advanceToPrompt(target);
      if (world.held) return;
      if (prompt || world.now % SECOND === 0) this.look();
    } while (world.now < until);
  }

  /** Whether anything changed since the last look. */
  private get changed(): boolean {
    return this.world.revision !== this.seen || this.world.answers.size !== this.answered;
  }

  /** Looks at every task now, if anything changed since the last look. */
  look(): void {
    const { world } = this;
    if (!this.changed) return;
    this.seen = world.revision;
    this.answered = world.answers.size;
    this.looks++;
    const probe = this.probe();
    for (const state of this.states) {
      if (state.task.must === 'become' && state.at !== undefined) continue;
      state.verdict = test(state.task.check, probe);
      if (state.verdict.ok) state.at ??= world.now;
    }
  }

  /** Whether a task counts at this moment. */
  done(state: TaskState): boolean {
    return state.task.must === 'become' ? state.at !== undefined : state.verdict.ok;
  }

  /** All edges happened, and all levels hold together. */
  get complete(): boolean {
    return this.states.every((state) => this.done(state));
  }

  /** What checks may see of the world as it is now. */
  probe(): Probe {
    const { world, beginning } = this;
    return {
      now: world.now,
      read: world.read,
      history: (resource) => world.history(resource),
      file: (path) => world.file(path),
      answer: (id) => world.answers.get(id),
      began: (resource, namespace, name) => beginning.has(`${resource}/${namespace ?? ''}/${name}`),
      fork: () => world.fork(),
    };
  }
}
