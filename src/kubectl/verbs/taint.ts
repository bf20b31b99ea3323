/**
 * kubectl taint: what keeps Pods off nodes.
 * Stands for k8s.io/kubectl/pkg/cmd/taint.
 */
import type { KubeObject } from '../../kube/api/wire.ts';
import type { Running } from '../../machine/process.ts';
import type { Kubectl, Verb } from '../command.ts';
import { CliError, Exit, throwAll } from '../errors.ts';
import { DRY_RUN, PRINT, SELECTOR, VALIDATE, flags, manager } from '../flags.ts';
import { isMap, quote } from '../go.ts';
import { done, dryRun, fieldValidation } from '../modes.ts';
import { equal } from '../patch/strategic-diff.ts';
import { printerFor } from '../print/printer.ts';
import { find } from '../resources.ts';
import { keyErrors, valueErrors } from '../selector.ts';
import { Writer } from '../write.ts';

interface Taint {
  readonly key: string;
  readonly value?: string;
  readonly effect: string;
}

const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];
const same = (a: Taint, b: Taint): boolean => a.key === b.key && a.effect === b.effect;

/** `key=value:effect`, `key:effect` or `key`. Throws CliError. */
function parseTaint(text: string): Taint {
  const wrong = (why = ''): CliError => new CliError(`invalid taint spec: ${text}${why && `, ${why}`}`);
  const parts = text.split(':');
  if (parts.length > 2) throw wrong();
  let [key, effect = ''] = parts as [string, string?];
  let value: string | undefined;
  if (parts.length === 2) {
    if (!EFFECTS.includes(effect)) throw new CliError(`invalid taint effect: ${effect}, unsupported taint effect`);
    const pair = key.split('=');
    if (pair.length > 2) throw wrong();
    [key, value] = pair as [string, string?];
    const errors = valueErrors(value ?? '');
    if (errors.length) throw wrong(errors.join('; '));
  }
  const errors = keyErrors(key);
  if (errors.length) throw wrong(errors.join('; '));
  return { effect, key, ...(value && { value }) };
}

interface Change {
  readonly add: readonly Taint[];
  readonly gone: readonly Taint[];
}

/** Reads what is to be added, and removed (`-` at the end). Throws CliError. */
function parseTaints(words: readonly string[]): Change {
  const add: Taint[] = [];
  const gone: Taint[] = [];
  for (const word of words) {
    const taint = parseTaint(word.replace(/-$/, ''));
    if (word.endsWith('-')) gone.push({ key: taint.key, effect: taint.effect });
    else if (!taint.effect) throw new CliError(`invalid taint spec: ${word}`);
    else if (add.some((one) => same(one, taint))) throw new CliError(`duplicated taints with the same key and effect: {${taint.key} ${taint.value ?? ''} ${taint.effect} <nil>}`);
    else add.push(taint);
  }
  return { add, gone };
}

/** Nodes first, then taints. Throws CliError. */
function split(args: readonly string[]): { readonly resources: readonly string[]; readonly taints: readonly string[] } {
  const resources: string[] = [];
  const taints: string[] = [];
  for (const word of args) {
    if (/[=:]|-$/.test(word)) taints.push(word);
    else if (taints.length) throw new CliError(`all resources must be specified before taint changes: ${word}`);
    else resources.push(word);
  }
  if (!resources.length) throw new CliError('one or more resources must be specified as <resource> <name>');
  if (!taints.length) throw new CliError('at least one taint update is required');
  return { resources, taints };
}

/** A node's taints afterwards, new ones first, and what that is in a word. Throws CliError. */
function changed(node: KubeObject, { add, gone }: Change, overwrite: boolean): { readonly taints: readonly Taint[]; readonly operation: string } {
  const spec = node['spec'];
  const before = ((isMap(spec) && spec['taints']) || []) as readonly Taint[];
  const clash = add.filter((taint) => before.some((one) => same(one, taint)));
  if (!overwrite && clash.length) throw new CliError(`node ${node.metadata.name} already has ${clash.map(({ key }) => key).join(',')} taint(s) with same effect(s) and --overwrite is false`);
  let taints = [...add, ...before.filter((taint) => !add.some((one) => same(one, taint)))];
  const added = taints.length !== before.length;
  let removed = false;
  const errors: Error[] = [];
  for (const taint of gone) {
    const rest = taints.filter((one) => one.key !== taint.key || (taint.effect !== '' && one.effect !== taint.effect));
    removed = rest.length !== taints.length;
    if (!removed) errors.push(new CliError(`taint ${quote(taint.effect ? `${taint.key}:${taint.effect}` : taint.key)} not found`));
    taints = rest;
  }
  throwAll(errors);
  return { taints, operation: (added && removed) || overwrite ? 'modified' : added ? 'tainted' : 'untainted' };
}

/** The rules between what was given. Throws CliError. */
function* check(k: Kubectl, resources: readonly string[], { add, gone }: Change): Running<void> {
  const type = resources[0]!.toLowerCase();
  let kind = '';
  try {
    kind = (yield* k.discovery.mappingFor(type)).kind;
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    throw new Exit(1, `${error.message}\n`);
  }
  if (kind !== 'Node') throw new CliError(`invalid resource type ${type}, only node types are supported`);
  const both = add.flatMap((taint) => gone.filter((one) => one.key === taint.key && (!one.effect || one.effect === taint.effect)).map((one) => `${one.key}=${one.effect}`));
  if (both.length) throw new CliError(`can not both modify and remove the following taint(s) in the same command: ${both.join(', ')}`);
  const all = k.flags.on('all');
  const selector = k.flags.text('selector');
  if (all && selector) throw new CliError("setting 'all' parameter with a non empty selector is prohibited");
  if (!all && !selector && resources.length < 2) throw new CliError("at least one resource name must be specified since 'all' parameter is not set");
}

export const taint: Verb = {
  name: 'taint',
  use: 'NODE NAME KEY_1=VAL_1:TAINT_EFFECT_1 ... KEY_N=VAL_N:TAINT_EFFECT_N',
  flags: [...PRINT, ...DRY_RUN, ...VALIDATE, ...SELECTOR, ...manager('kubectl-taint'), ...flags('overwrite=false', 'all=false')],
  complete: 'resources',
  *run(k) {
    const { flags: f } = k;
    const mode = dryRun(k);
    const validation = fieldValidation(k);
    const { resources, taints: words } = split(k.args);
    let change: Change;
    try {
      change = parseTaints(words);
    } catch (error) {
      throw error instanceof CliError ? k.usage(error.message) : error;
    }
    yield* check(k, resources, change);
    const selector = f.text('selector');
    const args = f.on('all') || selector ? ['node'] : ['node', ...resources.slice(1)];
    const found = yield* find(k, { namespace: k.namespace.name, args, ...(selector && { selector }), ...(f.on('all') && { all: true }), keepGoing: true, flatten: true, latest: true });
    const writer = new Writer(k, { dryRun: mode === 'server', manager: f.text('field-manager'), validation });
    yield* found.each(function* (info) {
      const node = info.object!;
      const spec = isMap(node['spec']) ? node['spec'] : {};
      const { taints, operation } = changed(node, change, f.on('overwrite'));
      const printer = yield* printerFor(k, { operation: done(operation, mode) });
      const patch = equal(spec['taints'] ?? [], taints) ? {} : { spec: { taints: taints.length ? taints : null } };
      const { taints: _, ...rest } = spec;
      k.out(printer.print(mode === 'client' ? { ...node, spec: taints.length ? { ...rest, taints } : rest } : yield* writer.patch(info, 'strategic', patch)));
    });
  },
};
