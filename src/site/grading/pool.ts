/** Workers that replay, as many as the machine can spare; each takes the next job when it is free. */
import type { Done, Job } from './jobs.ts';

interface Waiting {
  readonly job: Job;
  readonly resolve: (done: Done) => void;
}

const MOST_WORKERS = 4;
/** Milliseconds after which a replay counts as stuck: its worker is ended, and the job has failed. */
const LONGEST = 60_000;

export class Pool {
  private readonly queue: Waiting[] = [];
  private running = 0;
  private readonly idle: Worker[] = [];
  private readonly most = Math.max(1, Math.min(MOST_WORKERS, (navigator.hardwareConcurrency || 2) - 1));

  /** Runs a job; never rejects. */
  run(job: Job): Promise<Done> {
    return new Promise((resolve) => {
      this.queue.push({ job, resolve });
      this.next();
    });
  }

  /** Ends all workers; jobs that wait are forgotten. */
  close(): void {
    this.queue.length = 0;
    for (const worker of this.idle.splice(0)) worker.terminate();
  }

  private next(): void {
    if (this.running >= this.most) return;
    const waiting = this.queue.shift();
    if (!waiting) return;
    this.running++;
    const worker = this.idle.pop() ?? new Worker(new URL('../worker.ts', import.meta.url), { type: 'module', name: 'replay' });
    const end = (done: Done, again: boolean): void => {
      clearTimeout(timer);
      this.running--;
      if (again) this.idle.push(worker);
      else worker.terminate();
      waiting.resolve(done);
      this.next();
    };
    const timer = setTimeout(() => end({ type: 'failed', message: 'over budget' }, false), LONGEST);
    worker.onmessage = ({ data }: MessageEvent<Done>) => end(data, true);
    worker.onerror = (event) => end({ type: 'failed', message: event.message || 'worker' }, false);
    worker.postMessage({ grading: waiting.job });
  }
}
