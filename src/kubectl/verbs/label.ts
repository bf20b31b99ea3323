/**
 * kubectl label and kubectl annotate: keys on objects.
 * Stands for k8s.io/kubectl/pkg/cmd/label and cmd/annotate.
 */
import type { KubeObject } from '../../kube/api/wire.ts';
import type { Kubectl, Verb } from '../command.ts';
import { CliError, throwAll } from '../errors.ts';
import { DRY_RUN, FILES, PRINT, RECORD, SELECTOR, flags, manager, type Flag } from '../flags.ts';
import { quote, sortedKeys } from '../go.ts';
import { done, dryRun } from '../modes.ts';
import { createMerge } from '../patch/merge.ts';
import { printerFor } from '../print/printer.ts';
import { find, wantedOf } from '../resources.ts';
import { valueErrors } from '../selector.ts';
import { Writer } from '../write.ts';
import { parsePairs } from './generate.ts';

type Words = Readonly<Record<string, string>>;

/** What shall become of a map of labels or annotations. */
interface Change {
  readonly set: Words;
  readonly gone: readonly string[];
}

/** Resources first, then `k=v` and `k-`. Throws CliError. */
export function resourcesAndPairs(args: readonly string[], what: string): { readonly resources: readonly string[]; readonly pairs: readonly string[] } {
  const resources: string[] = [];
  const pairs: string[] = [];
  for (const word of args) {
    if (word.indexOf('=') > 0 || (word.endsWith('-') && word !== '-')) pairs.push(word);
    else if (pairs.length) throw new CliError(`all resources must be specified before ${what} changes: ${word}`);
    else resources.push(word);
  }
  return { resources, pairs };
}

function labelChange(words: readonly string[]): Change {
  const set: Record<string, string> = {};
  const gone: string[] = [];
  for (const word of words) {
    if (word.includes('=')) {
      const [key, value, ...more] = word.split('=') as [string, string, ...string[]];
      if (more.length) throw new CliError(`invalid label spec: ${word}`);
      const errors = valueErrors(value);
      if (errors.length) throw new CliError(`invalid label value: ${quote(word)}: ${errors.join(';')}`);
      set[key] = value;
    } else if (word.endsWith('-')) gone.push(word.slice(0, -1));
    else throw new CliError(`unknown label spec: ${word}`);
  }
  if (gone.some((key) => key in set)) throw new CliError('can not both modify and remove a label in the same command');
  return { set, gone };
}

function annotationChange(words: readonly string[]): Change {
  const { pairs, gone } = parsePairs(words, 'annotation', true);
  return { set: pairs, gone };
}

/** Values that are there already and differ. */
const clashes = (now: Words, set: Words): { readonly key: string; readonly value: string }[] => Object.keys(set).filter((key) => key in now && now[key] !== set[key]).map((key) => ({ key, value: now[key]! }));

function refuseClashes(kind: 'labels' | 'annotations', now: Words, set: Words): void {
  const found = clashes(now, set).filter(({ key }) => kind === 'labels' || key !== 'kubernetes.io/change-cause');
  if (found.length === 0) return;
  if (kind === 'labels') throwAll(found.map(({ key, value }) => new CliError(`'${key}' already has a value (${value}), and --overwrite is false`)));
  throw new CliError(`--overwrite is false but found the following declared annotation(s): ${found.map(({ key, value }) => `'${key}' already has a value (${value})`).join('; ')}`);
}

/** The rules between flags and arguments. Throws CliError. */
function check(k: Kubectl, resources: readonly string[], change: Change, what: 'label' | 'annotation'): void {
  const { flags: f } = k;
  const file = what === 'label' ? 'pod' : 'rsrc';
  const noFiles = f.list('filename').length === 0 && f.text('kustomize') === '';
  if (f.on('all') && f.text('selector')) throw new CliError('cannot set --all and --selector at the same time');
  if (f.on('all') && f.text('field-selector')) throw new CliError('cannot set --all and --field-selector at the same time');
  if (f.on('local')) {
    if (dryRun(k) === 'server') throw new CliError('cannot specify --local and --dry-run=server - did you mean --dry-run=client?');
    if (resources.length) throw new CliError(`can only use local files by -f ${file}.yaml or --filename=${file}.json when --local=true is set`);
    if (noFiles) throw new CliError(`one or more files must be specified as -f ${file}.yaml or --filename=${file}.json`);
  } else if (resources.length === 0 && noFiles) throw new CliError('one or more resources must be specified as <resource> <name> or <resource>/<name>');
  if (Object.keys(change.set).length === 0 && change.gone.length === 0 && !f.on('list')) throw new CliError(`at least one ${what} update is required`);
  const both = change.gone.filter((key) => key in change.set);
  if (both.length) throw new CliError(`can not both modify and remove the following annotation(s) in the same command: ${both.join(', ')}`);
}

