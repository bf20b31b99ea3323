/**
 * kubectl events: what happened in a namespace or to one object, oldest first.
 * Stands for k8s.io/kubectl/pkg/cmd/events.
 */
import type { KubeObject, Status, WatchEvent } from '../../kube/api/wire.ts';
import type { Running } from '../../machine/process.ts';
import { parseRfc3339 } from '../../sim/date.ts';
import type { Kubectl, Verb } from '../command.ts';
import { interval } from '../describe/events.ts';
import { rec, text } from '../describe/read.ts';
import { groupVersion } from '../discovery.ts';
import { CliError, Exit, StatusError } from '../errors.ts';
import { PRINT, flags } from '../flags.ts';
import { quote } from '../go.ts';
import { goSort } from '../print/go-sort.ts';
import { FORMATS, printerFor } from '../print/printer.ts';
import { escapeTerminal } from '../print/table.ts';
import { Tabs } from '../print/tabs.ts';
import { listError } from '../resources.ts';
import { eachEvent } from '../watch.ts';

/** --for as a field selector. Throws CliError. */
function* selectorFor(k: Kubectl): Running<string> {
  const given = k.flags.text('for');
  if (!given) return '';
  const [type = '', name, ...more] = given.split('/');
  if (name === undefined) throw new CliError('--for must be in resource/name form');
  if (more.length) throw new CliError('arguments in resource/name form may not have more than one slash');
  try {
    const mapping = yield* k.discovery.mappingFor(type.toLowerCase());
    return `involvedObject.kind=${mapping.kind},involvedObject.apiVersion=${groupVersion(mapping)},involvedObject.name=${name}`;
  } catch (error) {
    if (error instanceof CliError) throw new Exit(1, `the server doesn't have a resource type ${quote(type)}\n`);
    throw error;
  }
}

/** When an event was last seen, in Unix milliseconds. */
const lastSeen = (event: KubeObject): number => parseRfc3339((event['series'] ? text(rec(event, 'series'), 'lastObservedTime') : '') || text(event, 'lastTimestamp') || text(event, 'eventTime')) ?? -Infinity;

/** Prints one event, or a list of them, in columns. */
function rows(k: Kubectl): (object: KubeObject) => string {
  const tabs = new Tabs();
  const spaces = k.flags.on('all-namespaces');
  let headed = k.flags.on('no-headers');
  return (object) => {
    if (!headed) tabs.write(`${spaces ? 'NAMESPACE\t' : ''}LAST SEEN\tTYPE\tREASON\tOBJECT\tMESSAGE\n`);
    headed = true;
    for (const event of (object['items'] ?? [object]) as readonly KubeObject[]) {
      const about = rec(event, 'involvedObject');
      const cells = [interval(event, k.p.date), escapeTerminal(text(event, 'type')), escapeTerminal(text(event, 'reason')), escapeTerminal(`${text(about, 'kind')}/${text(about, 'name')}`), escapeTerminal(text(event, 'message').trim())];
      tabs.write(`${spaces ? `${event.metadata.namespace ?? ''}\t` : ''}${cells.join('\t')}\n`);
    }
    return tabs.flush();
  };
}

export const events: Verb = {
  name: 'events',
  use: `[(-o|--output=)${[...FORMATS].sort().join('|')}] [--for TYPE/NAME] [--watch] [--types=Normal,Warning]`,
  flags: [...PRINT, ...flags('w watch=false', 'A all-namespaces=false', "for=''", 'types=[]', 'no-headers=false', 'chunk-size=500')],
  complete: 'none',
  *run(k) {
    const { flags: f } = k;
    const fieldSelector = yield* selectorFor(k);
    const types = f.list('types').map((type) => type.toLowerCase());
    const printer = f.text('output') || f.text('template') ? yield* printerFor(k, { ordered: true }) : undefined;
    if (types.some((type) => type !== 'normal' && type !== 'warning')) throw new CliError('valid --types are Normal or Warning');
    const wanted = (event: KubeObject): boolean => !types.length || types.includes(text(event, 'type').toLowerCase());
    const table = rows(k);
    const print = (object: KubeObject): void => k.out(printer ? printer.print(object) : table(object));
    const namespace = f.on('all-namespaces') ? '' : k.namespace.name;
    const path = `/api/v1${namespace && `/namespaces/${namespace}`}/events`;
    if (f.on('watch')) {
      yield* eachEvent(k, { path, query: { watch: 'true', fieldSelector, limit: 500 } }, ({ type, object }: WatchEvent) => {
        if (type === 'ERROR') throw new StatusError(object as Status);
        if (type !== 'BOOKMARK' && type !== 'DELETED' && wanted(object as KubeObject)) print({ ...object, kind: 'Event', apiVersion: 'v1' } as KubeObject);
        return true;
      });
      return;
    }
    const items: KubeObject[] = [];
    let next: string | undefined;
    do {
      try {
        const list = yield* k.client.object<KubeObject & { readonly items: readonly KubeObject[]; readonly metadata: { readonly continue?: string } }>({ path, query: { fieldSelector, limit: 500, continue: next } });
        for (const event of list.items) if (wanted(event)) items.push({ ...event, kind: 'Event', apiVersion: 'v1' });
        next = list.metadata.continue;
      } catch (error) {
        throw listError(error, { mapping: { group: '', version: 'v1', resource: 'events', kind: 'Event', namespaced: true }, namespace, fieldSelector });
      }
    } while (next);
    if (!items.length) return k.err(f.on('all-namespaces') ? 'No events found.\n' : `No events found in ${namespace} namespace.\n`);
    // The real one cannot name the objects of a typed list, and says nothing about it.
    if (f.text('output') === 'name') return;
    print({ kind: 'EventList', apiVersion: 'v1', metadata: {}, items: goSort(items, (a, b) => lastSeen(a) < lastSeen(b)) } as unknown as KubeObject);
  },
};
