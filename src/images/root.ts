/**
 * Root file systems to build images on: nothing, busybox, Alpine, Debian. Each is built once and shared.
 * Unlike the real ones: no libraries, no package manager's database; only the commands that we have.
 */
import { busybox, commands, install } from '../machine/commands/index.ts';
import { ash, bash, sh as dash } from '../machine/shell/index.ts';
import type { Files, Tree } from '../machine/files.ts';
import type { Program } from '../machine/process.ts';
import { newTree, type FileTree } from '../machine/tree.ts';

/** A user of an image's /etc/passwd. */
export type Account = readonly [name: string, id: number, home: string, shell: string];

const FOLDERS = '/bin /sbin /usr/local/sbin /etc /home /root /run /usr/bin /usr/local/bin /usr/sbin /var/log /var/run /opt /srv /mnt'.split(' ');

/** Groups of which root is a member besides its own. */
const ROOTS = {
  busybox: 'wheel:x:10:root\n',
  alpine: 'bin 1,daemon 2,sys 3,adm 4,disk 6,wheel 10,floppy 11,dialout 20,tape 26,video 27'.split(',').map((group) => `${group.replace(' ', ':x:')}:root\n`).join(''),
} as const;

function people(files: Files, accounts: readonly Account[], more = ''): void {
  const all: readonly Account[] = [['root', 0, '/root', '/bin/sh'], ...accounts, ['nobody', 65_534, '/nonexistent', '/usr/sbin/nologin']];
  files.write('/etc/passwd', all.map(([name, id, home, shell]) => `${name}:x:${id}:${id}:${name}:${home}:${shell}\n`).join(''));
  files.write('/etc/group', all.map(([name, id]) => `${name}:x:${id}:\n`).join('') + more);
}

/** What a family of images is built on. */
export type Base = 'scratch' | 'busybox' | 'alpine' | 'debian';

/** In a Debian image, but not in the small ones that servers are built on. */
const NOT_SLIM = new Set(('curl wget ps top pgrep pkill pstree killall less more view vi vim nano ip ss netstat ping traceroute arp route ifconfig nc nslookup dig ' +
  'host jq tree file bc openssl hostnamectl lsblk free uptime watch pidof').split(' '));

const OS = {
  alpine: 'NAME="Alpine Linux"\nID=alpine\nVERSION_ID=3.22.2\nPRETTY_NAME="Alpine Linux v3.22"\nHOME_URL="https://alpinelinux.org/"\n',
  debian: 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nNAME="Debian GNU/Linux"\nVERSION_ID="12"\nVERSION="12 (bookworm)"\nVERSION_CODENAME=bookworm\nID=debian\n',
};

/** What a root is built from. */
export interface RootOptions {
  readonly base: Base;
  readonly accounts?: readonly Account[];
  /** Commands of a Debian machine that a slim Debian image does not have by itself. */
  readonly with?: readonly string[];
  readonly build?: (files: Files) => void;
}

const bases = new Map<Base, FileTree>();

/** A root that others can be forked from. */
function baseOf(base: Base): FileTree {
  let tree = bases.get(base);
  if (tree) return tree;
  tree = newTree();
  bases.set(base, tree);
  const { files } = tree;
  if (base === 'scratch') return tree;
  for (const folder of FOLDERS) files.mkdir(folder, { parents: true });
  files.mkdir('/tmp');
  files.chmod('/tmp', 0o1777);
  people(files, [], base === 'debian' ? '' : ROOTS[base]);
  if (base === 'debian') {
    install(files, commands.filter((c) => !NOT_SLIM.has(c.name)));
    for (const [name, shell] of [['bash', bash], ['dash', dash], ['sh', dash]] as const) files.install(`/bin/${name}`, shell);
    files.write('/etc/os-release', OS.debian);
    files.write('/etc/debian_version', '12.12\n');
  } else {
    install(files, busybox);
    for (const name of ['sh', 'ash']) files.install(`/bin/${name}`, ash);
    if (base === 'alpine') {
      files.write('/etc/os-release', OS.alpine);
      files.write('/etc/alpine-release', '3.22.2\n');
    }
  }
  return tree;
}

/** Builds a root; call it once per image. */
export function buildRoot(options: RootOptions): Tree {
  const tree = baseOf(options.base).fork();
  const { files } = tree;
  if (options.accounts) people(files, options.accounts, options.base === 'busybox' || options.base === 'alpine' ? ROOTS[options.base] : '');
  if (options.with) install(files, commands.filter((c) => options.with!.includes(c.name)));
  options.build?.(files);
  return tree;
}

/** A program written in Go that handles no signals: its runtime ends it with code 2, also as a container's first process. */
export const goProgram = (program: Program): Program =>
  function* (p) {
    let ended = false;
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) p.trap(signal, () => (ended = true));
    const running = program(p);
    for (;;) {
      const step = running.next();
      if (step.done) return step.value;
      if (!ended) yield step.value;
      if (!ended) continue;
      running.return(2);
      return 2;
    }
  };

/** A program that says one thing in its own format and then waits for a signal, as servers do whose protocol we do not speak. */
export const waiting = (first: readonly string[], last: readonly string[] = []): Program =>
  function* (p) {
    let ended = false;
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGQUIT'] as const) p.trap(signal, () => (ended = true));
    for (const line of first) p.write(`${line}\n`);
    while (!ended) yield;
    for (const line of last) p.write(`${line}\n`);
    return 0;
  };
