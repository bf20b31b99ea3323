/**
 * The nginx program: its command line, master and workers, signals, listening ports.
 * Unlike nginx: connections are handled by short-lived processes, the workers only stand there; a new binary cannot be put in its place.
 */
import type { Computer } from '../machine/computer.ts';
import { NetError, type Listener } from '../machine/network.ts';
import type { Process, Program, Running } from '../machine/process.ts';
import { acceptAll, answerAtOnce, wakeOn } from './http-server.ts';
import { noticeHead, Server } from './nginx-answer.ts';
import { NginxError } from './nginx-config.ts';
import { setupOf, type Setup } from './nginx-setup.ts';

const idle: Program = function* () {
  for (;;) yield;
};

const MASTER = ['nginx: master process nginx -g daemon off;'];
const WORKER = ['nginx: worker process'];
const NO_ENV: ReadonlyMap<string, string> = new Map();
const SIGNALS = [['SIGTERM', 15], ['SIGINT', 2], ['SIGQUIT', 3], ['SIGHUP', 1], ['SIGUSR1', 10]] as const;

const USAGE = 'Usage: nginx [-?hvVtTq] [-s signal] [-p prefix]\n             [-e filename] [-c filename] [-g directives]\n';
const taken = (port: number): string => `bind() to 0.0.0.0:${port} failed (98: Address already in use)`;

/** What the master needs to write and cannot: its folders for bodies, its pid. */
function missing(p: Process): string | undefined {
  const { files } = p;
  const why = p.user.uid === 0 || files.mounts()[0]!.readOnly ? '30: Read-only file system' : '13: Permission denied';
  if (!files.may('/var/cache/nginx', 2)) return `mkdir() "/var/cache/nginx/client_temp" failed (${why})`;
  if (!files.may('/run', 2)) return `open() "/run/nginx.pid" failed (${why})`;
  return undefined;
}

/** The program, for one version. */
export const nginx = (version: string, compiler: string): Program =>
  function* (p) {
    const words = p.args.slice(1);
    const value = (flag: string): string | undefined => (words.includes(flag) ? words[words.indexOf(flag) + 1] : undefined);
    if (words.includes('-v') || words.includes('-V')) {
      p.warn(`nginx version: nginx/${version}\n${words.includes('-V') ? `built by ${compiler}\n` : ''}`);
      return 0;
    }
    if (words.some((w) => ['-h', '-?', '--help'].includes(w))) {
      p.warn(`nginx version: nginx/${version}\n${USAGE}`);
      return 0;
    }
    const path = value('-c') ?? '/etc/nginx/nginx.conf';
    const signal = value('-s');
    if (signal !== undefined) return signalMaster(p, signal);
    const test = words.includes('-t') || words.includes('-T');
    let setup: Setup;
    try {
      setup = yield* setupOf(p, path);
    } catch (error) {
      if (!(error instanceof NginxError)) throw error;
      p.warn(`${noticeHead(p, 'emerg')}${error.message}\nnginx: [emerg] ${error.message}\n${test ? `nginx: configuration file ${path} test failed\n` : ''}`);
      return 1;
    }
    if (test) {
      p.warn(`nginx: the configuration file ${path} syntax is ok\nnginx: configuration file ${path} test is successful\n`);
      return 0;
    }
    return yield* new Master(p, new Server(p, version, setup), path).run(compiler);
  };

function signalMaster(p: Process, signal: string): number {
  const name = ({ stop: 'SIGTERM', quit: 'SIGQUIT', reload: 'SIGHUP', reopen: 'SIGUSR1' } as const)[signal];
  if (!name) {
    p.warn(`nginx: invalid option: "-s ${signal}"\n`);
    return 1;
  }
  const pid = p.files.exists('/run/nginx.pid') ? Number(p.files.read('/run/nginx.pid')) : NaN;
  const master = p.machine.processes.get(pid);
  if (!master) {
    p.warn('nginx: [error] open() "/run/nginx.pid" failed (2: No such file or directory)\n');
    return 1;
  }
  p.warn(`${noticeHead(p, 'notice')}signal process started\n`);
  master.kill(name);
  return 0;
}

/** The process that holds the ports and the workers. */
class Master {
  private readonly p: Process;
  private readonly server: Server;
  private readonly path: string;
  private readonly listeners = new Map<number, { listener: Listener; stop: () => void }>();
  private workers: readonly Process[] = [];

  constructor(p: Process, server: Server, path: string) {
    this.p = p;
    this.server = server;
    this.path = path;
  }

