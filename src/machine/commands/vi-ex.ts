/**
 * The command line of vi: ranges, files, substitution, options, shell commands.
 */
import { sinkTo, textSource } from '../pipe.ts';
import type { Running } from '../process.ts';
import { byteLength } from './bytes.ts';
import { latinWord } from './hangul.ts';
import { why } from './input.ts';
import { edit, write } from './vi-file.ts';
import { set } from './vi-options.ts';
import { setPattern } from './vi-search.ts';
import { indentOf, type State } from './vi-state.ts';
import { replace } from './vi-substitute.ts';
import { draw } from './vi-view.ts';

/** Reads a line at the bottom of the screen; undefined when it was left. */
export function* ask(e: State, lead: string, history: string[], start = ''): Running<string | undefined> {
  let text = start;
  let col = text.length;
  let at = history.length;
  for (;;) {
    draw(e, { text: lead + text, col: lead.length + col });
    const key = yield* e.nextKey();
    if (key === '\r') {
      if (text && history.at(-1) !== text) history.push(text);
      return text;
    }
    if (key === 'Esc' || key === '\x03' || key === 'Hangup') return undefined;
    if (key === '\x7f' || key === '\b') {
      if (!text) return undefined;
      const kept = [...text.slice(0, col)].slice(0, -1).join('');
      text = kept + text.slice(col);
      col = kept.length;
    } else if (key === '\x15') {
      text = text.slice(col);
      col = 0;
    } else if (key === '\x17') {
      const kept = text.slice(0, col).replace(/(?:[\w가-힣]+|[^\w\s]+)?\s*$/, '');
      text = kept + text.slice(col);
      col = kept.length;
    } else if (key === 'Left') col = Math.max(0, col - 1);
    else if (key === 'Right') col = Math.min(text.length, col + 1);
    else if (key === 'Home' || key === '\x02') col = 0;
    else if (key === 'End' || key === '\x05') col = text.length;
    else if (key === 'Up' || key === 'Down') {
      at = Math.max(0, Math.min(history.length, at + (key === 'Up' ? -1 : 1)));
      text = history[at] ?? '';
      col = text.length;
    } else {
      const typed = key.startsWith('Paste:') ? key.slice(6).split('\n')[0]! : [...key].length === 1 && key >= ' ' ? key : '';
      text = text.slice(0, col) + typed + text.slice(col);
      col += typed.length;
    }
  }
}

/** Runs a shell command; with `input` its output is given back, else it is shown. */
function* shell(e: State, command: string, input?: string): Running<string | undefined> {
  const program = e.p.find('sh');
  if (typeof program !== 'function') {
    e.say('E282: cannot start a shell', true);
    return undefined;
  }
  if (input !== undefined) {
    let out = '';
    const sink = sinkTo((text) => void (out += text));
    yield* e.p.wait(e.p.spawn(program, ['sh', '-c', command], { stdin: textSource(input), stdout: sink, stderr: sink }));
    return out;
  }
  e.screen.end();
  e.p.write(`:!${command}\n`);
  yield* e.p.wait(e.p.spawn(program, ['sh', '-c', command]));
  e.p.write('\nPress ENTER or type command to continue');
  yield* e.p.flush();
  e.screen.begin();
  e.screen.put('\x1b[?1049l');
  yield* e.screen.key();
  e.screen.put('\x1b[?1049h');
  e.screen.redraw();
  return undefined;
}

/** One address of a range; undefined when there is none. */
function address(e: State, text: string): { row: number; size: number } | undefined | string {
  const m = /^(?:(\d+)|(\.)|(\$)|'([a-z<>'])|\/((?:\\.|[^/\\])*)\/?|\?((?:\\.|[^?\\])*)\??)?((?:\s*[+-]\d*)*)/.exec(text)!;
  if (m[0] === '') return undefined;
  let row = e.row;
  if (m[1] !== undefined) row = Number(m[1]) - 1;
  else if (m[3]) row = e.lines.length - 1;
  else if (m[4]) {
    const mark = e.marks.get(m[4]);
    if (!mark) return 'E20: Mark not set';
    row = mark.row;
  } else if (m[5] !== undefined || m[6] !== undefined) {
    const pattern = m[5] ?? m[6]!;
    if (pattern && !setPattern(e, pattern)) return e.message;
    const n = e.lines.length;
    const step = m[5] !== undefined ? 1 : -1;
    let k = 1;
    while (k <= n && !e.pattern?.test(e.lines[(((e.row + k * step) % n) + n) % n]!)) k++;
    if (k > n) return `E486: Pattern not found: ${e.patternText}`;
    row = (((e.row + k * step) % n) + n) % n;
  }
  for (const [, sign, digits] of (m[7] ?? '').matchAll(/([+-])(\d*)/g)) row += (sign === '+' ? 1 : -1) * Number(digits || 1);
  return { row, size: m[0].length };
}

