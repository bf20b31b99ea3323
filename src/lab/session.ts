/**
 * One learner at one lab: holds the world and its progress, takes the page's messages, and makes the views that the page shows.
 * Knows no real time: the driver (src/site/driver.ts) tells it how far to go.
 */
import type { Millis } from '../sim/clock.ts';
import { begin, replayInputs, type World } from '../world/world.ts';
import type { Recording, Setup } from '../world/recording.ts';
import { test } from './checks/index.ts';
import type { Lab } from './lab.ts';
import { lintManifests } from './lint.ts';
import { mapView } from './map.ts';
import { Progress } from './progress.ts';
import type { Lang, Speed, TaskView, TimelineEntry, ToPage, ToWorker } from './protocol.ts';

/** Where a free cluster (the home page's) begins. */
const FREE: Setup = { seed: 'tabernetes', epoch: '2026-11-24T00:00:00Z' };

/** A free cluster is a lab without tasks. */
const freeLab: Lab = {
  id: '', title: { ko: '', en: '' }, summary: { ko: '', en: '' }, difficulty: 'easy', minutes: 0, requires: [], checkpoint: false,
  setup: FREE, tasks: [], questions: [], solution: '', debrief: { ko: '', en: '' },
};

/** How far `skip` looks ahead, in virtual milliseconds. */
const FARTHEST_SKIP = 3_600_000;

export class Session {
  progress!: Progress;
  speed: Speed = 1;
  lang: Lang;
  visible = true;
  readonly lab: Lab;
  private readonly engine: string;
  private readonly out: ToPage[] = [];
  private traceFrom: number | null = null;
  private mapped = -1;
  private listed = '';
  private shownTasks = '';
  private told = -1;
  private lines = '';
  private saved = '';
  private broken = false;

  /** Throws when the recording cannot be replayed. */
  constructor(options: { readonly lab?: Lab; readonly recording?: Recording; readonly lang: Lang; readonly engine: string }) {
    this.lab = options.lab ?? freeLab;
    this.lang = options.lang;
    this.engine = options.engine;
    this.load(options.recording);
  }

  get world(): World {
    return this.progress.world;
  }

  /** Stands on the recording's last moment, or at the beginning. */
  private load(recording?: Recording): void {
    const world = begin(recording?.setup ?? this.lab.setup, this.engine);
    const progress = new Progress(world, this.lab);
    this.progress = progress;
    if (recording) replayInputs(world, recording, (until) => progress.advance(until));
    progress.look();
    this.mapped = -1;
    this.shownTasks = this.listed = this.lines = this.saved = '';
    this.told = -1;
    if (this.traceFrom !== null) this.traceFrom = 0;
    for (const terminal of world.terminals.keys()) {
      this.out.push({ type: 'clear', terminal });
      const text = world.takeScreen(terminal, true);
      if (text) this.out.push({ type: 'screen', terminal, text });
    }
    this.out.push({ type: 'ready', now: world.now, unix: world.unix });
  }

  /** Takes one message of the page. `start` is the driver's, who makes the session. */
  receive(message: ToWorker): void {
    switch (message.type) {
      case 'press':
        this.world.press(message.input);
        if (!('keys' in message.input)) this.saved = '';
        this.progress.look();
        break;
      case 'speed':
        this.speed = message.speed;
        this.told = -1;
        break;
      case 'skip': {
        const next = this.world.next();
        if (next !== undefined) this.advance(Math.min(next, this.world.now + FARTHEST_SKIP));
        break;
      }
      case 'rewind': {
        const entry = this.world.commands[message.index];
        if (entry) this.load(this.world.recordUntil(entry));
        break;
      }
      case 'reset':
        this.load();
        this.out.push({ type: 'saved', recording: this.world.record() });
        break;
      case 'lang':
        this.lang = message.lang;
        this.shownTasks = '';
        break;
      case 'record':
        this.out.push({ type: 'record', ticket: message.ticket, recording: this.world.record() });
        break;
      case 'read':
        this.out.push({ type: 'read', ticket: message.ticket, text: this.world.file(message.path) ?? null });
        break;
      case 'lint':
        this.out.push({ type: 'lint', ticket: message.ticket, problems: lintManifests(message.text) });
        break;
      case 'trace':
        this.traceFrom = message.from;
        break;
      case 'visible':
        this.visible = message.visible;
        break;
      case 'start':
        break;
    }
  }

