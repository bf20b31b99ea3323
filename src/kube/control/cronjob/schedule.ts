/**
 * The moments of a cron schedule: the next one after a time, in a time zone, and the last one that is due.
 * Stands for robfig/cron's SpecSchedule and the counting of missed starts in pkg/controller/cronjob/utils.go.
 */
import { civil, unix, type Civil } from '../../../sim/date.ts';
import { zoneAt } from '../../../sim/time-zone.ts';
import type { Schedule } from '../../kinds/cron.ts';

const MINUTE = 60_000;
const HOUR = 3_600_000;
const YEARS = 5;
const MANY = 100;

/** Unix milliseconds that an object carries, its schedule, and the zone it is meant in. */
export interface Plan {
  readonly schedule: Schedule;
  readonly zone: string;
}

type Times = Exclude<Schedule, { readonly every: number }>;

const offset = (zone: string, at: number): number => zoneAt(zone, at)?.offset ?? 0;
const local = (zone: string, at: number): Civil => civil(at + offset(zone, at));

/** The moment at which clocks of a zone show this time. */
function momentOf(zone: string, year: number, month: number, day: number, hour = 0): number {
  const shown = unix(year, month, day, hour);
  return shown - offset(zone, shown - offset(zone, shown));
}

/** Days and weekdays both count, but one of them is enough when neither is open. */
function isDay({ days, weekdays, anyDay, anyWeekday }: Times, { day, weekday }: Civil): boolean {
  return anyDay || anyWeekday ? days.has(day) && weekdays.has(weekday) : days.has(day) || weekdays.has(weekday);
}

/** The first moment of the next month, day or hour of the zone's clock. */
function nextMonth(zone: string, { year, month }: Civil): number {
  return month === 12 ? momentOf(zone, year + 1, 1, 1) : momentOf(zone, year, month + 1, 1);
}

function nextDay(zone: string, { year, month, day }: Civil, at: number): number {
  const then = civil(unix(year, month, day) + 24 * HOUR);
  const start = momentOf(zone, then.year, then.month, then.day);
  return start > at ? start : at + HOUR;
}

/** The next moment after `after`, in Unix milliseconds; undefined when there is none within five years. */
export function next({ schedule, zone }: Plan, after: number): number | undefined {
  if ('every' in schedule) return Math.floor(after / 1000) * 1000 + schedule.every;
  let at = (Math.floor(after / MINUTE) + 1) * MINUTE;
  const last = local(zone, at).year + YEARS;
  for (;;) {
    const c = local(zone, at);
    if (c.year > last) return undefined;
    if (!schedule.months.has(c.month)) at = nextMonth(zone, c);
    else if (!isDay(schedule, c)) at = nextDay(zone, c, at);
    else if (!schedule.hours.has(c.hour)) at += HOUR - c.minute * MINUTE;
    else if (!schedule.minutes.has(c.minute)) at += MINUTE;
    else return at;
  }
}

/** What has been missed since a time. */
export interface Missed {
  /** The last moment that is due; undefined when none is. */
  readonly last: number | undefined;
  readonly some: boolean;
  readonly many: boolean;
}

/** The last moment after `from` and not after `now`; a string says why there cannot be one. */
export function lastDue(plan: Plan, from: number, now: number): Missed | string {
  const first = next(plan, from);
  const second = first === undefined ? undefined : next(plan, first);
  if (first === undefined || second === undefined) return 'time difference between two schedules is less than 1 second';
  if (now < first) return { last: undefined, some: false, many: false };
  if (now < second) return { last: first, some: false, many: false };
  const step = Math.floor((second - first) / 1000);
  const count = Math.floor(Math.floor((now - first) / 1000) / step) + 1;
  let last: number | undefined;
  // Steps may differ in length, so the last ones are walked from shortly before.
  for (let at = next(plan, first + (count - 2) * step * 1000); at !== undefined && at <= now; at = next(plan, at)) last = at;
  return { last, some: count > 0, many: count > MANY };
}
