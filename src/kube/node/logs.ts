/**
 * What a container wrote, line by line with the time and the stream: the runtime's log file, and how it is read back.
 * Stands for containerd's CRI log files (pkg/cio) and pkg/kubelet/kuberuntime/logs.
 * Unlike Kubernetes: rotation keeps the newest half of the lines when there are too many; no compressed older files.
 */
import type { Millis, Stop } from '../../sim/clock.ts';
import { digits, rfc3339 } from '../../sim/date.ts';
import { byteLength, unitsOf } from '../../machine/bytes.ts';
import type { Sink } from '../../machine/process.ts';
import { sinkTo, Waiters } from '../../machine/pipe.ts';

export interface LogLine {
  readonly at: Millis;
  readonly stream: 'stdout' | 'stderr';
  /** With its newline, unless the container ended in the middle of it. */
  readonly text: string;
}

/** Log options as the API has them, already checked. */
export interface LogOptions {
  readonly follow?: boolean;
  readonly timestamps?: boolean;
  readonly tailLines?: number;
  /** Virtual milliseconds: nothing older. */
  readonly since?: Millis;
  readonly limitBytes?: number;
}

const MOST_LINES = 40_000;

/** `2026-11-24T10:30:18.123000042Z`: the runtime's time, in nanoseconds. */
export const nanoTime = (unix: number, nanos: number): string =>
  rfc3339(unix).replace('Z', `.${digits(Math.floor(unix) % 1000, 3)}${digits(nanos % 1_000_000, 6)}Z`);

export class ContainerLog {
  /** The newest lines; `dropped` older ones were forgotten. */
  lines: LogLine[] = [];
  dropped = 0;
  /** The container has ended: nothing more comes. */
  ended = false;
  private readonly rest = { stdout: '', stderr: '' };
  private readonly waiters = new Waiters();
  private readonly hearers = new Set<(stream: LogLine['stream'], text: string) => void>();
  private readonly time: () => Millis;

  constructor(time: () => Millis) {
    this.time = time;
  }

  /** A standard stream of the container. */
  sink(stream: LogLine['stream']): Sink {
    return sinkTo((text) => this.write(stream, text));
  }

  write(stream: LogLine['stream'], text: string): void {
    for (const hear of this.hearers) hear(stream, text);
    const end = text.lastIndexOf('\n');
    if (end < 0) {
      this.rest[stream] += text;
      return;
    }
    const whole = this.rest[stream] + text.slice(0, end);
    this.rest[stream] = text.slice(end + 1);
    const at = this.time();
    for (const line of whole.split('\n')) this.lines.push({ at, stream, text: `${line}\n` });
    if (this.lines.length > MOST_LINES) {
      const keep = MOST_LINES / 2;
      this.dropped += this.lines.length - keep;
      this.lines = this.lines.slice(-keep);
    }
    this.waiters.poke();
  }

  /** The container has ended. */
  end(): void {
    for (const stream of ['stdout', 'stderr'] as const) {
      if (this.rest[stream] !== '') this.lines.push({ at: this.time(), stream, text: this.rest[stream] });
      this.rest[stream] = '';
    }
    this.ended = true;
    this.waiters.poke();
  }

  /** Hears raw output from now on: attach. */
  hear(hear: (stream: LogLine['stream'], text: string) => void): Stop {
    this.hearers.add(hear);
    return () => this.hearers.delete(hear);
  }

  /** Wakes whoever follows. */
  listen(who: { poke(): void }): Stop {
    return this.waiters.listen(who);
  }

  /** Where reading with these options begins, as a count of all lines ever. */
  start(options: LogOptions): number {
    let from = 0;
    if (options.since !== undefined) while (from < this.lines.length && this.lines[from]!.at < options.since) from++;
    if (options.tailLines !== undefined) from = Math.max(from, this.lines.length - options.tailLines);
    return this.dropped + from;
  }

  /** The text of all lines from `from` on, and where to go on. `epoch`: Unix milliseconds at virtual 0. */
  read(from: number, options: LogOptions, epoch: number): { readonly text: string; readonly next: number } {
    let out = '';
    for (let i = Math.max(0, from - this.dropped); i < this.lines.length; i++) {
      const line = this.lines[i]!;
      out += options.timestamps ? `${nanoTime(epoch + line.at, 1000 * (i % 997) + 211)} ${line.text}` : line.text;
    }
    return { text: out, next: this.dropped + this.lines.length };
  }

  /** The log file as the runtime writes it. */
  file(epoch: number): string {
    return this.lines
      .map((line, i) => `${nanoTime(epoch + line.at, 1000 * (i % 997) + 211)} ${line.stream} ${line.text.endsWith('\n') ? `F ${line.text}` : `P ${line.text}\n`}`)
      .join('');
  }
}

/** The first `limit` bytes of a text. */
export function cut(text: string, limit: number): string {
  return byteLength(text) <= limit ? text : text.slice(0, unitsOf(text, limit) ?? text.length);
}
