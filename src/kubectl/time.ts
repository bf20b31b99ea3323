/**
 * Times in arguments, with the error texts of Go's time.Parse.
 */
import { parseRfc3339 } from '../sim/date.ts';
import { CliError } from './errors.ts';
import { quote } from './go.ts';

const LAYOUT = '2006-01-02T15:04:05Z07:00';
const PARTS: readonly (readonly [RegExp, string])[] = [
  [/^\d{4}/, '2006'], [/^-/, '-'], [/^\d\d/, '01'], [/^-/, '-'], [/^\d\d/, '02'], [/^T/, 'T'], [/^\d\d/, '15'], [/^:/, ':'], [/^\d\d/, '04'], [/^:/, ':'], [/^\d\d(?:[.,]\d+)?/, '05'], [/^(?:Z|[+-]\d\d:\d\d)/, 'Z07:00'],
];
const RANGES: Readonly<Record<string, readonly [number, number, string]>> = { '01': [1, 12, 'month'], '02': [1, 31, 'day'], '15': [0, 23, 'hour'], '04': [0, 59, 'minute'], '05': [0, 59, 'second'] };

/** An RFC 3339 time in Unix milliseconds. Throws CliError. */
export function parseTime(text: string): number {
  let rest = text;
  for (const [part, layout] of PARTS) {
    const found = part.exec(rest)?.[0];
    if (found === undefined) throw new CliError(`parsing time ${quote(text)} as ${quote(LAYOUT)}: cannot parse ${quote(rest)} as ${quote(layout)}`);
    const range = RANGES[layout];
    if (range && (parseInt(found, 10) < range[0] || parseInt(found, 10) > range[1])) throw new CliError(`parsing time ${quote(text)}: ${range[2]} out of range`);
    rest = rest.slice(found.length);
  }
  if (rest) throw new CliError(`parsing time ${quote(text)}: extra text: ${quote(rest)}`);
  const at = parseRfc3339(text);
  if (at === undefined) throw new CliError(`parsing time ${quote(text)}: day out of range`);
  return at;
}
