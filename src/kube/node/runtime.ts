/**
 * The container runtime of one node: sandboxes, containers, what they write. Starting and stopping here takes no time; the kubelet waits.
 * Stands for containerd with runc behind its CRI plugin.
 * Unlike containerd: no snapshots, no shims, no cgroups; a sandbox has a process of its own only where processes are shared.
 */
import type { Millis, Stop } from '../../sim/clock.ts';
import { Random } from '../../sim/random.ts';
import type { Computer } from '../../machine/computer.ts';
import type { Tree } from '../../machine/files.ts';
import { DEFAULT_PATH, findProgram } from '../../machine/find.ts';
import type { Kernel } from '../../machine/kernel.ts';
import type { Namespace } from '../../machine/namespace.ts';
import { Pipe } from '../../machine/pipe.ts';
import type { Process, Program, Signal, Sink, Source, Surroundings, User } from '../../machine/process.ts';
import type { FileTree } from '../../machine/tree.ts';
import { openTerminal, type Terminal } from '../../machine/tty.ts';
import type { Tagged } from './image.ts';
import { ContainerLog } from './logs.ts';
import type { SeenContainer } from './seen.ts';

/** A Pod's surroundings. */
export interface Sandbox {
  readonly id: string;
  readonly uid: string;
  readonly name: string;
  readonly namespace: string;
  readonly attempt: number;
  readonly created: Millis;
  readonly net: Namespace;
  /** '' on the host's network. */
  readonly address: string;
  readonly hostname: string;
  /** The pause process's machine, where its process numbers are shared. */
  readonly pause: Computer | undefined;
  ready: boolean;
}

/** Something to be mounted in a container. */
export interface Mount {
  readonly path: string;
  readonly tree: Tree;
  readonly readOnly: boolean;
}

export interface ContainerConfig {
  readonly name: string;
  readonly attempt: number;
  /** As the Pod's spec says it. */
  readonly requested: string;
  readonly image: Tagged;
  /** `docker.io/library/nginx:1.25` */
  readonly reference: string;
  readonly imageRef: string;
  readonly command: readonly string[] | undefined;
  readonly args: readonly string[] | undefined;
  readonly env: ReadonlyMap<string, string>;
  readonly workingDir: string | undefined;
  readonly user: User;
  readonly groups: readonly number[];
  readonly mounts: readonly Mount[];
  /** Nothing but mounts can be written to. */
  readonly readOnlyRoot: boolean;
  readonly stdin: boolean;
  readonly tty: boolean;
  readonly stopSignal: Signal;
  readonly messagePath: string;
  readonly messageFromLog: boolean;
  /** Whose process numbers it shares. */
  readonly processesOf: Computer | undefined;
}

export interface Container extends SeenContainer {
  readonly sandbox: Sandbox;
  readonly config: ContainerConfig;
  readonly machine: Computer;
  readonly log: ContainerLog;
  /** Where its standard input is written to, if it has one. */
  readonly input: Pipe | undefined;
  readonly terminal: Terminal | undefined;
  state: 'created' | 'running' | 'exited';
  started: Millis;
  finished: Millis;
  exitCode: number;
  reason: string;
  message: string;
  main: Process | undefined;
}

const CREATE_FAILED = 'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: ' +
  'unable to start container process: error during container init';
const MESSAGE_LIMIT = 4096;
/** Process numbers that runc's own threads use up in the container. */
const RUNC = 5;
/** From the end of a process until the runtime has noticed. */
const NOTICE: Millis = 20;

/** Why runc cannot find or run a program. */
function complaint(command: string, why: 'not found' | 'permission denied' | 'is a directory'): string {
  if (why === 'not found') return `exec: "${command}": ${command.includes('/') ? `stat ${command}: no such file or directory` : 'executable file not found in $PATH'}`;
  return `exec: "${command}": ${why}`;
}

export class Runtime {
  readonly sandboxes = new Map<string, Sandbox>();
  readonly containers = new Map<string, Container>();
  private readonly kernel: Kernel;
  private readonly node: Computer;
  private readonly random: Random;

  constructor(kernel: Kernel, node: Computer, seed: string) {
    this.kernel = kernel;
    this.node = node;
    this.random = new Random(`${seed}/containerd/${node.hostname}`);
  }

  /** 64 hexadecimal digits, as containerd names things. */
  newId(): string {
    return this.random.hex(64);
  }

  runSandbox(options: Omit<Sandbox, 'created' | 'pause' | 'ready'> & { readonly shared: boolean; readonly pauseImage: Tree; readonly pauseProgram: Program }): Sandbox {
    const { shared, pauseImage, pauseProgram, ...rest } = options;
    const pause = shared ? this.boot(rest, pauseImage, undefined) : undefined;
    pause?.start(pauseProgram, ['/pause'], { env: new Map([['PATH', DEFAULT_PATH]]) });
    const sandbox: Sandbox = { ...rest, created: this.kernel.now, pause, ready: true };
    this.sandboxes.set(sandbox.id, sandbox);
    return sandbox;
  }

  /** The sandbox's own process ends; its containers have ended before. */
  stopSandbox(sandbox: Sandbox): void {
    sandbox.ready = false;
    sandbox.pause?.stop();
  }

  removeSandbox(sandbox: Sandbox): void {
    this.sandboxes.delete(sandbox.id);
  }

