/**
 * The /proc of a machine: a folder per process and the usual files about the machine, made when they are read.
 * Unlike Linux: only the files that ps, top, free, uptime, mount, df and curious learners read.
 */
import type { Computer } from './computer.ts';
import type { Sink, Source } from './process.ts';
import type { Task } from './task.ts';
import type { MadeFolderNode, MadeNode, Node } from './tree.ts';
import { FileTree } from './tree.ts';

const meta = { uid: 0, gid: 0, modified: 0 } as const;
let inodes = 4_026_531_840;

const made = (make: MadeNode['make'], mode = 0o444): MadeNode => ({ kind: 'made', make, mode, ...meta, inode: ++inodes });
const folder = (names: MadeFolderNode['names'], get: MadeFolderNode['get']): MadeFolderNode => ({
  kind: 'made-folder',
  names,
  get,
  mode: 0o555,
  ...meta,
  inode: 1,
});
const link = (target: string): Node => ({ kind: 'link', target, mode: 0o777, ...meta, inode: ++inodes });
const listing = (entries: Readonly<Record<string, Node>>): MadeFolderNode =>
  folder(
    () => Object.keys(entries),
    (name) => (Object.hasOwn(entries, name) ? entries[name] : undefined),
  );

/** The letter that ps shows: R runs, S sleeps, T is stopped. */
export const stateOf = (task: { readonly stopped: boolean; readonly pid: number }, self: number): string =>
  task.stopped ? 'T' : task.pid === self ? 'R' : 'S';

/** The short name of a process, at most 15 characters. */
export const commOf = (args: readonly string[]): string => (args[0] ?? '').replace(/^-/, '').replace(/[: ].*/s, '').split('/').at(-1)!.slice(0, 15);

const kilobytes = (name: string, value: number): string => `${`${name}:`.padEnd(15)} ${String(Math.floor(value)).padStart(8)} kB\n`;

const OWN_STREAMS = listing({ 0: link('/dev/stdin'), 1: link('/dev/stdout'), 2: link('/dev/stderr') });

/** Another process's stream: what is written there goes where it writes. */
const streamOf = (stream: Source | Sink): MadeNode => ({ ...made(() => '', 0o600), ...('write' in stream && { accept: (text) => void (text && stream.write(text)) }) });

function processFolder(task: Task): MadeFolderNode {
  const names = ['cmdline', 'comm', 'cwd', 'environ', 'exe', 'fd', 'mounts', 'stat', 'status'];
  return folder(() => names, (name, reader) => {
    const comm = commOf(task.args);
    switch (name) {
      case 'cmdline': return made(() => task.args.map((arg) => `${arg}\0`).join(''));
      case 'comm': return made(() => `${comm}\n`);
      case 'environ': return { ...made(() => [...task.env].map(([key, value]) => `${key}=${value}\0`).join(''), 0o400), uid: task.user.uid };
      case 'cwd': return link(task.cwd);
      case 'exe': return link(task.args[0] ?? '');
      case 'fd': return task.pid === reader.pid ? OWN_STREAMS : listing({ 0: streamOf(task.stdin), 1: streamOf(task.stdout), 2: streamOf(task.stderr) });
      case 'mounts': return made(() => mountLines(task.machine));
      case 'stat': return made(() => {
        const fields = [task.pid, `(${comm})`, stateOf(task, reader.pid), task.parent?.pid ?? 0, task.group, task.group, 0, -1];
        return `${fields.join(' ')} ${'0 '.repeat(13)}${Math.floor(task.started / 10)} ${'0 '.repeat(29)}0\n`;
      });
      case 'status': return made(() => {
        const state = { R: 'R (running)', S: 'S (sleeping)', T: 'T (stopped)' }[stateOf(task, reader.pid) as 'R' | 'S' | 'T'];
        const ids = (n: number): string => [n, n, n, n].join('\t');
        const { pid, parent, user, umask } = task;
        const fields = [
          ['Name', comm], ['Umask', umask.toString(8).padStart(4, '0')], ['State', state], ['Tgid', pid], ['Ngid', 0], ['Pid', pid], ['PPid', parent?.pid ?? 0],
          ['TracerPid', 0], ['Uid', ids(user.uid)], ['Gid', ids(user.gid)], ['Threads', 1],
        ];
        return fields.map(([name, value]) => `${name}:\t${value}\n`).join('');
      });
      default: return undefined;
    }
  });
}

