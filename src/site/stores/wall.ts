/** When, in real time, a learner's inputs were made: one pair for each save, shown to a grader and trusted by nobody. */
import type { HandIn } from '../../grade/hand-in.ts';
import type { Bench } from './bench.ts';

type Wall = [number, number][];

const keyOf = (lab: string): string => `wall:${lab}`;

/** Takes note of the real time at each save of the recording. */
export function watchWall(bench: Bench): void {
  const { lab } = bench;
  if (!lab) return;
  bench.session.on((message) => {
    if (message.type !== 'saved') return;
    const index = message.recording.inputs.length - 1;
    const kept = wallOf(lab).filter(([at]) => at < index) as Wall;
    if (index >= 0) kept.push([index, Math.floor(Date.now() / 1000)]);
    localStorage.setItem(keyOf(lab), JSON.stringify(kept));
  });
}

/** The pairs so far: index of an input, Unix seconds. */
export function wallOf(lab: string): HandIn['wall'] {
  try {
    return JSON.parse(localStorage.getItem(keyOf(lab)) ?? '[]') as HandIn['wall'];
  } catch {
    return [];
  }
}
