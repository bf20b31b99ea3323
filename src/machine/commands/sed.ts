/**
 * sed: edits lines as they come. Stands for GNU sed 4.9 and busybox' sed.
 * Unlike GNU's: the e command and flag do not exist.
 */
import type { ExitCode, Process, Running } from '../process.ts';
import type { Suite } from './chunks.ts';
import { Input, open, operands, tried, why } from './input.ts';
import { type Flavour, named, options, type Spec } from './options.ts';
import type { Regex } from './regex.ts';
import { type Address, type Command, parse, SedSyntax } from './sed-parse.ts';
import { build, unambiguous } from './sed-text.ts';
import { substitute } from './substitute.ts';

const SPEC: Spec = {
  short: 'nEre:f:i::suz', version: '(GNU sed) 4.9',
  long: { quiet: 'n', silent: 'n', 'regexp-extended': 'E', expression: 'e:', file: 'f:', 'in-place': 'i::', separate: 's', unbuffered: 'u', 'null-data': 'z', posix: 'posix', debug: 'debug' },
  usage: "[OPTION]... {script-only-if-no-other-script} [input-file]...\n\n  -n                 print only what p prints\n  -e script          add the script to the commands\n  -f script-file     add the contents of the file to the commands\n  -E, -r             extended regular expressions\n  -i[SUFFIX]         edit files in place (makes backup if SUFFIX supplied)\n  -s                 treat files as separate\n  -z                 separate lines by NUL characters",
  after: 'Usage: sed [OPTION]... {script-only-if-no-other-script} [input-file]...\n',
};

