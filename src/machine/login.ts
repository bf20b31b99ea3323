/**
 * Becoming somebody: login shells, su, sudo; and init, the first process of a machine that runs for long.
 * Unlike Debian: no passwords exist, so su needs root, and sudo asks nothing of members of the group sudo.
 */
import type { Command, ExitCode, Process, Running, User } from './process.ts';
import type { Task } from './task.ts';

const PATHS = { root: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', user: '/usr/local/bin:/usr/bin:/bin:/usr/local/games:/usr/games' };

/** The environment of a fresh login. */
export const loginEnvironment = (user: User, term?: string): Map<string, string> =>
  new Map(
    Object.entries({
      SHELL: user.shell,
      PWD: user.home,
      LOGNAME: user.name,
      HOME: user.home,
      LANG: 'C.UTF-8',
      ...(term && { TERM: term }),
      USER: user.name,
      PATH: user.uid === 0 ? PATHS.root : PATHS.user,
    }),
  );

/** The first process of a machine: waits for ever. Stands for systemd. */
export function* init(): Running<ExitCode> {
  for (;;) yield;
}

/** Goes on in this process as another user with another program. */
function* become(p: Process, user: User, argv: readonly string[], path: string, env: Map<string, string>, cwd: string): Running<ExitCode> {
  const program = p.find(path);
  if (typeof program !== 'function') {
    p.warn(`${p.args[0]!.split('/').at(-1)}: failed to execute ${path}: No such file or directory\n`);
    return 127;
  }
  const task = p as Task;
  task.user = user;
  task.env = env;
  task.cwd = cwd;
  return yield* p.exec(program, argv);
}

const folderOf = (p: Process, user: User): string => (p.files.stat(user.home)?.type === 'directory' ? user.home : '/');

function* suMain(p: Process): Running<ExitCode> {
  let login = false;
  let command: string | undefined;
  let keep = false;
  let shell: string | undefined;
  const words: string[] = [];
  for (let at = 1; at < p.args.length; at++) {
    const word = p.args[at]!;
    if (word === '-' || word === '-l' || word === '--login') login = true;
    else if (word === '-c' || word === '--command') command = p.args[++at] ?? '';
    else if (word === '-s' || word === '--shell') shell = p.args[++at];
    else if (word === '-m' || word === '-p' || word === '--preserve-environment') keep = true;
    else if (word.startsWith('-') && words.length === 0) {
      p.warn(`su: invalid option -- '${word.replace(/^-+/, '')}'\nTry 'su --help' for more information.\n`);
      return 1;
    } else words.push(word);
  }
  const [name = 'root', ...rest] = words;
  const user = p.machine.users.get(name);
  if (!user) {
    p.warn(`su: user ${name} does not exist or the user entry does not contain all the required fields\n`);
    return 1;
  }
  if (p.user.uid !== 0) {
    // There are no passwords: whatever is typed is wrong.
    p.warn('Password: ');
    if (p.tty) p.tty.echo = false;
    yield* p.readLine();
    if (p.tty) p.tty.echo = true;
    p.warn('\n');
    yield* p.sleep(2000);
    p.warn('su: Authentication failure\n');
    return 1;
  }
  const env = login ? loginEnvironment(user, p.env.get('TERM')) : new Map(p.env);
  if (!login && !keep) for (const [key, value] of [['HOME', user.home], ['SHELL', user.shell]] as const) env.set(key, value);
  if (!login && !keep && user.uid !== 0) for (const key of ['USER', 'LOGNAME']) env.set(key, user.name);
  const path = shell ?? user.shell;
  const base = path.split('/').at(-1)!;
  const argv = [login ? `-${base}` : base, ...(command === undefined ? [] : ['-c', command]), ...rest];
  return yield* become(p, user, argv, path, env, login ? folderOf(p, user) : p.cwd);
}

/** Whether a user may use sudo: root, and the members of the group sudo. */
function maySudo(p: Process): boolean {
  if (p.user.uid === 0) return true;
  const groups = p.machine.files.exists('/etc/group') ? p.machine.files.read('/etc/group') : '';
  return groups.split('\n').some((line) => {
    const [group, , , members] = line.split(':');
    return (group === 'sudo' || group === 'wheel' || group === 'admin') && (members ?? '').split(',').includes(p.user.name);
  });
}

const USAGE = `usage: sudo -h | -K | -k | -V
usage: sudo -v [-ABkNnS] [-g group] [-h host] [-p prompt] [-u user]
usage: sudo -l [-ABkNnS] [-g group] [-h host] [-p prompt] [-U user] [-u user] [command [arg ...]]
usage: sudo [-ABbEHkNnPS] [-g group] [-h host] [-p prompt] [-u user] [VAR=value] [-i | -s] [command [arg ...]]
`;

function* sudoMain(p: Process): Running<ExitCode> {
  let name = 'root';
  let mode: 'run' | 'login' | 'shell' | 'list' | 'check' = 'run';
  let keep = false;
  const own: [string, string][] = [];
  let at = 1;
  for (; at < p.args.length; at++) {
    const word = p.args[at]!;
    const assignment = /^([A-Za-z_]\w*)=(.*)$/s.exec(word);
    if (assignment) own.push([assignment[1]!, assignment[2]!]);
    else if (word === '--') {
      at++;
      break;
    } else if (word === '-u' || word === '--user') name = p.args[++at] ?? '';
    else if (word === '-i' || word === '--login') mode = 'login';
    else if (word === '-s' || word === '--shell') mode = 'shell';
    else if (word === '-l' || word === '--list') mode = 'list';
    else if (/^-[vkK]$/.test(word)) mode = 'check';
    else if (/^-[EHnSbAP]+$/.test(word) || word === '--preserve-env' || word === '--non-interactive') keep ||= word.includes('E') || word === '--preserve-env';
    else if (/^-[gpCTRDh]$/.test(word)) at++;
    else if (word.startsWith('-')) {
      p.warn(`sudo: unrecognized option '${word}'\n${USAGE}`);
      return 1;
    } else break;
  }
  const words = p.args.slice(at);
  const user = /^#\d+$/.test(name) ? [...p.machine.users.values()].find((other) => other.uid === Number(name.slice(1))) : p.machine.users.get(name);
  if (!user) {
    p.warn(`sudo: unknown user ${name}\nsudo: error initializing audit plugin sudoers_audit\n`);
    return 1;
  }
  if (!maySudo(p)) {
    p.warn(`${p.user.name} is not in the sudoers file.\n`);
    return 1;
  }
  if (mode === 'check') return 0;
  if (mode === 'list') {
    p.write(`User ${p.user.name} may run the following commands on ${p.machine.hostname}:\n    (ALL : ALL) NOPASSWD: ALL\n`);
    return 0;
  }
  if (words.length === 0 && mode === 'run') {
    p.warn(USAGE);
    return 1;
  }
  const env = mode === 'login' ? loginEnvironment(user, p.env.get('TERM')) : new Map<string, string>();
  if (mode !== 'login') {
    for (const key of keep ? p.env.keys() : ['TERM', 'LANG', 'DISPLAY', 'COLORTERM']) if (p.env.has(key)) env.set(key, p.env.get(key)!);
    for (const [key, value] of Object.entries({ PATH: PATHS.root, HOME: user.home, LOGNAME: user.name, USER: user.name, SHELL: user.shell }))
      env.set(key, value);
  }
  for (const [key, value] of Object.entries({
    SUDO_COMMAND: mode === 'run' ? words.join(' ') : user.shell,
    SUDO_USER: p.user.name,
    SUDO_UID: String(p.user.uid),
    SUDO_GID: String(p.user.gid),
  }))
    env.set(key, value);
  for (const [key, value] of own) env.set(key, value);
  if (mode !== 'run') {
    const base = user.shell.split('/').at(-1)!;
    const quoted = words.map((word) => word.replace(/[^\w@%+=:,./-]/g, '\\$&')).join(' ');
    return (
      yield *
      become(
        p,
        user,
        [mode === 'login' ? `-${base}` : base, ...(words.length > 0 ? ['-c', quoted] : [])],
        user.shell,
        env,
        mode === 'login' ? folderOf(p, user) : p.cwd,
      )
    );
  }
  const before = p.env.get('PATH');
  p.env.set('PATH', PATHS.root);
  const found = p.find(words[0]!);
  if (before !== undefined) p.env.set('PATH', before);
  if (typeof found !== 'function') {
    p.warn(`sudo: ${words[0]}: command not found\n`);
    return 1;
  }
  const task = p as Task;
  task.user = user;
  task.env = env;
  return yield* p.exec(found, words);
}

export const su: Command = { name: 'su', summary: 'become another user', main: suMain };
export const sudo: Command = { name: 'sudo', summary: 'run a command as another user', main: sudoMain };