/** What was done to labels, in a word. */
function labelled(before: Words, after: Words): string {
  const added = Object.keys(after).some((key) => before[key] !== after[key]);
  const gone = Object.keys(before).some((key) => !(key in after));
  return added && gone ? 'modified' : added ? 'labeled' : gone ? 'unlabeled' : 'not labeled';
}

const shared = (name: string): readonly Flag[] => [
  ...RECORD, ...PRINT, ...FILES, ...DRY_RUN, ...SELECTOR, ...manager(name),
  ...flags('overwrite=false', 'list=false', 'local=false', "field-selector=''", 'all=false', 'A all-namespaces=false', "resource-version=''"),
];

const verb = (name: string, what: 'label' | 'annotation', parse: (words: readonly string[]) => Change): Verb => ({
  name,
  use: '[--overwrite] (-f FILENAME | TYPE NAME) KEY_1=VAL_1 ... KEY_N=VAL_N [--resource-version=version]',
  flags: shared(`kubectl-${name}`),
  complete: 'resources',
  *run(k) {
    const { flags: f } = k;
    const kind = what === 'label' ? 'labels' : 'annotations';
    const mode = dryRun(k);
    if (what === 'annotation') yield* printerFor(k);
    const { resources, pairs } = resourcesAndPairs(k.args, what);
    const change = parse(pairs);
    const list = f.on('list');
    const local = f.on('local');
    if (list && f.text('output')) throw new CliError('--list and --output may not be specified together');
    check(k, resources, change, what);
    const { selector, fieldSelector, all, allNamespaces, ...files } = wantedOf(k);
    const asked = { ...(selector && { selector }), ...(fieldSelector && { fieldSelector }), ...(allNamespaces && { allNamespaces }), ...(all && { typeMeansAll: true }), args: resources, latest: true };
    const found = yield* find(k, { ...files, keepGoing: true, flatten: true, ...(local ? { local } : asked) });
    const version = f.text('resource-version');
    if (!found.single && version) throw new CliError('--resource-version may only be used with a single resource');
    const writer = new Writer(k, { dryRun: mode === 'server', manager: f.text('field-manager') });
    yield* found.each(function* (info) {
      const { resourceVersion, ...rest } = info.object!.metadata;
      const object: KubeObject = version ? { ...info.object!, metadata: rest } : info.object!;
      const before = object.metadata[kind] ?? {};
      const sends = mode !== 'client' && !local && !list;
      if (sends && what === 'label') for (const key of change.gone) if (!(key in before)) k.out(`label ${quote(key)} not found.\n`);
      if (!f.on('overwrite')) refuseClashes(kind, before, change.set);
      const after: Words = Object.fromEntries(Object.entries({ ...before, ...change.set }).filter(([key]) => !change.gone.includes(key)));
      let changed: KubeObject = { ...object, metadata: { ...object.metadata, [kind]: after, ...(version && { resourceVersion: version }) } };
      const patch = createMerge(object, changed);
      const said = what === 'label' ? labelled(before, after) : 'annotated';
      if (sends && (what === 'annotation' || said !== 'not labeled')) {
        const answer = yield* writer.patch(info, 'merge', patch);
        if (what === 'annotation') changed = answer;
      }
      if (list) {
        if (!found.single) k.out(`Listing ${kind} for ${info.mapping.kind}.${info.mapping.group}/${info.name}:\n`);
        for (const key of sortedKeys(after)) k.out(`${found.single ? '' : ' '}${key}=${after[key]}\n`);
        return;
      }
      k.out((yield* printerFor(k, { operation: done(said, mode) })).print(changed));
    });
  },
});

export const label = verb('label', 'label', labelChange);
export const annotate = verb('annotate', 'annotation', annotationChange);
