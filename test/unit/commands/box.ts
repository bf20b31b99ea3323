/**
 * A machine to run single commands on: files in, output and exit code out. No shell: words are split here, `< FILE` gives standard input.
 */
import { readFileSync } from 'node:fs';
import { Agenda } from '../../../src/sim/clock.ts';
import { busybox, commands, install } from '../../../src/machine/commands/index.ts';
import '../../../src/machine/commands/everything.ts';
import type { Computer } from '../../../src/machine/computer.ts';
import { Kernel } from '../../../src/machine/kernel.ts';
import { Namespace } from '../../../src/machine/namespace.ts';
import { sinkTo, textSource } from '../../../src/machine/pipe.ts';
import { ash, installCommands, shells } from '../../../src/machine/shell/index.ts';
import { openTerminal, type Terminal } from '../../../src/machine/tty.ts';
import { words } from './words.mjs';

/** What became of a command. `out` and `err` are what it wrote. */
export interface Ran {
  readonly out: string;
  readonly err: string;
  readonly code: number | undefined;
}

/** A fresh machine with these files in /work, where commands run. */
export function box(files: Readonly<Record<string, string>>, flavour: 'gnu' | 'busybox' = 'gnu') {
  const agenda = new Agenda();
  const kernel = new Kernel({ agenda, epoch: 1_795_000_000_000, seed: 'commands' });
  const machine: Computer = kernel.boot({ hostname: 'box', net: new Namespace('box', { addresses: ['192.168.56.10'] }) });
  machine.files.mkdir('/work');
  machine.files.mkdir('/tmp', { mode: 0o777 });
  install(machine.files, flavour === 'gnu' ? commands : busybox);
  installCommands(machine.files, flavour === 'gnu' ? shells : [{ name: 'sh', summary: '', main: ash }], flavour === 'gnu' ? '/usr/bin' : '/bin');
  for (const [name, text] of Object.entries(files)) {
    const at = `/work/${name}`;
    machine.files.mkdir(at.slice(0, at.lastIndexOf('/')), { parents: true });
    if (!name.endsWith('/')) machine.files.write(at, text);
  }
  const env = new Map([['HOME', '/root'], ['PATH', '/usr/sbin:/usr/bin:/sbin:/bin'], ['LANG', 'C.UTF-8'], ['TERM', 'xterm-256color']]);
  const start = (args: readonly string[], around: object) => {
    const program = machine.files.stat(`${flavour === 'gnu' ? '/usr/bin' : '/bin'}/${args[0]}`)?.program ?? machine.files.stat(`/usr/sbin/${args[0]}`)?.program;
    if (!program) throw new Error(`no ${args[0]}`);
    return machine.start(program, args, { env, cwd: '/work', ...around });
  };
  return {
    agenda,
    kernel,
    machine,
    /** Runs a line to its end, at most `most` virtual milliseconds. */
    run(line: string, input = '', most = 100_000): Ran {
      const args = words(line);
      const at = args.indexOf('<');
      const stdin = at < 0 ? input : machine.files.read(`/work/${args.splice(at, 2)[1]}`);
      let out = '';
      let err = '';
      const task = start(args, { stdin: textSource(stdin), stdout: sinkTo((text) => void (out += text)), stderr: sinkTo((text) => void (err += text)) });
      agenda.run(agenda.now + most);
      return { out, err, code: task.exit };
    },
    /** Starts a line on a terminal of its own. */
    open(line: string, columns = 80, rows = 24): Terminal & { readonly task: ReturnType<typeof start> } {
      const terminal = openTerminal(machine, columns, rows);
      const task = start(words(line), { stdin: terminal.input, stdout: terminal.output, stderr: terminal.output, tty: terminal.tty });
      return Object.assign(terminal, { task });
    },
  };
}

/** The input files that the course's typical lines use. */
export const FILES = JSON.parse(readFileSync(new URL('./files.json', import.meta.url), 'utf8')) as Record<string, string>;
