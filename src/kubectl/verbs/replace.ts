/**
 * kubectl replace: puts whole objects in the place of those on the server; --force deletes and creates them anew.
 * Stands for k8s.io/kubectl/pkg/cmd/replace.
 */
import type { KubeObject } from '../../kube/api/wire.ts';
import type { Running } from '../../machine/process.ts';
import type { Kubectl, Verb } from '../command.ts';
import { cascade } from '../deletion.ts';
import { CliError, addSource, isNotFound } from '../errors.ts';
import { DRY_RUN, FILES, PRINT, RECORD, SAVE, VALIDATE, flags, manager } from '../flags.ts';
import { done, dryRun, fieldValidation, remember } from '../modes.ts';
import { printerFor, type Printer } from '../print/printer.ts';
import { raw } from '../raw.ts';
import { fetchInfo, find, wantedOf, type Wanted } from '../resources.ts';
import { Writer } from '../write.ts';
import { checkRaw, needFiles } from './create.ts';
import { readFile } from './create/sources.ts';
import { deleteFound } from './delete.ts';

export const replace: Verb = {
  name: 'replace',
  use: '-f FILENAME',
  flags: [
    ...PRINT, ...FILES, ...RECORD, ...VALIDATE, ...SAVE, ...DRY_RUN, ...manager('kubectl-replace'),
    ...flags('force=false', "cascade='background'?background", 'grace-period=-1', 'timeout=0s', 'wait=false', "raw=''", "subresource=''"),
  ],
  complete: 'files',
  *run(k) {
    const { flags: f } = k;
    const validation = fieldValidation(k);
    const mode = dryRun(k);
    const printer = yield* printerFor(k, { operation: done('replaced', mode) });
    const policy = cascade(k);
    const force = f.on('force');
    const grace = f.number('grace-period');
    needFiles(k);
    void k.namespace;
    if (grace >= 0 && !force) throw new CliError('--grace-period must have --force specified');
    if (f.number('timeout') !== 0 && !force) throw new CliError('--timeout must have --force specified');
    if (force && mode !== 'none') throw new CliError('--dry-run can not be used when --force is set');
    if (f.text('raw')) {
      checkRaw(k, 'replace');
      const file = f.list('filename')[0]!;
      return yield* raw(k, 'PUT', f.text('raw'), file === '-' ? yield* k.p.readAll() : readFile(k, file));
    }
    const subresource = f.text('subresource');
    const wanted: Wanted = { ...wantedOf(k), keepGoing: true, flatten: true, ...(subresource && { subresource }) };
    const check = { validate: validation !== 'Ignore' };
    const writer = new Writer(k, { dryRun: mode === 'server', manager: f.text('field-manager'), validation, ...(subresource && { subresource }) });
    if (force) return yield* anew(k, wanted, check, writer, printer, policy);
    yield* (yield* find(k, { ...wanted, ...check })).each(function* (info) {
      let object: KubeObject = remember(info.object!, f.on('save-config'));
      if (mode !== 'client') {
        try {
          object = yield* writer.replace(info, object, true);
        } catch (error) {
          throw addSource(error, 'replacing', info.source);
        }
      }
      k.out(printer.print(object));
    });
  },
};

const PATIENCE = 5 * 60_000;

/** --force. */
function* anew(k: Kubectl, given: Wanted, check: Partial<Wanted>, writer: Writer, printer: Printer, policy: string): Running<void> {
  const { flags: f, p } = k;
  let wanted = given;
  if (given.files?.includes('-')) {
    const folder = `/tmp/kubectl_replace_${p.random.below(1_000_000_000)}`;
    p.files.mkdir(folder);
    p.files.write(`${folder}/resource.stdin`, yield* p.readAll());
    wanted = { ...given, files: given.files.map((file) => (file === '-' ? `${folder}/resource.stdin` : file)) };
  }
  const grace = f.number('grace-period') || 1;
  const found = yield* find(k, { ...wanted, args: k.args, fetch: false, ignoreNotFound: true });
  yield* deleteFound(k, found, { policy, grace, mode: 'none', output: f.text('output'), quiet: false, wait: f.on('wait') || f.number('grace-period') === 0, timeout: f.number('timeout'), warnCluster: false });
  const until = p.now + (f.number('timeout') || PATIENCE);
  yield* found.each(function* (info) {
    for (;;) {
      try {
        yield* fetchInfo(k, info);
      } catch (error) {
        if (isNotFound(error)) return;
        throw error;
      }
      if (p.now + 1000 > until) throw new CliError('context deadline exceeded');
      yield* p.sleep(1000);
    }
  });
  let count = 0;
  yield* (yield* find(k, { ...wanted, ...check })).each(function* (info) {
    count++;
    k.out(printer.print(yield* writer.create(info, remember(info.object!, f.on('save-config')))));
  });
  if (count === 0) throw new CliError('no objects passed to replace');
}
