/** The worker in which a learner's world runs. Speaks src/lab/protocol.ts with the page. */
import { Session } from '../lab/session.ts';
import type { Lab } from '../lab/lab.ts';
import type { ToPage, ToWorker } from '../lab/protocol.ts';
import { loadAll } from './chunks.ts';
import { Driver } from './driver.ts';
import type { Job } from './grading/jobs.ts';
import type { ToReplay } from './grading/replay.ts';

declare const __ENGINE__: string;

const scope = self as unknown as { postMessage(message: unknown): void; onmessage: ((event: MessageEvent<ToWorker | ForGrading>) => void) | null };
const post = (messages: readonly ToPage[]): void => scope.postMessage(messages);

let driver: Driver | undefined;
/** Messages that came while the lab was being fetched. */
const waiting: ToWorker[] = [];

async function start(message: Extract<ToWorker, { type: 'start' }>): Promise<void> {
  driver?.stop();
  driver = undefined;
  const lab = message.lab ? ((await (await fetch(`/labs/${message.lab}.json`)).json()) as Lab) : undefined;
  const options = { ...(lab && { lab }), lang: message.lang, engine: __ENGINE__ };
  // A replay runs in one go and cannot wait for late code.
  if (message.recording) await loadAll();
  let session: Session;
  try {
    session = new Session({ ...options, ...(message.recording && { recording: message.recording }) });
  } catch (error) {
    if (!message.recording) throw error;
    post([{ type: 'broken', message: (error as Error).message, recording: message.recording }]);
    session = new Session(options);
  }
  driver = new Driver(session, post);
  for (const one of waiting.splice(0)) driver.receive(one);
}

/** The same worker, in a page that replays hand-ins: see src/site/grading/. */
type ForGrading = { readonly grading: Job } | { readonly replay: ToReplay };

scope.onmessage = ({ data }) => {
  if ('grading' in data) void import('./grading/jobs.ts').then(({ work }) => work(data.grading));
  else if ('replay' in data) void import('./grading/replay.ts').then(({ replay }) => replay(data.replay));
  else if (data.type === 'start') void start(data);
  else if (driver) driver.receive(data);
  else waiting.push(data);
};
