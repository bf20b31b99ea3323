/**
 * Cron schedules: `5 4 * * *`, `0 9 * * mon-fri`, `@hourly`, `@every 90s` (github.com/robfig/cron/v3, its standard parser).
 */

/** Which minutes, hours, days, months and weekdays are meant; days and weekdays both count unless one of them is open. Or every so often. */
export type Schedule =
  | { readonly every: number }
  | { readonly minutes: ReadonlySet<number>; readonly hours: ReadonlySet<number>; readonly days: ReadonlySet<number>; readonly months: ReadonlySet<number>; readonly weekdays: ReadonlySet<number>; readonly anyDay: boolean; readonly anyWeekday: boolean };

interface Bounds {
  readonly least: number;
  readonly most: number;
  readonly names?: readonly string[];
}

const FIELDS: readonly Bounds[] = [
  { least: 0, most: 59 }, { least: 0, most: 23 }, { least: 1, most: 31 },
  { least: 1, most: 12, names: ['', 'jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'] },
  { least: 0, most: 6, names: ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] },
];
const WORDS: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *', '@annually': '0 0 1 1 *', '@monthly': '0 0 1 * *', '@weekly': '0 0 * * 0', '@daily': '0 0 * * *', '@midnight': '0 0 * * *', '@hourly': '0 * * * *',
};
const UNITS: Readonly<Record<string, number>> = { ns: 1e-6, us: 1e-3, µs: 1e-3, ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

class Wrong extends Error {}

function wrong(text: string): never {
  throw new Wrong(text);
}

function number(text: string, names: readonly string[] | undefined): number {
  const named = text === '' ? -1 : (names?.indexOf(text.toLowerCase()) ?? -1);
  if (named >= 0) return named;
  if (!/^[+-]?\d+$/.test(text)) wrong(`failed to parse int from ${text}: strconv.Atoi: parsing "${text}": invalid syntax`);
  const n = Number(text);
  return n < 0 ? wrong(`negative number (${n}) not allowed: ${text}`) : n;
}

/** One part between commas. Returns whether it stands for everything. */
function addRange(to: Set<number>, text: string, { least, most, names }: Bounds): boolean {
  const [range = '', ...steps] = text.split('/');
  const ends = range.split('-');
  const open = ends[0] === '*' || ends[0] === '?';
  let start = least;
  let end = most;
  if (!open) {
    start = number(ends[0]!, names);
    if (ends.length > 2) wrong(`too many hyphens: ${text}`);
    end = ends.length === 1 ? start : number(ends[1]!, names);
  }
  if (steps.length > 1) wrong(`too many slashes: ${text}`);
  const step = steps.length === 1 ? number(steps[0]!, undefined) : 1;
  if (steps.length === 1 && ends.length === 1) end = most;
  if (start < least) wrong(`beginning of range (${start}) below minimum (${least}): ${text}`);
  if (end > most) wrong(`end of range (${end}) above maximum (${most}): ${text}`);
  if (start > end) wrong(`beginning of range (${start}) beyond end of range (${end}): ${text}`);
  if (step === 0) wrong(`step of range should be a positive number: ${text}`);
  for (let n = start; n <= end; n += step) to.add(n);
  return open && step <= 1;
}

function parse(text: string): Schedule {
  if (text === '') wrong('empty spec string');
  const spec = /^(TZ|CRON_TZ)=\S* /.test(text) ? text.slice(text.indexOf(' ')).trim() : text;
  if (spec.startsWith('@every ')) {
    const duration = spec.slice('@every '.length);
    if (!/^[+-]?(\d+(\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h)((\d+(\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h))*$/.test(duration)) wrong(`failed to parse duration ${spec}: time: invalid duration "${duration}"`);
    let ms = 0;
    for (const m of duration.matchAll(/([\d.]+)(ns|us|µs|ms|s|m|h)/g)) ms += Number(m[1]) * UNITS[m[2]!]!;
    return { every: Math.max(1000, Math.floor(ms / 1000) * 1000) };
  }
  const plain = spec.startsWith('@') ? WORDS[spec] : spec;
  if (plain === undefined) return wrong(`unrecognized descriptor: ${spec}`);
  const fields = plain.split(/\s+/).filter(Boolean);
  if (fields.length !== 5) wrong(`expected exactly 5 fields, found ${fields.length}: [${fields.join(' ')}]`);
  const sets: Set<number>[] = [];
  const open: boolean[] = [];
  for (const [i, field] of fields.entries()) {
    const set = new Set<number>();
    let any = false;
    for (const part of field.split(',')) if (part && addRange(set, part, FIELDS[i]!)) any = true;
    sets.push(set);
    open.push(any);
  }
  return { minutes: sets[0]!, hours: sets[1]!, days: sets[2]!, months: sets[3]!, weekdays: sets[4]!, anyDay: open[2]!, anyWeekday: open[4]! };
}

/** Reads a schedule; a string is the error that the API server gives. */
export function parseSchedule(text: string): Schedule | string {
  try {
    return parse(text);
  } catch (error) {
    if (error instanceof Wrong) return error.message;
    throw error;
  }
}
