/**
 * Runs a program of the simulator on this computer: files, environment, standard streams and HTTP are the real ones. Node only.
 * Unlike a simulated machine: no listening, no datagrams; children are this computer's own programs.
 */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { homedir } from 'node:os';
import path from 'node:path';
import type { Files, Stat } from '../machine/files.ts';
import { FileError, type Errno } from '../machine/files.ts';
import { NetError, type HttpReply, type HttpRequest, type NetErrno, type Stream } from '../machine/network.ts';
import type { ExitCode, Process, Program, Running, Sink, Source, Surroundings, Tty } from '../machine/process.ts';
import type { Chunk } from '../sim/chunk.ts';
import { Random } from '../sim/random.ts';

const started = Date.now();

/** Runs it to its end; the exit code. */
export async function runHere(program: Program, args: readonly string[]): Promise<ExitCode> {
  let poke = (): void => {};
  const p = hostProcess(args, () => poke());
  const running = program(p);
  for (;;) {
    const woken = new Promise<void>((resolve) => (poke = resolve));
    const { done, value } = running.next();
    if (done) return value;
    if (typeof value === 'number') {
      let timer: NodeJS.Timeout | undefined;
      await Promise.race([woken, new Promise((resolve) => (timer = setTimeout(resolve, Math.max(value - p.now, 0))))]);
      clearTimeout(timer);
    } else await woken;
  }
}

function hostProcess(args: readonly string[], poke: () => void): Process {
  const absent = (what: string) => (): never => {
    throw new Error(`${what} needs a simulated machine`);
  };
  const user = { name: 'user', uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0, home: homedir(), shell: '/bin/sh' };
  const stdin = new Input(poke);
  const p: Process = {
    pid: process.pid, parent: undefined, group: process.pid, machine: undefined as never, args, env: new Map(Object.entries(process.env).map(([key, value]) => [key, value ?? ''])), cwd: process.cwd(), user,
    tty: undefined, stdin, stdout: sink(1), stderr: sink(2), files: hostFiles(), random: new Random(String(started)), exit: undefined, signal: undefined, stopped: false, started: 0, umask: 0o022,
    get now() {
      return Date.now() - started;
    },
    get date() {
      return Date.now();
    },
    write: (text) => void fs.writeSync(1, bytes(text)),
    warn: (text) => void fs.writeSync(2, bytes(text)),
    *flush() {},
    *read() {
      return fs.readFileSync(0, 'utf8') || undefined;
    },
    *readLine() {
      return stdin.line();
    },
    *readAll() {
      return stdin.all();
    },
    *sleep(ms) {
      const until = this.now + ms;
      while (this.now < until) yield until;
    },
    *charge() {},
    *need<T>(chunk: Chunk<T>): Running<T> {
      if (chunk.value === undefined) throw new Error(`nothing has loaded ${chunk.name}`);
      return chunk.value;
    },
    spawn: (program, words, surroundings) => child(program, words, surroundings),
    find: (command) => external(command),
    *wait(of) {
      return of.exit ?? 0;
    },
    *exec(program) {
      return yield* program(p);
    },
    whenDone: absent('whenDone'), trap: (signal, action) => void (typeof action === 'function' && process.on(signal, action)), kill: (signal) => void process.kill(process.pid, signal),
    fetch: (request) => fetchHere(request, poke),
    dial: absent('dial'), listen: absent('listen'), receive: absent('receive'), ask: absent('ask'), resolve: absent('resolve'),
    poke,
  };
  return p;
}

/** A text's bytes; lone surrogates are bytes that are not UTF-8. */
function bytes(text: string): Buffer {
  if (!/[\udc80-\udcff]/.test(text)) return Buffer.from(text);
  return Buffer.concat([...text].map((c) => (/^[\udc80-\udcff]$/.test(c) ? Buffer.from([c.charCodeAt(0) & 0xff]) : Buffer.from(c))));
}

class Input implements Source {
  private readonly poke: () => void;
  private text: string | undefined;

  constructor(poke: () => void) {
    this.poke = poke;
  }

  all(): string {
    const text = this.text ?? fs.readFileSync(0, 'utf8');
    this.text = '';
    return text;
  }

