/**
 * Programs that people reach for and that this machine does not have: each says so, and what to use instead.
 */
import type { ExitCode, Process, Running } from '../process.ts';
import type { Suite } from './chunks.ts';
import { named } from './options.ts';

/** What to say behind `NAME: is not supported here yet`. */
const INSTEAD: Readonly<Record<string, string>> = {
  systemctl: 'services of this machine are not managed here; see `ps aux` for what runs',
  service: 'services of this machine are not managed here; see `ps aux` for what runs',
  journalctl: 'there is no journal; see `kubectl logs` for Pods and /var/log',
  docker: 'this cluster runs containerd; see `kubectl get pods` or `crictl ps` on a node',
  podman: 'this cluster runs containerd; see `kubectl get pods` or `crictl ps` on a node',
  yq: 'see `kubectl get -o jsonpath=…`, or `kubectl get -o json | jq`',
  emacs: 'there are vi and nano',
  telnet: 'see `nc -v HOST PORT`',
  man: '',
  info: '',
};

function* absent(p: Process): Running<ExitCode> {
  const name = named(p);
  const hint = INSTEAD[name];
  p.warn(`${name}: is not supported here yet${hint ? `: ${hint}` : ''}\n`);
  return 1;
}

function* man(p: Process): Running<ExitCode> {
  const word = p.args.slice(1).filter((a) => !/^-|^\d$/.test(a)).at(-1);
  if (word === undefined) {
    p.warn("What manual page do you want?\nFor example, try 'man man'.\n");
    return 1;
  }
  if (typeof p.find(word) === 'function') p.write(`Manual pages are not kept here. Short help: ${word === 'kubectl' ? 'kubectl help, kubectl COMMAND --help, kubectl explain KIND' : `${word} --help`}\n`);
  else p.warn(`No manual entry for ${word}\n`);
  return typeof p.find(word) === 'function' ? 0 : 16;
}

const NAMES = 'gzip gunzip zcat bzip2 xz zip unzip systemctl journalctl service crontab make git python3 python perl node apt apt-get dpkg yum dnf apk pip docker podman yq tcpdump strace lsof iptables nft reboot shutdown poweroff screen tmux scp rsync telnet ftp emacs patch useradd userdel passwd';

/** The commands of this chunk. */
export const suite: Suite = { ...Object.fromEntries(NAMES.split(' ').map((name) => [name, absent])), man, info: man };
