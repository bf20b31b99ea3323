/**
 * A process: a generator with its surroundings, signals and children. What programs get as `Process`.
 * Stands for Linux' task and its system calls; the kernel steps it.
 */
import type { Chunk } from '../sim/chunk.ts';
import type { Millis } from '../sim/clock.ts';
import { Random } from '../sim/random.ts';
import { dial, fetchHttp, reach } from './fetch.ts';
import type { Files } from './files.ts';
import { findProgram } from './find.ts';
import type { Kernel } from './kernel.ts';
import type { Computer, PidSpace } from './computer.ts';
import type { Connection, Datagram, HttpReply, HttpRequest, Listener } from './network.ts';
import { nothing, nowhere } from './pipe.ts';
import type { ExitCode, Process, Program, Running, Signal, Sink, Source, Surroundings, Tty, User } from './process.ts';
import { resolveName } from './dns.ts';
import { actionOf, numberOf } from './signal.ts';
import type { View } from './view.ts';
import { ROOT } from './view.ts';

export class Task implements Process {
  readonly pid: number;
  parent: Task | undefined;
  group: number;
  readonly machine: Computer;
  readonly kernel: Kernel;
  readonly space: PidSpace;
  /** Its name among the kernel's wakes. */
  readonly key: string;
  args: readonly string[];
  cwd: string;
  user: User;
  tty: Tty | undefined;
  stdin: Source;
  stdout: Sink;
  stderr: Sink;
  readonly started: Millis;
  exit: ExitCode | undefined;
  signal: Signal | undefined;
  /** When it ended. */
  ended: Millis = Infinity;
  stopped = false;
  umask: number;
  private readonly running: Running<ExitCode>;
  // Made when first needed: thousands of processes only wait.
  private environment: Map<string, string> | undefined;
  private offspring: Set<Task> | undefined;
  private waiters: Set<{ poke(): void }> | undefined;
  private actions: Map<Signal, 'ignore' | (() => void)> | undefined;
  private listeners: ((code: ExitCode) => void)[] | undefined;
  private resources: Set<() => void> | undefined;
  private held: Signal[] | undefined;
  /** A deadly signal that came while the process itself was running. */
  private dying: Signal | undefined;
  private ending = false;
  private executing = false;
  private missed = false;
  /** Something was written that nobody can read. */
  private unheard = false;
  private debt: Millis = 0;
  private view: View | undefined;
  private chance: Random | undefined;

  constructor(kernel: Kernel, machine: Computer, parent: Task | undefined, program: Program, args: readonly string[], around: Surroundings) {
    this.kernel = kernel;
    this.machine = machine;
    this.space = machine.space;
    this.parent = parent;
    this.pid = this.space.nextPid();
    this.key = kernel.register(this);
    this.args = args;
    const env = around.env ?? parent?.environment;
    if (env?.size) this.environment = new Map(env);
    this.cwd = around.cwd ?? parent?.cwd ?? '/';
    this.user = around.user ?? parent?.user ?? ROOT;
    this.tty = around.tty === null ? undefined : (around.tty ?? parent?.tty);
    this.stdin = around.stdin ?? parent?.stdin ?? nothing;
    this.stdout = around.stdout ?? parent?.stdout ?? nowhere;
    this.stderr = around.stderr ?? parent?.stderr ?? nowhere;
    this.umask = parent?.umask ?? 0o022;
    this.group = around.group === true || !parent ? this.pid : (around.group ?? parent.group);
    this.started = kernel.now;
    for (const stream of [this.stdin, this.stdout, this.stderr]) stream.hold?.();
    for (const [signal, action] of parent?.actions ?? []) if (action === 'ignore') (this.actions ??= new Map()).set(signal, action);
    parent?.children.add(this);
    this.space.processes.set(this.pid, this);
    this.running = program(this);
    this.poke();
  }

  get env(): Map<string, string> {
    return (this.environment ??= new Map());
  }

  set env(env: Map<string, string>) {
    this.environment = env;
  }

  get children(): Set<Task> {
    return (this.offspring ??= new Set());
  }

  /** Who is poked when this process ends, stops or goes on. */
  get watchers(): Set<{ poke(): void }> {
    return (this.waiters ??= new Set());
  }

  get files(): Files {
    return (this.view ??= this.machine.files.as(this));
  }

  get now(): Millis {
    return this.kernel.now;
  }

  get date(): number {
    return this.kernel.epoch + this.kernel.now;
  }

  get random(): Random {
    return (this.chance ??= new Random(`${this.kernel.seed}/${this.machine.hostname}/${this.pid}`));
  }

