/**
 * kubectl edit: objects of the server in an editor, and what was changed as a patch.
 * Stands for k8s.io/kubectl/pkg/cmd/edit.
 */
import type { Running } from '../../machine/process.ts';
import type { Kubectl, Verb } from '../command.ts';
import { OBJECT_HEADER, edit, type Round } from '../editor.ts';
import { CliError } from '../errors.ts';
import { FILES, PRINT, RECORD, SAVE, VALIDATE, flags, manager } from '../flags.ts';
import { isMap, json, type Rec } from '../go.ts';
import { fieldValidation, remember } from '../modes.ts';
import { createMerge } from '../patch/merge.ts';
import { isStrategic } from '../patch/rules.ts';
import { equal, twoWay } from '../patch/strategic-diff.ts';
import { printerFor } from '../print/printer.ts';
import { find, known, wantedOf, type Info } from '../resources.ts';
import { Writer } from '../write.ts';

/** The patch between two states of an object. Throws CliError when it would make another object of it. */
export function patchBetween(before: Rec, after: Rec, info: Info): Rec {
  const patch = isStrategic(info.mapping.group) ? twoWay(before, after, info.mapping.kind) : createMerge(before, after);
  const meta = patch['metadata'];
  if ('apiVersion' in patch || 'kind' in patch || (isMap(meta) && 'name' in meta)) throw new CliError('At least one of apiVersion, kind and name was changed');
  return patch;
}

function* saveEdited(k: Kubectl, originals: readonly Info[], updated: readonly Info[], round: Round, writer: Writer): Running<void> {
  for (const info of updated) {
    const original = originals.find((one) => one.object!.metadata?.uid === info.object!.metadata?.uid);
    if (!original) throw new CliError(`no original object found for ${json(info.object)}`);
    const after = k.flags.on('save-config') ? remember(info.object!, true) : info.object!;
    const same = equal(original.object, after);
    if (!same) {
      const patch = patchBetween(original.object!, after, info);
      if (k.flags.on('output-patch')) k.out(`Patch: ${json(patch)}\n`);
      try {
        info.object = yield* writer.patch(info, isStrategic(info.mapping.group) ? 'strategic' : 'merge', patch);
      } catch (error) {
        if (!known(error)) throw error;
        k.err(round.add(error, info));
        continue;
      }
    }
    const printer = yield* printerFor(k, { operation: same ? 'skipped' : 'edited' });
    k.out(printer.print(info.object!));
  }
}

export const editVerb: Verb = {
  name: 'edit',
  use: '(RESOURCE/NAME | -f FILENAME)',
  flags: [...RECORD, ...PRINT, ...FILES, ...VALIDATE, ...manager('kubectl-edit'), ...SAVE, ...flags('output-patch=false', 'windows-line-endings=false', "subresource=''")],
  complete: 'resources',
  *run(k) {
    const { flags: f } = k;
    const subresource = f.text('subresource');
    const found = yield* find(k, { ...wantedOf(k), args: k.args, typeMeansAll: true, latest: true, keepGoing: true, flatten: true, ...(subresource && { subresource }) });
    const validation = fieldValidation(k);
    const infos = yield* found.all();
    if (infos.length === 0) throw new CliError('edit cancelled, no objects found');
    const writer = new Writer(k, { manager: f.text('field-manager'), validation, ...(subresource && { subresource }) });
    yield* edit(k, infos, {
      header: OBJECT_HEADER, validate: validation !== 'Ignore', windows: f.on('windows-line-endings'), ...(subresource && { subresource }),
      save: (updated, round) => saveEdited(k, infos, updated, round, writer),
    });
  },
};
