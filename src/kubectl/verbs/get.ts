/**
 * kubectl get: tables and objects, once or as they change.
 * Stands for k8s.io/kubectl/pkg/cmd/get.
 */
import type { KubeObject, Status, WatchEvent } from '../../kube/api/wire.ts';
import type { Running } from '../../machine/process.ts';
import { parseRfc3339 } from '../../sim/date.ts';
import type { Kubectl, Verb } from '../command.ts';
import { groupResource, resourceText, type Mapping } from '../discovery.ts';
import { CliError, ManyErrors, flatten, isNotFound, throwAll, StatusError } from '../errors.ts';
import { FILES, PRINT, SELECTOR, flags } from '../flags.ts';
import { quote } from '../go.ts';
import { columnsPrinter } from '../print/columns.ts';
import { FORMATS, dataPrinter, namePrinter, noPrinter, templatePrinter, type Printer } from '../print/printer.ts';
import { sortItems, sortRows } from '../print/sort.ts';
import { TablePrinter, humanDuration, isTable } from '../print/table.ts';
import { Tabs } from '../print/tabs.ts';
import { find, isList, listItems, pathOf, wantedOf, type Info } from '../resources.ts';
import { raw } from '../raw.ts';
import { eachEvent } from '../watch.ts';

export const GET_FORMATS = [...FORMATS, 'custom-columns', 'custom-columns-file', 'wide'];

const TABLES = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json';

export const get: Verb = {
  name: 'get',
  use: `[(-o|--output=)${['json', 'yaml', 'kyaml', 'name', 'go-template', 'go-template-file', 'template', 'templatefile', 'jsonpath', 'jsonpath-as-json', 'jsonpath-file', 'custom-columns', 'custom-columns-file', 'wide'].join('|')}] (TYPE[.VERSION][.GROUP] [NAME | -l label] | TYPE[.VERSION][.GROUP]/NAME ...) [flags]`,
  suggest: ['list', 'ls'],
  flags: [
    ...PRINT, ...FILES, ...SELECTOR,
    ...flags('A all-namespaces=false', 'chunk-size=500', "field-selector=''", 'ignore-not-found=false', 'L label-columns=[]', 'no-headers=false', 'output-watch-events=false', "raw=''", 'server-print=true',
      'show-kind=false', 'show-labels=false', "sort-by=''", "subresource=''", 'w watch=false', 'watch-only=false'),
  ],
  complete: 'resources',
  *run(k) {
    const { flags: f, args } = k;
    const given = f.text('output');
    const watch = f.on('watch') || f.on('watch-only');
    if (f.text('raw')) {
      if (args.length) throw new CliError('arguments may not be passed when --raw is specified');
    } else {
      void k.namespace;
      if (f.on('watch')) {
        if (f.text('sort-by')) k.err('warning: --watch requested, --sort-by will be ignored for watch events received\n');
      } else if (f.on('watch-only')) {
        if (f.text('sort-by')) k.err('warning: --watch-only requested, --sort-by will be ignored\n');
      } else if (args.length === 0 && f.list('filename').length === 0 && f.text('kustomize') === '') {
        k.err('You must specify the type of resource to get. Use "kubectl api-resources" for a complete list of supported resources.\n\n');
        throw k.usage('Required resource not specified.\nUse "kubectl explain <resource>" for a detailed description of that resource (e.g. kubectl explain pods).');
      }
    }
    if (f.text('raw')) {
      if (watch || f.text('selector')) throw new CliError('--raw may not be specified with other flags that filter the server request or alter the output');
      if (given) throw new CliError('--raw and --output are mutually exclusive');
      return yield* raw(k, 'GET', f.text('raw'));
    }
    if (f.on('show-labels') && given !== '' && given !== 'wide') throw new CliError(`--show-labels option cannot be used with ${given} printer`);
    if (f.on('output-watch-events') && !watch) throw new CliError('--output-watch-events option can only be used with --watch or --watch-only');
    const human = (given === '' && f.text('template') === '') || given === 'wide';
    if (watch) yield* watchAll(k, human);
    else if (human) yield* printHuman(k);
    else yield* printGeneric(k);
  },
};

