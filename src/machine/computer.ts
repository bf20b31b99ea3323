/**
 * A machine: its files with their mounts, its processes, users and network. What the kernel boots: laptop, node or container.
 */
import type { Millis } from '../sim/clock.ts';
import { deviceTree } from './devices.ts';
import type { Tree } from './files.ts';
import type { Kernel } from './kernel.ts';
import type { Namespace } from './namespace.ts';
import { procTree } from './proc.ts';
import type { Machine, Process, Program, Signal, Surroundings, User } from './process.ts';
import { Task } from './task.ts';
import { newTree } from './tree.ts';
import { ROOT, View } from './view.ts';

/** Process numbers, and who has them. Containers of a Pod may share one. */
export class PidSpace {
  /** The living, by pid, in order. */
  readonly processes = new Map<number, Task>();
  private last: number;

  /** `first` is the first pid that will be given. */
  constructor(first = 1) {
    this.last = first - 1;
  }

  nextPid(): number {
    return ++this.last;
  }

  /** Numbers that processes had which are gone, or threads. */
  skip(count: number): void {
    this.last += count;
  }

  /** Has no member of this group a parent outside of it, who could continue it? */
  orphaned(group: number): boolean {
    for (const task of this.processes.values()) if (task.group === group && task.parent && task.parent.group !== group) return false;
    return true;
  }

  /** Sends a signal to every process of a group; false when it has none. */
  signal(group: number, signal: Signal): boolean {
    const members = [...this.processes.values()].filter((task) => task.group === group);
    for (const task of members) task.kill(signal);
    return members.length > 0;
  }
}

/** What a machine is booted with. */
export interface BootOptions {
  readonly hostname: string;
  /** The root file system; an empty one when missing. */
  readonly files?: Tree;
  readonly net: Namespace;
  /** Who exists; read from /etc/passwd when missing, written there when the file is missing. */
  readonly users?: readonly User[];
  /** Share the process numbers of this machine (shareProcessNamespace). */
  readonly pidNamespaceOf?: Machine;
  /** The first pid; default 1. The end of pid 1 ends all others. */
  readonly firstPid?: number;
  /** What /proc/cpuinfo and /proc/meminfo show: CPUs, and memory in bytes. */
  readonly cpus?: number;
  readonly memory?: number;
}

export class Computer implements Machine {
  hostname: string;
  readonly kernel: Kernel;
  readonly net: Namespace;
  readonly space: PidSpace;
  readonly files: View;
  readonly booted: Millis;
  readonly cpus: number;
  readonly memory: number;
  private known: { text: string; users: ReadonlyMap<string, User> } | undefined;

  constructor(kernel: Kernel, options: BootOptions) {
    this.kernel = kernel;
    this.hostname = options.hostname;
    this.net = options.net;
    this.space = options.pidNamespaceOf ? (options.pidNamespaceOf as Computer).space : new PidSpace(options.firstPid);
    this.booted = kernel.now;
    this.cpus = options.cpus ?? 2;
    this.memory = options.memory ?? 4 * 2 ** 30;
    const top = options.files ?? newTree({ time: () => kernel.now });
    const mounts = new Map([
      ['/proc', { tree: procTree(this) as Tree, readOnly: false }],
      ['/dev', { tree: deviceTree() as Tree, readOnly: false }],
    ]);
    this.files = new View({ top, mounts }, { user: ROOT, cwd: '/', umask: 0o022, pid: 0 });
    if (options.users) this.writeUsers(options.users);
  }

  get now(): Millis {
    return this.kernel.now;
  }

  /** The living processes by pid, in order; those of all machines that share the process numbers. */
  get processes(): ReadonlyMap<number, Process> {
    return this.space.processes;
  }

  get users(): ReadonlyMap<string, User> {
    const text = this.files.exists('/etc/passwd') ? this.files.read('/etc/passwd') : '';
    if (this.known?.text !== text) this.known = { text, users: parsePasswd(text) };
    return this.known!.users;
  }

  start(program: Program, args: readonly string[], surroundings: Surroundings): Task {
    const task = new Task(this.kernel, this, undefined, program, args, surroundings);
    if (surroundings.tty && surroundings.tty.foreground === 0) surroundings.tty.foreground = task.group;
    return task;
  }

  stop(): void {
    for (const task of [...this.space.processes.values()]) if (task.machine === this) task.end(137, 'SIGKILL');
  }

  private writeUsers(users: readonly User[]): void {
    if (this.files.exists('/etc/passwd')) return;
    this.files.mkdir('/etc', { parents: true });
    this.files.write('/etc/passwd', users.map((user) => `${user.name}:x:${user.uid}:${user.gid}::${user.home}:${user.shell}\n`).join(''));
  }
}

function parsePasswd(text: string): ReadonlyMap<string, User> {
  const users = new Map<string, User>();
  for (const line of text.split('\n')) {
    const [name, , uid, gid, , home, shell] = line.split(':');
    if (name && shell !== undefined) users.set(name, { name, uid: Number(uid), gid: Number(gid), home: home!, shell });
  }
  if (!users.has('root')) users.set('root', ROOT);
  return users;
}

