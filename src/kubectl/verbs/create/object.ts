/**
 * What all generators of `kubectl create KIND NAME` share: one name, flags, dry run, the request, the answer.
 * Stands for kubectl's CreateSubcommandOptions.
 */
import type { KubeObject } from '../../../kube/api/wire.ts';
import type { Running } from '../../../machine/process.ts';
import type { Kubectl, Verb } from '../../command.ts';
import { parseGroupVersion } from '../../discovery.ts';
import { CliError, StatusError } from '../../errors.ts';
import { DRY_RUN, PRINT, SAVE, VALIDATE, flags, manager, type Flag } from '../../flags.ts';
import { done, dryRun, fieldValidation, remember, writeQuery } from '../../modes.ts';
import { printerFor } from '../../print/printer.ts';
import { pathOf } from '../../resources.ts';

/** An object in the order of Go's structs. */
export type Made = { readonly kind: string; readonly apiVersion: string; readonly metadata: { readonly name: string } } & Readonly<Record<string, unknown>>;

export interface Generator {
  readonly name: string;
  readonly use: string;
  readonly aliases?: readonly string[];
  readonly flags?: readonly string[];
  /** Where it is created: plural, and whether in a namespace. */
  readonly resource: string;
  readonly cluster?: boolean;
  /** `failed to create WHAT …`; without it the server's error stands alone. */
  readonly failed?: string;
  /** No --save-config. */
  readonly plain?: boolean;
  /** The object. Throws CliError. `meta` is its metadata with name, and namespace when one was named. */
  make(k: Kubectl, name: string, meta: (more?: Readonly<Record<string, unknown>>) => { readonly name: string }): Running<Made>;
}

/** Flags of every generator. */
export const GENERATOR: readonly Flag[] = [...PRINT, ...DRY_RUN, ...VALIDATE, ...manager('kubectl-create')];

/** The one NAME that a generator needs. Throws CliError. */
export function nameArgument(k: Kubectl): string {
  const count = k.flags.dash === -1 ? k.args.length : k.flags.dash;
  if (count !== 1) throw k.usage(`exactly one NAME is required, got ${count}`);
  return k.args[0]!;
}

/** The verb of a generator. */
export const generator = (of: Generator): Verb => ({
  name: of.name,
  use: of.use,
  ...(of.aliases && { aliases: of.aliases }),
  flags: [...GENERATOR, ...(of.plain ? [] : SAVE), ...flags(...(of.flags ?? []))],
  complete: 'none',
  *run(k) {
    const name = nameArgument(k);
    const space = k.namespace;
    void k.client.target;
    const mode = dryRun(k);
    const printer = yield* printerFor(k, { operation: done('created', mode), ordered: true });
    const validation = fieldValidation(k);
    const meta = (more: Readonly<Record<string, unknown>> = {}): { readonly name: string } => ({ name, ...(!of.cluster && space.explicit && { namespace: space.name }), ...more });
    let object = remember((yield* of.make(k, name, meta)) as unknown as KubeObject, !of.plain && k.flags.on('save-config'), true);
    if (mode !== 'client') {
      const { group, version } = parseGroupVersion(object.apiVersion);
      try {
        object = yield* k.client.object({
          method: 'POST', path: pathOf({ group, version, resource: of.resource, namespaced: !of.cluster }, space.name), body: object, query: writeQuery(k, mode, validation),
        });
      } catch (error) {
        if (!of.failed || !(error instanceof StatusError)) throw error;
        throw new CliError(`failed to create ${of.failed} ${error.message}`);
      }
    }
    k.out(printer.print(object));
  },
});