/** Does the server make the tables? */
const serverTables = (k: Kubectl, human: boolean): boolean => human && k.flags.on('server-print');

function wantedFor(k: Kubectl, human: boolean): Parameters<typeof find>[1] {
  const tables = serverTables(k, human);
  return {
    ...wantedOf(k), args: k.args, typeMeansAll: true, subresource: k.flags.text('subresource'), chunk: k.flags.text('sort-by') ? 0 : k.flags.number('chunk-size'), latest: true,
    ignoreNotFound: k.flags.on('ignore-not-found'), ...(tables && { accept: TABLES }), ...(tables && k.flags.text('sort-by') && { query: { includeObject: 'Object' } }),
  };
}

/** Ages as kubectl itself works them out. */
export const ageOf = (k: Kubectl) => (stamp: string | undefined): string => {
  const at = stamp === undefined ? undefined : parseRfc3339(stamp);
  return at === undefined ? '<unknown>' : humanDuration(k.p.date - at);
};

function tablePrinter(k: Kubectl, mapping: Mapping | undefined, namespace: boolean, kind: boolean): TablePrinter {
  const f = k.flags;
  return new TablePrinter({
    headers: !f.on('no-headers'), wide: f.text('output') === 'wide', namespace, labels: f.on('show-labels'), labelColumns: f.list('label-columns'),
    kind: mapping && (kind || f.on('show-kind')) ? `${mapping.kind}${mapping.group ? `.${mapping.group}` : ''}`.toLowerCase() : '',
  }, ageOf(k));
}

function* printHuman(k: Kubectl): Running<void> {
  const f = k.flags;
  const found = yield* find(k, { ...wantedFor(k, true), keepGoing: true, flatten: true });
  const { infos, error } = yield* found.infos();
  const errors: Error[] = error ? [error] : [];
  const kinds = infos.length > 1 && infos.some((info) => resourceText(info.mapping) !== resourceText(infos[0]!.mapping));
  const by = f.text('sort-by');
  let sorted = infos;
  if (by && infos.length > 1) sorted = sortItems(infos, (info) => info.object, by);
  const all = f.on('all-namespaces');
  let allNamespaced = !all;
  let printer: TablePrinter | undefined;
  let last: Mapping | undefined;
  const tabs = new Tabs();
  let written = 0;
  let separate = false;
  const flush = (): void => {
    const text = tabs.flush();
    if (text === '') return;
    k.out(separate ? `\n${text}` : text);
    separate = false;
    written += text.length;
  };
  for (const info of sorted) {
    allNamespaced &&= info.mapping.namespaced;
    if (!printer || !last || resourceText(info.mapping) !== resourceText(last)) {
      flush();
      tabs.forget();
      if (last && !f.on('no-headers') && written > 0) separate = true;
      printer = tablePrinter(k, info.mapping, all && info.mapping.namespaced, kinds);
      last = info.mapping;
    }
    const object = by ? sortedTable(info.object, by) : info.object;
    if (object) printer.print(object, tabs);
  }
  flush();
  if (written === 0 && !f.on('ignore-not-found') && errors.length === 0) k.err(allNamespaced ? `No resources found in ${k.namespace.name} namespace.\n` : 'No resources found\n');
  throwAll(errors);
}

/** A table with its rows in order; nothing when they cannot be sorted: kubectl then prints nothing and says nothing. */
function sortedTable(object: KubeObject | undefined, by: string): KubeObject | undefined {
  try {
    return isTable(object) && object.rows.length > 1 ? sortRows(object, by) : object;
  } catch (error) {
    if (error instanceof CliError) return undefined;
    throw error;
  }
}

/** The printer for `-o` of get, other than tables. */
export function* objectPrinter(k: Kubectl): Running<Printer> {
  const template = k.flags.text('template');
  const given = k.flags.text('output');
  const format = template && given === '' ? 'go-template' : given;
  const late = yield* templatePrinter(k, format);
  if (late) return late;
  const data = yield* dataPrinter(k, format);
  if (data) return data;
  const columns = columnsPrinter(k, format);
  if (columns) return columns;
  if (format.toLowerCase() === 'name') return namePrinter('');
  throw noPrinter(given, GET_FORMATS);
}

