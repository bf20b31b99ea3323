/**
 * wc: counts lines, words, characters, bytes.
 */
import type { ExitCode, Process, Running } from '../process.ts';
import { open, operands } from './input.ts';
import { type Flavour, options } from './options.ts';
import { byteLength } from './bytes.ts';
import { textWidth } from './width.ts';

export function* wc(p: Process, flavour: Flavour): Running<ExitCode> {
  const o = options(p, flavour, {
    short: 'clmwL', long: { bytes: 'c', chars: 'm', lines: 'l', words: 'w', 'max-line-length': 'L' },
    usage: '[OPTION]... [FILE]...\nPrint newline, word, and byte counts for each FILE, and a total line if there are several.\n\n  -l  lines    -w  words    -m  characters    -c  bytes    -L  width of the longest line',
  });
  if (typeof o === 'number') return o;
  const asked = ['l', 'w', 'm', 'c', 'L'].filter((k) => o.has(k));
  const shown = asked.length ? asked : ['l', 'w', 'c'];
  const rows: { counts: Record<string, number>; name: string }[] = [];
  const total: Record<string, number> = { l: 0, w: 0, m: 0, c: 0, L: 0 };
  let status = 0;
  let stream = o.words.length === 0;
  let bytes = 0;
  for (const word of operands(o.words)) {
    if (word === '-') stream = true;
    let folder = false;
    const input = open(p, word, (path, w) => {
      folder = w.startsWith('Is a');
      return flavour === 'busybox' && folder ? `read error: ${w}` : `${path}: ${w}`;
    });
    if (!input) {
      status = 1;
      if (folder) {
        stream = true;
        rows.push({ counts: { l: 0, w: 0, m: 0, c: 0, L: 0 }, name: word });
      }
      continue;
    }
    const n: Record<string, number> = { l: 0, w: 0, m: 0, c: 0, L: 0 };
    let inside = false;
    let line = '';
    for (let piece = yield* input.piece(); piece !== undefined; piece = yield* input.piece()) {
      n['c']! += byteLength(piece);
      for (let at = piece.indexOf('\n'); at >= 0; at = piece.indexOf('\n', at + 1)) n['l']!++;
      if (shown.includes('w')) {
        const words = piece.match(/[^\s]+/g)?.length ?? 0;
        n['w']! += words - (inside && /^\S/.test(piece) ? 1 : 0);
        if (piece) inside = /\S$/.test(piece);
      }
      if (shown.includes('m')) n['m']! += piece.length - (piece.match(/[\ud800-\udbff][\udc00-\udfff]|[\udc80-\udcff]/g)?.length ?? 0);
      if (shown.includes('L')) {
        const lines = (line + piece).split('\n');
        line = lines.at(-1)!;
        for (const l of lines) n['L'] = Math.max(n['L']!, textWidth(l.replace(/\t/g, '        ')));
      }
    }
    for (const key of Object.keys(total)) total[key] = key === 'L' ? Math.max(total[key]!, n[key]!) : total[key]! + n[key]!;
    bytes += n['c']!;
    rows.push({ counts: n, name: o.words.length ? word : '' });
  }
  if (o.words.length > 1) rows.push({ counts: total, name: 'total' });
  const width = rows.length === 1 && shown.length === 1 ? 1 : stream ? 7 : String(bytes).length;
  for (const row of rows) {
    const cells = shown.map((key) => String(row.counts[key]).padStart(flavour === 'busybox' && (shown.length > 1 || o.words.length > 1) ? 9 : width));
    p.write(`${cells.join(' ')}${row.name ? ` ${row.name}` : ''}\n`);
  }
  return status;
}
