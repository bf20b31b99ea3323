/**
 * GET …/log: which container's lines are meant, and the lines. Stands for GetKubeletContainerLogs and ReadLogs.
 */
import type { Millis } from '../../sim/clock.ts';
import { parseRfc3339 } from '../../sim/date.ts';
import { failure } from '../api/status.ts';
import type { Response } from '../api/wire.ts';
import type { ContainerStatus, PodStatus } from '../kinds/types.ts';
import { Queue } from './feed.ts';
import { cut, type ContainerLog, type LogOptions } from './logs.ts';

type Query = Readonly<Record<string, string | readonly string[]>>;

/** One value of a parameter. */
export const first = (query: Query, name: string): string | undefined => {
  const value = query[name];
  return typeof value === 'string' ? value : value?.[0];
};

/** Whether a parameter says yes. */
export const flag = (query: Query, name: string): boolean => ['true', '1', ''].includes(first(query, name) ?? 'false');

/** `containerd://ID` of the container whose log is meant; an object says why there is none. */
function meant(pod: string, status: PodStatus | undefined, name: string, previous: boolean): string | { readonly why: string } {
  const all = [...(status?.containerStatuses ?? []), ...(status?.initContainerStatuses ?? []), ...(status?.ephemeralContainerStatuses ?? [])];
  const found: ContainerStatus | undefined = all.find((s) => s.name === name);
  const about = `container "${name}" in pod "${pod}"`;
  if (!found) return { why: `${about} is not available` };
  const last = found.lastState?.terminated;
  const { running, terminated, waiting } = found.state ?? {};
  if (previous) return last?.containerID ? last.containerID : { why: `previous terminated ${about} not found` };
  if (running) return found.containerID ?? '';
  if (terminated) return terminated.containerID || last?.containerID || { why: `${about} is terminated` };
  if (last) return last.containerID || { why: `${about} is terminated` };
  const reason = waiting?.reason ?? '';
  const why = reason === 'ErrImagePull' ? "image can't be pulled" : reason === 'ImagePullBackOff' ? 'trying and failing to pull image' : reason;
  return { why: `${about} is waiting to start: ${waiting ? why : 'no logs yet'}` };
}

/** Answers a request for the log of one container. `find` gives a log by `containerd://ID`. */
export function answerLogs(
  pod: string, status: PodStatus | undefined, container: string, query: Query, time: { readonly epoch: number; readonly now: Millis },
  find: (id: string) => ContainerLog | undefined,
): Response {
  const id = meant(pod, status, container, flag(query, 'previous'));
  if (typeof id !== 'string') return { code: 400, body: failure(400, 'BadRequest', id.why) };
  const headers = { 'content-type': 'text/plain' };
  const log = find(id);
  if (!log) return { code: 200, headers, body: `unable to retrieve container logs for ${id}` };
  const number = (name: string): number | undefined => (first(query, name) === undefined ? undefined : Number(first(query, name)));
  const seconds = number('sinceSeconds');
  const since = seconds !== undefined ? time.now - seconds * 1000 : first(query, 'sinceTime') ? (parseRfc3339(first(query, 'sinceTime')!) ?? 0) - time.epoch : undefined;
  const options: LogOptions = {
    timestamps: flag(query, 'timestamps'),
    ...(number('tailLines') !== undefined && { tailLines: number('tailLines')! }),
    ...(since !== undefined && { since }),
  };
  const limit = number('limitBytes');
  let { text, next } = log.read(options, time.epoch);
  if (limit !== undefined) text = cut(text, limit);
  if (!flag(query, 'follow') || (limit !== undefined && text.length >= limit)) return { code: 200, headers, body: text };
  const queue = new Queue({ closed: () => stop() });
  if (text !== '') queue.push(text);
  const stop = log.listen({
    poke() {
      const more = log.read(options, time.epoch, next);
      next = more.next;
      if (more.text !== '') queue.push(more.text);
      if (log.ended) {
        stop();
        queue.end();
      }
    },
  });
  if (log.ended) {
    stop();
    queue.end();
  }
  return { code: 200, headers, feed: queue };
}