  create(sandbox: Sandbox, config: ContainerConfig): Container {
    const machine = this.boot(sandbox, config.image.root(), config.processesOf);
    for (const { path, tree, readOnly } of config.mounts) machine.files.mount(path, tree, { readOnly });
    this.folder({ machine, config });
    if (config.readOnlyRoot) machine.files.seal();
    const { now } = this.kernel;
    const container: Container = {
      id: this.newId(), name: config.name, attempt: config.attempt, image: config.reference, imageRef: config.imageRef,
      state: 'created', created: now, started: -this.kernel.epoch, finished: 0, exitCode: 0, reason: '', message: '',
      uid: config.user.uid, gid: config.user.gid, groups: config.groups,
      sandbox, config, machine, main: undefined,
      log: new ContainerLog(() => this.kernel.now),
      input: config.stdin && !config.tty ? new Pipe() : undefined,
      terminal: config.tty ? openTerminal(machine) : undefined,
    };
    container.terminal?.hear((text) => container.log.write('stdout', text));
    this.containers.set(container.id, container);
    return container;
  }

  /** Starts a container's main process; `ended` is called when it has ended. A string is why it could not be started. */
  start(container: Container, ended: () => void): string | undefined {
    const { config, machine, log, terminal } = container;
    const argv = [...(config.command ?? config.image.entrypoint ?? []), ...(config.args ?? (config.command ? [] : (config.image.cmd ?? [])))];
    const program = argv.length > 0 ? this.find(container, argv[0]!) : 'no command specified';
    if (typeof program === 'string') {
      const text = `${CREATE_FAILED}: ${program}`;
      Object.assign(container, { state: 'exited', finished: this.kernel.now, exitCode: 128, reason: 'StartError', message: text });
      log.end();
      return text;
    }
    container.state = 'running';
    container.started = this.kernel.now;
    const cwd = this.folder(container);
    const streams = terminal
      ? { stdin: terminal.input, stdout: terminal.output, stderr: terminal.output, tty: terminal.tty }
      : { ...(container.input && { stdin: container.input.source }), stdout: log.sink('stdout'), stderr: log.sink('stderr'), tty: null };
    const main = machine.start(program, argv, { env: config.env, cwd, user: config.user, ...streams });
    container.main = main;
    machine.space.skip(RUNC);
    main.whenDone((code) => {
      const at = this.kernel.now;
      log.end();
      machine.stop();
      this.kernel.later(NOTICE, () => {
        this.finish(container, code, at);
        ended();
      });
    });
    return undefined;
  }

  /** Runs another command in a running container. A string is why it cannot. */
  exec(
    container: Container, argv: readonly string[], streams: { stdin?: Source; stdout?: Sink; stderr?: Sink; terminal?: Terminal },
  ): Process | string {
    const program = this.find(container, argv[0] ?? '');
    if (typeof program === 'string') return `OCI runtime exec failed: exec failed: unable to start container process: ${program}`;
    const { config, machine } = container;
    const { terminal } = streams;
    const env = new Map(config.env);
    if (terminal) env.set('TERM', 'xterm');
    const cwd = this.folder(container);
    const around = { env, cwd, user: config.user };
    if (terminal) {
      const { input: stdin, output, tty } = terminal;
      return this.joined(machine, program, argv, { ...around, stdin, stdout: output, stderr: output, tty, group: true });
    }
    const { stdin, stdout, stderr } = streams;
    return this.joined(machine, program, argv, { ...around, ...(stdin && { stdin }), ...(stdout && { stdout }), ...(stderr && { stderr }), tty: null });
  }

  private joined(machine: Computer, program: Program, argv: readonly string[], around: Surroundings): Process {
    const process = machine.start(program, argv, around);
    machine.space.skip(RUNC);
    return process;
  }

  /** Sends a signal to the main process, from outside. */
  signal(container: Container, signal: Signal): void {
    container.main?.kill(signal);
  }

  remove(container: Container): void {
    this.containers.delete(container.id);
  }

  /** Hears the output of a container from now on. */
  attach(container: Container, hear: (stream: 'stdout' | 'stderr', text: string) => void): Stop {
    return container.log.hear(hear);
  }

  private boot(sandbox: Pick<Sandbox, 'hostname' | 'net'>, root: Tree, processesOf: Computer | undefined): Computer {
    const { cpus, memory } = this.node;
    const files = (root as FileTree).fork({ time: () => this.kernel.now });
    return this.kernel.boot({ hostname: sandbox.hostname, files, net: sandbox.net, cpus, memory, ...(processesOf && { pidNamespaceOf: processesOf }) });
  }

  private find(container: Container, command: string): Program | string {
    const found = findProgram(container.machine.files, command, container.config.env.get('PATH'));
    return typeof found === 'function' ? found : complaint(command, found.error);
  }

  /** The working directory, made if it is missing. */
  private folder({ machine, config }: Pick<Container, 'machine' | 'config'>): string {
    const path = config.workingDir || config.image.workdir || '/';
    if (path !== '/' && !machine.files.exists(path)) machine.files.mkdir(path, { parents: true });
    return path;
  }

  private finish(container: Container, code: number, at: Millis): void {
    const { config, machine, log } = container;
    container.state = 'exited';
    container.finished = at;
    container.exitCode = code;
    if (container.reason === '') container.reason = code === 0 ? 'Completed' : 'Error';
    const { files } = machine;
    const written = files.exists(config.messagePath) ? files.read(config.messagePath) : '';
    const fallback = written === '' && config.messageFromLog && code !== 0;
    container.message = fallback ? log.read({ tailLines: 80 }, 0).text.slice(-2048) : written.slice(-MESSAGE_LIMIT);
  }
}
