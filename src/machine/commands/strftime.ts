/**
 * strftime(3) and the few time zones that the course meets.
 * Unlike the real one: English names only, no daylight saving; an unknown zone is taken as UTC, as glibc does.
 */
import { type Civil, civil, digits, MONTHS, unix, WEEKDAYS } from '../../sim/date.ts';
import type { Process } from '../process.ts';

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const MONTH_NAMES = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];

export interface Zone {
  /** Minutes east of Greenwich. */
  readonly offset: number;
  readonly name: string;
}

export const UTC: Zone = { offset: 0, name: 'UTC' };
const ZONES: Readonly<Record<string, Zone>> = {
  'Asia/Seoul': { offset: 540, name: 'KST' },
  'Asia/Tokyo': { offset: 540, name: 'JST' },
  'Asia/Shanghai': { offset: 480, name: 'CST' },
  'Etc/UTC': UTC,
  GMT: { offset: 0, name: 'GMT' },
};

/** The zone of the process: TZ, else /etc/timezone, else UTC. */
export function zoneOf(p: Process): Zone {
  let name = p.env.get('TZ');
  if (name === undefined) {
    try {
      name = p.machine.files.read('/etc/timezone').trim();
    } catch {
      return UTC;
    }
  }
  const known = ZONES[name.replace(/^:/, '')];
  if (known) return known;
  const posix = /^([A-Za-z]{3,})([+-]?)(\d{1,2})(?::(\d\d))?$/.exec(name);
  return posix ? { name: posix[1]!, offset: (posix[2] === '-' ? 1 : -1) * (Number(posix[3]) * 60 + Number(posix[4] ?? 0)) } : UTC;
}

const yearDay = (c: Civil): number => Math.round((unix(c.year, c.month, c.day) - unix(c.year, 1, 1)) / 86_400_000);

/** Year and number of the ISO week. */
function isoWeek(c: Civil): [year: number, week: number] {
  const weekday = (c.weekday + 6) % 7;
  const thursday = civil(unix(c.year, c.month, c.day) + (3 - weekday) * 86_400_000);
  return [thursday.year, Math.floor(yearDay(thursday) / 7) + 1];
}

const offsetText = (minutes: number, colon: string): string =>
  `${minutes < 0 ? '-' : '+'}${digits(Math.floor(Math.abs(minutes) / 60))}${colon}${digits(Math.abs(minutes) % 60)}`;

/** Writes the moment `at` (Unix milliseconds) in a zone; unknown conversions are left as they are. */
export function strftime(format: string, at: number, zone: Zone): string {
  const c = civil(at + zone.offset * 60_000);
  const twelve = c.hour % 12 || 12;
  const nanos = digits((((at % 1000) + 1000) % 1000) * 1_000_000, 9);
  const f = (text: string): string => strftime(text, at, zone);
  const numbers: Readonly<Record<string, readonly [value: number, width: number, blank?: string]>> = {
    Y: [c.year, 4], C: [Math.floor(c.year / 100), 2], y: [c.year % 100, 2], m: [c.month, 2], d: [c.day, 2], e: [c.day, 2, ' '], H: [c.hour, 2], k: [c.hour, 2, ' '],
    I: [twelve, 2], l: [twelve, 2, ' '], M: [c.minute, 2], S: [c.second, 2], j: [yearDay(c) + 1, 3], u: [c.weekday || 7, 1], w: [c.weekday, 1],
    s: [Math.floor(at / 1000), 1], V: [isoWeek(c)[1], 2], G: [isoWeek(c)[0], 4], g: [isoWeek(c)[0] % 100, 2], q: [Math.ceil(c.month / 3), 1],
    U: [Math.floor((yearDay(c) + 7 - c.weekday) / 7), 2], W: [Math.floor((yearDay(c) + 7 - ((c.weekday + 6) % 7)) / 7), 2],
  };
  const word = (letter: string, colons: string): string | undefined => {
    switch (letter) {
      case 'a': return WEEKDAYS[c.weekday]!;
      case 'A': return DAYS[c.weekday]!;
      case 'b': case 'h': return MONTHS[c.month - 1]!;
      case 'B': return MONTH_NAMES[c.month - 1]!;
      case 'p': return c.hour < 12 ? 'AM' : 'PM';
      case 'P': return c.hour < 12 ? 'am' : 'pm';
      case 'N': return nanos;
      case 'Z': return zone.name;
      case 'z': return offsetText(zone.offset, colons ? ':' : '') + (colons === '::' ? ':00' : '');
      case 'n': return '\n';
      case 't': return '\t';
      case '%': return '%';
      case 'D': return f('%m/%d/%y');
      case 'F': return f('%Y-%m-%d');
      case 'T': case 'X': return f('%H:%M:%S');
      case 'R': return f('%H:%M');
      case 'r': return f('%I:%M:%S %p');
      case 'c': return f('%a %b %e %H:%M:%S %Y');
      case 'x': return f('%m/%d/%y');
      default: return undefined;
    }
  };
  return format.replace(/%([-_0^#]*)(\d*)(:{0,3})([A-Za-z%])/g, (all, flags: string, width: string, colons: string, letter: string) => {
    const number = numbers[letter];
    if (number) {
      const blank = flags.includes('-') ? '' : flags.includes('_') ? ' ' : flags.includes('0') ? '0' : (number[2] ?? '0');
      const wide = Number(width || number[1]);
      return blank ? String(number[0]).padStart(wide, blank) : String(number[0]);
    }
    let text = word(letter, colons);
    if (text === undefined) return all;
    if (letter === 'N' && width) return text.slice(0, Number(width));
    if (letter === 'N' && flags.includes('-')) return text.replace(/0+$/, '') || '0';
    if (flags.includes('^')) text = text.toUpperCase();
    return width ? text.padStart(Number(width), flags.includes('0') ? '0' : ' ') : text;
  });
}
