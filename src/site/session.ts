/**
 * The page's end of a session: starts the worker, saves the recording after each command, and brings it back on the next visit.
 * Each tab saves under a number of its own, so that several tabs never overwrite each other; a new tab starts from the newest world.
 */
import { del, entries, set } from 'idb-keyval';
import type { Lang, Problem, ToPage, ToWorker } from '../lab/protocol.ts';
import type { Recording } from '../world/recording.ts';

export interface Session {
  send(message: ToWorker): void;
  /** Hears every message from now on; returns how to stop. */
  on(listener: (message: ToPage) => void): () => void;
  /** The recording as it is now. */
  record(): Promise<Recording>;
  /** A file of the learner's machine; null when it is not there. */
  read(path: string): Promise<string | null>;
  /** What is wrong with a manifest. */
  lint(text: string): Promise<readonly Problem[]>;
  /** Begins anew from a recording (an import, a shared link). */
  restart(recording: Recording): void;
  close(): void;
}

interface Saved {
  readonly lab: string;
  readonly at: number;
  readonly recording: Recording;
}

/** Worlds kept per lab; older ones are dropped. */
const KEPT = 5;
const PREFIX = 'world:';

/** This tab's own number. A duplicated tab takes the number along: the lock tells, and it draws a new one. */
async function tabNumber(): Promise<string> {
  const fresh = (): string => Math.random().toString(36).slice(2, 10);
  let number = sessionStorage.getItem('tab') ?? fresh();
  if (navigator.locks) {
    const claim = (name: string): Promise<boolean> =>
      new Promise((tell) => {
        void navigator.locks.request(`tab:${name}`, { ifAvailable: true }, (lock) => {
          tell(lock !== null);
          return lock ? new Promise(() => {}) : undefined;
        });
      });
    if (!(await claim(number))) await claim((number = fresh()));
  }
  sessionStorage.setItem('tab', number);
  return number;
}

/** One claim per page, however many sessions it opens. */
let claimed: Promise<string> | undefined;

async function restore(lab: string, own: string): Promise<Recording | undefined> {
  const all = (await entries<string, Saved>()).filter(([key, value]) => key.startsWith(PREFIX) && value.lab === lab).sort(([, a], [, b]) => b.at - a.at);
  for (const [key] of all.slice(KEPT)) void del(key);
  return (all.find(([key]) => key === own) ?? all[0])?.[1].recording;
}

/** How far a learner got in a lab, for the course map: `3/4`; null when it was never opened. */
export const progressOf = (lab: string): string | null => localStorage.getItem(`progress:${lab}`);

/** Opens a lab (or, without one, a free cluster), taking up what was saved unless a recording is given. */
export function openSession(options: { readonly lab?: string; readonly lang: Lang; readonly recording?: Recording }): Session {
  const lab = options.lab ?? '';
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'world' });
  const listeners = new Set<(message: ToPage) => void>();
  /** What was saved last, for when the worker itself falls over. */
  let last: Recording = { format: 1, engine: '', setup: { seed: '', epoch: '' }, inputs: [], end: 0 };
  const tickets = new Map<number, (message: ToPage) => void>();
  let ticket = 0;
  let key: string | undefined;
  const send = (message: ToWorker): void => worker.postMessage(message);
  const ask = <T>(make: (ticket: number) => ToWorker, take: (message: ToPage) => T): Promise<T> =>
    new Promise((answer) => {
      tickets.set(++ticket, (message) => answer(take(message)));
      send(make(ticket));
    });
  worker.onmessage = ({ data }: MessageEvent<readonly ToPage[]>) => {
    for (const message of data) {
      if (message.type === 'saved') last = message.recording;
      if (message.type === 'saved' && key && message.recording.inputs.length) void set(key, { lab, at: Date.now(), recording: message.recording } satisfies Saved);
      if (message.type === 'saved' && key && !message.recording.inputs.length) void del(key);
      if (message.type === 'tasks' && lab) localStorage.setItem(`progress:${lab}`, `${message.tasks.filter((task) => task.state === 'done').length}/${message.tasks.length}`);
      if ('ticket' in message) {
        tickets.get(message.ticket)?.(message);
        tickets.delete(message.ticket);
      }
      for (const listener of listeners) listener(message);
    }
  };
  worker.onerror = ({ message }) => listeners.forEach((listener) => listener({ type: 'broken', message, recording: last }));
  void (async () => {
    let recording = options.recording;
    try {
      key = `${PREFIX}${lab}:${await (claimed ??= tabNumber())}`;
      recording ??= await restore(lab, key);
    } catch {
      // No storage (a private window): the world lives as long as the page.
      key = undefined;
    }
    send({ type: 'start', ...(options.lab && { lab: options.lab }), ...(recording && { recording }), lang: options.lang });
  })();
  const seen = (): void => send({ type: 'visible', visible: document.visibilityState === 'visible' });
  document.addEventListener('visibilitychange', seen);
  return {
    send,
    on(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    record: () => ask((number) => ({ type: 'record', ticket: number }), (message) => (message as Extract<ToPage, { type: 'record' }>).recording),
    read: (path) => ask((number) => ({ type: 'read', path, ticket: number }), (message) => (message as Extract<ToPage, { type: 'read' }>).text),
    lint: (text) => ask((number) => ({ type: 'lint', text, ticket: number }), (message) => (message as Extract<ToPage, { type: 'lint' }>).problems),
    restart(recording) {
      send({ type: 'start', ...(options.lab && { lab: options.lab }), recording, lang: options.lang });
    },
    close() {
      document.removeEventListener('visibilitychange', seen);
      worker.terminate();
    },
  };
}