function* printGeneric(k: Kubectl): Running<void> {
  const found = yield* find(k, { ...wantedFor(k, false), keepGoing: true, flatten: true });
  const { infos, error } = yield* found.infos();
  if (error && found.single) throw error;
  const errors: Error[] = error ? [error] : [];
  if (infos.length === 0 && k.flags.on('ignore-not-found')) return throwAll(errors);
  const printer = yield* objectPrinter(k);
  const by = k.flags.text('sort-by');
  let object: KubeObject;
  const first = infos[0]?.object;
  if (found.single && infos.length === 1 && !isList(first)) object = first!;
  else {
    let items = found.single && infos.length === 1 && isList(first) ? listItems(first) : infos.map((info) => info.object!);
    if (by && items.length) items = sortItems(items, (item) => item, by);
    object = { apiVersion: 'v1', kind: 'List', metadata: { resourceVersion: '' }, items } as unknown as KubeObject;
  }
  try {
    k.out(printer.print(object));
  } catch (one) {
    if (!(one instanceof CliError)) throw one;
    errors.push(one);
  }
  const flat = flatten(errors);
  if (flat.length) throw flat.length === 1 ? flat[0]! : new ManyErrors(flat);
}

/** One of several printers, writing to columns where it is a table. */
function* watchPrinter(k: Kubectl, human: boolean, mapping: Mapping): Running<(object: KubeObject, event: string) => string> {
  if (!human) {
    const printer = yield* objectPrinter(k);
    return (object, event) => printer.print(object, event || undefined);
  }
  const table = tablePrinter(k, mapping, k.flags.on('all-namespaces'), false);
  const tabs = new Tabs();
  return (object, event) => {
    table.print(object, tabs, event);
    return tabs.flush();
  };
}

function* watchAll(k: Kubectl, human: boolean): Running<void> {
  const f = k.flags;
  const found = yield* find(k, { ...wantedFor(k, human), singleType: true, ...{ subresource: '' } });
  const { infos, error } = yield* found.infos();
  if (error) {
    if (isNotFound(error) && f.on('ignore-not-found')) return;
    throw error;
  }
  const info = infos[0]!;
  const print = yield* watchPrinter(k, human, info.mapping);
  const object = infos.length === 1 ? info.object! : ({ apiVersion: 'v1', kind: 'List', metadata: { resourceVersion: '' }, items: infos.map((one) => one.object) } as unknown as KubeObject);
  const table = isTable(object);
  const list = isList(object) || (table && found.sources[0]?.name === undefined);
  const version = list ? info.version : '0';
  const added = f.on('output-watch-events') ? 'ADDED' : '';
  if (!f.on('watch-only')) for (const one of isList(object) ? listItems(object) : [object]) k.out(print(one, added));
  else if (table) print({ ...object, rows: [] } as unknown as KubeObject, added);
  const source = found.sources[0];
  const path = source ? pathOf(source.mapping, source.namespace) : pathOf(info.mapping, info.namespace);
  const name = source?.name ?? (source ? undefined : info.name);
  let skip = !list;
  yield* eachEvent(k, {
    path, ...(serverTables(k, human) && { accept: TABLES }),
    query: {
      watch: 'true', resourceVersion: version, ...(serverTables(k, human) && f.text('sort-by') && { includeObject: 'Object' }),
      ...(name !== undefined ? { fieldSelector: `metadata.name=${name}` } : { labelSelector: source?.selector, fieldSelector: source?.fieldSelector }),
    },
  }, (event: WatchEvent) => {
    if (event.type === 'BOOKMARK') return true;
    if (event.type === 'ERROR') throw new StatusError(event.object as Status);
    const first = skip;
    skip = false;
    if (!first) k.out(print(event.object as KubeObject, f.on('output-watch-events') ? event.type : ''));
    return true;
  });
}

/** The name of an info's resource for messages: `deployments.apps`. */
export const called = (info: Info): string => `${groupResource(info.mapping)} ${quote(info.name)}`;
