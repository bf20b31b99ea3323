/**
 * The rarer filters of lines: nl rev tac paste fold column comm join shuf expand; split and fmt only say that they are missing.
 */
import type { ExitCode, Process, Running } from '../process.ts';
import type { Suite } from './chunks.ts';
import { unescape } from './escapes.ts';
import { type Input, open, operands } from './input.ts';
import { type Flavour, extra, misuse, missing, named, options, type Spec } from './options.ts';
import { columns as inColumns } from './ls.ts';
import { charWidth, pad, textWidth } from './width.ts';

/** Does `each` to every operand in turn; 1 when one could not be opened. */
function* inputs(p: Process, words: readonly string[], each: (input: Input) => Running<void>): Running<ExitCode> {
  let status = 0;
  for (const word of operands(words)) {
    const input = open(p, word);
    if (input) yield* each(input);
    else status = 1;
    yield* p.flush();
  }
  return status;
}

/** All lines of an input. */
function* linesOf(input: Input): Running<string[]> {
  const lines: string[] = [];
  for (let line = yield* input.line(); line !== undefined; line = yield* input.line()) lines.push(line);
  return lines;
}

function* nl(p: Process, flavour: Flavour): Running<ExitCode> {
  const o = options(p, flavour, { short: 'b:w:s:n:v:i:', long: { 'body-numbering': 'b:', 'number-width': 'w:', 'number-separator': 's:', 'number-format': 'n:', 'starting-line-number': 'v:', 'line-increment': 'i:' }, usage: '[OPTION]... [FILE]...\nNumber lines.\n\n  -b a|t|n  all lines, those with text, none    -w WIDTH    -s SEPARATOR    -n ln|rn|rz    -v FIRST    -i STEP' });
  if (typeof o === 'number') return o;
  let n = Number(o.value('v') ?? 1);
  const width = Number(o.value('w') ?? 6);
  const style = o.value('b') ?? 't';
  const format = o.value('n') ?? 'rn';
  return yield* inputs(p, o.words, function* (input) {
    for (let line = yield* input.line(); line !== undefined; line = yield* input.line()) {
      if (style === 'a' || (style === 't' && line !== '')) {
        p.write(`${format === 'ln' ? String(n).padEnd(width) : String(n).padStart(width, format === 'rz' ? '0' : ' ')}${o.value('s') ?? '\t'}${line}\n`);
        n += Number(o.value('i') ?? 1);
      } else p.write(line === '' && flavour === 'gnu' ? `${' '.repeat(width + (o.value('s') ?? '\t').length)}\n` : `${' '.repeat(width + 1)}${line}\n`);
      yield* p.flush();
    }
  });
}

function* rev(p: Process, flavour: Flavour): Running<ExitCode> {
  const o = options(p, flavour, { usage: '[FILE]...\nReverse the characters of each line.' });
  if (typeof o === 'number') return o;
  return yield* inputs(p, o.words, function* (input) {
    for (let line = yield* input.line(); line !== undefined; line = yield* input.line()) {
      p.write([...line].reverse().join('') + (input.whole ? '\n' : ''));
      yield* p.flush();
    }
  });
}

function* tac(p: Process, flavour: Flavour): Running<ExitCode> {
  const o = options(p, flavour, { short: 's:', long: { separator: 's:' }, usage: '[FILE]...\nPrint each FILE, last line first.' });
  if (typeof o === 'number') return o;
  const end = o.value('s') ?? '\n';
  return yield* inputs(p, o.words, function* (input) {
    const text = yield* input.rest();
    const parts = text.split(end).map((part, i, all) => (i < all.length - 1 ? part + end : part));
    if (parts.at(-1) === '') parts.pop();
    p.write(parts.reverse().join(''));
  });
}

