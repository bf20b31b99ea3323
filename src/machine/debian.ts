/**
 * The root file system of a small Debian 12: what the learner's machine and the nodes have in common.
 * Made once and shared; each machine gets a fork. Unlike Debian: no packages, no libraries, only the commands that we have.
 */
import type { Command, User } from './process.ts';
import { commands, install } from './commands/index.ts';
import { installCommands } from './install.ts';
import { shells } from './shell/index.ts';
import { FileTree, newTree } from './tree.ts';
import { ROOT } from './view.ts';

/** The ordinary user of every machine; may sudo. */
export const STUDENT: User = { name: 'student', uid: 1000, gid: 1000, home: '/home/student', shell: '/bin/bash' };

const OS_RELEASE = `PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"
NAME="Debian GNU/Linux"
VERSION_ID="12"
VERSION="12 (bookworm)"
VERSION_CODENAME=bookworm
ID=debian
HOME_URL="https://www.debian.org/"
`;

/** Debian's prompt: `root@k8s-node1:~# `. */
const BASHRC = "PS1='\\u@\\h:\\w\\$ '\n";
const PROFILE = '[ "$BASH" ] && . /etc/bash.bashrc\n';

let base: FileTree | undefined;

function build(): FileTree {
  const tree = newTree({ source: '/dev/vda1', type: 'ext4' });
  const { files } = tree;
  for (const folder of ['/usr/bin', '/usr/sbin', '/usr/local/bin', '/etc', '/root', STUDENT.home, '/var/log', '/var/lib', '/var/cache', '/var/spool', '/run', '/opt', '/srv', '/mnt', '/media'])
    files.mkdir(folder, { parents: true });
  for (const folder of ['/tmp', '/var/tmp']) {
    files.mkdir(folder);
    files.chmod(folder, 0o1777);
  }
  for (const link of ['bin', 'sbin']) files.symlink(`usr/${link}`, `/${link}`);
  install(files, commands);
  installCommands(files, shells);
  const people = [ROOT, STUDENT];
  files.write('/etc/passwd', people.map((user) => `${user.name}:x:${user.uid}:${user.gid}::${user.home}:${user.shell}\n`).join(''));
  files.write('/etc/group', `root:x:0:\nsudo:x:27:${STUDENT.name}\n${STUDENT.name}:x:${STUDENT.gid}:\n`);
  files.write('/etc/os-release', OS_RELEASE);
  files.write('/etc/bash.bashrc', BASHRC);
  files.write('/etc/profile', PROFILE);
  files.write('/etc/debian_version', '12.12\n');
  files.chown(STUDENT.home, STUDENT.uid, STUDENT.gid);
  return tree;
}

/** A root file system with a host name, the hosts it knows (address to names), and further commands. */
export function debian(options: {
  readonly hostname: string;
  readonly hosts: Readonly<Record<string, string>>;
  readonly commands?: readonly Command[];
}): FileTree {
  const tree = (base ??= build()).fork();
  const { files } = tree;
  files.write('/etc/hostname', `${options.hostname}\n`);
  files.write(
    '/etc/hosts',
    `127.0.0.1\tlocalhost\n127.0.1.1\t${options.hostname}\n${Object.entries(options.hosts)
      .map(([address, names]) => `${address}\t${names}\n`)
      .join('')}`,
  );
  if (options.commands) installCommands(files, options.commands);
  return tree;
}
