/**
 * What a grading worker does: it packs a learner's recording into a hand-in, and grades hand-ins. One job at a time; the page runs several workers.
 */
import { failed, grade, type Report } from '../../grade/grader.ts';
import { handIn, written, type HandIn, type Learner } from '../../grade/hand-in.ts';
import type { Lab } from '../../lab/lab.ts';
import { Progress } from '../../lab/progress.ts';
import { begin, replayInputs } from '../../world/world.ts';
import type { Recording } from '../../world/recording.ts';
import { loadAll } from '../chunks.ts';

declare const __ENGINE__: string;

export type Job =
  | { readonly type: 'pack'; readonly lab: Lab; readonly recording: Recording; readonly learner: Learner; readonly wall: HandIn['wall'] }
  | { readonly type: 'grade'; readonly name: string; readonly text: string; readonly labs: readonly Lab[] };

export type Done =
  | { readonly type: 'pack'; readonly text: string }
  | { readonly type: 'grade'; readonly report: Report }
  | { readonly type: 'failed'; readonly message: string };

async function pack({ lab, recording, learner, wall }: Extract<Job, { type: 'pack' }>): Promise<Done> {
  await loadAll();
  const world = begin(recording.setup, recording.engine);
  const progress = new Progress(world, lab);
  replayInputs(world, recording, (until) => progress.advance(until));
  progress.look();
  return { type: 'pack', text: written(handIn(progress, learner, wall)) };
}

async function judge({ name, text, labs }: Extract<Job, { type: 'grade' }>): Promise<Done> {
  await loadAll();
  try {
    return { type: 'grade', report: grade(name, text, (id) => labs.find((lab) => lab.id === id), __ENGINE__) };
  } catch (error) {
    const why = (error as Error).message;
    return { type: 'grade', report: failed(name, 'diverged', { ko: `재생이 멈췄다: ${why}`, en: `The replay stopped: ${why}` }) };
  }
}

/** Takes one job. */
export function work(data: Job): void {
  const job = data.type === 'pack' ? pack(data) : judge(data);
  void job.catch((error: unknown): Done => ({ type: 'failed', message: (error as Error).message })).then((done) => self.postMessage(done));
}
