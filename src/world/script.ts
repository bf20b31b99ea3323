/**
 * Runs lines of bash on the learner's machine without a terminal, in one shell, one after another: recorded stories and transcripts.
 */
import { BASH } from '../machine/shell/dialect.ts';
import { run, runTop } from '../machine/shell/execute.ts';
import { takeEnvironment } from '../machine/shell/main.ts';
import { Shell } from '../machine/shell/shell.ts';
import type { ExitCode, Process, Running } from '../machine/process.ts';
import type { Task } from '../machine/task.ts';
import { sinkTo } from '../machine/pipe.ts';
import type { Millis } from '../sim/clock.ts';
import { loginEnv } from './laptop.ts';
import { STUDENT } from '../machine/debian.ts';
import type { World } from './world.ts';

/** How long a line may take, in virtual milliseconds, before its processes are killed. */
const PATIENCE: Millis = 900_000;

export class Script {
  private readonly world: World;
  private process: Process;
  private output = '';
  private next: string | undefined;
  private code: ExitCode | undefined;

  constructor(world: World) {
    this.world = world;
    this.process = this.open();
  }

  /** Runs one line to its end; returns what it wrote to standard output and error, and its exit code. */
  line(text: string): { readonly output: string; readonly code: ExitCode } {
    if (this.process.exit !== undefined) this.process = this.open();
    this.output = '';
    this.code = undefined;
    this.next = text;
    this.process.poke();
    const limit = this.world.now + PATIENCE;
    while (this.code === undefined && this.process.exit === undefined && this.world.now < limit) {
      this.world.advanceToPrompt(Math.min(limit, this.world.now + 60_000));
      if (this.world.held) throw new Error(`nobody loads ${this.world.missing}`);
    }
    if (this.code === undefined && this.process.exit === undefined) {
      this.process.kill('SIGKILL');
      this.world.advance(10);
      return { output: `${this.output}(no end after ${PATIENCE / 1000} s)\n`, code: 137 };
    }
    return { output: this.output, code: this.code ?? this.process.exit ?? 0 };
  }

  private open(): Process {
    const sink = sinkTo((text) => {
      this.output += text;
    });
    const script = this;
    const program = (p: Process): Running<ExitCode> =>
      runTop(new Shell(p as Task, BASH), function* (sh) {
        takeEnvironment(sh);
        let number = 0;
        for (;;) {
          const text = script.next;
          if (text === undefined) {
            yield;
            continue;
          }
          script.next = undefined;
          yield* run(sh, text, false, { text, line: ++number });
          script.code = sh.status;
          script.world.stop();
        }
      });
    return this.world.machine('laptop')!.start(program, ['bash'], { stdout: sink, stderr: sink, env: loginEnv('dumb'), cwd: this.world.home, user: STUDENT, tty: null, group: true });
  }
}