  *run(compiler: string): Running<number> {
    const { p, server } = this;
    if (p.user.uid !== 0) this.say('warn', `the "user" directive makes sense only if the master process runs with super-user privileges, ignored in ${this.path}:2`);
    const lacks = missing(p);
    if (lacks !== undefined) {
      this.say('emerg', lacks);
      return 1;
    }
    try {
      this.open();
    } catch (error) {
      if (!(error instanceof NetError)) throw error;
      this.say('emerg', taken(error.port));
      return 1;
    }
    (p as { args: readonly string[] }).args = MASTER;
    // The image's file says 1, as it is in all but a few Pods.
    if (p.pid !== 1) p.files.write('/run/nginx.pid', `${p.pid}\n`);
    this.begin([
      'using the "epoll" event method', `nginx/${server.version}`, `built by ${compiler}`, 'OS: Linux 6.1.0-41-amd64', 'getrlimit(RLIMIT_NOFILE): 1048576:1048576',
    ]);
    const pending: (readonly [string, number])[] = [];
    for (const signal of SIGNALS) p.trap(signal[0], () => pending.push(signal));
    p.trap('SIGCHLD', 'ignore');
    for (;;) {
      const [name, number] = pending.shift() ?? [];
      if (name === 'SIGHUP') {
        server.notice('notice', 'signal 1 (SIGHUP) received, reconfiguring');
        yield* this.reload();
      } else if (name === 'SIGUSR1') {
        server.notice('notice', 'signal 10 (SIGUSR1) received, reopening logs');
        server.reopen();
      } else if (name) return this.end(name, number!);
      for (const [port, { listener }] of this.listeners) acceptAll(p, listener, (request, child) => server.answer(request, port, child), WORKER);
      if (pending.length === 0) yield;
    }
  }

  /** Into the error log, and as the program's own words. */
  private say(level: string, text: string): void {
    this.server.notice(level, text);
    this.p.warn(`nginx: [${level}] ${text}\n`);
  }

  /** Listens on the ports of the configuration, and on no others any more. Throws NetError EADDRINUSE. */
  private open(): void {
    const { p, server, listeners } = this;
    const ports = new Set(server.setup.sites.flatMap((site) => site.ports));
    for (const port of [...listeners.keys()]) if (!ports.has(port)) this.close(port);
    for (const port of ports) {
      if (listeners.has(port)) continue;
      const listener = p.listen(port);
      answerAtOnce(p, listener, (request) => server.answer(request, port, p));
      listeners.set(port, { listener, stop: wakeOn(listener, p) });
    }
  }

  private close(port: number): void {
    const { listener, stop } = this.listeners.get(port)!;
    stop();
    listener.close();
    this.listeners.delete(port);
  }

  private begin(notes: readonly string[]): void {
    const { p, server } = this;
    const count = server.setup.workers ?? (p.machine as Computer).cpus;
    this.workers = Array.from({ length: count }, () => p.spawn(idle, WORKER, { env: NO_ENV }));
    server.notices('notice', [...notes, 'start worker processes', ...this.workers.map((worker) => `start worker process ${worker.pid}`)]);
  }

  /** New workers for the new configuration; the old one goes on when the new one is wrong. */
  private *reload(): Running<void> {
    const { server } = this;
    const { setup, workers } = { setup: server.setup, workers: this.workers };
    try {
      server.setup = yield* setupOf(this.p, this.path);
      server.reopen();
      this.open();
    } catch (error) {
      server.setup = setup;
      if (error instanceof NginxError) server.notice('emerg', error.message);
      else if (error instanceof NetError) server.notice('emerg', taken(error.port));
      else throw error;
      return;
    }
    this.begin(['using the "epoll" event method']);
    for (const worker of workers) {
      server.notice('notice', 'gracefully shutting down', worker.pid);
      worker.kill('SIGKILL');
      server.notice('notice', `worker process ${worker.pid} exited with code 0`);
    }
  }

  private end(signal: string, number: number): number {
    const { server, workers } = this;
    const gentle = signal === 'SIGQUIT';
    server.notice('notice', `signal ${number} (${signal}) received, ${gentle ? 'shutting down' : 'exiting'}`);
    for (const port of [...this.listeners.keys()]) this.close(port);
    if (gentle) server.notice('notice', 'gracefully shutting down', workers[0]?.pid);
    for (const worker of workers) worker.kill('SIGKILL');
    for (const { pid } of workers) server.notice('notice', `worker process ${pid} exited with code 0`);
    server.notice('notice', 'exit');
    return 0;
  }
}