function* paste(p: Process, flavour: Flavour): Running<ExitCode> {
  const o = options(p, flavour, { short: 'd:sz', long: { delimiters: 'd:', serial: 's' }, usage: '[OPTION]... [FILE]...\nJoin lines of FILEs, side by side.\n\n  -d LIST  separators (TAB)    -s  one file after the other' });
  if (typeof o === 'number') return o;
  const glue = [...unescape((o.value('d') ?? '\t').replace(/\\0/g, '\uffff'), 'nnn').text].map((c) => (c === '\uffff' ? '' : c));
  const between = (i: number): string => glue[i % Math.max(1, glue.length)] ?? '';
  const all: Input[] = [];
  let status = 0;
  for (const word of operands(o.words)) {
    const input = word === '-' && all.find((x) => x.name === '-') ? all.find((x) => x.name === '-')! : open(p, word);
    if (!input) return 1;
    all.push(input);
  }
  if (o.has('s')) {
    for (const input of all) {
      const lines = yield* linesOf(input);
      p.write(`${lines.map((line, i) => line + (i < lines.length - 1 ? between(i) : '')).join('')}\n`);
    }
    return status;
  }
  for (;;) {
    let out = '';
    let some = false;
    for (const [i, input] of all.entries()) {
      const line = yield* input.line();
      if (line !== undefined) some = true;
      out += (line ?? '') + (i < all.length - 1 ? between(i) : '');
    }
    if (!some) break;
    p.write(`${out}\n`);
    yield* p.flush();
  }
  return status;
}

function* fold(p: Process, flavour: Flavour): Running<ExitCode> {
  const o = options(p, flavour, { short: 'bsw:', long: { bytes: 'b', spaces: 's', width: 'w:' }, usage: '[OPTION]... [FILE]...\nBreak lines that are longer than WIDTH (80).\n\n  -w WIDTH    -s  at blanks' }, p.args.map((arg, i) => (i > 0 && /^-\d+$/.test(arg) ? `-w${arg.slice(1)}` : arg)));
  if (typeof o === 'number') return o;
  const width = Number(o.value('w') ?? 80);
  if (!(width > 0)) {
    p.warn(`${named(p)}: invalid number of columns: ‘${o.value('w')}’\n`);
    return 1;
  }
  return yield* inputs(p, o.words, function* (input) {
    for (let line = yield* input.line(); line !== undefined; line = yield* input.line()) {
      let rest = line;
      for (;;) {
        let used = 0;
        let at = 0;
        for (const c of rest) {
          const w = c === '\t' ? 8 - (used % 8) : charWidth(c.codePointAt(0)!);
          if (used + w > width && at > 0) break;
          used += w;
          at += c.length;
        }
        if (at >= rest.length) break;
        if (o.has('s')) {
          const blank = Math.max(rest.lastIndexOf(' ', at - 1), rest.lastIndexOf('\t', at - 1));
          if (blank >= 0) at = blank + 1;
        }
        p.write(`${rest.slice(0, at)}\n`);
        rest = rest.slice(at);
      }
      p.write(rest + (input.whole ? '\n' : ''));
      yield* p.flush();
    }
  });
}

function* column(p: Process, flavour: Flavour): Running<ExitCode> {
  const o = options(p, flavour, { short: 'ts:o:c:xN:R:nJL', long: { table: 't', separator: 's:', 'output-separator': 'o:', 'output-width': 'c:', fillrows: 'x', 'table-columns': 'N:', 'table-right': 'R:', json: 'J' }, version: 'from util-linux 2.38.1', usage: '[OPTION]... [FILE]...\nMake columns of lines.\n\n  -t  a table    -s CHARS  columns are separated by these    -o STRING  between columns    -N NAMES    -R COLUMNS  to the right' });
  if (typeof o === 'number') return o;
  if (o.has('J')) {
    p.warn('column: -J is not supported here yet\n');
    return 1;
  }
  const lines: string[] = [];
  const status = yield* inputs(p, o.words, function* (input) {
    for (const line of yield* linesOf(input)) if (line.trim() !== '' || o.has('L')) lines.push(line);
  });
  if (!o.has('t')) {
    if (lines.length) {
      const width = Number(o.value('c') ?? p.env.get('COLUMNS') ?? p.stdout.tty?.columns ?? 80);
      const cell = Math.max(...lines.map(textWidth));
      const step = (Math.floor(cell / 8) + 1) * 8;
      const count = Math.max(1, Math.floor(width / step));
      if (o.has('x')) p.write(inColumns(lines.map((text) => ({ text, width: textWidth(text) })), width, true));
      else {
        const rows = Math.ceil(lines.length / count);
        for (let r = 0; r < rows; r++) {
          const row = lines.filter((_, i) => i % rows === r);
          p.write(`${row.map((text, i) => (i < row.length - 1 ? text + '\t'.repeat(Math.ceil((step - textWidth(text)) / 8)) : text)).join('')}\n`);
        }
      }
    }
    return status;
  }
  const separator = o.value('s');
  const table = lines.map((line) => (separator === undefined ? line.trim().split(/[ \t]+/) : line.split(new RegExp(`[${separator.replace(/[\]\\^-]/g, '\\$&')}]`, 'u'))));
  const names = o.value('N')?.split(',');
  if (names) table.unshift(names);
  const right = new Set((o.value('R') ?? '').split(',').map((x) => (names?.includes(x) ? names.indexOf(x) : Number(x) - 1)));
  const size = Math.max(0, ...table.map((row) => row.length));
  const widths = Array.from({ length: size }, (_, c) => Math.max(...table.map((row) => textWidth(row[c] ?? ''))));
  for (const row of table) {
    p.write(`${Array.from({ length: Math.max(row.length, right.size ? row.length : row.length) }, (_, c) => (right.has(c) ? pad(row[c]!, -widths[c]!) : c === size - 1 ? row[c]! : pad(row[c]!, widths[c]!))).join(o.value('o') ?? '  ')}${row.length < size ? Array.from({ length: size - row.length }, (_, k) => (o.value('o') ?? '  ') + (row.length + k === size - 1 ? '' : ' '.repeat(widths[row.length + k]!))).join('') : ''}\n`);
  }
  return status;
}