  /** Lets virtual time pass. A broken invariant of ours stops the world for good and offers the recording. */
  advance(until: Millis): void {
    if (this.broken) return;
    try {
      this.progress.advance(until);
    } catch (error) {
      this.broken = true;
      this.out.push({ type: 'broken', message: (error as Error).message, recording: this.world.record() });
    }
  }

  /** Whether a command of the learner is running: a paused world goes on until its prompt. */
  get busy(): boolean {
    return this.world.commands.some((command) => command.exit === undefined);
  }

  /** Everything that changed since the last call, to be sent at once. */
  flush(): readonly ToPage[] {
    const { world } = this;
    for (const terminal of world.terminals.keys()) {
      const text = world.takeScreen(terminal);
      if (text) this.out.push({ type: 'screen', terminal, text });
    }
    if (this.visible) this.views();
    const ended = String(world.ended);
    if (ended !== this.saved && !this.busy) {
      this.saved = ended;
      this.out.push({ type: 'saved', recording: world.record() });
    }
    return this.out.splice(0);
  }

  private views(): void {
    const { world } = this;
    if (world.revision !== this.mapped) {
      this.mapped = world.revision;
      this.out.push({ type: 'map', map: mapView(world.read, world.figures()) });
    }
    const looks = `${this.progress.looks} ${[...world.hints].join(' ')} ${world.commands.length > 0}`;
    if (looks !== this.shownTasks) {
      this.shownTasks = looks;
      this.out.push({ type: 'tasks', tasks: this.progress.states.map((state) => this.taskView(state)), done: this.progress.complete });
    }
    const lines = `${world.commands.length} ${world.ended}`;
    if (lines !== this.lines) {
      this.lines = lines;
      this.out.push({ type: 'timeline', entries: world.commands.map(({ index, at, line, terminal, exit }): TimelineEntry => ({ index, at, line, terminal, ...(exit !== undefined && { exit }) })) });
    }
    const files = world.homeFiles();
    if (files.join('\n') !== this.listed) {
      this.listed = files.join('\n');
      this.out.push({ type: 'files', files, home: world.home });
    }
    if (this.traceFrom !== null) {
      const notes = world.trace.since(this.traceFrom);
      if (notes.length) {
        this.traceFrom = world.trace.next;
        this.out.push({ type: 'trace', notes });
      }
    }
    const next = world.next();
    const second = Math.floor(world.now / 1000);
    if (second !== this.told) {
      this.told = second;
      this.out.push({ type: 'clock', now: world.now, unix: world.unix, speed: this.speed, ...(next !== undefined && { next }) });
    }
  }

  private taskView(state: Progress['states'][number]): TaskView {
    const { task, verdict, at } = state;
    const done = this.progress.done(state);
    const level = this.world.hints.get(task.id) ?? 0;
    const offered = this.lab.checkpoint ? [] : task.hints.filter((hint) => !hint.when || test(hint.when, this.progress.probe()).ok);
    return {
      id: task.id,
      say: task.say[this.lang],
      state: done ? 'done' : at !== undefined ? 'lost' : 'open',
      ...(!done && !verdict.ok && !this.lab.checkpoint && this.world.commands.length > 0 && { why: verdict.why[this.lang] }),
      hints: offered.slice(0, level).map((hint) => hint[this.lang]),
      more: Math.max(0, offered.length - level),
      ...(this.lab.checkpoint && { points: task.points }),
    };
  }
}
