/**
 * Events of both groups, core and events.k8s.io, which are the same objects (pkg/registry/core/event).
 */
import type { Moment } from '../api/kind.ts';
import { col, define, NAME, wide } from './define.ts';
import type { Event, EventsEvent } from './types.ts';

/** An Event in either of its two written forms. */
type Any = Event & EventsEvent;

const about = (e: Any): NonNullable<Event['involvedObject']> => e.involvedObject ?? e.regarding ?? {};
const source = (e: Any): NonNullable<Event['source']> => e.source ?? e.deprecatedSource ?? {};
const reporter = (e: Any): string => e.reportingComponent || e.reportingController || '';
const first = (e: Any, at: Moment): string => at.age(e.firstTimestamp ?? e.deprecatedFirstTimestamp ?? e.eventTime);

function last(e: Any, at: Moment): string {
  if (e.series) return at.age(e.series.lastObservedTime);
  const time = e.lastTimestamp ?? e.deprecatedLastTimestamp;
  return time ? at.age(time) : first(e, at);
}

function object(e: Any): string {
  const { kind = '', name } = about(e);
  return name ? `${kind.toLowerCase()}/${name}` : kind.toLowerCase();
}

function from(e: Any): string {
  const component = source(e).component || reporter(e);
  const instance = source(e).host || e.reportingInstance;
  return instance ? `${component}, ${instance}` : component;
}

const event = (resource: string, prefix: string) => define<Any>({
  resource,
  generation: false,
  columns: [
    col('Last Seen', last),
    col('Type', (e) => e.type ?? ''),
    col('Reason', (e) => e.reason ?? ''),
    col('Object', object),
    wide('Subobject', (e) => about(e).fieldPath ?? ''),
    wide('Source', from),
    col('Message', (e) => (e.message ?? e.note ?? '').trim()),
    wide('First Seen', first),
    wide('Count', (e) => e.series?.count ?? ((e.count ?? e.deprecatedCount) || 1)),
    { ...NAME, wide: true },
  ],
  selectable: {
    ...Object.fromEntries((['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath'] as const).map((field) => [`${prefix}.${field}`, (e: Any) => about(e)[field] ?? ''])),
    reason: (e) => e.reason ?? '',
    ...(prefix === 'regarding' ? { reportingController: reporter } : { reportingComponent: reporter, source: (e: Any) => source(e).component || reporter(e) }),
    type: (e) => e.type ?? '',
  },
});

export const coreEvent = event('events', 'involvedObject');
export const eventsEvent = event('events.events.k8s.io', 'regarding');