/** Two sorted inputs, for comm and join. */
function* two(p: Process, flavour: Flavour, spec: Spec, words: readonly string[]): Running<[string[], string[]] | ExitCode> {
  if (words.length < 2) return words.length ? misuse(p, flavour, spec, `missing operand after ‘${words[0]}’`) : missing(p, flavour, spec);
  if (words.length > 2) return extra(p, flavour, spec, words[2]!);
  const [a, b] = [open(p, words[0]!), open(p, words[1]!)];
  if (!a || !b) return 1;
  return [yield* linesOf(a), yield* linesOf(b)];
}

function* comm(p: Process, flavour: Flavour): Running<ExitCode> {
  const spec: Spec = { short: '123', usage: '[OPTION]... FILE1 FILE2\nCompare sorted files line by line: only in FILE1, only in FILE2, in both.\n\n  -1 -2 -3  without that column' };
  const o = options(p, flavour, spec);
  if (typeof o === 'number') return o;
  const both = yield* two(p, flavour, spec, o.words);
  if (typeof both === 'number') return both;
  const [a, b] = both;
  const put = (column: 1 | 2 | 3, line: string): void => {
    if (!o.has(String(column))) p.write(`${'\t'.repeat([1, 2].filter((c) => c < column && !o.has(String(c))).length)}${line}\n`);
  };
  /** Files whose order was found wrong, after lines that have no partner. */
  const wrong = new Set<number>();
  let alone = false;
  const check = (n: number, lines: readonly string[], at: number): void => {
    if (!alone || wrong.has(n) || at === 0 || at >= lines.length || lines[at - 1]! <= lines[at]!) return;
    wrong.add(n);
    p.warn(`comm: file ${n} is not in sorted order\n`);
  };
  for (let i = 0, j = 0; i < a.length || j < b.length; ) {
    const [x, y] = [a[i], b[j]];
    if (x !== y) alone = true;
    if (x === y) {
      put(3, x!);
      check(1, a, ++i);
      check(2, b, ++j);
    } else if (y === undefined || (x !== undefined && x < y)) {
      put(1, x!);
      check(1, a, ++i);
    } else {
      put(2, y);
      check(2, b, ++j);
    }
  }
  if (!wrong.size || flavour === 'busybox') return 0;
  p.warn('comm: input is not in sorted order\n');
  return 1;
}

