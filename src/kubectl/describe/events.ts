/** The events of an object, with which most descriptions end. */
import { parseRfc3339 } from '../../sim/date.ts';
import { ageAt } from '../../sim/human-duration.ts';
import type { Running } from '../../machine/process.ts';
import { isMap, type Rec } from '../go.ts';
import type { See } from './describer.ts';
import { count, rec, text } from './read.ts';
import type { Sheet } from './sheet.ts';

/** Finds the events about an object by name, namespace, kind and uid. What is refused reads as none. */
export function* eventsOf(see: See, object: Rec, only: { readonly kind?: boolean; readonly uid?: string } = {}): Running<readonly Rec[]> {
  const namespace = text(object, 'metadata', 'namespace');
  const fields: [string, string][] = [
    ['involvedObject.name', text(object, 'metadata', 'name')],
    ['involvedObject.namespace', namespace],
    ...(only.kind === false ? [] : [['involvedObject.kind', text(object, 'kind')] as [string, string]]),
    ['involvedObject.uid', only.uid ?? text(object, 'metadata', 'uid')],
  ];
  const fieldSelector = fields.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, given]) => `${name}=${given}`).join(',');
  return yield* see.list(`/api/v1${namespace && `/namespaces/${namespace}`}/events`, { fieldSelector });
}

/** How long ago an event was seen, how often and since when: `3s (x4 over 2m)`. */
export function interval(event: Rec, unix: number): string {
  const first = ageAt(unix, text(event, 'eventTime') || text(event, 'firstTimestamp'));
  const series = event['series'];
  if (isMap(series)) return `${ageAt(unix, text(series, 'lastObservedTime'))} (x${text(series, 'count')} over ${first})`;
  return count(event, 'count') > 1 ? `${ageAt(unix, text(event, 'lastTimestamp'))} (x${text(event, 'count')} over ${first})` : first;
}

/** Writes the table of events, oldest first by when each was last seen. */
export function events(sheet: Sheet, all: readonly Rec[] | undefined, unix: number): void {
  if (!all) return;
  if (!all.length) {
    sheet.line(0, 'Events:\t<none>');
    return;
  }
  const when = (event: Rec): number => parseRfc3339(text(event, 'lastTimestamp')) ?? Number.NEGATIVE_INFINITY;
  sheet.line(0, 'Events:\n  Type\tReason\tAge\tFrom\tMessage');
  sheet.line(1, '----\t------\t----\t----\t-------');
  for (const event of [...all].sort((a, b) => (when(a) < when(b) ? -1 : when(a) > when(b) ? 1 : 0))) {
    const path = text(rec(event, 'involvedObject'), 'fieldPath');
    const message = text(event, 'message').trim();
    sheet.line(1, [text(event, 'type'), text(event, 'reason'), interval(event, unix), text(event, 'source', 'component') || text(event, 'reportingComponent'), path ? `${path}: ${message}` : message].join('\t'));
  }
}
