/**
 * What `date -d` understands: ISO dates, RFC 2822 dates, times, `@seconds`, and words such as `yesterday`, `+2 hours`, `3 days ago`, `next month`.
 * Unlike GNU's: no names of zones but UTC, GMT, KST, Z; no ordinals, no fortnights.
 */
import { civil, MONTHS, unix, WEEKDAYS } from '../../sim/date.ts';
import type { Zone } from './strftime.ts';

const UNIT_MS: Readonly<Record<string, number>> = { sec: 1000, second: 1000, min: 60_000, minute: 60_000, hour: 3_600_000, day: 86_400_000, week: 604_800_000 };
const ZONES: Readonly<Record<string, number>> = { utc: 0, gmt: 0, z: 0, kst: 540, jst: 540 };

const index = (names: readonly string[], word: string): number => (word.length < 3 ? -1 : names.findIndex((n) => word.slice(0, 3) === n.toLowerCase()));

/** The moment that `text` names (Unix milliseconds), seen from `now` in `zone`; undefined when it is no date. */
export function parseDate(text: string, now: number, zone: Zone): number | undefined {
  const at = /^\s*@(-?\d+(?:\.\d+)?)\s*$/.exec(text);
  if (at) return Math.floor(Number(at[1]) * 1000);
  const here = civil(now + zone.offset * 60_000);
  let { year, month, day } = here;
  let time: [number, number, number, number] | undefined;
  let offset: number | undefined;
  let dated = false;
  let months = 0;
  let shift = 0;
  let weekday = -1;
  let weeks = 0;
  let rest = text.trim().toLowerCase().replace(/\([^)]*\)/g, '');
  const take = (pattern: RegExp): RegExpExecArray | undefined => {
    const m = pattern.exec(rest);
    if (!m) return undefined;
    rest = rest.slice(m[0].length).replace(/^[\s,]+/, '');
    return m;
  };
  const setYear = (value: string): void => void (year = value.length <= 2 ? Number(value) + (Number(value) < 69 ? 2000 : 1900) : Number(value));
  while (rest) {
    let m: RegExpExecArray | undefined;
    if ((m = take(/^(\d{4,})-(\d{1,2})-(\d{1,2})(?:t(?=\d)|(?=[\s,]|$))/))) {
      [year, month, day, dated] = [Number(m[1]), Number(m[2]), Number(m[3]), true];
    } else if ((m = take(/^(\d{1,2})\/(\d{1,2})(?:\/(\d{2,4}))?(?=\s|$)/))) {
      [month, day, dated] = [Number(m[1]), Number(m[2]), true];
      if (m[3]) setYear(m[3]);
    } else if ((m = take(/^(\d{8})(?=\s|$)/))) {
      [year, month, day, dated] = [Number(m[1]!.slice(0, 4)), Number(m[1]!.slice(4, 6)), Number(m[1]!.slice(6)), true];
    } else if ((m = take(/^(\d{1,2})(?::(\d\d)(?::(\d\d)(?:[.,](\d+))?)?)?\s*(am|pm)(?![a-z])/)) || (m = take(/^(\d{1,2}):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?/))) {
      let hour = Number(m[1]);
      if (m[5]) hour = (hour % 12) + (m[5] === 'pm' ? 12 : 0);
      time = [hour, Number(m[2] ?? 0), Number(m[3] ?? 0), m[4] ? Math.floor(Number(`0.${m[4]}`) * 1000) : 0];
      const zoned = take(/^([+-])(\d\d):?(\d\d)?(?=\s|$)/);
      if (zoned) offset = (zoned[1] === '-' ? -1 : 1) * (Number(zoned[2]) * 60 + Number(zoned[3] ?? 0));
    } else if ((m = take(/^(?:([+-])\s*)?(\d+|an?|next|last|this)\s*(sec|second|min|minute|hour|day|week|month|year)s?(?![a-z])(\s+ago)?/))) {
      const count = m[2] === 'last' ? -1 : m[2] === 'this' ? 0 : /^(a|an|next)$/.test(m[2]!) ? 1 : Number(m[2]);
      const sign = (m[1] === '-' ? -1 : 1) * (m[4] ? -1 : 1);
      if (m[3] === 'month') months += sign * count;
      else if (m[3] === 'year') months += sign * count * 12;
      else shift += sign * count * UNIT_MS[m[3]!]!;
    } else if ((m = take(/^(\d{1,2})[\s-]*([a-z]{3,9})\.?[\s,-]*(\d{4})?(?=\s|$|,)/)) && index(MONTHS, m[2]!) >= 0) {
      [day, month, dated] = [Number(m[1]), index(MONTHS, m[2]!) + 1, true];
      if (m[3]) setYear(m[3]);
    } else if ((m = take(/^([a-z]+)\.?/))) {
      const word = m[1]!;
      const next = word === 'next' || word === 'last' ? take(/^([a-z]+)/) : undefined;
      const name = next?.[1] ?? word;
      if (word === 'now' || word === 'today') dated = dated || false;
      else if (word === 'yesterday') shift -= 86_400_000;
      else if (word === 'tomorrow') shift += 86_400_000;
      else if (word === 'midnight') time = [0, 0, 0, 0];
      else if (word === 'noon') time = [12, 0, 0, 0];
      else if (word in ZONES) {
        offset = ZONES[word]!;
        const more = take(/^([+-])(\d{1,2})(?::?(\d\d))?(?=\s|$)/);
        if (more) offset += (more[1] === '-' ? -1 : 1) * (Number(more[2]) * 60 + Number(more[3] ?? 0));
      } else if (index(WEEKDAYS, name) >= 0 && /^(sun|mon|tues?|wed(nes)?|thu(rs)?|fri|sat(ur)?)(day)?$/.test(name)) {
        weekday = index(WEEKDAYS, name);
        weeks = word === 'last' ? -1 : word === 'next' ? 1 : 0;
      } else if (index(MONTHS, word) >= 0) {
        month = index(MONTHS, word) + 1;
        const parts = take(/^(\d{1,2})(?!:|\d)(?:[\s,]+(\d{4})(?![\d:]))?/);
        if (!parts) return undefined;
        [day, dated] = [Number(parts[1]), true];
        if (parts[2]) setYear(parts[2]);
      } else return undefined;
    } else if (dated && (m = take(/^(\d{4})(?=\s|$)/))) setYear(m[1]!);
    else if (time && (m = take(/^([+-])(\d\d):?(\d\d)?(?=\s|$)/))) offset = (m[1] === '-' ? -1 : 1) * (Number(m[2]) * 60 + Number(m[3] ?? 0));
    else return undefined;
  }
  if (month < 1 || month > 12 || day < 1 || day > 31 || (time && (time[0] > 23 || time[1] > 59 || time[2] > 60))) return undefined;
  if (dated && civil(unix(year, month, day)).day !== day) return undefined;
  const clock: [number, number, number, number] = time ?? (dated || weekday >= 0 || text.trim() === '' ? [0, 0, 0, 0] : [here.hour, here.minute, here.second, here.millisecond]);
  const whole = year * 12 + month - 1 + months;
  let moment = unix(Math.floor(whole / 12), (whole % 12) + 1, 1) + (day - 1) * 86_400_000 + clock[0] * 3_600_000 + clock[1] * 60_000 + clock[2] * 1000 + clock[3];
  if (weekday >= 0) {
    const away = (weekday - civil(moment).weekday + 7) % 7;
    moment += (away + (weeks < 0 ? -7 : weeks > 0 && away === 0 ? 7 : 0)) * 86_400_000;
  }
  return moment - (offset ?? zone.offset) * 60_000 + shift;
}
