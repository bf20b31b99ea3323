/**
 * The interactive loop: prompt, line editor, continuation lines, history, aliases, and the report of each command to the host.
 */
import type { ExitCode, Running } from '../process.ts';
import { expandAliases } from './aliases.ts';
import { Editor } from './editor.ts';
import { run } from './execute.ts';
import { expandText } from './expand.ts';
import { Jump } from './failure.ts';
import type { ShellOptions } from './main.ts';
import { parse } from './parse.ts';
import { decodePrompt } from './prompt.ts';
import type { Shell } from './shell.ts';

/** Runs a shell on its terminal until `exit` or ^D. */
export function* interact(sh: Shell, host: ShellOptions): Running<ExitCode> {
  const { p } = sh;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGQUIT', 'SIGTSTP', 'SIGTTIN', 'SIGTTOU'] as const) p.trap(signal, sh.usual(signal));
  sh.monitor = p.tty !== undefined;
  sh.options.add('monitor');
  sh.shopts.add('expand_aliases');
  if (p.tty) p.tty.foreground = p.group;
  const editor = new Editor(sh);
  for (;;) {
    sh.jobs.notify();
    const text = yield* readCommand(sh, editor);
    if (text === undefined) {
      if (sh.dialect.name === 'bash') sh.err(sh.login ? 'logout\n' : 'exit\n');
      return sh.status;
    }
    if (text.trim() === '') continue;
    host.onCommand?.(text, 'start', 0);
    const left = yield* runLine(sh, text);
    host.onCommand?.(text, 'end', sh.status);
    if (left) return sh.status;
  }
}

/** Runs what was typed; true when the shell is to end. */
function* runLine(sh: Shell, text: string): Running<boolean> {
  sh.typed++;
  const { warned } = sh;
  try {
    const source = expandAliases(sh, text);
    yield* run(sh, source, false, { text: source, line: sh.dialect.name === 'bash' ? 1 : sh.typed });
  } catch (error) {
    if (!(error instanceof Jump)) throw error;
    if (error.kind === 'exit') {
      sh.status = error.count;
      return true;
    }
    if (error.kind === 'interrupt') sh.err('\n');
    if (error.kind === 'interrupt' || error.kind === 'abandon') sh.status = error.count;
    sh.guard = 0;
    sh.loops = 0;
  }
  if (warned) sh.warned = false;
  return false;
}

function* prompt(sh: Shell, name: 'PS1' | 'PS2'): Running<string> {
  return yield* expandText(sh, decodePrompt(sh, sh.vars.get(name) ?? (name === 'PS1' ? '' : '> ')));
}

/** One command: a line, and as many more as it needs to be whole. Undefined at ^D. */
function* readCommand(sh: Shell, editor: Editor): Running<string | undefined> {
  for (;;) {
    const hook = sh.vars.get('PROMPT_COMMAND');
    if (hook) {
      const { status } = sh;
      yield* run(sh, hook);
      sh.status = status;
    }
    sh.interrupted = false;
    const lines: string[] = [];
    for (;;) {
      const line = yield* editor.read(yield* prompt(sh, lines.length === 0 ? 'PS1' : 'PS2'));
      if (line === 'interrupted') {
        sh.status = 130;
        lines.length = 0;
        break;
      }
      if (line === undefined) {
        if (lines.length === 0) return undefined;
        const text = lines.join('\n');
        remember(sh, lines);
        return text;
      }
      const found = sh.dialect.name === 'bash' && !sh.options.has('nohistexpand') ? sh.history.expand(line.text) : { line: line.text, changed: false };
      if ('error' in found) {
        sh.complain(found.error);
        lines.length = 0;
        break;
      }
      if (found.changed) sh.err(`${found.line}\n`);
      lines.push(found.line);
      const text = lines.join('\n');
      if (parse(text).problem?.unfinished) continue;
      remember(sh, lines);
      return text;
    }
  }
}

/** Several lines stand in the history as one, joined where the grammar lets them. */
function remember(sh: Shell, lines: readonly string[]): void {
  let text = lines[0]!;
  for (const line of lines.slice(1)) {
    const problem = parse(text).problem;
    const open = problem?.matching === '"' || problem?.matching === "'" || /<<-?\s*\S/.test(text);
    if (/(^|[^\\])\\$/.test(text)) text = text.slice(0, -1) + line;
    else if (open) text += `\n${line}`;
    else text += `${/(^|[\s;&|(){])(do|then|else|elif|in|\{|\(|&&|\|\||\||&|;)\s*$|^\s*$|[;&|({]\s*$/.test(text) ? ' ' : '; '}${line.trim()}`;
  }
  // A here document's last line keeps its end.
  sh.history.add(lines.length > 1 && /<<-?\s*[^<\s]/.test(text) ? `${text}\n` : text, sh.vars.get('HISTCONTROL'));
}
