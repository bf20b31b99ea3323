/**
 * Calendar arithmetic in UTC on plain numbers: the engine may not use Date.
 * Unix milliseconds in, civil dates and the usual written forms out.
 */

/** A moment in UTC, taken apart. */
export interface Civil {
  year: number;
  /** 1 to 12 */
  month: number;
  /** 1 to 31 */
  day: number;
  hour: number;
  minute: number;
  second: number;
  millisecond: number;
  /** 0 is Sunday */
  weekday: number;
}

export const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const;
export const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

const DAY = 86_400_000;

/** Unix milliseconds to a civil date in UTC (proleptic Gregorian). */
export function civil(unix: number): Civil {
  const days = Math.floor(unix / DAY);
  const rest = unix - days * DAY;
  const z = days + 719_468;
  const era = Math.floor(z / 146_097);
  const doe = z - era * 146_097;
  const yoe = Math.floor((doe - Math.floor(doe / 1460) + Math.floor(doe / 36_524) - Math.floor(doe / 146_096)) / 365);
  const doy = doe - (365 * yoe + Math.floor(yoe / 4) - Math.floor(yoe / 100));
  const mp = Math.floor((5 * doy + 2) / 153);
  const month = mp < 10 ? mp + 3 : mp - 9;
  return {
    year: yoe + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: doy - Math.floor((153 * mp + 2) / 5) + 1,
    hour: Math.floor(rest / 3_600_000),
    minute: Math.floor(rest / 60_000) % 60,
    second: Math.floor(rest / 1000) % 60,
    millisecond: Math.floor(rest % 1000),
    weekday: (((days + 4) % 7) + 7) % 7,
  };
}

/** A civil date in UTC to Unix milliseconds. */
export function unix(year: number, month: number, day: number, hour = 0, minute = 0, second = 0, millisecond = 0): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yoe = y - era * 400;
  const doy = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  const doe = yoe * 365 + Math.floor(yoe / 4) - Math.floor(yoe / 100) + doy;
  return (era * 146_097 + doe - 719_468) * DAY + hour * 3_600_000 + minute * 60_000 + second * 1000 + millisecond;
}

/** At least `width` digits. */
export const digits = (n: number, width = 2): string => String(n).padStart(width, '0');

/** `2026-11-24T10:30:18Z`, as in metadata.creationTimestamp. */
export function rfc3339(at: number): string {
  const c = civil(at);
  return `${digits(c.year, 4)}-${digits(c.month)}-${digits(c.day)}T${digits(c.hour)}:${digits(c.minute)}:${digits(c.second)}Z`;
}

/** `2026-11-24T10:30:18.123000Z`, the MicroTime of leases and events. */
export function rfc3339Micro(at: number): string {
  return rfc3339(at).replace('Z', `.${digits(civil(at).millisecond, 3)}000Z`);
}

/** `Tue, 24 Nov 2026 10:30:18 +0000`, as kubectl describe writes it. */
export function rfc1123(at: number): string {
  const c = civil(at);
  return `${WEEKDAYS[c.weekday]}, ${digits(c.day)} ${MONTHS[c.month - 1]} ${c.year} ${digits(c.hour)}:${digits(c.minute)}:${digits(c.second)} +0000`;
}

/** Reads an RFC 3339 time; undefined when it is none. */
export function parseRfc3339(text: string): number | undefined {
  const m = /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/.exec(text);
  if (!m) return undefined;
  const zone = m[8]!.toUpperCase();
  const offset = zone === 'Z' ? 0 : (zone[0] === '-' ? -1 : 1) * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4, 6)));
  const fraction = m[7] ? Math.floor(Number(m[7]) * 1000) : 0;
  return unix(Number(m[1]), Number(m[2]), Number(m[3]), Number(m[4]), Number(m[5]), Number(m[6]), fraction) - offset * 60_000;
}
