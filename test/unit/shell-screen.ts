/** A learner's terminal on a machine, drawn by the same terminal that the page has. */
import { createRequire } from 'node:module';
import type { Terminal as Xterm } from '@xterm/headless';
import type { Computer } from '../../src/machine/computer.ts';
import type { Program, User } from '../../src/machine/process.ts';
import { bash } from '../../src/machine/shell/index.ts';
import { openTerminal } from '../../src/machine/tty.ts';
import { box } from './shell-box.ts';

const require = createRequire(import.meta.url);
Object.assign(globalThis, { self: globalThis });
const { Terminal } = require('@xterm/headless') as typeof import('@xterm/headless');
const { Unicode11Addon } = require('@xterm/addon-unicode11') as typeof import('@xterm/addon-unicode11');

const student: User = { name: 'student', uid: 1000, gid: 1000, home: '/home/student', shell: '/bin/bash' };

export interface Screen {
  /** Types keys and lets `ms` milliseconds pass. */
  type(keys: string, ms?: number): void;
  paste(text: string): void;
  resize(columns: number, rows: number): void;
  /** The lines on the screen, without blanks at their ends and without empty lines at the end. */
  lines(): Promise<readonly string[]>;
  /** Column and row of the cursor, from 0. */
  cursor(): Promise<readonly [number, number]>;
  readonly heard: string[];
  readonly machine: Computer;
  readonly now: number;
}

/** Opens a shell on a screen; the prompt is `$ ` unless another is asked for. */
export function screen(options: { columns?: number; rows?: number; program?: Program; args?: readonly string[]; prompt?: string; files?: Readonly<Record<string, string>>; user?: User } = {}): Screen {
  const { agenda, machine } = box(options.files);
  const columns = options.columns ?? 60;
  const rows = options.rows ?? 12;
  const user = options.user ?? student;
  machine.files.mkdir(user.home, { parents: true });
  machine.files.chown(user.home, user.uid, user.gid);
  const terminal = openTerminal(machine, columns, rows);
  const xterm: Xterm = new Terminal({ cols: columns, rows, allowProposedApi: true });
  xterm.loadAddon(new Unicode11Addon());
  xterm.unicode.activeVersion = '11';
  const heard: string[] = [];
  let last: Promise<void> = Promise.resolve();
  terminal.hear((text) => {
    heard.push(text);
    last = new Promise((done) => xterm.write(text, done));
  });
  const env = new Map([['PATH', '/usr/bin:/bin'], ['HOME', user.home], ['PS1', options.prompt ?? '$ '], ['TERM', 'xterm-256color']]);
  machine.start(options.program ?? bash, options.args ?? ['bash'], { stdin: terminal.input, stdout: terminal.output, stderr: terminal.output, tty: terminal.tty, env, cwd: user.home, user });
  agenda.run(10);
  return {
    type(keys, ms = 50) {
      terminal.type(keys);
      agenda.run(agenda.now + ms);
    },
    paste(text) {
      terminal.paste(text);
      agenda.run(agenda.now + 50);
    },
    resize(cols, lines) {
      xterm.resize(cols, lines);
      terminal.resize(cols, lines);
      agenda.run(agenda.now + 50);
    },
    async lines() {
      await last;
      const { active } = xterm.buffer;
      const out = Array.from({ length: xterm.rows }, (_, i) => active.getLine(active.baseY + i)?.translateToString(true).trimEnd() ?? '');
      while (out.length > 0 && out.at(-1) === '') out.pop();
      return out;
    },
    async cursor() {
      await last;
      return [xterm.buffer.active.cursorX, xterm.buffer.active.cursorY];
    },
    heard,
    machine,
    get now() {
      return agenda.now;
    },
  };
}