function* join(p: Process, flavour: Flavour): Running<ExitCode> {
  const spec: Spec = { short: 't:1:2:j:a:v:o:e:i', long: { 'ignore-case': 'i' }, usage: '[OPTION]... FILE1 FILE2\nJoin lines with the same first field.\n\n  -t CHAR  fields are separated by CHAR    -1 N  -2 N  -j N  join on field N    -a N  also lines of file N without a partner    -v N  only those    -o LIST    -e TEXT' };
  const o = options(p, flavour, spec);
  if (typeof o === 'number') return o;
  const both = yield* two(p, flavour, spec, o.words);
  if (typeof both === 'number') return both;
  const separator = o.value('t');
  const glue = separator ?? ' ';
  const keyAt = [Number(o.value('1') ?? o.value('j') ?? 1) - 1, Number(o.value('2') ?? o.value('j') ?? 1) - 1] as const;
  const rows = both.map((lines) => lines.map((line) => (separator === undefined ? line.trim().split(/[ \t]+/) : line.split(separator))));
  const key = (side: 0 | 1, row: readonly string[]): string => (o.has('i') ? (row[keyAt[side]] ?? '').toLowerCase() : (row[keyAt[side]] ?? ''));
  const format = o.value('o')?.split(/[ ,]/);
  const show = (a: readonly string[] | undefined, b: readonly string[] | undefined): void => {
    const common = a ? a[keyAt[0]] : b?.[keyAt[1]];
    if (format) p.write(`${format.map((f) => (f === '0' ? common : (f[0] === '1' ? a : b)?.[Number(f.slice(2)) - 1]) || (o.value('e') ?? '')).join(glue)}\n`);
    else p.write(`${[common, ...(a?.filter((_, i) => i !== keyAt[0]) ?? []), ...(b?.filter((_, i) => i !== keyAt[1]) ?? [])].join(glue)}\n`);
  };
  const alone = (side: string): boolean => o.all('a').includes(side) || o.all('v').includes(side);
  const [a, b] = rows as [string[][], string[][]];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    const [x, y] = [a[i] && key(0, a[i]!), b[j] && key(1, b[j]!)];
    if (x !== undefined && x === y) {
      let k = j;
      while (b[k] && key(1, b[k]!) === x) k++;
      for (; a[i] && key(0, a[i]!) === x; i++) if (!o.has('v')) for (let m = j; m < k; m++) show(a[i], b[m]);
      j = k;
    } else if (y === undefined || (x !== undefined && x < y)) {
      if (alone('1')) show(a[i], undefined);
      i++;
    } else {
      if (alone('2')) show(undefined, b[j]);
      j++;
    }
  }
  return 0;
}

function* shuf(p: Process, flavour: Flavour): Running<ExitCode> {
  const o = options(p, flavour, { short: 'ei:n:rz', long: { echo: 'e', 'input-range': 'i:', 'head-count': 'n:', repeat: 'r' }, usage: '[OPTION]... [FILE]\nWrite lines in another order.\n\n  -e WORD...  the words    -i LO-HI  numbers    -n N  at most N    -r  again and again' });
  if (typeof o === 'number') return o;
  let items: string[] = [];
  const range = o.has('i') ? /^(\d+)-(\d+)$/.exec(o.value('i')!) : null;
  if (o.has('i') && !range) {
    p.warn(`shuf: invalid input range: ‘${o.value('i')}’\n`);
    return 1;
  }
  if (range) for (let n = Number(range[1]); n <= Number(range[2]); n++) items.push(String(n));
  else if (o.has('e')) items = [...o.words];
  else {
    const status = yield* inputs(p, o.words.slice(0, 1), function* (input) {
      items = yield* linesOf(input);
    });
    if (status) return status;
  }
  const most = Number(o.value('n') ?? (o.has('r') ? Infinity : items.length));
  for (let n = 0; n < most && items.length; n++) {
    const k = p.random.below(items.length);
    p.write(`${items[k]}\n`);
    if (!o.has('r')) items.splice(k, 1);
    yield* p.flush();
  }
  return 0;
}

function* expand(p: Process, flavour: Flavour): Running<ExitCode> {
  const o = options(p, flavour, { short: 't:i', long: { tabs: 't:', initial: 'i' }, usage: '[OPTION]... [FILE]...\nTurn tabs into blanks.\n\n  -t N  every N columns (8)' });
  if (typeof o === 'number') return o;
  const stop = Number(o.value('t') ?? 8);
  return yield* inputs(p, o.words, function* (input) {
    for (let line = yield* input.line(); line !== undefined; line = yield* input.line()) {
      let out = '';
      let at = 0;
      for (const c of line) {
        const w = c === '\t' ? stop - (at % stop) : charWidth(c.codePointAt(0)!);
        out += c === '\t' ? ' '.repeat(w) : c;
        at += w;
      }
      p.write(out + (input.whole ? '\n' : ''));
      yield* p.flush();
    }
  });
}

function* unsupported(p: Process): Running<ExitCode> {
  p.warn(`${named(p)}: is not supported here yet\n`);
  return 1;
}

/** The commands of this chunk. */
export const suite: Suite = { nl, rev, tac, paste, fold, column, comm, join, shuf, expand, split: unsupported, fmt: unsupported };
