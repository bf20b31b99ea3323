/**
 * kubectl create --edit: each object is shown in an editor before it is created.
 * Stands for the edit-before-create mode of k8s.io/kubectl/pkg/cmd/util/editor.
 */
import type { Running } from '../../../machine/process.ts';
import type { Kubectl } from '../../command.ts';
import { OBJECT_HEADER, edit } from '../../editor.ts';
import { remember } from '../../modes.ts';
import { printerFor } from '../../print/printer.ts';
import type { Found } from '../../resources.ts';
import { Writer } from '../../write.ts';

/** Shows each of the found objects and creates what was saved. */
export function* createEdited(k: Kubectl, found: Found, validation: string): Running<void> {
  const writer = new Writer(k, { manager: k.flags.text('field-manager'), validation });
  yield* found.each(function* (info) {
    yield* edit(k, [info], {
      header: OBJECT_HEADER, validate: validation !== 'Ignore', windows: k.flags.on('windows-line-endings'),
      *save(updated) {
        for (const one of updated) {
          const object = yield* writer.create({ ...one, namespace: one.mapping.namespaced ? one.namespace || k.namespace.name : '' }, remember(one.object!, k.flags.on('save-config')));
          k.out((yield* printerFor(k, { operation: 'created' })).print(object));
        }
      },
    });
  });
}
