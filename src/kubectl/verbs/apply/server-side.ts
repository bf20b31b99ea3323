/**
 * kubectl apply --server-side: the server merges; what client-side apply left behind is carried over.
 * Stands for the server-side half of k8s.io/kubectl/pkg/cmd/apply and client-go's util/csaupgrade.
 */
import type { KubeObject } from '../../../kube/api/wire.ts';
import type { Running } from '../../../machine/process.ts';
import type { Kubectl } from '../../command.ts';
import { CliError, StatusError, isReason } from '../../errors.ts';
import { isMap, type Rec } from '../../go.ts';
import { LAST_APPLIED } from '../../modes.ts';
import { equal } from '../../patch/strategic-diff.ts';
import { known, type Info } from '../../resources.ts';
import type { Writer } from '../../write.ts';

/** One entry of metadata.managedFields. */
interface Entry {
  readonly manager?: string;
  readonly operation?: string;
  readonly apiVersion?: string;
  readonly subresource?: string;
  readonly fieldsV1?: Rec;
}

const ADVICE = `
Please review the fields above--they currently have other managers. Here
are the ways you can resolve this warning:
* If you intend to manage all of these fields, please re-run the apply
  command with the \`--force-conflicts\` flag.
* If you do not intend to manage all of the fields, please edit your
  manifest to remove references to the fields that should keep their
  current managers.
* You may co-own fields by updating your manifest to match the existing
  value; in this case, you'll become the manager if the other manager(s)
  stop managing the field (remove it from their configuration).
See https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts`;

const ownsAnnotation = (entry: Entry): boolean => {
  const annotations = (entry.fieldsV1?.['f:metadata'] as Rec | undefined)?.['f:annotations'];
  return isMap(annotations) && `f:${LAST_APPLIED}` in annotations;
};

const entries = (object: KubeObject): readonly Entry[] => (object.metadata.managedFields ?? []) as readonly Entry[];

/** Sends the object; `manager` is the field manager in use, `usual` whether it is the one that kubectl uses by itself. */
export function* applyOnServer(k: Kubectl, writer: Writer, plainWriter: Writer, info: Info, force: boolean, manager: string): Running<KubeObject> {
  const body = info.object!;
  const send = (by: Writer): Running<KubeObject> => by.patch(info, 'apply', body, { force });
  let object: KubeObject;
  try {
    object = yield* send(writer);
  } catch (error) {
    if (error instanceof StatusError && error.status.code === 415) throw new CliError(`Server-side apply not available on the server: (${error.message})`);
    if (isReason(error, 'Conflict')) throw new CliError(`${(error as Error).message}${ADVICE}`);
    throw error;
  }
  try {
    object = yield* keepAnnotation(plainWriter, info, object, manager);
  } catch (error) {
    if (!known(error)) throw error;
    k.err(`Warning: failed to migrate kubectl.kubernetes.io/last-applied-configuration for Server-Side Apply. This is non-fatal and will be retried next time you apply. Error: ${error.message}\n`);
    return object;
  }
  let moved: KubeObject | undefined;
  try {
    moved = yield* migrate(plainWriter, info, object, manager);
  } catch (error) {
    if (!known(error)) throw error;
    k.err(`Warning: server rejected managed fields migration to Server-Side Apply. This is non-fatal and will be retried next time you apply. Error: ${error.message}\n`);
    return object;
  }
  if (!moved) return object;
  try {
    return yield* send(plainWriter);
  } catch (error) {
    if (!known(error)) throw error;
    k.err(`Warning: failed to re-apply configuration after performing Server-Side Apply migration. This is non-fatal and will be retried next time you apply. Error: ${error.message}\n`);
    return moved;
  }
}

/** The annotation of client-side apply gets an owner of its own, so that it stays. */
function* keepAnnotation(writer: Writer, info: Info, object: KubeObject, manager: string): Running<KubeObject> {
  const remembered = object.metadata.annotations?.[LAST_APPLIED];
  if (manager !== 'kubectl' || remembered === undefined) return object;
  if (entries(object).some((entry) => entry.operation === 'Apply' && ownsAnnotation(entry))) return object;
  const { name, namespace } = object.metadata;
  const only = { apiVersion: object.apiVersion, kind: object.kind, metadata: { name, ...(namespace && { namespace }), annotations: { [LAST_APPLIED]: remembered } } };
  return yield* writer.with({ manager: 'kubectl-last-applied' }).patch(info, 'apply', only);
}

/** What a client-side manager owned goes to the server-side one; undefined when there was nothing. */
function* migrate(writer: Writer, info: Info, given: KubeObject, manager: string): Running<KubeObject | undefined> {
  const old = new Set(entries(given).filter((entry) => entry.operation === 'Update' && ownsAnnotation(entry)).map((entry) => entry.manager ?? ''));
  let object = given;
  for (let tries = 0; ; tries++) {
    let fields = entries(object);
    for (const name of old) fields = upgraded(fields, name, manager);
    if (equal(fields, entries(object))) return undefined;
    const patch = [
      { op: 'replace', path: '/metadata/managedFields', value: fields },
      { op: 'replace', path: '/metadata/resourceVersion', value: object.metadata.resourceVersion },
    ];
    try {
      return yield* writer.patch(info, 'json', patch);
    } catch (error) {
      if (!isReason(error, 'Conflict') || tries === 4) throw error;
    }
    object = yield* writer.get(info);
  }
}

function union(a: Rec, b: Rec): Rec {
  const out: Record<string, unknown> = { ...a };
  for (const [key, value] of Object.entries(b)) out[key] = isMap(out[key]) && isMap(value) ? union(out[key], value) : value;
  return out;
}

function upgraded(fields: readonly Entry[], old: string, manager: string): readonly Entry[] {
  const isOld = (entry: Entry): boolean => entry.manager === old && entry.operation === 'Update' && !entry.subresource;
  const out = [...fields];
  let at = out.findIndex((entry) => entry.manager === manager && entry.operation === 'Apply' && !entry.subresource);
  if (at < 0) {
    at = out.findIndex(isOld);
    if (at < 0) return fields;
    out[at] = { ...out[at]!, operation: 'Apply', manager };
  }
  const target = out[at]!;
  const from = out.find((entry) => isOld(entry) && entry.apiVersion === target.apiVersion);
  if (from) out[at] = { ...target, fieldsV1: union(target.fieldsV1 ?? {}, from.fieldsV1 ?? {}) };
  return out.filter((entry) => !isOld(entry));
}
