/** Signals by number and by default action, as signal(7) lists them for x86-64. */
import type { Signal } from './process.ts';

/** Names by number. */
export const SIGNALS: Readonly<Record<number, Signal>> = {
  1: 'SIGHUP', 2: 'SIGINT', 3: 'SIGQUIT', 9: 'SIGKILL', 10: 'SIGUSR1', 12: 'SIGUSR2', 13: 'SIGPIPE', 14: 'SIGALRM', 15: 'SIGTERM',
  17: 'SIGCHLD', 18: 'SIGCONT', 19: 'SIGSTOP', 20: 'SIGTSTP', 21: 'SIGTTIN', 22: 'SIGTTOU', 28: 'SIGWINCH',
};

const NUMBERS = new Map(Object.entries(SIGNALS).map(([number, name]) => [name, Number(number)]));

/** The number of a signal. */
export const numberOf = (signal: Signal): number => NUMBERS.get(signal)!;

/** A signal by number or by name, with or without SIG, in any case. */
export function signalNamed(text: string): Signal | undefined {
  if (/^\d+$/.test(text)) return SIGNALS[Number(text)];
  const name = text.toUpperCase();
  const full = (name.startsWith('SIG') ? name : `SIG${name}`) as Signal;
  return NUMBERS.has(full) ? full : undefined;
}

/** What happens by default. */
export function actionOf(signal: Signal): 'ignore' | 'stop' | 'end' {
  if (signal === 'SIGCHLD' || signal === 'SIGCONT' || signal === 'SIGWINCH') return 'ignore';
  return signal === 'SIGSTOP' || signal === 'SIGTSTP' || signal === 'SIGTTIN' || signal === 'SIGTTOU' ? 'stop' : 'end';
}
