/**
 * vi and vim: a small editor of its own with Vim's keys, messages and look.
 * Unlike Vim: one window and file at a time, no colours of syntax, no blocks, folds, scripts or swap files.
 * Hangul typed in normal mode counts as the keys that it was typed with.
 */
import type { ExitCode, Process, Running } from '../process.ts';
import type { Suite } from './chunks.ts';
import { latinKeys } from './hangul.ts';
import { type Key, Screen } from './screen.ts';
import { command } from './vi-command.ts';
import { ex } from './vi-ex.ts';
import { edit } from './vi-file.ts';
import { State } from './vi-state.ts';
import { draw, width } from './vi-view.ts';

function* vi(p: Process): Running<ExitCode> {
  const words: string[] = [];
  const first: string[] = [];
  let readonly = false;
  const args = p.args.slice(1);
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!;
    if (arg === '--version') {
      p.write('VIM - Vi IMproved 9.0 (a small one of its own)\n');
      return 0;
    }
    if (arg === '--help' || arg === '-h') {
      p.write('Usage: vi [+LINE|+/PATTERN|+COMMAND] [-R] [-c COMMAND] [FILE]\n');
      return 0;
    }
    if (arg === '--') words.push(...args.splice(i + 1));
    else if (arg[0] === '+') first.push(arg === '+' ? '$' : arg.slice(1));
    else if (arg === '-c' || arg === '--cmd') first.push(args[++i] ?? '');
    else if (arg === '-R' || arg === '-M') readonly = true;
    else if (/^-[neNuyviosOpbC]\d*$/.test(arg)) {
      if (arg === '-u') i++;
    } else if (arg[0] === '-' && arg !== '-') {
      p.warn(`VIM - Vi IMproved 9.0\nUnknown option argument: "${arg}"\nMore info with: "vim -h"\n`);
      return 1;
    } else words.push(arg);
  }
  const tty = p.stdout.tty ?? p.tty;
  if (!tty) {
    p.warn('Vim: Warning: Output is not to a terminal\n');
    return 1;
  }
  const screen = new Screen(p, tty);
  let pending: Key[] = [];
  const e: State = new State(p, screen, function* () {
    // While keys wait, nothing is drawn: a pasted command costs one picture.
    if (!screen.waiting) draw(e, undefined, e.mode === 'normal' ? e.typed.filter((k) => [...k].length === 1).join('') : '');
    for (;;) {
      const next = pending.shift() ?? (yield* screen.key());
      if (next === 'Resize') {
        draw(e);
        continue;
      }
      const keys = e.mode !== 'insert' && e.mode !== 'replace' && !asking && !/^[rfFtT]$/.test(e.typed.at(-1) ?? '') ? latinKeys(next) : undefined;
      if (keys !== undefined) {
        pending = [...keys, ...pending];
        continue;
      }
      e.typed.push(next);
      e.recording?.keys.push(next);
      return next;
    }
  });
  let asking = false;
  const plain = e.nextKey;
  e.screenWidth = (text) => width(text, Number(e.options['tabstop']));
  screen.begin();
  try {
    if (words[0] !== undefined) edit(e, words[0]);
    if (readonly) e.options['readonly'] = true;
    for (const rc of ['/etc/vim/vimrc.local', `${p.user.home}/.vimrc`, `${p.user.home}/.exrc`]) {
      if (!p.files.exists(rc)) continue;
      const { message, alarm } = e;
      for (const line of p.files.read(rc).split('\n')) if (line.trim() && !/^\s*"/.test(line)) yield* ex(e, line);
      e.say(message, alarm);
    }
    for (const line of first) yield* ex(e, line);
    if (words[0] === undefined && !e.message) e.say('VIM - Vi IMproved: type  i  to insert text,  :q<Enter>  to leave');
    while (e.quit === undefined) {
      e.typed = [];
      const before = e.message;
      e.nextKey = function* () {
        const key = yield* plain();
        // A message stays until the next command begins.
        if (e.typed.length === 1 && e.message === before) e.say('');
        asking = e.typed.length === 1 && (key === ':' || key === '/' || key === '?') && e.mode !== 'insert';
        if (e.typed.length > 1 && (key === '\r' || key === 'Esc')) asking = false;
        return key;
      };
      yield* command(e);
      asking = false;
    }
    return e.quit;
  } finally {
    screen.end();
  }
}

/** The commands of this chunk. */
export const suite: Suite = { vi, vim: vi };
