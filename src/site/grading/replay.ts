/** What stands behind one open hand-in: a world that is moved along its recording, forwards by going on, backwards by beginning again. */
import type { Lab } from '../../lab/lab.ts';
import { mapView } from '../../lab/map.ts';
import { Progress } from '../../lab/progress.ts';
import type { MapView } from '../../lab/protocol.ts';
import type { Millis } from '../../sim/clock.ts';
import { begin } from '../../world/world.ts';
import type { Recording } from '../../world/recording.ts';
import { loadAll } from '../chunks.ts';

export type ToReplay = { readonly type: 'open'; readonly lab: Lab; readonly recording: Recording } | { readonly type: 'to'; readonly at: Millis };

/** The world at a moment; `whole` screens replace what stands, others go on from it. */
export type AtMoment =
  | {
      readonly type: 'at';
      readonly at: Millis;
      readonly began: Millis;
      readonly map: MapView;
      readonly screens: readonly { readonly terminal: number; readonly whole: boolean; readonly text: string }[];
      readonly done: readonly string[];
    }
  | { readonly type: 'stopped'; readonly message: string };

let lab: Lab;
let recording: Recording;
let progress: Progress | undefined;
/** How many inputs were delivered. */
let delivered = 0;

function restart(): Progress {
  delivered = 0;
  return (progress = new Progress(begin(recording.setup, recording.engine), lab));
}

function goTo(at: Millis): AtMoment {
  const back = !progress || at < progress.world.now;
  const now = back ? restart() : progress!;
  const { world } = now;
  for (let next = recording.inputs[delivered]; next && next[0] <= at; next = recording.inputs[++delivered]) {
    if (next[0] > world.now) now.advance(next[0]);
    world.press(next[1]);
    now.look();
  }
  if (at > world.now) now.advance(at);
  now.look();
  const screens = [...world.terminals.keys()].map((terminal) => ({ terminal, whole: back, text: world.takeScreen(terminal, back) }));
  return {
    type: 'at',
    at: world.now,
    began: world.began,
    map: mapView(world.read, world.figures()),
    screens,
    done: now.states.filter((state) => now.done(state)).map((state) => state.task.id),
  };
}

/** Takes one message of the player. */
export function replay(data: ToReplay): void {
  void (async () => {
    try {
      if (data.type === 'open') {
        ({ lab, recording } = data);
        await loadAll();
        progress = undefined;
        self.postMessage(goTo(0));
      } else self.postMessage(goTo(data.at));
    } catch (error) {
      self.postMessage({ type: 'stopped', message: (error as Error).message } satisfies AtMoment);
    }
  })();
}
