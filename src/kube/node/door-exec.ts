/**
 * exec and attach: processes in containers with their streams as channels. Stands for the CRI streaming server.
 */
import { Pipe, sinkTo } from '../../machine/pipe.ts';
import type { Process } from '../../machine/process.ts';
import { openTerminal } from '../../machine/tty.ts';
import { failure } from '../api/status.ts';
import type { ChannelUp, Response, Status } from '../api/wire.ts';
import { first, flag } from './door-logs.ts';
import { Queue } from './feed.ts';
import type { Container, Runtime } from './runtime.ts';

type Query = Readonly<Record<string, string | readonly string[]>>;

const DONE: Status = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success' };

/** The Status at the end of a command. */
function ended(code: number): Status {
  if (code === 0) return DONE;
  const details = { causes: [{ reason: 'ExitCode', message: String(code) }] };
  return { ...failure(500, 'NonZeroExitCode', `command terminated with non-zero exit code: exit status ${code}`, details), code: 500 };
}

const SWITCH = { code: 101, headers: { upgrade: 'websocket' } };

/** Runs a command beside the main process. */
export function answerExec(runtime: Runtime, container: Container, query: Query): Response {
  const asked = query['command'];
  const command = asked === undefined ? [] : typeof asked === 'string' ? [asked] : [...asked];
  const tty = flag(query, 'tty');
  const stdin = flag(query, 'stdin') ? new Pipe() : undefined;
  const terminal = tty ? openTerminal(container.machine) : undefined;
  const queue: Queue = new Queue({
    send(item) {
      const up = item as ChannelUp;
      if ('stdin' in up) (terminal ? terminal.type(up.stdin) : stdin?.sink.write(up.stdin));
      else if ('resize' in up) terminal?.resize(up.resize.width, up.resize.height);
      else if (terminal) terminal.type('\x04');
      else stdin?.sink.close();
    },
    closed() {
      terminal?.hangup();
      stdin?.sink.close();
    },
  });
  terminal?.hear((text) => queue.push({ stdout: text }));
  const out = (name: 'stdout' | 'stderr') => sinkTo((text) => {
    queue.push({ [name]: text });
    return !queue.ended;
  });
  const streams = terminal ? { terminal } : { ...(stdin && { stdin: stdin.source }), stdout: out('stdout'), stderr: out('stderr') };
  const process: Process | string = runtime.exec(container, command, streams);
  if (typeof process === 'string') {
    const why = `error executing command in container: failed to exec in container: failed to start exec "${runtime.newId()}": ${process}`;
    queue.push({ status: failure(500, 'InternalError', `Internal error occurred: ${why}`, { causes: [{ message: why }] }) });
    queue.end();
    return { ...SWITCH, feed: queue };
  }
  process.whenDone((code) => {
    queue.push({ status: ended(code) });
    queue.end();
  });
  return { ...SWITCH, feed: queue };
}

/** Joins the main process's streams. */
export function answerAttach(runtime: Runtime, container: Container, query: Query): Response {
  const { terminal, input } = container;
  const queue: Queue = new Queue({
    send(item) {
      const up = item as ChannelUp;
      if ('stdin' in up) (terminal ? terminal.type(up.stdin) : input?.sink.write(up.stdin));
      else if ('resize' in up) terminal?.resize(up.resize.width, up.resize.height);
      else if ('close' in up && container.config.stdin && !terminal) input?.sink.close();
    },
    closed: () => stop(),
  });
  const stop = runtime.attach(container, (stream, text) => {
    if (flag(query, stream) || (terminal && flag(query, 'stdout'))) queue.push({ [terminal ? 'stdout' : stream]: text });
  });
  container.main?.whenDone(() => {
    stop();
    queue.push({ status: DONE });
    queue.end();
  });
  return { ...SWITCH, feed: queue };
}

/** The container of a request, by its name. */
export const containerName = (query: Query): string => first(query, 'container') ?? '';
