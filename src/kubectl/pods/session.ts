/**
 * A running exec or attach: the terminal or the pipes here, joined with the channels there.
 * Stands for client-go's tools/remotecommand and kubectl's util/term.
 */
import type { ChannelDown, Status } from '../../kube/api/wire.ts';
import type { Running, Tty } from '../../machine/process.ts';
import type { Stream } from '../../machine/network.ts';
import type { Query } from '../client.ts';
import type { Kubectl } from '../command.ts';
import { CliError, Exit, StatusError } from '../errors.ts';
import { isMap } from '../go.ts';
import type { Pod } from './containers.ts';

export interface SessionOptions {
  readonly pod: Pod;
  readonly container: string;
  readonly subresource: 'exec' | 'attach';
  readonly command?: readonly string[];
  readonly stdin: boolean;
  /** A terminal there, and this one raw. */
  readonly tty?: Tty;
  readonly stdout?: (text: string) => void;
  readonly stderr?: (text: string) => void;
  /** Where input comes from instead of standard input. */
  readonly input?: string;
  /** Keys that end the session while the other side goes on. */
  readonly detachKeys?: string;
}

/** The terminal for `-t`: standard input must be one. `quiet` says nothing when it is not. */
export function terminalFor(k: Kubectl, stdin: boolean, tty: boolean, quiet: boolean): Tty | undefined {
  if (!stdin || !tty) return undefined;
  if (k.p.stdin.tty) return k.p.stdin.tty;
  if (!quiet) k.err('Unable to use a TTY - input is not a terminal or the right kind of file\n');
  return undefined;
}

/** Opens an upgraded connection. Throws StatusError, or CliError for what a kubelet says itself. */
export function* upgrade(k: Kubectl, path: string, query: Query): Running<Stream> {
  const reply = yield* k.client.reply({ method: 'POST', path, query, headers: { connection: 'Upgrade', upgrade: 'SPDY/3.1' } });
  if (reply.stream) return reply.stream;
  const body = reply.body;
  if (isMap(body) && body['kind'] === 'Status') throw new StatusError(body as unknown as Status);
  throw new CliError(`unable to upgrade connection: ${typeof body === 'string' ? body.trim() : 'unknown'}`);
}

/** `ctrl-p,ctrl-q` as the characters they send. Throws CliError. */
function keysOf(text: string): string {
  return text.split(',').map((key) => {
    if (key.length === 1) return key;
    const letter = /^ctrl-([a-z@^[\]_])$/.exec(key)?.[1];
    if (letter === undefined) throw new CliError(`could not bind detach keys: Unknown character: '${key}'`);
    return String.fromCharCode(letter.toUpperCase().charCodeAt(0) & 31);
  }).join('');
}

/** Runs until the other side ends. Throws Exit with the command's code, CliError. */
export function* session(k: Kubectl, options: SessionOptions): Running<void> {
  const { p } = k;
  const { pod, tty } = options;
  const path = `/api/v1/namespaces/${pod.metadata.namespace}/pods/${pod.metadata.name}/${options.subresource}`;
  const detach = tty && options.detachKeys ? keysOf(options.detachKeys) : '';
  const stream = yield* upgrade(k, path, {
    container: options.container, command: options.command, stdin: options.stdin || undefined, stdout: true, stderr: tty ? undefined : true, tty: tty ? true : undefined,
  });
  const resize = (): void => stream.send?.({ resize: { width: tty!.columns, height: tty!.rows } });
  const stops = [stream.listen(p)];
  if (tty) {
    tty.mode = 'raw';
    resize();
    p.trap('SIGWINCH', resize);
  }
  let open = options.stdin;
  if (options.input !== undefined) {
    if (options.input) stream.send?.({ stdin: options.input });
    stream.send?.({ close: true });
    open = false;
  } else if (open) stops.push(p.stdin.listen(p));
  try {
    for (;;) {
      for (let item = stream.take() as ChannelDown | undefined; item !== undefined; item = stream.take() as ChannelDown | undefined) {
        if ('stdout' in item) (options.stdout ?? ((text) => k.out(text)))(item.stdout);
        else if ('stderr' in item) (options.stderr ?? ((text) => k.err(text)))(item.stderr);
        else return finish(item.status);
      }
      if (stream.ended) return;
      if (open) {
        const typed = p.stdin.take();
        const at = typed && detach ? typed.indexOf(detach) : -1;
        if (typed === undefined) {
          open = false;
          stream.send?.({ close: true });
        } else if (at >= 0) {
          stream.send?.({ stdin: typed.slice(0, at) });
          return;
        } else if (typed !== '') {
          stream.send?.({ stdin: typed });
          continue;
        }
      }
      yield;
    }
  } finally {
    for (const stop of stops) stop();
    stream.close();
    if (tty) {
      tty.mode = 'cooked';
      p.trap('SIGWINCH', 'default');
    }
  }
}

/** What the last Status of a session means. Throws Exit, CliError. */
function finish(status: Status): void {
  if (status.status === 'Success') return;
  if (status.reason !== 'NonZeroExitCode') throw new CliError(status.message ?? '');
  const code = status.details?.causes?.find((cause) => cause.reason === 'ExitCode')?.message;
  if (code === undefined) throw new CliError('error stream protocol error: no ExitCode cause given');
  throw new Exit(Number(code), `command terminated with exit code ${code}\n`);
}
