/** Types lines into a learner's terminal and lets the world run to the next prompt, as a person would. */
import { begin, type World } from '../src/world/world.ts';
import { parseTranscript, type Step } from '../src/lab/transcript.ts';
import type { Lab } from '../src/lab/lab.ts';
import { Progress } from '../src/lab/progress.ts';
import '../src/world/everything.ts';

/** The longest that a command may run, in virtual milliseconds. */
const PATIENCE = 600_000;

/** Types one line and waits for the prompt; a command that does not end is interrupted. */
export function typeLine(progress: Progress, line: string): void {
  const { world } = progress;
  const before = world.ended;
  world.press({ keys: `${line}\r` });
  const limit = world.now + PATIENCE;
  while (world.ended === before && world.now < limit) {
    progress.advance(Math.min(limit, world.now + 1000));
    if (world.held) throw new Error(`nobody loads ${world.missing}`);
  }
  if (world.ended === before) {
    world.press({ keys: '\x03' });
    progress.advance(world.now + 1000);
  }
}

/** Does the steps of a transcript: lines are typed, waits are waited. */
export function perform(progress: Progress, steps: readonly Step[]): void {
  const { world } = progress;
  for (const step of steps) {
    if ('line' in step) typeLine(progress, step.line);
    else if ('wait' in step) progress.advance(world.now + step.wait);
    else if ('press' in step) {
      world.press({ keys: step.press === '^C' ? '\x03' : '\x04' });
      progress.advance(world.now + 100);
    }
  }
  progress.advance(world.now + 1000);
  progress.look();
}

/** A lab at its beginning. */
export const open = (lab: Lab): Progress => new Progress(begin(lab.setup, 'test'), lab);

/** Ids of the tasks that count now. */
export const doneTasks = (progress: Progress): readonly string[] => progress.states.filter((state) => progress.done(state)).map((state) => state.task.id);

/** A lab after a transcript was done in it. */
export function after(lab: Lab, text: string): Progress {
  const progress = open(lab);
  perform(progress, parseTranscript(text).steps);
  return progress;
}

/** The whole screen of the first terminal, for messages of failures. */
export const screenOf = (world: World): string => world.takeScreen(0, true);