  poke(): void {
    if (this.exit !== undefined) return;
    if (this.stopped) this.missed = true;
    else this.kernel.ready(this);
  }

  write(text: string): void {
    if (!this.stdout.write(text)) this.unheard = true;
  }

  warn(text: string): void {
    this.stderr.write(text);
  }

  *flush(): Running<void> {
    if (this.unheard || !this.stdout.write('')) {
      this.kill('SIGPIPE');
      yield;
    }
    yield* this.drain(this.stdout);
  }

  /** Waits until a sink's reader has caught up. */
  *drain(sink: Sink): Running<void> {
    if (!sink.full) return;
    const stop = sink.listen(this);
    try {
      while (sink.full) {
        // A terminal takes so much per millisecond; a pipe's reader wakes us.
        if (sink.tty) yield this.now + 1;
        else yield;
      }
    } finally {
      stop();
    }
  }

  /** `check` is called after every wake and may throw. */
  *read(source: Source = this.stdin, check?: () => void): Running<string | undefined> {
    const stop = source.listen(this);
    try {
      for (;;) {
        const { tty } = source;
        if (tty && tty === this.tty && this.group !== tty.foreground && tty.foreground !== 0) {
          this.space.signal(this.group, 'SIGTTIN');
          if (!this.stopped) return undefined;
          yield;
          continue;
        }
        const text = source.take();
        if (text !== '') return text;
        yield;
        check?.();
      }
    } finally {
      stop();
    }
  }

  *readLine(): Running<string | undefined> {
    let line = '';
    for (;;) {
      const piece = yield* this.read();
      if (piece === undefined) return line === '' ? undefined : line;
      const end = piece.indexOf('\n');
      if (end < 0) line += piece;
      else {
        if (end + 1 < piece.length) this.stdin.unread(piece.slice(end + 1));
        return line + piece.slice(0, end);
      }
    }
  }

  *readAll(): Running<string> {
    let all = '';
    for (let piece = yield* this.read(); piece !== undefined; piece = yield* this.read()) all += piece;
    return all;
  }

  *sleep(ms: Millis): Running<void> {
    if (!(ms > 0)) return;
    const until = this.now + ms;
    while (this.now < until) yield until;
  }

  *charge(ms: Millis): Running<void> {
    this.debt += ms;
    if (this.debt < 1) return;
    const whole = Math.floor(this.debt);
    this.debt -= whole;
    yield* this.sleep(whole);
  }

  *need<T>(chunk: Chunk<T>): Running<T> {
    while (chunk.value === undefined) {
      this.kernel.waitFor(this, chunk);
      yield;
    }
    return chunk.value;
  }

  spawn(program: Program, args: readonly string[], surroundings: Surroundings = {}): Task {
    return new Task(this.kernel, this.machine, this, program, args, surroundings);
  }

  find(command: string): ReturnType<Process['find']> {
    return findProgram(this.files, command, this.env.get('PATH'));
  }

  /** Other streams from now on: dup2(2). */
  redirect(stdin: Source, stdout: Sink, stderr: Sink): void {
    for (const stream of [stdin, stdout, stderr]) stream.hold?.();
    this.release();
    this.stdin = stdin;
    this.stdout = stdout;
    this.stderr = stderr;
  }

  *wait(child: Process): Running<ExitCode> {
    const task = child as Task;
    task.watchers.add(this);
    try {
      while (task.exit === undefined) yield;
      return task.exit;
    } finally {
      task.watchers.delete(this);
    }
  }

  *exec(program: Program, args: readonly string[]): Running<ExitCode> {
    this.args = args;
    for (const [signal, action] of [...(this.actions ?? [])]) if (action !== 'ignore') this.actions!.delete(signal);
    return yield* program(this);
  }

  whenDone(hear: (code: ExitCode) => void): void {
    if (this.exit !== undefined) hear(this.exit);
    else (this.listeners ??= []).push(hear);
  }

  trap(signal: Signal, action: 'default' | 'ignore' | (() => void)): void {
    if (action === 'default') this.actions?.delete(signal);
    else (this.actions ??= new Map()).set(signal, action);
  }

