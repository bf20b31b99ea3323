/**
 * The learner's own machine beside the cluster: a small Debian with kubectl, a home directory and an administrator's kubeconfig.
 */
import { kubectl } from '../kubectl/kubectl.ts';
import type { Cluster } from '../kube/cluster.ts';
import { debian, STUDENT } from '../machine/debian.ts';
import { installCommands } from '../machine/install.ts';
import type { Kernel } from '../machine/kernel.ts';
import { init } from '../machine/login.ts';
import { Namespace } from '../machine/namespace.ts';
import type { ExitCode, Machine } from '../machine/process.ts';
import { shell } from '../machine/shell/index.ts';
import type { Terminal } from '../machine/tty.ts';

export const LAPTOP = 'laptop';
export const HOME = STUDENT.home;

const ADDRESS = '192.168.56.1';
/** What an interactive shell reads: Debian's coloured prompt, and the aliases that everybody has. */
const BASHRC = `PS1='\\[\\e[32m\\]\\u@\\h\\[\\e[0m\\]:\\[\\e[34m\\]\\w\\[\\e[0m\\]\\$ '
alias ls='ls --color=auto'
alias ll='ls -l'
alias grep='grep --color=auto'
alias k=kubectl
`;

/** Boots it into the nodes' network. `home` holds files of the home directory by relative path. */
export function bootLaptop(kernel: Kernel, cluster: Cluster, home: Readonly<Record<string, string>>): Machine {
  const net = new Namespace(LAPTOP, {
    addresses: [ADDRESS],
    devices: [{ name: 'eth0', mac: '08:00:27:00:00:01', mtu: 1500, up: true, addresses: [`${ADDRESS}/24`] }],
    routes: [{ to: '192.168.56.0/24', device: 'eth0', source: ADDRESS }],
  });
  const tree = debian({ hostname: LAPTOP, hosts: cluster.hosts(), commands: [kubectl] });
  cluster.plug(net);
  equip(cluster);
  const machine = kernel.boot({ hostname: LAPTOP, files: tree, net });
  machine.start(init, ['/sbin/init'], {});
  const write = (path: string, text: string, mode?: number): void => {
    const full = `${HOME}/${path}`;
    for (let cut = full.indexOf('/', HOME.length + 1); cut > 0; cut = full.indexOf('/', cut + 1)) {
      const folder = full.slice(0, cut);
      if (machine.files.exists(folder)) continue;
      machine.files.mkdir(folder);
      machine.files.chown(folder, STUDENT.uid, STUDENT.gid);
    }
    machine.files.write(full, text, mode);
    machine.files.chown(full, STUDENT.uid, STUDENT.gid);
  };
  write('.kube/config', cluster.adminConfig(), 0o600);
  write('.bashrc', BASHRC);
  write('.ssh/config', 'Host k8s-*\n  User root\n', 0o600);
  for (const [path, text] of Object.entries(home)) write(path, text);
  return machine;
}

/** kubectl on the control plane, and the administrator's kubeconfig for its root, as kubeadm tells one to copy it. */
function equip(cluster: Cluster): void {
  const files = cluster.machine('k8s-master')?.files;
  if (!files) return;
  installCommands(files, [kubectl]);
  files.mkdir('/root/.kube', { parents: true });
  files.write('/root/.kube/config', cluster.adminConfig(), 0o600);
}

/** The environment of a login of the learner. */
export const loginEnv = (term: string): ReadonlyMap<string, string> =>
  new Map(Object.entries({ HOME, USER: STUDENT.name, LOGNAME: STUDENT.name, SHELL: STUDENT.shell, PWD: HOME, PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin', LANG: 'C.UTF-8', TERM: term }));

/** What the host of a login hears of each command line. */
export interface Login {
  start(line: string): void;
  end(code: ExitCode): void;
}

/** Starts the learner's shell on a terminal, and another one whenever it ends. */
export function login(machine: Machine, terminal: Terminal, host: Login): void {
  const program = shell('bash', { onCommand: (line, when, code) => (when === 'start' ? host.start(line) : host.end(code)) });
  const { input: stdin, output, tty } = terminal;
  const process = machine.start(program, ['bash'], { stdin, stdout: output, stderr: output, tty, env: loginEnv('xterm-256color'), cwd: HOME, user: STUDENT, group: true });
  process.whenDone(() => {
    tty.foreground = 0;
    if (machine.now > process.started) login(machine, terminal, host);
  });
}
