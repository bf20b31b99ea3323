/**
 * The catalogue of commands: what each is, where it is found, and which a Debian machine and a busybox image have.
 */
import type { Files } from '../files.ts';
import { installCommands } from '../install.ts';
import type { Command, ExitCode, Process, Running } from '../process.ts';
import { basename, dirname, echo, hostname, no, printf, pwd, seq, sleep, test, whoami, yes, yesTrue } from './basic.ts';
import { base64 } from './base64.ts';
import { cat, tee } from './cat.ts';
import { LATE, late, type Main } from './chunks.ts';
import { cut, tr } from './cut.ts';
import { date } from './date.ts';
import { mkdir, rm, rmdir, touch } from './dirs.ts';
import { env, nohup, plainly, printenv, timeout } from './env.ts';
import { grep } from './grep.ts';
import { head, tail } from './head-tail.ts';
import { ls } from './ls.ts';
import type { Flavour } from './options.ts';
import { sort, uniq } from './sort.ts';
import { wc } from './wc.ts';
import { xargs } from './xargs.ts';

/** Commands of the first load: their programs and what they do. */
const FIRST: Readonly<Record<string, readonly [main: Main, summary: string]>> = {
  ls: [ls, 'list folders'],
  cat: [cat, 'print files'],
  tee: [tee, 'copy standard input to files and on'],
  head: [head, 'print the first lines'],
  tail: [tail, 'print the last lines, follow with -f'],
  wc: [wc, 'count lines, words, bytes'],
  sort: [sort, 'sort lines'],
  uniq: [uniq, 'drop or count repeated lines'],
  cut: [cut, 'print parts of lines'],
  tr: [tr, 'translate or delete characters'],
  grep: [grep, 'print lines that match a pattern'],
  egrep: [grep, 'grep -E'],
  fgrep: [grep, 'grep -F'],
  xargs: [xargs, 'run a command with arguments from standard input'],
  base64: [base64, 'encode and decode base64'],
  seq: [seq, 'print numbers'],
  yes: [yes, 'print a line again and again'],
  sleep: [sleep, 'wait'],
  echo: [echo, 'print its arguments'],
  printf: [printf, 'print in a format'],
  test: [test, 'check files and compare values'],
  '[': [test, 'check files and compare values'],
  true: [yesTrue, 'succeed'],
  false: [no, 'fail'],
  basename: [basename, 'the last part of a path'],
  dirname: [dirname, 'a path without its last part'],
  pwd: [pwd, 'print the working directory'],
  whoami: [whoami, 'print the user name'],
  hostname: [hostname, 'print the name or addresses of this host'],
  date: [date, 'print date and time'],
  env: [env, 'print or change the environment'],
  printenv: [printenv, 'print environment variables'],
  timeout: [timeout, 'end a command after some time'],
  nohup: [nohup, 'run a command that survives hanging up'],
  nice: [plainly, 'run a command'],
  setsid: [plainly, 'run a command'],
  stdbuf: [plainly, 'run a command'],
  mkdir: [mkdir, 'make folders'],
  rmdir: [rmdir, 'remove empty folders'],
  rm: [rm, 'remove files'],
  touch: [touch, 'make empty files, update times'],
  clear: [function* (p) { p.write('\x1b[H\x1b[2J\x1b[3J'); return 0; }, 'clear the screen'],
  reset: [function* (p) { p.write('\x1bc'); return 0; }, 'reset the terminal'],
  sync: [yesTrue, 'write files to disk'],
};

/** Late commands by chunk: `name summary`, one a line. */
const REST: Readonly<Record<keyof typeof LATE, string>> = {
  copy: 'cp copy files\nmv move or rename files\nln make symbolic links',
  mode: 'chmod change permissions\nchown change owners\nchgrp change groups',
  ps: 'ps list processes\nkill send a signal to processes',
  curl: 'curl make HTTP requests',
  awk: 'awk process lines by patterns and actions\ngawk awk\nmawk awk',
  sed: 'sed edit lines of a stream',
  find: 'find search for files',
  lines: 'nl number lines\nrev reverse lines\ntac print lines last first\npaste join lines of files\nfold break long lines\ncolumn make columns\ncomm compare sorted files\njoin join files on a field\nshuf shuffle lines\nexpand tabs to blanks\nsplit split a file\nfmt fill paragraphs',
  dump: 'od print bytes in octal\nhexdump print bytes in hexadecimal\nxxd print bytes in hexadecimal\nstrings print the printable parts\ncmp compare bytes of two files\ndd copy blocks',
  diff: 'diff compare files line by line',
  jq: 'jq process JSON',
  calculate: 'bc calculate\nexpr evaluate an expression',
  digest: 'md5sum MD5 of files\nsha1sum SHA-1 of files\nsha256sum SHA-256 of files\nsha512sum SHA-512 of files\ncksum checksum of files',
  inspect: 'stat print what is known of a file\ndu sizes of folders\ndf space on file systems\nfile guess the kind of a file\ntree folders as a tree\nreadlink where a link points\nrealpath the absolute path\nmktemp make a temporary file\ntruncate set the size of a file\nwhich where a command is found\nwhereis where a command is found',
  host: 'id user and group ids\ngroups groups of a user\nuname name of the system\nuptime how long the system runs\nfree memory in use\nlscpu about the processors\nnproc number of processors\nmount list mounts\ndmesg messages of the kernel\narch machine architecture\ngetent look up names\nstty terminal settings\ntty name of the terminal\ntput terminal capabilities\nlogname user name\nwho who is logged in\nw who is logged in\nusers who is logged in\nlsblk block devices\nfindmnt list mounts\nhostid number of this host\nhostnamectl name of this host',
  hunt: 'pgrep find processes by name\npkill signal processes by name\nkillall signal processes by name\npstree processes as a tree\npidof pids of a program',
  top: 'top processes, live',
  watch: 'watch run a command again and again',
  pager: 'less read text page by page\nmore read text page by page\nview read text page by page',
  vi: 'vi edit files\nvim edit files',
  nano: 'nano edit files',
  wget: 'wget download over HTTP',
  lookup: 'nslookup ask name servers\ndig ask name servers\nhost ask name servers',
  network: 'ip addresses, routes, links\nss sockets\nnetstat sockets\nping send echo requests\ntraceroute the way to a host\ntracepath the way to a host\narp neighbours\nroute routes\nifconfig addresses\nnc connect or listen',
  openssl: 'openssl random numbers, base64',
  tar: 'tar archives',
  absent: 'gzip compress\ngunzip uncompress\nzcat print compressed files\nbzip2 compress\nxz compress\nzip compress\nunzip uncompress\nsystemctl control services\njournalctl read the journal\nservice control services\ncrontab timed commands\nmake build\ngit version control\npython3 Python\npython Python\nperl Perl\nnode Node.js\napt packages\napt-get packages\ndpkg packages\nyum packages\ndnf packages\napk packages\npip Python packages\ndocker containers\npodman containers\nyq process YAML\ntcpdump watch traffic\nstrace trace system calls\nlsof open files\niptables packet filter\nnft packet filter\nreboot restart this machine\nshutdown stop this machine\npoweroff stop this machine\nscreen terminals\ntmux terminals\nman manual pages\ninfo manual pages\nscp copy over ssh\nrsync copy over ssh\ntelnet connect\nftp copy files\nemacs edit files\npatch apply differences\nuseradd add users\nuserdel remove users\npasswd change passwords',
};