  kill(signal: Signal): void {
    if (this.exit !== undefined || this.ending) return;
    const sure = signal === 'SIGKILL' || signal === 'SIGSTOP';
    const trap = sure ? undefined : this.actions?.get(signal);
    const action = actionOf(signal);
    if (signal === 'SIGCONT') this.resume();
    if (trap === 'ignore' || (!trap && action === 'ignore')) return;
    if (this.stopped && signal !== 'SIGKILL') {
      if (!this.held?.includes(signal)) (this.held ??= []).push(signal);
      return;
    }
    if (trap) {
      trap();
      return this.poke();
    }
    // A namespace's first process gets only what it asked for, unless the order comes from outside.
    if (this.pid === 1 && !(sure && this.kernel.current?.space !== this.space)) return;
    // Nobody could continue an orphaned group: the keys and the terminal do not stop it.
    if (action === 'stop' && !sure && this.space.orphaned(this.group)) return;
    if (action === 'stop') this.stop();
    else this.end(128 + numberOf(signal), signal);
  }

  /** Keeps something to be closed when the process ends; returns how to forget it. */
  keep(close: () => void): () => void {
    (this.resources ??= new Set()).add(close);
    return () => this.resources?.delete(close);
  }

  /** Takes one step; called by the kernel only. */
  step(): void {
    this.executing = true;
    let result;
    try {
      result = this.running.next();
    } finally {
      this.executing = false;
    }
    if (result.done) return this.end(result.value);
    if (this.dying) return this.end(128 + numberOf(this.dying), this.dying);
    if (typeof result.value === 'number') this.kernel.ready(this, result.value - this.kernel.now);
  }

  /** True when a wake may be delivered now; else it is kept until the process goes on. */
  awake(): boolean {
    if (this.stopped) this.missed = true;
    return !this.stopped;
  }

  /** Ends the process: its own `finally` blocks first, then everything it held. */
  end(code: ExitCode, signal?: Signal): void {
    if (this.exit !== undefined || this.ending) return;
    if (this.executing) return void (this.dying = signal ?? 'SIGKILL');
    this.ending = true;
    this.running.return(code);
    this.exit = code & 255;
    this.ended = this.now;
    this.signal = signal;
    this.stopped = false;
    for (const close of this.resources ?? []) close();
    this.resources = undefined;
    this.release();
    this.kernel.forget(this);
    this.space.processes.delete(this.pid);
    const init = this.pid === 1 ? undefined : this.space.processes.get(1);
    for (const child of this.offspring ?? []) {
      child.parent = init;
      init?.children.add(child);
    }
    this.offspring = undefined;
    this.parent?.children.delete(this);
    this.tellParent();
    for (const hear of this.listeners ?? []) hear(this.exit);
    if (this.pid === 1) for (const other of [...this.space.processes.values()]) other.end(137, 'SIGKILL');
  }

  fetch(request: HttpRequest): Running<HttpReply> {
    return fetchHttp(this, request);
  }

  dial(host: string, port: number): Running<Connection> {
    return dial(this, host, port);
  }

  listen(port: number, address = '0.0.0.0'): Listener {
    const listener = this.machine.net.listen('TCP', port, address, this);
    this.keep(() => listener.close());
    return listener;
  }

  receive(port: number, answer: (question: Datagram) => Datagram | undefined): Listener {
    const listener = this.machine.net.listen('UDP', port, '0.0.0.0', this, answer);
    this.keep(() => listener.close());
    return listener;
  }

  *ask(address: string, port: number, question: unknown, timeout: Millis = 5000): Running<unknown> {
    const deadline = this.now + timeout;
    try {
      const { socket, outcome } = yield* reach(this, address, port, 'UDP', deadline);
      yield* this.sleep(outcome.latency);
      const reply = socket.answer?.({ from: { address: outcome.source, port: this.machine.net.freePort() }, body: question });
      if (reply) {
        yield* this.sleep(outcome.latency);
        return reply.body;
      }
    } catch (error) {
      if ((error as { code?: string }).code !== 'ETIMEDOUT') throw error;
    }
    yield* this.sleep(deadline - this.now);
    return undefined;
  }

  resolve(name: string): Running<readonly string[]> {
    return resolveName(this, name);
  }

  private release(): void {
    if (this.stdin.hold) this.stdin.close?.();
    for (const sink of [this.stdout, this.stderr]) if (sink.hold) sink.close();
  }

  private stop(): void {
    this.stopped = true;
    this.tellParent();
  }

  private resume(): void {
    if (!this.stopped) return;
    this.stopped = false;
    this.tellParent();
    if (this.missed) this.poke();
    this.missed = false;
    for (const signal of this.held?.splice(0) ?? []) this.kill(signal);
  }

  private tellParent(): void {
    for (const watcher of this.waiters ?? []) watcher.poke();
    this.parent?.kill('SIGCHLD');
  }
}
