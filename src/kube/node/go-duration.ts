/**
 * Durations as Go prints them: `1m2.345s`, `912ms`, `10s`.
 */
import type { Millis } from '../../sim/clock.ts';

/** Whole milliseconds in Go's words. */
export function goDuration(ms: Millis): string {
  const whole = Math.round(ms);
  if (whole < 1000) return whole === 0 ? '0s' : `${whole}ms`;
  const hours = Math.floor(whole / 3_600_000);
  const minutes = Math.floor(whole / 60_000) % 60;
  const seconds = (whole % 60_000) / 1000;
  return `${hours ? `${hours}h` : ''}${hours || minutes ? `${minutes}m` : ''}${seconds}s`;
}
