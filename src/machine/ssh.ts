/**
 * ssh and sshd: a shell on another machine, with a pseudo-terminal of its own there. Unlike OpenSSH: nothing is encrypted or asked,
 * whoever exists on the other side may log in; no forwarding of ports, no agents, no scp or sftp.
 */
import type { Connection } from './network.ts';
import { NetError } from './network.ts';
import { loginEnvironment } from './login.ts';
import { Pipe } from './pipe.ts';
import type { Command, ExitCode, Process, Running } from './process.ts';
import type { Task } from './task.ts';
import { openTerminal } from './tty.ts';

/** What goes over the connection, a JSON line each. */
type ToServer =
  | { readonly open: { readonly user: string; readonly command?: string; readonly tty?: readonly [columns: number, rows: number]; readonly term?: string } }
  | { readonly keys: string }
  | { readonly size: readonly [columns: number, rows: number] }
  | { readonly end: true };
type ToClient = { readonly out: string } | { readonly err: string } | { readonly exit: ExitCode } | { readonly denied: true };

const PORT = 22;

/** Takes whole messages out of what a connection has brought; 'closed' at its end. */
class Messages<T> {
  private text = '';
  private readonly connection: Connection;

  constructor(connection: Connection) {
    this.connection = connection;
  }

  take(): T | undefined | 'closed' {
    for (;;) {
      const end = this.text.indexOf('\n');
      if (end >= 0) {
        const line = this.text.slice(0, end);
        this.text = this.text.slice(end + 1);
        return JSON.parse(line) as T;
      }
      let piece: string | undefined;
      try {
        piece = this.connection.input.take();
      } catch (error) {
        if (!(error instanceof NetError)) throw error;
      }
      if (piece === undefined) return 'closed';
      if (piece === '') return undefined;
      this.text += piece;
    }
  }
}

/** The server: a process of a node that gives each connection a shell. */
export function* sshd(p: Process): Running<ExitCode> {
  const listener = p.listen(PORT);
  for (;;) {
    const connection = yield* listener.accept();
    p.spawn((child) => serve(child, connection), ['sshd: session'], { group: true });
  }
}