/** The commands by the shortest form that names them. */
const NAMES: readonly (readonly [least: string, full: string])[] = [
  ['w', 'write'], ['wa', 'wall'], ['wq', 'wq'], ['wqa', 'wqall'], ['x', 'xit'], ['xa', 'xall'], ['exi', 'exit'], ['q', 'quit'], ['qa', 'qall'], ['cq', 'cquit'], ['e', 'edit'], ['ene', 'enew'], ['r', 'read'], ['s', 'substitute'], ['d', 'delete'], ['y', 'yank'], ['pu', 'put'], ['m', 'move'], ['t', 't'], ['co', 'copy'],
  ['se', 'set'], ['setl', 'setlocal'], ['u', 'undo'], ['red', 'redo'], ['noh', 'nohlsearch'], ['g', 'global'], ['v', 'vglobal'], ['norm', 'normal'], ['syn', 'syntax'], ['sy', 'syntax'], ['filet', 'filetype'], ['colo', 'colorscheme'], ['f', 'file'], ['sav', 'saveas'], ['up', 'update'], ['reg', 'registers'], ['k', 'k'], ['ma', 'mark'], ['j', 'join'], ['h', 'help'], ['le', 'left'], ['sor', 'sort'], ['ret', 'retab'], ['p', 'print'], ['nu', 'number'], ['ve', 'version'], ['sh', 'shell'], ['map', 'map'], ['sp', 'split'], ['vs', 'vsplit'],
];