  line(): string | undefined {
    this.text ??= fs.readFileSync(0, 'utf8');
    if (this.text === '') return undefined;
    const end = this.text.indexOf('\n');
    const line = end < 0 ? this.text : this.text.slice(0, end);
    this.text = end < 0 ? '' : this.text.slice(end + 1);
    return line;
  }

  take(): string | undefined {
    const text = this.all();
    return text === '' ? undefined : text;
  }

  unread(text: string): void {
    this.text = text + (this.text ?? '');
  }

  listen(): () => void {
    queueMicrotask(this.poke);
    return () => {};
  }
}

function sink(fd: number): Sink {
  const tty: Tty | undefined = (fd === 1 ? process.stdout : process.stderr).isTTY ? { columns: process.stdout.columns, rows: process.stdout.rows, mode: 'cooked', echo: true, foreground: process.pid } : undefined;
  return {
    full: false, ...(tty && { tty }), listen: () => () => {}, close: () => {},
    write: (text) => {
      fs.writeSync(fd, bytes(text));
      return true;
    },
  };
}

const CODES: Record<string, Errno> = { ENOENT: 'ENOENT', EEXIST: 'EEXIST', ENOTDIR: 'ENOTDIR', EISDIR: 'EISDIR', EACCES: 'EACCES', ENOTEMPTY: 'ENOTEMPTY', EROFS: 'EROFS', ELOOP: 'ELOOP', EPERM: 'EPERM' };

function guarded<T>(file: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw new FileError(CODES[(error as NodeJS.ErrnoException).code ?? ''] ?? 'EINVAL', file);
  }
}

function hostFiles(): Files {
  const stat = (file: string, follow = true): Stat | undefined => {
    try {
      const s = follow ? fs.statSync(file) : fs.lstatSync(file);
      return { type: s.isDirectory() ? 'directory' : s.isSymbolicLink() ? 'link' : s.isFile() ? 'file' : 'device', mode: s.mode & 0o7777, uid: s.uid, gid: s.gid, size: s.size, modified: s.mtimeMs, inode: s.ino };
    } catch {
      return undefined;
    }
  };
  const absent = (): never => {
    throw new Error('mounts need a simulated machine');
  };
  return {
    resolve: (file) => path.resolve(file), realpath: (file) => guarded(file, () => fs.realpathSync(file)), exists: (file) => fs.existsSync(file), stat,
    read: (file) => guarded(file, () => fs.readFileSync(file, 'utf8')), write: (file, text, mode) => guarded(file, () => fs.writeFileSync(file, bytes(text), mode === undefined ? {} : { mode })),
    append: (file, text) => guarded(file, () => fs.appendFileSync(file, bytes(text))), list: (file) => guarded(file, () => fs.readdirSync(file).sort()),
    mkdir: (file, options) => void guarded(file, () => fs.mkdirSync(file, { recursive: options?.parents ?? false, ...(options?.mode !== undefined && { mode: options.mode }) })),
    remove: (file, options) => guarded(file, () => (stat(file, false)?.type === 'directory' && !options?.recursive ? fs.rmdirSync(file) : fs.rmSync(file, { recursive: options?.recursive ?? false }))),
    rename: (from, to) => guarded(from, () => fs.renameSync(from, to)), symlink: (target, file) => guarded(file, () => fs.symlinkSync(target, file)), chmod: (file, mode) => guarded(file, () => fs.chmodSync(file, mode)),
    chown: (file, uid, gid) => guarded(file, () => fs.chownSync(file, uid, gid)), touch: (file) => guarded(file, () => fs.closeSync(fs.openSync(file, 'a'))), may: () => true, install: absent, mount: absent, unmount: absent, mounts: () => [],
  };
}

/** A program of this computer. */
function external(command: string): Program | { error: 'not found' } {
  const folders = command.includes('/') ? [''] : (process.env['PATH'] ?? '').split(':');
  const file = folders.map((folder) => (folder ? `${folder}/${command}` : command)).find((one) => {
    try {
      fs.accessSync(one, fs.constants.X_OK);
      return fs.statSync(one).isFile();
    } catch {
      return false;
    }
  });
  if (!file) return { error: 'not found' };
  return function* (p) {
    return spawnSync(file, p.args.slice(1), { stdio: 'inherit' }).status ?? 1;
  };
}