function* serve(p: Process, connection: Connection): Running<ExitCode> {
  const messages = new Messages<ToServer>(connection);
  const stops = [connection.input.listen(p)];
  const send = (message: ToClient): boolean => connection.output.write(`${JSON.stringify(message)}\n`);
  (p as Task).keep(() => connection.close());
  let shell: Process | undefined;
  let type: ((keys: string) => void) | undefined;
  let resize: ((columns: number, rows: number) => void) | undefined;
  let end: (() => void) | undefined;
  let hangup: (() => void) | undefined;
  const outputs: (() => boolean)[] = [];
  const begin = ({ user: name, command, tty, term }: Extract<ToServer, { open: unknown }>['open']): void => {
    const user = p.machine.users.get(name);
    const program = user && p.find(user.shell);
    if (!user || typeof program !== 'function') {
      send({ denied: true });
      return;
    }
    const env = loginEnvironment(user, tty && (term ?? 'xterm-256color'));
    env.set('SSH_CONNECTION', `${connection.remote.address} ${connection.remote.port} ${connection.local.address} ${connection.local.port}`);
    env.set('SSH_CLIENT', `${connection.remote.address} ${connection.remote.port} ${connection.local.port}`);
    const base = user.shell.split('/').at(-1)!;
    const argv = command === undefined ? [`-${base}`] : [base, '-c', command];
    const around = { env, user, cwd: p.files.stat(user.home) ? user.home : '/', group: true } as const;
    if (tty) {
      const terminal = openTerminal(p.machine, tty[0], tty[1]);
      terminal.hear((out) => void send({ out }));
      type = (keys) => terminal.type(keys);
      resize = (columns, rows) => terminal.resize(columns, rows);
      hangup = () => terminal.hangup();
      env.set('SSH_TTY', '/dev/pts/0');
      shell = p.spawn(program, argv, { ...around, stdin: terminal.input, stdout: terminal.output, stderr: terminal.output, tty: terminal.tty });
      terminal.tty.foreground = shell.group;
    } else {
      const [stdin, stdout, stderr] = [new Pipe(), new Pipe(), new Pipe()];
      shell = p.spawn(program, argv, { ...around, stdin: stdin.source, stdout: stdout.sink, stderr: stderr.sink, tty: null });
      stdin.source.close!();
      stdout.sink.close();
      stderr.sink.close();
      type = (keys) => void stdin.sink.write(keys);
      let open = true;
      end = () => {
        if (open) stdin.sink.close();
        open = false;
      };
      for (const [pipe, key] of [[stdout, 'out'], [stderr, 'err']] as const) {
        stops.push(pipe.source.listen(p));
        outputs.push(() => {
          for (let text = pipe.source.take(); ; text = pipe.source.take()) {
            if (text === undefined) return true;
            if (text === '') return false;
            send({ [key]: text } as ToClient);
          }
        });
      }
    }
    shell.whenDone(() => p.poke());
  };
  try {
    for (;;) {
      const message = messages.take();
      if (message === 'closed') {
        hangup?.();
        end?.();
        shell?.kill('SIGHUP');
        return 0;
      }
      const drained = outputs.map((take) => take()).every(Boolean);
      if (shell?.exit !== undefined && drained) {
        send({ exit: shell.signal ? 255 : shell.exit });
        return 0;
      }
      if (message === undefined) yield;
      else if ('open' in message) {
        begin(message.open);
        if (!shell) return 1;
      } else if ('keys' in message) type?.(message.keys);
      else if ('size' in message) resize?.(...message.size);
      else end?.();
    }
  } finally {
    for (const stop of stops) stop();
  }
}

interface Wanted {
  readonly user: string;
  readonly host: string;
  readonly port: number;
  readonly command: string | undefined;
  readonly tty: boolean;
}

/** Reads the command line; a number is the status to leave with. */
function wanted(p: Process): Wanted | ExitCode {
  let user: string | undefined;
  let port = PORT;
  let tty: boolean | undefined;
  let at = 1;
  for (; at < p.args.length && p.args[at]!.startsWith('-'); at++) {
    const word = p.args[at]!;
    const value = (): string => word.slice(2) || (p.args[++at] ?? '');
    if (word.startsWith('-l')) user = value();
    else if (word.startsWith('-p')) port = Number(value());
    else if (/^-t+$/.test(word)) tty = true;
    else if (word === '-T') tty = false;
    else if (/^-[iFoEecmbBJQSwO]/.test(word)) value();
    else if (/^-[qvCXxAaKkYyn46gG]+$/.test(word)) continue;
    else if (word === '-V') {
      p.warn('OpenSSH_9.2p1 Debian-2+deb12u7, OpenSSL 3.0.17 1 Jul 2025\n');
      return 0;
    } else {
      p.warn(/^-[LRDNWfM]/.test(word) ? `ssh: ${word.slice(0, 2)} is not supported here yet\n` : `unknown option -- ${word.slice(1)}\n`);
      return 255;
    }
  }
  const target = p.args[at++];
  if (!target) {
    p.warn('usage: ssh [-46AaCfGgKkMNnqsTtVvXxYy] [-l login_name] [-p port] [-t] [user@]destination [command [argument ...]]\n');
    return 255;
  }
  const url = /^(?:ssh:\/\/)?(?:([^@]*)@)?([^:/]+)(?::(\d+))?\/?$/.exec(target);
  const words = p.args.slice(at);
  const command = words.length > 0 ? words.join(' ') : undefined;
  const host = url?.[2] ?? target;
  return {
    user: url?.[1] ?? user ?? configured(p, host) ?? p.user.name,
    host,
    port: url?.[3] ? Number(url[3]) : port,
    command,
    tty: p.stdin.tty !== undefined && (tty ?? command === undefined),
  };
}