/** Carries a line of the command line out. */
export function* ex(e: State, typed: string): Running<void> {
  let text = latinWord(typed.trim()).replace(/^:+\s*/, '');
  const rows: number[] = [];
  if (text[0] === '%') {
    rows.push(0, e.lines.length - 1);
    text = text.slice(1);
  } else {
    for (;;) {
      const a = address(e, text);
      if (typeof a === 'string') return e.say(a, true);
      if (a) {
        rows.push(a.row);
        text = text.slice(a.size).trimStart();
      } else if (/^[,;]/.test(text)) rows.push(e.row);
      if (!/^[,;]/.test(text)) break;
      text = text.slice(1).trimStart();
      if (!address(e, text)) {
        rows.push(e.row);
        break;
      }
    }
  }
  text = text.trimStart();
  const to = rows.at(-1) ?? e.row;
  const from = rows.length > 1 ? rows.at(-2)! : to;
  if (from < -1 || to >= e.lines.length + (text === '' ? 1e9 : 0) || from > to) return e.say(from > to ? 'E493: Backwards range given' : 'E16: Invalid range', true);
  if (text === '') {
    if (rows.length) e.go({ row: Math.min(e.lines.length - 1, Math.max(0, to)), col: indentOf(e.lines[Math.min(e.lines.length - 1, Math.max(0, to))]!).length });
    return;
  }
  if (text[0] === '!') {
    if (!rows.length) return void (yield* shell(e, text.slice(1)));
    const out = yield* shell(e, text.slice(1), `${e.lines.slice(from, to + 1).join('\n')}\n`);
    if (out === undefined) return;
    e.checkpoint();
    e.splice(from, to - from + 1, ...out.replace(/\n$/, '').split('\n'));
    return e.go({ row: from, col: 0 });
  }
  if (text[0] === '>' || text[0] === '<') {
    e.checkpoint();
    const by = /^[<>]+/.exec(text)![0].length * (text[0] === '>' ? 1 : -1);
    for (let row = from; row <= to; row++) {
      const indent = indentOf(e.lines[row]!);
      e.splice(row, 1, e.blanks(Math.max(0, e.screenWidth(indent) + by * e.shift)) + e.lines[row]!.slice(indent.length));
    }
    return;
  }
  if (text[0] === '&') return yield* replace(e, from, to, '');
  if (text[0] === '=') return e.say(String(rows.length ? to + 1 : e.lines.length));
  if (text[0] === '"') return;
  const m = /^(k(?=\s*[a-z]$)|s(?=[^\w\s"|])|g(?=[^\w\s"|!])|v(?=[^\w\s"|])|[a-zA-Z]+|&&)(!?)\s*([^]*)$/.exec(text);
  const name = m && NAMES.find(([least, full]) => full.startsWith(m[1]!) && m[1]!.length >= least.length)?.[1];
  if (!m || !name) return e.say(`E492: Not an editor command: ${typed}`, true);
  const force = m[2] === '!';
  const rest = m[3]!;
  const unsaved = (): boolean => {
    if (!e.changed || force) return false;
    e.say('E37: No write since last change (add ! to override)', true);
    return true;
  };
  switch (name) {
    case 'write': case 'update': case 'saveas': case 'wall': {
      if (name === 'update' && !e.changed) return;
      if (rest.startsWith('!')) {
        const out = yield* shell(e, rest.slice(1), `${e.lines.slice(rows.length ? from : 0, rows.length ? to + 1 : undefined).join('\n')}\n`);
        if (out !== undefined) e.say(out.trim().split('\n').at(-1) ?? '');
        return;
      }
      const append = rest.startsWith('>>');
      const target = rest.replace(/^>>\s*/, '') || undefined;
      if (rows.length) write(e, target, force, from, to, append);
      else if (write(e, target, force, 0, e.lines.length - 1, append) && name === 'saveas') {
        e.name = target;
        e.written();
      }
      return;
    }
    case 'wq': case 'wqall': if (write(e, rest || undefined, force)) e.quit = 0; return;
    case 'xit': case 'exit': case 'xall': if (!e.changed && !rest ? true : write(e, rest || undefined, force)) e.quit = 0; return;
    case 'quit': case 'qall': if (!unsaved()) e.quit = 0; return;
    case 'cquit': e.quit = 1; return;
    case 'edit': case 'enew':
      if (unsaved()) return;
      if (name === 'enew') {
        e.name = undefined;
        return e.load(['']);
      }
      if (!rest && e.name === undefined) return e.say('E32: No file name', true);
      return edit(e, rest || e.name!);
    case 'read': {
      let out: string | undefined;
      if (rest.startsWith('!')) out = yield* shell(e, rest.slice(1), '');
      else {
        try {
          out = e.p.files.read(rest || (e.name ?? ''));
        } catch (error) {
          why(error);
          return e.say(`E484: Can't open file ${rest}`, true);
        }
      }
      if (!out) return;
      e.checkpoint();
      const lines = out.replace(/\n$/, '').split('\n');
      e.splice(to + 1, 0, ...lines);
      e.go({ row: to + 1, col: 0 });
      if (!rest.startsWith('!')) e.say(`"${rest}" ${lines.length}L, ${byteLength(out)}B`);
      return;
    }
    case 'substitute': return yield* replace(e, from, to, rest);
    case 'delete': case 'yank': {
      e.keep(/^[a-z"]/i.exec(rest)?.[0], { text: e.lines.slice(from, to + 1).join('\n'), lines: true }, name === 'yank');
      if (name === 'yank') return;
      e.checkpoint();
      e.splice(from, to - from + 1);
      e.go({ row: from, col: 0 });
      if (to - from > 1) e.say(`${to - from + 1} fewer lines`);
      return;
    }
    case 'put': {
      const r = e.registers.get(rest || '"');
      if (!r) return e.say(`E353: Nothing in register ${rest || '"'}`, true);
      e.checkpoint();
      e.splice(to + 1, 0, ...r.text.split('\n'));
      return e.go({ row: to + 1, col: 0 });
    }
    case 'move': case 't': case 'copy': {
      const a = address(e, rest === '0' ? '1-' : rest);
      if (!a || typeof a === 'string') return e.say('E14: Invalid address', true);
      e.checkpoint();
      const lines = e.lines.slice(from, to + 1);
      if (name === 'move' && a.row >= from && a.row < to) return e.say('E134: Cannot move a range of lines into itself', true);
      const target = name === 'move' && a.row > to ? a.row - lines.length : a.row;
      if (name === 'move') e.splice(from, lines.length);
      e.splice(target + 1, 0, ...lines);
      return e.go({ row: target + lines.length, col: 0 });
    }
    case 'join': {
      const last = rows.length > 1 ? to : Math.min(e.lines.length - 1, to + 1);
      e.checkpoint();
      e.splice(from, last - from + 1, e.lines.slice(from, last + 1).map((line, i) => (i ? line.trimStart() : line)).join(' '));
      return;
    }
    case 'sort': {
      const [a, b] = rows.length ? [from, to] : [0, e.lines.length - 1];
      e.checkpoint();
      let lines = e.lines.slice(a, b + 1).sort(/n/.test(rest) ? (x, y) => Number(/-?\d+/.exec(x)?.[0] ?? 0) - Number(/-?\d+/.exec(y)?.[0] ?? 0) : (x, y) => (x < y ? -1 : x > y ? 1 : 0));
      if (force) lines.reverse();
      if (/u/.test(rest)) lines = lines.filter((x, i) => i === 0 || x !== lines[i - 1]);
      return e.splice(a, b - a + 1, ...lines);
    }
    case 'retab': {
      e.checkpoint();
      e.lines.forEach((line, row) => {
        const indent = indentOf(line);
        if (indent.includes('\t') || e.options['expandtab'] !== true) e.splice(row, 1, e.blanks(e.screenWidth(indent)) + line.slice(indent.length));
      });
      return;
    }
    case 'global': case 'vglobal': {
      const d = rest[0];
      const parts = d ? new RegExp(`^\\${d}((?:\\\\.|[^\\\\\\${d}])*)\\${d}?([^]*)$`).exec(rest) : null;
      if (!parts || (parts[1] && !setPattern(e, parts[1]))) return e.say(parts ? e.message : 'E35: No previous regular expression', true);
      const inverse = name === 'vglobal' || force;
      const [a, b] = rows.length ? [from, to] : [0, e.lines.length - 1];
      const re = e.pattern!;
      const chosen = e.lines.map((line, row) => row >= a && row <= b && re.test(line) !== inverse);
      if (!chosen.includes(true)) return e.say(`E486: Pattern not found: ${e.patternText}`, true);
      e.checkpoint();
      let shift = 0;
      const action = parts[2]!.trim() || 'p';
      for (let row = 0; row < chosen.length; row++) {
        if (!chosen[row]) continue;
        const size = e.lines.length;
        e.row = row + shift;
        if (e.lines.length === 1 && /^d/.test(action)) e.splice(0, 1, '');
        else yield* ex(e, action);
        shift += e.lines.length - size;
      }
      return e.go(e.at);
    }
    case 'normal':
      e.screen.feed([...rest, 'Esc']);
      return;
    case 'set': case 'setlocal': return set(e, rest.split(/\s+/).filter(Boolean));
    case 'undo': return e.undo();
    case 'redo': return e.redo();
    case 'nohlsearch': e.pattern = undefined; return;
    case 'syntax': case 'filetype': case 'colorscheme': return;
    case 'file':
      if (rest) e.name = rest;
      return e.say(`"${e.name ?? '[No Name]'}"${e.changed ? ' [Modified]' : ''} ${e.lines.length} line${e.lines.length === 1 ? '' : 's'} --${Math.floor(((e.row + 1) / e.lines.length) * 100)}%--`);
    case 'registers': return e.say([...e.registers].map(([n, r]) => `"${n} ${r.text.split('\n')[0]}`).join('  '));
    case 'k': case 'mark': e.marks.set(rest[0] ?? 'a', { row: to, col: 0 }); return;
    case 'print': case 'number':
      e.go({ row: to, col: 0 });
      return e.say(name === 'number' ? `${to + 1} ${e.lines[to]}` : e.lines[to]!);
    case 'help': return e.say('i types, Esc ends typing, :w writes, :q leaves, :q! leaves without writing, u undoes, /text searches');
    case 'version': return e.say('A small vi of its own, with the manners of Vim 9');
    default: return e.say(`E319: Sorry, :${name} is not supported here yet`, true);
  }
}
