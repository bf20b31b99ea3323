/**
 * kubectl patch: a patch in one of three forms, sent or applied here.
 * Stands for k8s.io/kubectl/pkg/cmd/patch.
 */
import type { KubeObject } from '../../kube/api/wire.ts';
import type { Kubectl, Verb } from '../command.ts';
import { kindText } from '../discovery.ts';
import { CliError, StatusError } from '../errors.ts';
import { DRY_RUN, FILES, PRINT, RECORD, flags, manager } from '../flags.ts';
import { isMap, json, quote, type Rec } from '../go.ts';
import { goFileError } from '../kubeconfig.ts';
import { dryRun } from '../modes.ts';
import { applyJsonPatch, type Operation } from '../patch/json-patch.ts';
import { applyMerge } from '../patch/merge.ts';
import { isStrategic } from '../patch/rules.ts';
import { equal } from '../patch/strategic-diff.ts';
import { applyStrategic } from '../patch/strategic-merge.ts';
import { printerFor } from '../print/printer.ts';
import { find, wantedOf, type Info } from '../resources.ts';
import { PATCH_TYPES, Writer, type PatchType } from '../write.ts';
import { YamlError } from '../yaml/scan.ts';
import { parseYaml } from '../yaml/parse.ts';

const TYPES: readonly string[] = ['json', 'merge', 'strategic'];

/** The patch that was given, as a value. Throws CliError. */
function given(k: Kubectl): unknown {
  const file = k.flags.text('patch-file');
  let text = k.flags.text('patch');
  if (file) {
    try {
      text = k.p.files.read(file);
    } catch (error) {
      throw new CliError(`unable to read patch file: ${goFileError(error, 'open', file).message}`);
    }
  }
  try {
    return parseYaml(text);
  } catch (error) {
    if (error instanceof YamlError) throw new CliError(`unable to parse ${quote(k.flags.text('patch'))}: ${error.message}`);
    throw error;
  }
}

/** The object after the patch, without asking a server. Throws CliError. */
function locally(object: KubeObject, type: PatchType, patch: unknown, info: Info): KubeObject {
  if (type === 'merge') return applyMerge(object, patch) as KubeObject;
  if (type === 'strategic') {
    if (!isStrategic(info.mapping.group)) throw new CliError(`strategic merge patch is not supported for ${kindText(info.mapping)} locally, try --type merge`);
    return applyStrategic(object, patch as Rec, object.kind) as KubeObject;
  }
  try {
    return applyJsonPatch(object, patch as readonly Operation[]) as KubeObject;
  } catch (error) {
    const missing = error instanceof CliError && /doc is missing key: ?(.*)$/.exec(error.message);
    throw missing ? new CliError(`Object to be patched is missing field (${missing[1]})`) : error;
  }
}

export const patch: Verb = {
  name: 'patch',
  use: '(-f FILENAME | TYPE NAME) [-p PATCH|--patch-file FILE]',
  flags: [...RECORD, ...PRINT, ...DRY_RUN, ...FILES, ...manager('kubectl-patch'), ...flags("p patch=''", "patch-file=''", "type='strategic'", 'local=false', "subresource=''")],
  complete: 'resources',
  *run(k) {
    const { flags: f } = k;
    const mode = dryRun(k);
    void k.namespace;
    const local = f.on('local');
    if (f.text('patch') && f.text('patch-file')) throw new CliError('cannot specify --patch and --patch-file together');
    if (!f.text('patch') && !f.text('patch-file')) throw new CliError('must specify --patch or --patch-file containing the contents of the patch');
    if (local && k.args.length) throw new CliError('cannot specify --local and server resources');
    if (local && mode === 'server') throw new CliError('cannot specify --local and --dry-run=server - did you mean --dry-run=client?');
    const type = (f.text('type').toLowerCase() || 'strategic') as PatchType;
    if (!TYPES.includes(type)) throw new CliError(`--type must be one of [${TYPES.join(' ')}], not ${quote(f.text('type'))}`);
    const body = given(k);
    const subresource = f.text('subresource');
    const found = yield* find(k, { ...wantedOf(k), args: k.args, keepGoing: true, flatten: true, local, ...(subresource && { subresource }) });
    const writer = new Writer(k, { dryRun: mode === 'server', manager: f.text('field-manager'), ...(subresource && { subresource }) });
    let count = 0;
    yield* found.each(function* (info) {
      count++;
      const before = info.object!;
      let after: KubeObject;
      if (local || mode === 'client') after = locally(before, type, body, info);
      else {
        try {
          after = yield* writer.patch(info, type, isMap(body) || Array.isArray(body) ? body : json(body));
        } catch (error) {
          if (error instanceof StatusError && error.status.code === 415) throw new CliError(`${PATCH_TYPES[type]} is not supported by ${kindText(info.mapping)}: ${error.message}`);
          throw error;
        }
      }
      k.out((yield* printerFor(k, { operation: equal(before, after) ? 'patched (no change)' : 'patched' })).print(after));
    });
    if (count === 0) throw new CliError('no objects passed to patch');
  },
};
