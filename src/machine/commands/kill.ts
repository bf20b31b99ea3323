/**
 * kill: signals to processes and groups, for whoever does not use the shell's own.
 */
import type { ExitCode, Process, Running, Signal } from '../process.ts';
import { numberOf, SIGNALS, signalNamed } from '../signal.ts';
import { mayKill } from './may-kill.ts';
import { type Flavour, misuse, named, type Spec } from './options.ts';

/** The table that `kill -l` prints: names by number, as util-linux and procps do. */
const names = (): string => Object.values(SIGNALS).map((s) => s.slice(3)).join(' ');

/** Reads a signal as kill, pkill and killall take it before the operands: -9, -KILL, -SIGKILL, -s KILL. The rest are words. */
export function signalOption(p: Process, words: readonly string[], letters: string): { signal: Signal; rest: string[] } | ExitCode {
  let signal: Signal | undefined = 'SIGTERM';
  const rest: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    if (word === '--') {
      rest.push(...words.slice(i));
      break;
    }
    const text = word === '-s' || word === '--signal' ? words[++i] : word.startsWith('--signal=') ? word.slice(9) : /^-(\d+|[A-Z]{2,}[A-Z0-9+]*)$/.test(word) && !rest.length ? word.slice(1) : undefined;
    if (text === undefined || (letters.includes('s') && word === '-s')) {
      rest.push(word);
      continue;
    }
    if (text === '0') continue;
    signal = signalNamed(text);
    if (!signal) {
      p.warn(`${named(p)}: ${text}: unknown signal${named(p) === 'killall' ? '; killall -l lists signals.' : ''}\n`);
      return 1;
    }
  }
  return { signal: signal!, rest };
}

export function* kill(p: Process, flavour: Flavour): Running<ExitCode> {
  const words = p.args.slice(1);
  const spec: Spec = { usage: '[-SIGNAL] PID...\nSend a signal (TERM) to processes.\n\n  -l  list the signals' };
  if (words[0] === '-l' || words[0] === '--list' || words[0] === '-L') {
    if (!words[1]) p.write(`${names()}\n`);
    for (const word of words.slice(1)) {
      const signal = signalNamed(word === '0' ? '' : String(Number(word) > 128 ? Number(word) - 128 : word));
      if (!signal) {
        p.warn(`kill: unknown signal ${word}\n`);
        return 1;
      }
      p.write(`${/^\d+$/.test(word) ? signal.slice(3) : numberOf(signal)}\n`);
    }
    return 0;
  }
  const probe = words.includes('-0') || (words[0] === '-s' && words[1] === '0');
  const read = signalOption(p, words, '');
  if (typeof read === 'number') return read;
  const targets = read.rest.filter((word) => word !== '--');
  if (!targets.length) return misuse(p, flavour, { ...spec, after: '\nUsage:\n kill [options] <pid> [...]\n' }, flavour === 'busybox' ? '' : '');
  let status = 0;
  for (const word of targets) {
    if (!/^-?\d+$/.test(word)) {
      p.warn(flavour === 'busybox' ? `kill: invalid number '${word}'\n` : `kill: failed to parse argument: '${word}'\n`);
      status = 1;
      continue;
    }
    const pid = Number(word);
    const victims = [...p.machine.processes.values()].filter((q) => (pid > 0 ? q.pid === pid : pid === -1 ? q.pid !== 1 && q !== p : q.group === (pid === 0 ? p.group : -pid)));
    const allowed = victims.filter((q) => mayKill(p, q));
    if (!allowed.length) {
      const reason = victims.length ? 'Operation not permitted' : 'No such process';
      p.warn(flavour === 'busybox' ? `kill: can't kill pid ${word}: ${reason}\n` : `kill: (${word}): ${reason}\n`);
      status = 1;
    }
    if (!probe) for (const q of allowed) q.kill(read.signal);
  }
  return status;
}
