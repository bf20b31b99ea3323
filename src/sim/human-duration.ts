/** How long ago, as kubectl and the API server's tables write it (k8s.io/apimachinery/pkg/util/duration.HumanDuration). */
import { parseRfc3339 } from './date.ts';

const pair = (a: number, unit: string, b: number, small: string): string => (b === 0 ? `${a}${unit}` : `${a}${unit}${b}${small}`);

/** `95s`, `5m3s`, `3h`, `7d4h`, `2y10d` from milliseconds; `<invalid>` for more than a second in the future. */
export function humanDuration(ms: number): string {
  const seconds = Math.trunc(ms / 1000);
  if (seconds < -1) return '<invalid>';
  if (seconds < 0) return '0s';
  if (seconds < 120) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 10) return pair(minutes, 'm', seconds % 60, 's');
  if (minutes < 180) return `${minutes}m`;
  const hours = Math.floor(minutes / 60);
  if (hours < 8) return pair(hours, 'h', minutes % 60, 'm');
  if (hours < 48) return `${hours}h`;
  const days = Math.floor(hours / 24);
  if (hours < 192) return pair(days, 'd', hours % 24, 'h');
  if (days < 730) return `${days}d`;
  if (days < 2920) return pair(Math.floor(days / 365), 'y', days % 365, 'd');
  return `${Math.floor(days / 365)}y`;
}

/** The time since an RFC 3339 time at `unix` milliseconds; `<unknown>` without one. */
export function ageAt(unix: number, since: string | undefined): string {
  const then = since ? parseRfc3339(since) : undefined;
  return then === undefined ? '<unknown>' : humanDuration(unix - then);
}
