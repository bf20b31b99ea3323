/**
 * awk: patterns and actions on the fields of lines, as they come. Stands for gawk; busybox' and mawk's differ in little.
 * Unlike gawk: no switch, no two-way pipes, no networking; `for (k in a)` goes in order of insertion.
 */
import type { ExitCode, Process, Running } from '../process.ts';
import { AwkMachine } from './awk-machine.ts';
import { AwkSyntax, parse, type Program } from './awk-parse.ts';
import { Exit, Runner } from './awk-run.ts';
import { AwkError } from './awk-values.ts';
import type { Suite } from './chunks.ts';
import { open } from './input.ts';
import { type Flavour, misuse, options, type Spec } from './options.ts';
import { RegexError } from './regex.ts';

const SPEC: Spec = {
  short: '+F:f:v:', long: { 'field-separator': 'F:', file: 'f:', assign: 'v:' }, version: '(GNU Awk 5.2.1)',
  usage: "[OPTION]... 'PROGRAM' [FILE]...\nRun PROGRAM (pattern { action } …) on the lines of each FILE.\n\n  -F SEP  fields are separated by SEP    -v NAME=VALUE    -f FILE  the program is in FILE",
  after: "Usage: awk [POSIX or GNU style options] -f progfile [--] file ...\nUsage: awk [POSIX or GNU style options] [--] 'program' file ...\n",
};

function* awk(p: Process, flavour: Flavour): Running<ExitCode> {
  const o = options(p, flavour, SPEC);
  if (typeof o === 'number') return o;
  const words = [...o.words];
  let source = '';
  for (const file of o.all('f')) {
    const input = open(p, file, (path, w) => `fatal: cannot open source file \`${path}' for reading: ${w}`);
    if (!input) return 2;
    source += `${yield* input.rest()}\n`;
  }
  if (!o.has('f')) {
    if (!words.length) return misuse(p, flavour, SPEC, '');
    source = words.shift()!;
  }
  let program: Program;
  try {
    program = parse(source);
  } catch (error) {
    if (!(error instanceof AwkSyntax)) throw error;
    const start = source.lastIndexOf('\n', error.at - 1) + 1;
    const row = source.slice(0, start).split('\n').length;
    const text = source.slice(start).split('\n')[0]!;
    const front = `awk: cmd. line:${row}: `;
    p.warn(flavour === 'busybox' ? `awk: cmd. line:${row}: Unexpected token\n` : `${front}${text}\n${front}${' '.repeat(error.at - start)}^ ${error.message}\n`);
    return 1;
  }
  const machine = new AwkMachine(p, ['awk', ...words], flavour === 'busybox');
  const separator = o.value('F');
  if (separator !== undefined) machine.assign('FS', separator);
  try {
    for (const text of o.all('v')) {
      const m = /^([A-Za-z_]\w*)=([^]*)$/.exec(text);
      if (!m) {
        p.warn(`awk: fatal: \`${text}' argument to \`-v' not in \`var=value' form\n`);
        return 2;
      }
      machine.assign(m[1]!, m[2]!);
    }
    return yield* new Runner(machine, program).run();
  } catch (error) {
    if (error instanceof Exit) {
      yield* machine.closeAll();
      return error.code & 255;
    }
    if (!(error instanceof AwkError) && !(error instanceof RegexError)) throw error;
    yield* p.flush();
    p.warn(flavour === 'busybox' ? `awk: cmd. line:1: ${error.message}\n` : `awk: cmd. line:1: fatal: ${error.message}\n`);
    return 2;
  }
}

/** The commands of this chunk. */
export const suite: Suite = { awk, gawk: awk, mawk: awk };
