/**
 * watch: runs a command again and again and shows its output on the whole screen. Stands for procps' watch.
 */
import { sinkTo } from '../pipe.ts';
import type { ExitCode, Process, Running } from '../process.ts';
import type { Suite } from './chunks.ts';
import { type Flavour, misuse, options, type Spec } from './options.ts';
import { Screen } from './screen.ts';
import { strftime, zoneOf } from './strftime.ts';
import { charWidth, clip, textWidth } from './width.ts';

/** Cells of one output line with the codes that colour them, cut to the screen. */
function fit(line: string, width: number, colours: boolean): string {
  let out = '';
  let used = 0;
  let painted = false;
  for (let i = 0; i < line.length; ) {
    const code = line[i] === '\x1b' ? /^\x1b\[[0-9;?]*[A-Za-z]/.exec(line.slice(i)) : null;
    if (code) {
      if (colours && code[0].endsWith('m')) {
        out += code[0];
        painted = true;
      }
      i += code[0].length;
      continue;
    }
    const c = String.fromCodePoint(line.codePointAt(i)!);
    i += c.length;
    const w = c === '\t' ? 8 - (used % 8) : charWidth(c.codePointAt(0)!);
    if (used + w > width) break;
    out += c === '\t' ? ' '.repeat(w) : c < ' ' ? '' : c;
    used += w;
  }
  return out + (painted ? '\x1b[m' : '');
}

/** Marks the characters that are not what they were. */
function highlight(now: string, before: string | undefined): string {
  if (before === undefined || now === before || /\x1b/.test(now)) return now;
  let out = '';
  const [a, b] = [[...now], [...before]];
  let on = false;
  a.forEach((c, i) => {
    const differs = c !== (b[i] ?? ' ');
    if (differs !== on) out += differs ? '\x1b[7m' : '\x1b[27m';
    on = differs;
    out += c;
  });
  return on ? `${out}\x1b[27m` : out;
}

function* watch(p: Process, flavour: Flavour): Running<ExitCode> {
  const spec: Spec = {
    short: '+bcden:ghptvx', long: { beep: 'b', color: 'c', differences: 'd::', errexit: 'e', interval: 'n:', chgexit: 'g', 'no-title': 't', exec: 'x', precise: 'p' }, version: 'from procps-ng 4.0.2',
    usage: '[OPTION]... COMMAND\nRun COMMAND every 2 seconds and show its output.\n\n  -n SECS  interval    -d  mark changes    -t  no title    -e  stop at an error    -g  stop at a change    -c  keep colours    -x  without a shell',
    after: '\nUsage:\n watch [options] command\n\nFor more details see watch(1).\n',
  };
  const o = options(p, flavour, spec);
  if (typeof o === 'number') return o;
  if (!o.words.length) return misuse(p, flavour, spec, '');
  const interval = Number((o.value('n') ?? '2').replace(',', '.'));
  if (!Number.isFinite(interval)) {
    p.warn(`watch: failed to parse argument: '${o.value('n')}'\n`);
    return 1;
  }
  const every = Math.max(0.1, interval) * 1000;
  const shell = o.has('x') ? undefined : p.find('sh');
  const command = o.words.join(' ');
  const program = shell ?? p.find(o.words[0]!);
  if (typeof program !== 'function') {
    p.warn(`watch: ${o.has('x') ? o.words[0] : 'sh'}: No such file or directory\n`);
    return 127;
  }
  const args = shell ? ['sh', '-c', command] : o.words;

  const run = (hear: (text: string) => void): Process => {
    const sink = sinkTo((text) => hear(text));
    return p.spawn(program, args, { stdout: sink, stderr: sink });
  };
  const tty = p.stdout.tty;
  if (!tty) {
    // Without a terminal: one output after the other.
    for (;;) {
      const code = yield* p.wait(run((text) => p.write(text)));
      if (code && o.has('e')) return code;
      yield* p.flush();
      yield* p.sleep(every);
    }
  }
  const screen = new Screen(p, tty);
  let before: string[] | undefined;
  let output = '';
  let next = p.now;
  let code = 0;
  const show = (): void => {
    const { columns, rows } = screen;
    const seconds = every / 1000;
    const left = `Every ${seconds.toFixed(1)}s: ${command}`;
    const right = `${p.machine.hostname}: ${strftime('%a %b %e %H:%M:%S %Y', p.date, zoneOf(p))}`;
    const room = columns - textWidth(right) - 1;
    const title = flavour === 'busybox' ? `Every ${seconds.toFixed(1)}s: ${command}` : room > 8 ? `${textWidth(left) > room ? `${clip(left, room - 3)}...` : left}`.padEnd(room + 1 - (textWidth(left) - left.length)) + right : clip(left, columns);
    const head = o.has('t') ? [] : [title, ''];
    const lines = output.replace(/\n$/, '').split('\n').slice(0, rows - head.length).map((line) => fit(line.replace(/\r/g, ''), columns, o.has('c')));
    screen.draw([...head, ...(o.has('d') && before ? lines.map((line, i) => highlight(line, before![i])) : lines)]);
    before = lines;
  };
  screen.begin();
  try {
    for (;;) {
      if (p.now >= next) {
        let text = '';
        const child = run((piece) => void (text += piece));
        code = yield* p.wait(child);
        const changed = before !== undefined && text !== output;
        output = text;
        show();
        if (code && o.has('e')) {
          screen.draw([...Array.from({ length: screen.rows - 1 }, (_, i) => (o.has('t') ? (before?.[i] ?? '') : i === 0 ? '' : i === 1 ? '' : (before?.[i - 2] ?? ''))), `\x1b[7mcommand exit with a non-zero status, press a key to exit\x1b[m`]);
          yield* screen.key();
          return code;
        }
        if (changed && o.has('g')) return 0;
        next = Math.max(p.now, next + every);
      }
      const key = yield* screen.key(next);
      if (key === 'q' || key === '\x03' || key === 'Hangup') return key === '\x03' ? 130 : 0;
      if (key === '\x1a') yield* screen.suspend();
      if (key === 'Resize') show();
      if (key === ' ') next = p.now;
    }
  } finally {
    screen.end();
  }
}

/** The commands of this chunk. */
export const suite: Suite = { watch };