function mountLines(machine: Computer): string {
  return machine.files.mounts().map(({ path, tree, readOnly }) => `${tree.source} ${path} ${tree.type} ${readOnly ? 'ro' : 'rw'},relatime 0 0\n`).join('');
}

function networkDevices(machine: Computer): string {
  const head = 'Inter-|   Receive                                                |  Transmit\n' +
    ' face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed\n';
  const names = machine.net.devices.length > 0 ? machine.net.devices.map((device) => device.name) : ['lo'];
  return (
    head +
    names
      .map(
        (name) => `${name.padStart(6)}:       0       0    0    0    0     0          0         0        0       0    0    0    0     0       0          0\n`,
      )
      .join('')
  );
}

/** What stands in /proc besides the processes. */
function machineFiles(machine: Computer): Readonly<Record<string, Node>> {
  const uptime = (): number => (machine.now - machine.booted) / 1000;
  const total = machine.memory / 1024;
  return {
    cmdline: made(() => 'BOOT_IMAGE=/boot/vmlinuz root=/dev/sda1 ro quiet\n'),
    cpuinfo: made(() =>
      Array.from(
        { length: machine.cpus },
        (_, i) => `processor\t: ${i}\nvendor_id\t: GenuineIntel\nmodel name\t: Virtual CPU @ 2.40GHz\ncpu MHz\t\t: 2400.000\ncpu cores\t: ${machine.cpus}\n\n`,
      ).join(''),
    ),
    filesystems: made(() => 'nodev\tproc\nnodev\ttmpfs\nnodev\toverlay\n\text4\n'),
    hostname: made(() => `${machine.hostname}\n`),
    loadavg: made(() => `0.08 0.03 0.01 1/${machine.processes.size} ${[...machine.processes.keys()].at(-1) ?? 0}\n`),
    meminfo: made(
      () =>
        kilobytes('MemTotal', total) +
        kilobytes('MemFree', total * 0.6) +
        kilobytes('MemAvailable', total * 0.8) +
        kilobytes('Buffers', total * 0.02) +
        kilobytes('Cached', total * 0.2) +
        kilobytes('SwapTotal', 0) +
        kilobytes('SwapFree', 0),
    ),
    mounts: link('/proc/self/mounts'),
    net: listing({ dev: made(() => networkDevices(machine)) }),
    self: made(() => ''),
    stat: made(() => {
      const idle = Math.floor(uptime() * 100 * machine.cpus);
      return `cpu  0 0 0 ${idle} 0 0 0 0 0 0\nbtime ${Math.floor((machine.kernel.epoch + machine.booted) / 1000)}\nprocesses ${machine.processes.size}\n`;
    }),
    sys: listing({
      kernel: listing({ hostname: made(() => `${machine.hostname}\n`), ostype: made(() => 'Linux\n'), osrelease: made(() => '6.12.48-amd64\n') }),
      net: listing({ ipv4: listing({ ip_forward: { ...made(() => '1\n'), mode: 0o644 } }) }),
    }),
    uptime: made(() => `${uptime().toFixed(2)} ${(uptime() * machine.cpus * 0.97).toFixed(2)}\n`),
    version: made(() => 'Linux version 6.12.48-amd64 (gcc (Debian 14.2.0-19) 14.2.0) #1 SMP PREEMPT_DYNAMIC\n'),
  };
}

/** The /proc of one machine; made when it is first looked into. */
export function procTree(machine: Computer): FileTree {
  let made: Readonly<Record<string, Node>> | undefined;
  const top = folder(
    () => [...[...machine.space.processes.keys()].map(String), ...Object.keys((made ??= machineFiles(machine)))],
    (name, reader) => {
      if (name === 'self') return link(`/proc/${reader.pid || 1}`);
      if (/^\d+$/.test(name)) {
        const task = machine.space.processes.get(Number(name));
        return task && processFolder(task);
      }
      const files = (made ??= machineFiles(machine));
      return Object.hasOwn(files, name) ? files[name] : undefined;
    },
  );
  return new FileTree({ source: 'proc', type: 'proc', top });
}
