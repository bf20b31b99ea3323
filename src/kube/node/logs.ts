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

/** A line, or several that were written at once, each with its newline; the last of a container may lack it. */
export interface LogPiece {
  readonly at: Millis;
  readonly stream: 'stdout' | 'stderr';
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

/** Characters that are kept of one container's log. */
const KEPT = 2_000_000;

/** `2026-11-24T10:30:18.123000042Z`: the runtime's time, in nanoseconds. */
export const nanoTime = (unix: number, nanos: number): string =>
  rfc3339(unix).replace('Z', `.${digits(Math.floor(unix) % 1000, 3)}${digits(nanos % 1_000_000, 6)}Z`);

interface Line extends LogPiece {
  /** Its number since the container began. */
  readonly number: number;
}

export class ContainerLog {
  /** The container has ended: nothing more comes. */
  ended = false;
  private pieces: LogPiece[] = [];
  private size = 0;
  /** How many pieces somebody has read: they stay in their order. */
  private told = 0;
  /** How many lines fell out at the beginning. */
  private dropped = 0;
  private readonly rest = { stdout: '', stderr: '' };
  private readonly waiters = new Waiters();
  private readonly hearers = new Set<(stream: LogPiece['stream'], text: string) => void>();
  private readonly time: () => Millis;

  constructor(time: () => Millis) {
    this.time = time;
  }

  /** A standard stream of the container. */
  sink(stream: LogPiece['stream']): Sink {
    return sinkTo((text) => this.write(stream, text));
  }

  write(stream: LogPiece['stream'], text: string): void {
    for (const hear of this.hearers) hear(stream, text);
    const end = text.lastIndexOf('\n') + 1;
    if (end === 0) {
      this.rest[stream] += text;
      return;
    }
    const whole = end === text.length ? text : text.slice(0, end);
    this.keep(stream, this.rest[stream] === '' ? whole : this.rest[stream] + whole);
    this.rest[stream] = end === text.length ? '' : text.slice(end);
    this.waiters.poke();
  }

  /** The container has ended. */
  end(): void {
    for (const stream of ['stdout', 'stderr'] as const) {
      if (this.rest[stream] !== '') this.keep(stream, this.rest[stream]);
      this.rest[stream] = '';
    }
    this.ended = true;
    this.waiters.poke();
  }

  /** Hears raw output from now on: attach. */
  hear(hear: (stream: LogPiece['stream'], text: string) => void): Stop {
    this.hearers.add(hear);
    return () => this.hearers.delete(hear);
  }

  /** Wakes whoever follows. */
  listen(who: { poke(): void }): Stop {
    return this.waiters.listen(who);
  }

  /** The text of the lines that the options want, from line `from` on if that is given, and where to go on. `epoch`: Unix milliseconds at virtual 0. */
  read(options: LogOptions, epoch: number, from = 0): { readonly text: string; readonly next: number } {
    const lines = this.lines();
    this.told = this.pieces.length;
    const next = this.dropped + lines.length;
    let wanted = lines.filter((line) => line.number >= from && (options.since === undefined || line.at >= options.since));
    if (options.tailLines !== undefined && from === 0) wanted = options.tailLines === 0 ? [] : wanted.slice(-options.tailLines);
    return { text: wanted.map((line) => (options.timestamps ? `${stamp(line, epoch)} ${line.text}` : line.text)).join(''), next };
  }

  /** The log file as the runtime writes it. */
  file(epoch: number): string {
    return this.lines().map((line) => `${stamp(line, epoch)} ${line.stream} ${line.text.endsWith('\n') ? `F ${line.text}` : `P ${line.text}\n`}`).join('');
  }

  private lines(): readonly Line[] {
    const out: Line[] = [];
    for (const { at, stream, text } of this.pieces) {
      for (let from = 0; from < text.length; ) {
        const end = text.indexOf('\n', from) + 1 || text.length;
        out.push({ at, stream, text: text.slice(from, end), number: this.dropped + out.length });
        from = end;
      }
    }
    return out;
  }

  private keep(stream: LogPiece['stream'], text: string): void {
    const at = this.time();
    // The runtime reads each stream by itself: of what is written at once, standard output comes first.
    let place = this.pieces.length;
    if (stream === 'stdout') while (place > this.told && this.pieces[place - 1]!.stream === 'stderr' && at - this.pieces[place - 1]!.at < 1) place--;
    this.pieces.splice(place, 0, { at, stream, text });
    this.size += text.length;
    if (this.size <= KEPT) return;
    const half = this.pieces.length >> 1;
    for (const piece of this.pieces.slice(0, half)) {
      this.size -= piece.text.length;
      this.dropped += piece.text.split('\n').length - 1;
    }
    this.pieces = this.pieces.slice(half);
    this.told = Math.max(0, this.told - half);
  }
}

const stamp = (line: Line, epoch: number): string => nanoTime(epoch + line.at, 1000 * (line.number % 997) + 211);

/** The first `limit` bytes of a text. */
export function cut(text: string, limit: number): string {
  return byteLength(text) <= limit ? text : text.slice(0, unitsOf(text, limit) ?? text.length);
}
