/**
 * kubectl create: objects from files, and the generators below it (create/).
 * Stands for k8s.io/kubectl/pkg/cmd/create.
 */
import type { KubeObject } from '../../kube/api/wire.ts';
import type { Kubectl, Verb } from '../command.ts';
import { CliError, addSource } from '../errors.ts';
import { DRY_RUN, FILES, PRINT, RECORD, SAVE, SELECTOR, VALIDATE, flags, manager } from '../flags.ts';
import { CREATE, CREATE_EDITED, late } from '../late.ts';
import { done, dryRun, fieldValidation, remember, writeQuery } from '../modes.ts';
import { printerFor } from '../print/printer.ts';
import { raw } from '../raw.ts';
import { find, pathOf, wantedOf } from '../resources.ts';
import { readFile } from './create/sources.ts';
import { deployment } from './create/deployment.ts';

/** --raw's rules. Throws CliError. */
export function checkRaw(k: Kubectl, what: 'create' | 'replace'): void {
  const { flags: f } = k;
  const files = f.list('filename');
  if (what === 'create' && f.on('edit')) throw new CliError('--raw and --edit are mutually exclusive');
  if (files.length !== 1) throw new CliError('--raw can only use a single local file or stdin');
  if (/^https?:\/\//.test(files[0]!)) throw new CliError('--raw cannot read from a url');
  if (f.on('recursive')) throw new CliError('--raw and --recursive are mutually exclusive');
  if (what === 'create' && f.text('selector')) throw new CliError('--raw and --selector (-l) are mutually exclusive');
  if (f.text('output')) throw new CliError('--raw and --output are mutually exclusive');
}

/** -f or -k must be there. Throws CliError. */
export function needFiles(k: Kubectl): void {
  if (k.flags.list('filename').length === 0 && k.flags.text('kustomize') === '') throw new CliError('must specify one of -f and -k');
}

export const create: Verb = {
  name: 'create',
  use: '-f FILENAME',
  flags: [...PRINT, ...FILES, ...SELECTOR, ...DRY_RUN, ...VALIDATE, ...SAVE, ...RECORD, ...manager('kubectl-create'), ...flags('edit=false', "raw=''", 'windows-line-endings=false')],
  verbs: [
    late(CREATE, 'namespace', { aliases: ['ns'] }), late(CREATE, 'quota', { aliases: ['resourcequota'] }), late(CREATE, 'secret'), late(CREATE, 'configmap', { aliases: ['cm'] }),
    late(CREATE, 'serviceaccount', { aliases: ['sa'] }), late(CREATE, 'service', { aliases: ['svc'] }), deployment, late(CREATE, 'clusterrole'), late(CREATE, 'clusterrolebinding'), late(CREATE, 'role'), late(CREATE, 'rolebinding'),
    late(CREATE, 'poddisruptionbudget', { aliases: ['pdb'] }), late(CREATE, 'priorityclass', { aliases: ['pc'] }), late(CREATE, 'job'), late(CREATE, 'cronjob', { aliases: ['cj'] }), late(CREATE, 'ingress', { aliases: ['ing'] }), late(CREATE, 'token'),
  ],
  complete: 'files',
  *run(k) {
    const { flags: f } = k;
    if (k.args.length) throw k.usage(`Unexpected args: [${k.args.join(' ')}]`);
    const mode = dryRun(k);
    const validation = fieldValidation(k);
    const printer = yield* printerFor(k, { operation: done('created', mode) });
    needFiles(k);
    if (f.text('raw')) {
      checkRaw(k, 'create');
      const file = f.list('filename')[0]!;
      return yield* raw(k, 'POST', f.text('raw'), file === '-' ? yield* k.p.readAll() : readFile(k, file));
    }
    const found = yield* find(k, { ...wantedOf(k), keepGoing: true, flatten: true, validate: validation !== 'Ignore' });
    if (f.on('edit')) return yield* (yield* k.p.need(CREATE_EDITED))(k, found, validation);
    let count = 0;
    yield* found.each(function* (info) {
      let object = remember(info.object!, f.on('save-config'));
      if (mode !== 'client') {
        const { resourceVersion: _, ...metadata } = object.metadata ?? {};
        object = { ...object, metadata } as KubeObject;
        try {
          object = yield* k.client.object({ method: 'POST', path: pathOf(info.mapping, info.namespace), body: object, query: writeQuery(k, mode, validation) });
        } catch (error) {
          throw addSource(error, 'creating', info.source);
        }
      }
      count++;
      k.out(printer.print(object));
    });
    if (count === 0) throw new CliError('no objects passed to create');
  },
};