/** What ~/.ssh/config says of a host: its User. Of ssh_config(5), only Host with * and User are read. */
function configured(p: Process, host: string): string | undefined {
  const path = `${p.env.get('HOME') ?? p.user.home}/.ssh/config`;
  let here = true;
  for (const line of p.files.exists(path) ? p.files.read(path).split('\n') : []) {
    const [key = '', ...values] = line.trim().split(/\s+/);
    if (/^host$/i.test(key))
      here = values.some((pattern) =>
        new RegExp(
          `^${pattern
            .replace(/[.+^${}()|[\]\\]/g, '\\$&')
            .replaceAll('*', '.*')
            .replaceAll('?', '.')}$`,
        ).test(host),
      );
    else if (here && /^user$/i.test(key)) return values[0];
  }
  return undefined;
}

function* sshMain(p: Process): Running<ExitCode> {
  const want = wanted(p);
  if (typeof want === 'number') return want;
  const { host, port, user, command } = want;
  let connection: Connection;
  try {
    connection = yield* p.dial(host, port);
  } catch (error) {
    if (!(error instanceof NetError)) throw error;
    p.warn(
      error.code === 'ENOTFOUND' || error.code === 'EAI_AGAIN'
        ? `ssh: Could not resolve hostname ${host}: ${error.message}\n`
        : `ssh: connect to host ${host} port ${port}: ${error.message}\n`,
    );
    return 255;
  }
  const tty = want.tty ? p.tty : undefined;
  const send = (message: ToServer): boolean => connection.output.write(`${JSON.stringify(message)}\n`);
  const messages = new Messages<ToClient>(connection);
  send({ open: { user, ...(command !== undefined && { command }), ...(tty && { tty: [tty.columns, tty.rows] as const, term: p.env.get('TERM') ?? 'dumb' }) } });
  if (tty) {
    tty.mode = 'raw';
    p.trap('SIGWINCH', () => void send({ size: [tty.columns, tty.rows] }));
  }
  const stops = [connection.input.listen(p), p.stdin.listen(p)];
  const closed = (): void => {
    if (tty) p.warn(`Connection to ${host} closed.\n`);
  };
  let ended = false;
  let lineStart = true;
  let escaping = false;
  try {
    for (;;) {
      const message = messages.take();
      if (message === 'closed') {
        p.warn(`Connection to ${host} closed by remote host.\n`);
        closed();
        return 255;
      }
      if (message !== undefined) {
        if ('out' in message) p.write(message.out);
        else if ('err' in message) p.warn(message.err);
        else if ('denied' in message) {
          p.warn(`${user}@${host}: Permission denied (publickey,password).\n`);
          return 255;
        } else {
          closed();
          return message.exit;
        }
        yield* p.flush();
        continue;
      }
      const keys = ended ? '' : p.stdin.take();
      if (keys === undefined) {
        ended = true;
        send({ end: true });
        continue;
      }
      if (keys === '') {
        yield;
        continue;
      }
      if (!tty) {
        send({ keys });
        continue;
      }
      // `~.` at the start of a line leaves.
      let rest = '';
      for (const key of keys) {
        if (escaping && key === '.') {
          p.warn('\r\n');
          closed();
          return 255;
        }
        if (escaping && key !== '~') rest += '~';
        const before: boolean = escaping;
        escaping = !before && lineStart && key === '~';
        if (!escaping) rest += key;
        lineStart = key === '\r' || key === '\n';
      }
      if (rest !== '') send({ keys: rest });
    }
  } finally {
    for (const stop of stops) stop();
    if (tty) tty.mode = 'cooked';
    connection.close();
  }
}

export const ssh: Command = { name: 'ssh', summary: 'a shell on another machine', main: sshMain };

