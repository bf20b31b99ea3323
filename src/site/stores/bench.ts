/** One laboratory's views: what the worker last said, as stores. The page never keeps a second copy of the truth. */
import { atom, type ReadableAtom } from 'nanostores';
import type { Note } from '../../sim/trace.ts';
import type { Input, Recording } from '../../world/recording.ts';
import type { Lang, MapView, Speed, TaskView, TimelineEntry, ToPage } from '../../lab/protocol.ts';
import type { Session } from '../session.ts';

export interface ClockView {
  readonly now: number;
  readonly unix: number;
  readonly speed: Speed;
  readonly next?: number;
}

export type ScreenMessage = Extract<ToPage, { type: 'screen' | 'clear' }>;

/** The session with its views. */
export interface Bench {
  readonly session: Session;
  readonly lang: Lang;
  readonly lab: string | undefined;
  /** Rises with every world that stands ready: 0 is none yet. */
  readonly $ready: ReadableAtom<number>;
  readonly $clock: ReadableAtom<ClockView>;
  readonly $map: ReadableAtom<MapView | undefined>;
  readonly $tasks: ReadableAtom<readonly TaskView[]>;
  readonly $done: ReadableAtom<boolean>;
  readonly $timeline: ReadableAtom<readonly TimelineEntry[]>;
  readonly $files: ReadableAtom<{ readonly home: string; readonly files: readonly string[] }>;
  readonly $notes: ReadableAtom<readonly Note[]>;
  readonly $broken: ReadableAtom<{ readonly message: string; readonly recording: Recording } | undefined>;
  press(input: Input): void;
  /** What was and will be written to the terminals; the past is handed over once, to the first who listens. */
  screens(listener: (message: ScreenMessage) => void): void;
}

/** How many trace notes a page keeps. */
const NOTES = 8000;

/** Turns a session's messages into stores. */
export function benchOn(session: Session, lang: Lang, lab: string | undefined): Bench {
  const $ready = atom(0);
  const $clock = atom<ClockView>({ now: 0, unix: 0, speed: 1 });
  const $map = atom<MapView | undefined>(undefined);
  const $tasks = atom<readonly TaskView[]>([]);
  const $done = atom(false);
  const $timeline = atom<readonly TimelineEntry[]>([]);
  const $files = atom<{ home: string; files: readonly string[] }>({ home: '', files: [] });
  const $notes = atom<readonly Note[]>([]);
  const $broken = atom<{ message: string; recording: Recording } | undefined>(undefined);
  let past: ScreenMessage[] = [];
  let hear: ((message: ScreenMessage) => void) | undefined;

  session.on((message) => {
    switch (message.type) {
      case 'ready':
        $notes.set([]);
        $broken.set(undefined);
        $clock.set({ ...$clock.get(), now: message.now, unix: message.unix });
        $ready.set($ready.get() + 1);
        break;
      case 'screen':
      case 'clear':
        if (hear) hear(message);
        else past.push(message);
        break;
      case 'clock':
        $clock.set(message);
        break;
      case 'map':
        $map.set(message.map);
        break;
      case 'tasks':
        $tasks.set(message.tasks);
        $done.set(message.done);
        break;
      case 'timeline':
        $timeline.set(message.entries);
        break;
      case 'files':
        $files.set(message);
        break;
      case 'trace':
        $notes.set([...$notes.get(), ...message.notes].slice(-NOTES));
        break;
      case 'broken':
        $broken.set(message);
        break;
    }
  });

  return {
    session, lang, lab, $ready, $clock, $map, $tasks, $done, $timeline, $files, $notes, $broken,
    press: (input) => session.send({ type: 'press', input }),
    screens(listener) {
      hear = listener;
      past.forEach(listener);
      past = [];
    },
  };
}
