/**
 * date: the wall clock of the world, and dates that are told.
 * Unlike the real one: the clock cannot be set.
 */
import type { ExitCode, Process, Running } from '../process.ts';
import { parseDate } from './date-words.ts';
import { open, tried } from './input.ts';
import { wallTime } from './names.ts';
import { extra, type Flavour, misuse, named, options, type Spec } from './options.ts';
import { strftime, UTC, zoneOf } from './strftime.ts';

const ISO: Readonly<Record<string, string>> = { '': '%Y-%m-%d', date: '%Y-%m-%d', hours: '%Y-%m-%dT%H%:z', minutes: '%Y-%m-%dT%H:%M%:z', seconds: '%Y-%m-%dT%H:%M:%S%:z', ns: '%Y-%m-%dT%H:%M:%S,%N%:z' };
const RFC: Readonly<Record<string, string>> = { date: '%Y-%m-%d', seconds: '%Y-%m-%d %H:%M:%S%:z', ns: '%Y-%m-%d %H:%M:%S.%N%:z' };

/** The word of a table that `text` begins. */
const choose = (table: Readonly<Record<string, string>>, text: string): string | undefined => table[text] ?? (text ? Object.entries(table).find(([key]) => key.startsWith(text))?.[1] : undefined);

export function* date(p: Process, flavour: Flavour): Running<ExitCode> {
  const spec: Spec = {
    short: 'd:f:I::Rr:s:u', long: { date: 'd:', file: 'f:', 'iso-8601': 'I::', 'rfc-email': 'R', 'rfc-2822': 'R', 'rfc-3339': 'rfc:', reference: 'r:', set: 's:', utc: 'u', universal: 'u' },
    usage: '[OPTION]... [+FORMAT]\nDisplay date and time in the given FORMAT.\n\n  -d STRING  the time that STRING tells    -u  in UTC    -I[date|hours|minutes|seconds|ns]    -R    -r FILE\nFORMAT: %Y %m %d %H %M %S %s %N %z %Z %F %T %a %A %b %B %j %u %e %p …',
  };
  const o = options(p, flavour, spec);
  if (typeof o === 'number') return o;
  const zone = o.has('u') ? UTC : zoneOf(p);
  let format = '%a %b %e %H:%M:%S %Z %Y';
  for (const [key, value] of o.each) {
    const found = key === 'I' ? choose(ISO, value) : key === 'rfc' ? choose(RFC, value) : key === 'R' ? '%a, %d %b %Y %H:%M:%S %z' : format;
    if (found === undefined) return misuse(p, flavour, spec, `invalid argument ‘${value}’ for ‘${key === 'I' ? '--iso-8601' : '--rfc-3339'}’`);
    format = found;
  }
  for (const word of o.words) {
    if (word.startsWith('+')) format = word.slice(1);
    else if (o.words.indexOf(word) > 0) return extra(p, flavour, spec, word);
    else if (/^\d+$/.test(word)) {
      p.warn(`${named(p)}: cannot set date: Operation not permitted\n`);
      return 1;
    } else {
      p.warn(flavour === 'busybox' ? `${named(p)}: invalid date '${word}'\n` : `${named(p)}: invalid date ‘${word}’\n`);
      return 1;
    }
  }
  if (o.has('s')) {
    p.warn(`${named(p)}: cannot set date: Operation not permitted\n`);
    return 1;
  }
  const show = (text: string): boolean => {
    const at = parseDate(text, p.date, zone);
    if (at === undefined) p.warn(flavour === 'busybox' ? `${named(p)}: invalid date '${text}'\n` : `${named(p)}: invalid date ‘${text}’\n`);
    else p.write(`${strftime(format, at, zone)}\n`);
    return at !== undefined;
  };
  if (o.has('f')) {
    const input = open(p, o.value('f')!);
    if (!input) return 1;
    let good = true;
    for (let line = yield* input.line(); line !== undefined; line = yield* input.line()) good = show(line) && good;
    return good ? 0 : 1;
  }
  if (o.has('d')) return show(o.value('d')!) ? 0 : 1;
  let at = p.date;
  const file = o.value('r');
  if (file !== undefined) {
    const good = tried(p, file, () => {
      const stat = p.files.stat(file);
      if (stat) at = wallTime(p, stat.modified);
      else p.files.read(file);
    });
    if (!good) return 1;
  }
  p.write(`${strftime(format, at, zone)}\n`);
  return 0;
}
