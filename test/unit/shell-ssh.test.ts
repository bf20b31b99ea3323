/** ssh between two machines, sudo and su, on the screen. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { debian } from '../../src/machine/debian.ts';
import { Kernel } from '../../src/machine/kernel.ts';
import { init, loginEnvironment } from '../../src/machine/login.ts';
import { Namespace } from '../../src/machine/namespace.ts';
import { bash } from '../../src/machine/shell/index.ts';
import { sshd } from '../../src/machine/ssh.ts';
import { openTerminal } from '../../src/machine/tty.ts';
import { Wire } from '../../src/machine/wire.ts';
import { Agenda } from '../../src/sim/clock.ts';
import './shell-box.ts';

/** A laptop with a terminal, and a node with sshd. `say` types a line and gives what the screen then shows. */
function world() {
  const agenda = new Agenda();
  const kernel = new Kernel({ agenda, epoch: 0, seed: 'ssh' });
  const wire = new Wire();
  kernel.network = wire;
  const hosts = { '10.0.0.2': 'k8s-node1', '10.0.0.3': 'k8s-node2' };
  const boot = (hostname: string, address: string) => {
    const net = new Namespace(hostname, { addresses: [address] });
    wire.plug(net);
    const machine = kernel.boot({ hostname, files: debian({ hostname, hosts }), net });
    machine.start(init, ['/sbin/init'], {});
    machine.files.write('/home/student/.profile', "PS1='\\u@\\h:\\w\\$ '\n");
    machine.files.write('/root/.profile', "PS1='\\u@\\h:\\w\\$ '\n");
    machine.files.write('/root/.bashrc', "PS1='\\u@\\h:\\w\\$ '\n");
    return machine;
  };
  const laptop = boot('laptop', '10.0.0.1');
  const node = boot('k8s-node1', '10.0.0.2');
  boot('k8s-node2', '10.0.0.3');
  const server = node.start(sshd, ['sshd'], {});
  const terminal = openTerminal(laptop, 80, 24);
  let out = '';
  terminal.hear((text) => void (out += text));
  const user = laptop.users.get('student')!;
  laptop.start(bash, ['-bash'], { stdin: terminal.input, stdout: terminal.output, stderr: terminal.output, tty: terminal.tty, user, env: loginEnvironment(user, 'xterm'), cwd: user.home });
  agenda.run(10);
  const say = (keys: string, ms = 100): string => {
    out = '';
    terminal.type(keys);
    agenda.run(agenda.now + ms);
    return out.replace(/\x1b\[\?2004[hl]\r?/g, '').replace(/\r\n/g, '\n');
  };
  return { agenda, say, node, server, laptop, terminal };
}

test('ssh gives a login shell with a terminal of its own, exit comes back', () => {
  const { say } = world();
  assert.equal(say('ssh k8s-node1\r'), 'ssh k8s-node1\nstudent@k8s-node1:~$ ');
  assert.equal(say('hostname; tty >/dev/null; echo $0\r'), 'hostname; tty >/dev/null; echo $0\nk8s-node1\n-bash\nstudent@k8s-node1:~$ ');
  assert.equal(say('sleep 100\r'), 'sleep 100\n');
  assert.equal(say('\x03'), '^C\nstudent@k8s-node1:~$ ');
  assert.equal(say('exit\r'), 'exit\nlogout\nConnection to k8s-node1 closed.\nstudent@laptop:~$ ');
  assert.equal(say('ssh root@10.0.0.2\r'), 'ssh root@10.0.0.2\nroot@k8s-node1:~# ');
  assert.equal(say('\x04'), '\nlogout\nConnection to 10.0.0.2 closed.\nstudent@laptop:~$ ');
});

test('ssh runs a command with its input, output and status', () => {
  const { say } = world();
  assert.equal(say('ssh k8s-node1 "hostname; exit 3"; echo $?\r'), 'ssh k8s-node1 "hostname; exit 3"; echo $?\nk8s-node1\n3\nstudent@laptop:~$ ');
  assert.equal(say('echo hello | ssh k8s-node1 cat; ssh k8s-node1 nope\r'), 'echo hello | ssh k8s-node1 cat; ssh k8s-node1 nope\nhello\nbash: line 1: nope: command not found\nstudent@laptop:~$ ');
});

test('who cannot be reached says why', () => {
  const { say, server } = world();
  assert.match(say('ssh nosuch\r', 30_000), /ssh: Could not resolve hostname nosuch: /);
  assert.match(say('ssh k8s-node2\r'), /ssh: connect to host k8s-node2 port 22: Connection refused\n/);
  assert.match(say('ssh 10.0.0.9\r', 5000), /ssh: connect to host 10.0.0.9 port 22: No route to host\n/);
  assert.match(say('ssh nobody@k8s-node1\r'), /nobody@k8s-node1: Permission denied \(publickey,password\)\.\n/);
  server.kill('SIGKILL');
  assert.match(say('ssh k8s-node1\r'), /Connection refused/);
});

test('a session ends when its machine stops', () => {
  const { say, node } = world();
  say('ssh k8s-node1\r');
  node.stop();
  assert.equal(say(''), 'Connection to k8s-node1 closed by remote host.\nConnection to k8s-node1 closed.\nstudent@laptop:~$ ');
});

test('~. at the start of a line leaves', () => {
  const { say, node } = world();
  say('ssh k8s-node1\r');
  assert.match(say('~.'), /Connection to k8s-node1 closed\.\nstudent@laptop:~\$ $/);
  assert.deepEqual([...node.processes.values()].map((task) => task.args[0]), ['/sbin/init', 'sshd']);
});

test('sudo runs as root without asking, su only from root', () => {
  const { say } = world();
  assert.equal(say('sudo whoami; whoami\r'), 'sudo whoami; whoami\nroot\nstudent\nstudent@laptop:~$ ');
  assert.equal(say('sudo -i\r'), 'sudo -i\nroot@laptop:~# ');
  assert.equal(say('su - student\r'), 'su - student\nstudent@laptop:~$ ');
  assert.equal(say('exit\r'), 'exit\nlogout\nroot@laptop:~# ');
  assert.equal(say('exit\r'), 'exit\nlogout\nstudent@laptop:~$ ');
  assert.equal(say('su\r'), 'su\nPassword: ');
  assert.equal(say('guess\r', 3000), '\nsu: Authentication failure\nstudent@laptop:~$ ');
  assert.match(say('sudo nope\r'), /sudo: nope: command not found\n/);
  assert.match(say('echo x > /etc/x; echo x | sudo tee /etc/x; cat /etc/x\r'), /bash: \/etc\/x: Permission denied\nx\nx\n/);
});