/** A child that has run to its end when this returns. */
function child(program: Program, args: readonly string[], surroundings: Surroundings = {}): Process {
  const p = { ...hostProcess(args, () => {}), ...surroundings } as Process & { exit: number };
  const running = program(p);
  const { value } = running.next();
  p.exit = typeof value === 'number' ? value : 0;
  return p;
}

const NET: Record<string, NetErrno> = { ECONNREFUSED: 'ECONNREFUSED', ETIMEDOUT: 'ETIMEDOUT', EHOSTUNREACH: 'EHOSTUNREACH', ENETUNREACH: 'ENETUNREACH', ENOTFOUND: 'ENOTFOUND', EAI_AGAIN: 'EAI_AGAIN', ECONNRESET: 'ECONNRESET' };

function* fetchHere(request: HttpRequest, poke: () => void): Running<HttpReply> {
  const url = new URL(request.url);
  const secure = url.protocol === 'https:';
  const keeps = /[?&](watch=(true|1)|follow=true)/.test(url.search);
  let reply: HttpReply | undefined;
  let failure: Error | undefined;
  const { body } = request;
  const text = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body);
  const headers: Record<string, string | string[]> = { ...request.headers };
  for (const name of Object.keys(headers)) if (/^impersonate-(group|extra-)/.test(name)) headers[name] = String(headers[name]).split(',');
  const sent = (secure ? https : http).request(url, {
    method: request.method, headers: { ...headers, ...(text !== undefined && { 'content-length': Buffer.byteLength(text) }) }, ...(request.timeout && { timeout: request.timeout }),
    ...(request.certificate && { cert: request.certificate }), ...(request.key && { key: request.key }), ...(request.authority && { ca: request.authority }), rejectUnauthorized: !request.insecure,
  }, (answer) => {
    const remote = { address: answer.socket.remoteAddress ?? '', port: answer.socket.remotePort ?? 0 };
    const names = Object.fromEntries(Object.entries(answer.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value ?? '']));
    const base = { status: answer.statusCode ?? 0, reason: answer.statusMessage ?? '', headers: names, remote };
    if (keeps && base.status === 200) {
      reply = { ...base, body: undefined, stream: stream(answer, /json/.test(names['content-type'] ?? '')) };
      return poke();
    }
    const parts: Buffer[] = [];
    answer.on('data', (part: Buffer) => parts.push(part));
    answer.on('end', () => {
      const all = Buffer.concat(parts).toString('utf8');
      reply = { ...base, body: /json/.test(names['content-type'] ?? '') && all.startsWith('{') && !all.includes('\n  ') ? JSON.parse(all) as unknown : all };
      poke();
    });
  });
  sent.on('timeout', () => sent.destroy(Object.assign(new Error('timeout'), { code: 'ETIMEDOUT' })));
  sent.on('error', (error: NodeJS.ErrnoException) => {
    const port = Number(url.port) || (secure ? 443 : 80);
    failure = new NetError(NET[error.code ?? ''] ?? 'ECERT', url.hostname, port, NET[error.code ?? ''] ? error.code : error.message);
    poke();
  });
  sent.end(text);
  while (!reply && !failure) yield;
  if (failure) throw failure;
  return reply!;
}

/** Lines of JSON, or text, as they come. */
function stream(answer: http.IncomingMessage, jsonLines: boolean): Stream {
  const items: unknown[] = [];
  const hearers = new Set<{ poke(): void }>();
  let rest = '';
  let ended = false;
  const tell = (): void => hearers.forEach((one) => one.poke());
  answer.setEncoding('utf8');
  answer.on('data', (text: string) => {
    if (!jsonLines) items.push(text);
    else {
      rest += text;
      const lines = rest.split('\n');
      rest = lines.pop()!;
      for (const line of lines) if (line.trim()) items.push(JSON.parse(line) as unknown);
    }
    tell();
  });
  const end = (): void => {
    ended = true;
    tell();
  };
  answer.on('end', end);
  answer.on('error', end);
  return {
    take: () => items.shift(),
    get ended() {
      return ended && items.length === 0;
    },
    listen: (who) => {
      hearers.add(who);
      return () => hearers.delete(who);
    },
    close: () => answer.destroy(),
  };
}
