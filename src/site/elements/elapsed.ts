/** Virtual time as a learner reads it. */

/** `00:01:42` of so many milliseconds. */
export function elapsed(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  return [seconds / 3600, (seconds / 60) % 60, seconds % 60].map((part) => String(Math.floor(part)).padStart(2, '0')).join(':');
}

/** `0.412 s` after something: milliseconds as seconds with three places, minutes when long. */
export const after = (ms: number): string =>
  ms < 60_000 ? `${(ms / 1000).toFixed(3)} s` : `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`;