const all = new Map<string, { readonly main: Main; readonly summary: string }>();
for (const [name, [main, summary]] of Object.entries(FIRST)) all.set(name, { main, summary });
for (const key of Object.keys(REST) as (keyof typeof LATE)[]) {
  for (const line of REST[key].split('\n')) {
    const [, name, summary] = /^(\S+) (.*)$/.exec(line)!;
    all.set(name!, { main: late(LATE[key], name!), summary: summary! });
  }
}

/** What busybox 1.36 has of it, as its --list prints it. */
const APPLETS =
  '[ arp awk base64 basename bc cat chgrp chmod chown cksum clear cmp comm cp cut date dd df diff dirname dmesg du echo egrep env expand expr false fgrep find fold free getent grep groups gunzip gzip head hexdump hostid hostname id ifconfig ip kill killall less ln logname ls md5sum mkdir mktemp more mount mv nc netstat nice nl nohup nproc nslookup od paste pgrep pidof ping pkill printenv printf ps pstree pwd readlink realpath reset rev rm rmdir route sed seq setsid sha1sum sha256sum sha512sum shuf sleep sort split stat strings stty sync tac tail tar tee telnet test timeout top touch tr traceroute tree true truncate tty uname uniq uptime users vi watch wc wget which who whoami xargs xxd yes zcat'.split(' ');
/** Not in a Debian machine's usual set, or only as a part of busybox. */
const NOT_DEBIAN = new Set(['apk', 'yum', 'dnf', 'view', 'gawk', 'podman']);

function command(name: string, flavour: Flavour): Command {
  const { main, summary } = all.get(name)!;
  return { name, summary, main: (p) => main(p, flavour) };
}

/** The commands of a Debian machine, in GNU's words. */
export const commands: readonly Command[] = [...all.keys()].filter((name) => !NOT_DEBIAN.has(name)).map((name) => command(name, 'gnu'));

function* busyboxMain(p: Process): Running<ExitCode> {
  const [name, ...args] = p.args.slice(1);
  if (name === '--list') {
    for (const applet of APPLETS) p.write(`${applet}\n`);
    return 0;
  }
  if (name === undefined || name === '--help') {
    p.write(`BusyBox v1.36.1 (2024-06-10 07:11:47 UTC) multi-call binary.\nBusyBox is copyrighted by many authors between 1998-2015.\n\nUsage: busybox [function [arguments]...]\n   or: busybox --list\n\nCurrently defined functions:\n\t${APPLETS.join(', ')}\n`);
    return 0;
  }
  const applet = busybox.find((c) => c.name === name);
  if (!applet) {
    p.warn(`${name}: applet not found\n`);
    return 127;
  }
  return yield* p.exec(applet.main, [name, ...args]);
}

/** The applets of a busybox image, in busybox' words, and `busybox` itself. The shell is not among them. */
export const busybox: readonly Command[] = [...APPLETS.map((name) => command(name, 'busybox')), { name: 'busybox', summary: 'many commands in one', main: busyboxMain }];

/** Folders by command; the others are in /usr/bin. */
const SBIN = new Set(['arp', 'route', 'ifconfig', 'iptables', 'nft', 'reboot', 'shutdown', 'poweroff', 'useradd', 'userdel', 'tcpdump']);

/** Puts commands where their distribution has them: /bin for busybox, /usr/bin and /usr/sbin else. */
export function install(files: Files, list: readonly Command[]): void {
  const small = list.some((c) => c.name === 'busybox');
  if (small) return installCommands(files, list, '/bin');
  installCommands(files, list.filter((c) => !SBIN.has(c.name)), '/usr/bin');
  installCommands(files, list.filter((c) => SBIN.has(c.name)), '/usr/sbin');
}