function* sed(p: Process, flavour: Flavour): Running<ExitCode> {
  const given = options(p, flavour, SPEC);
  if (typeof given === 'number') return given;
  const o = given;
  const words = [...o.words];
  const scripts: string[] = [];
  for (const [key, value] of o.each) {
    if (key === 'e') scripts.push(value);
    else if (key === 'f') {
      const input = open(p, value, (path, w) => `couldn't open file ${path}: ${w}`);
      if (!input) return 1;
      scripts.push((yield* input.rest()).replace(/\n$/, ''));
    }
  }
  if (!scripts.length) {
    if (!words.length) {
      p.warn(flavour === 'busybox' ? 'BusyBox v1.36.1 (2024-06-10 07:11:47 UTC) multi-call binary.\n\nUsage: sed [-i[SFX]] [-nrE] [-f FILE]... [-e CMD]... [FILE]...\n' : `Usage: sed ${SPEC.usage}\n`);
      return flavour === 'busybox' ? 1 : 1;
    }
    scripts.push(words.shift()!);
  }
  let commands: Command[];
  try {
    commands = parse(scripts.join('\n'), o.has('E') || o.has('r'));
  } catch (error) {
    if (!(error instanceof SedSyntax)) throw error;
    p.warn(flavour === 'busybox' ? `sed: ${error.message.replace(/^unterminated `s' command$/, "unmatched '/'").replace(/^unknown command: `(.)'$/, 'unsupported command $1')}\n` : `sed: -e expression #1, ${error.char < 0 ? '' : `char ${error.char}: `}${error.message}\n`.replace('-e expression #1, can', 'can'));
    return error.char < 0 && flavour === 'gnu' ? 4 : 1;
  }
  const silent = o.has('n') || scripts[0]?.startsWith('#n\n') === true;
  const end = o.has('z') ? '\0' : '\n';
  const inPlace = o.has('i');
  const separate = inPlace || o.has('s');
  const files = [...operands(words)];
  let status = 0;
  let input: Input | undefined;
  let current = '';
  let number = 0;
  let ahead: { line: string; whole: boolean; fresh: boolean } | undefined;
  let written = '';
  let missing = false;
  let lastRegex: Regex | undefined;
  const sinks = new Map<string, boolean>();

  const put = (text: string, newline: boolean): void => {
    const out = (missing ? end : '') + text + (newline ? end : '');
    missing = !newline;
    if (inPlace && current !== '-') written += out;
    else p.write(out);
  };
  const toFile = (name: string, text: string): void => {
    if (name === '/dev/stdout') return put(text.slice(0, -1), true);
    if (name === '/dev/stderr') return p.warn(text);
    if (!sinks.has(name)) p.files.write(name, '');
    sinks.set(name, true);
    p.files.append(name, text);
  };
  const finish = (): void => {
    if (!inPlace || !input || current === '-') return;
    const suffix = o.all('i').at(-1)!;
    const mode = p.files.stat(current)?.mode;
    if (suffix) p.files.write(suffix.includes('*') ? suffix.replaceAll('*', current.replace(/^.*\//, '')) : current + suffix, p.files.read(current), mode);
    const text = written;
    tried(p, `couldn't open file ${current}`, () => p.files.write(current, text));
    written = '';
    missing = false;
  };
  /** Opens the next file; false when there is none. */
  function next(): boolean {
    finish();
    input = undefined;
    while (files.length) {
      current = files.shift()!;
      if (inPlace && current !== '-') {
        const stat = p.files.stat(current);
        if (stat && stat.type !== 'file') {
          p.warn(`sed: couldn't edit ${current}: not a regular file\n`);
          status = 4;
          continue;
        }
      }
      input = open(p, current, (path, w) => (flavour === 'busybox' ? `${path}: ${w}` : w === 'Is a directory' ? `couldn't edit ${path}: not a regular file`.replace("couldn't edit", 'read error on').replace('not a regular file', w) : `can't read ${path}: ${w}`));
      if (input) return true;
      status = flavour === 'busybox' ? 1 : 2;
    }
    return false;
  }
  function* upcoming(): Running<{ line: string; whole: boolean; fresh: boolean } | undefined> {
    let fresh = false;
    for (;;) {
      if (!input && !next()) return undefined;
      const line = yield* input!.line(end);
      if (line !== undefined) return { line, whole: input!.whole, fresh };
      if (separate && !fresh && !files.length) return undefined;
      fresh = true;
      if (!next()) return undefined;
    }
  }
  /** Whether this is the last line: looks ahead only when asked. */
  function* last(): Running<boolean> {
    if (separate) {
      // With separate files, the last line of each is one.
      if (!ahead && !input!.over) {
        const line = yield* input!.line(end);
        if (line !== undefined) ahead = { line, whole: input!.whole, fresh: false };
      }
      return ahead === undefined;
    }
    ahead ??= yield* upcoming();
    return ahead === undefined;
  }
  function* nextLine(): Running<{ line: string; whole: boolean; fresh: boolean } | undefined> {
    const line = ahead ?? (yield* upcoming());
    ahead = undefined;
    if (line) {
      if (line.fresh && separate) {
        number = 0;
        for (const c of commands) c.active = false;
      }
      number++;
    }
    return line;
  }

  let space = '';
  let hold = '';
  let whole = true;
  let appended: (() => void)[] = [];
  const show = (): void => put(space, whole);
  const flushAppended = (): void => {
    for (const act of appended) act();
    appended = [];
  };
  const find = (re: Regex | undefined): Regex => {
    const used = re ?? lastRegex;
    if (!used) throw new SedSyntax('no previous regular expression', 0);
    return (lastRegex = used);
  };
  function* matches(a: Address): Running<boolean> {
    switch (a.t) {
      case 'line': return number === a.n;
      case 'last': return yield* last();
      case 'step': return a.step <= 0 ? number === a.first : number >= a.first && (number - a.first) % a.step === 0;
      case 're': return find(a.re).test(space);
      default: return false;
    }
  }
  function* applies(c: Command): Running<boolean> {
    if (!c.from) return true;
    if (!c.to) return yield* matches(c.from);
    if (!c.active) {
      if (c.from.t === 'line' && c.from.n === 0 && c.ends === 0) {
        c.ends = -1;
        c.active = true;
      } else {
        if (!(yield* matches(c.from))) return false;
        const { to } = c;
        if (to.t === 'line') {
          c.active = to.n > number;
          c.ends = to.n;
          return true;
        }
        if (to.t === 'plus' || to.t === 'multiple') {
          c.ends = to.t === 'plus' ? number + to.n : to.n > 0 ? Math.ceil(number / to.n) * to.n : number;
          c.active = c.ends > number;
          return true;
        }
        c.active = true;
        if (to.t === 'last') c.active = !(yield* last());
        return true;
      }
    }
    const { to } = c;
    if (to.t === 'line' || to.t === 'plus' || to.t === 'multiple') {
      if (number >= c.ends) c.active = false;
      return number <= c.ends || to.t !== 'line';
    }
    if (yield* matches(to)) c.active = false;
    return true;
  }

  let first = yield* nextLine();
  let restart = false;
  while (first || restart) {
    if (!restart) {
      space = first!.line;
      whole = first!.whole;
    }
    restart = false;
    let replaced = false;
    let quit: ExitCode | undefined;
    let drop = false;
    cycle: for (let pc = 0; pc < commands.length; pc++) {
      const c = commands[pc]!;
      if ((yield* applies(c)) === c.not) {
        if (c.name === '{') pc = c.target - 1;
        continue;
      }
      switch (c.name) {
        case 's': {
          const { global, nth, print, file } = c.flags!;
          const done = substitute(find(c.re), space, nth, global, (m) => build(c.by!, m));
          if (!done.count) break;
          replaced = true;
          space = done.text;
          if (print) show();
          if (file !== undefined) toFile(file, space + end);
          break;
        }
        case 'y': space = [...space].map((ch) => c.map!.get(ch) ?? ch).join(''); break;
        case 'p': show(); break;
        case 'P': put(space.split('\n')[0]!, true); break;
        case 'd': drop = true; break cycle;
        case 'D': {
          const at = space.indexOf('\n');
          drop = true;
          if (at >= 0) {
            space = space.slice(at + 1);
            restart = true;
          }
          break cycle;
        }
        case 'q': case 'Q':
          quit = Number(c.text || 0);
          if (c.name === 'Q') drop = true;
          break cycle;
        case 'a': appended.push(() => put(c.text.slice(0, -1), true)); break;
        case 'i': put(c.text.slice(0, -1), true); break;
        case 'c':
          if (!c.to || !c.active || c.not) put(c.text.slice(0, -1), true);
          drop = true;
          break cycle;
        case '=': put(String(number), true); break;
        case 'n': case 'N': {
          if (c.name === 'n') {
            if (yield* last()) {
              // GNU prints the pattern space when there is no next line.
              quit = 0;
              break cycle;
            }
            if (!silent) show();
          } else if (yield* last()) {
            quit = 0;
            break cycle;
          }
          flushAppended();
          const more = yield* nextLine();
          if (!more) {
            quit = 0;
            break cycle;
          }
          space = c.name === 'n' ? more.line : `${space}\n${more.line}`;
          whole = more.whole;
          break;
        }
        case 'h': hold = space; break;
        case 'H': hold += `\n${space}`; break;
        case 'g': space = hold; break;
        case 'G': space += `\n${hold}`; break;
        case 'x': [space, hold] = [hold, space]; break;
        case 'z': space = ''; break;
        case 'F': put(current, true); break;
        case 'l': put(unambiguous(space, Number(c.text || 70)).slice(0, -1), true); break;
        case 'b': pc = c.target - 1; break;
        case 't':
          if (replaced) {
            replaced = false;
            pc = c.target - 1;
          }
          break;
        case 'T':
          if (!replaced) pc = c.target - 1;
          replaced = false;
          break;
        case 'r': appended.push(() => {
          try {
            const text = p.files.read(c.text);
            if (text) put(text.replace(/\n$/, ''), text.endsWith('\n'));
          } catch (error) {
            why(error);
          }
        }); break;
        case 'w': toFile(c.text, space + end); break;
        case 'W': toFile(c.text, `${space.split('\n')[0]}${end}`); break;
        case '{': break;
        default:
          p.warn(`${named(p)}: the command ${c.name} is not supported here yet\n`);
          return 1;
      }
      if ('btT'.includes(c.name)) yield* p.charge(0.002);
    }
    if (!drop && !silent) show();
    flushAppended();
    yield* p.flush();
    yield* p.charge(0.0005);
    if (quit !== undefined) {
      if (inPlace) {
        // What was not looked at stays as it is.
        if (ahead) put(ahead.line, ahead.whole);
        written += yield* input!.rest();
        finish();
      } else input?.release();
      return quit || status;
    }
    if (!restart) first = yield* nextLine();
  }
  finish();
  return status;
}

function* guarded(p: Process, flavour: Flavour): Running<ExitCode> {
  try {
    return yield* sed(p, flavour);
  } catch (error) {
    if (!(error instanceof SedSyntax)) throw error;
    p.warn(`sed: -e expression #1, char ${error.char}: ${error.message}\n`);
    return 1;
  }
}

/** The commands of this chunk. */
export const suite: Suite = { sed: guarded };
