/**
 * kubectl apply view-last-applied, set-last-applied, edit-last-applied: the annotation that remembers what was applied.
 * Stands for the three subcommands of k8s.io/kubectl/pkg/cmd/apply.
 */
import type { KubeObject } from '../../../kube/api/wire.ts';
import type { Running } from '../../../machine/process.ts';
import type { Kubectl, Verb } from '../../command.ts';
import { ANNOTATION_HEADER, edit } from '../../editor.ts';
import { CliError } from '../../errors.ts';
import { DRY_RUN, FILES, PRINT, SELECTOR, VALIDATE, flags, manager } from '../../flags.ts';
import { json, quote, type Rec } from '../../go.ts';
import { parseJson } from '../../json.ts';
import { LAST_APPLIED, done, dryRun, fieldValidation } from '../../modes.ts';
import { equal } from '../../patch/strategic-diff.ts';
import { printerFor } from '../../print/printer.ts';
import { fetchInfo, find, wantedOf, type Info } from '../../resources.ts';
import { Writer } from '../../write.ts';
import { printYaml } from '../../yaml/print.ts';

const memory = (object: KubeObject | undefined): string | undefined => object?.metadata.annotations?.[LAST_APPLIED];

export const viewLastApplied: Verb = {
  name: 'view-last-applied',
  use: '(TYPE [NAME | -l label] | TYPE/NAME | -f FILENAME)',
  flags: [...FILES, ...SELECTOR, ...flags("o output='yaml'", 'all=false')],
  complete: 'resources',
  *run(k) {
    const found = yield* find(k, { ...wantedOf(k), args: k.args, typeMeansAll: k.namespace.explicit, latest: true, flatten: true });
    const texts: string[] = [];
    yield* found.each(function* (info) {
      const text = memory(info.object);
      if (text !== undefined) texts.push(text);
      else if (info.source) throw new CliError(`error when no last-applied-configuration annotation found on resource: ${info.name}\n ${quote(info.source)}: <nil>`);
    });
    const format = k.flags.text('output');
    for (const text of texts) {
      if (format !== 'json' && format !== 'yaml') throw k.usage(`Unexpected -o output mode: ${format}, the flag 'output' must be one of yaml|json`);
      const value = parseJson(text);
      k.out(format === 'json' ? `${json(value, '  ', { ordered: true, raw: true }).replace(/\n$/, '')}\n` : printYaml(value));
    }
  },
};

/** A merge patch that remembers an object as it is. */
const memoryPatch = (object: KubeObject): Rec => ({ metadata: { annotations: { [LAST_APPLIED]: `${json(object)}\n` } } });

export const setLastApplied: Verb = {
  name: 'set-last-applied',
  use: '-f FILENAME',
  flags: [...PRINT, ...DRY_RUN, ...flags('create-annotation=false', 'f filename=[]')],
  complete: 'files',
  *run(k) {
    const mode = dryRun(k);
    const printer = yield* printerFor(k, { operation: done('configured', mode) });
    const todo: { readonly info: Info; readonly patch: Rec }[] = [];
    const found = yield* find(k, { ...wantedOf(k), flatten: true });
    yield* found.each(function* (info) {
      const wanted = info.object!;
      yield* fetchInfo(k, info);
      const before = memory(info.object);
      if (before === undefined && !k.flags.on('create-annotation')) {
        throw new CliError(`no last-applied-configuration annotation found on resource: ${info.name}, to create the annotation, run the command with --create-annotation`);
      }
      if (before !== undefined && equal(parseJson(before), wanted)) k.out(`set-last-applied ${info.name}: no changes required.\n`);
      else todo.push({ info, patch: memoryPatch(wanted) });
    });
    const writer = new Writer(k, { dryRun: mode === 'server' });
    for (const { info, patch } of todo) k.out(printer.print(mode === 'client' ? info.object! : yield* writer.patch(info, 'merge', patch)));
  },
};

/** The found objects that remember something, as what they remember. */
function* remembered(k: Kubectl, infos: readonly Info[]): Running<Info[]> {
  const out: Info[] = [];
  for (const info of infos) {
    const text = memory(info.object);
    if (text === undefined) continue;
    const found = yield* find(k, { namespace: k.namespace.name, text: { kind: 'text', name: 'edited-file', text }, keepGoing: true, flatten: true });
    out.push((yield* found.all())[0]!);
  }
  return out;
}

export const editLastApplied: Verb = {
  name: 'edit-last-applied',
  use: '(RESOURCE/NAME | -f FILENAME)',
  flags: [...FILES, ...PRINT, ...VALIDATE, ...manager('kubectl-client-side-apply'), ...flags('windows-line-endings=false')],
  complete: 'resources',
  *run(k) {
    const validation = fieldValidation(k);
    const found = yield* find(k, { ...wantedOf(k), args: k.args, typeMeansAll: true, latest: true, keepGoing: true, flatten: true });
    const originals = yield* remembered(k, yield* found.all());
    if (originals.length === 0) throw new CliError('no last-applied-configuration annotation found on resources, to create the annotation, use command `kubectl apply set-last-applied --create-annotation`');
    const writer = new Writer(k, { manager: k.flags.text('field-manager'), validation });
    yield* edit(k, originals, {
      header: ANNOTATION_HEADER, validate: validation !== 'Ignore', windows: k.flags.on('windows-line-endings'),
      *save(updated) {
        for (const info of updated) {
          const original = originals.find((one) => one.object!.metadata?.uid === info.object!.metadata?.uid)!;
          const same = equal(original.object, info.object);
          if (!same) yield* writer.patch({ ...info, namespace: k.namespace.name }, 'merge', memoryPatch(info.object!));
          const printer = yield* printerFor(k, { operation: same ? 'skipped' : 'edited' });
          k.out(printer.print(info.object!));
        }
      },
    });
  },
};
