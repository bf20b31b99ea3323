/**
 * How kubectl apply brings an object to what its manifest says: the three-way patch, sent again after conflicts, or with --force replaced.
 * Stands for the Patcher of k8s.io/kubectl/pkg/cmd/apply.
 */
import type { KubeObject } from '../../../kube/api/wire.ts';
import type { Running } from '../../../machine/process.ts';
import type { Kubectl } from '../../command.ts';
import { CliError, addSource, isNotFound, isReason } from '../../errors.ts';
import { json, type Rec } from '../../go.ts';
import { parseJson, JsonError } from '../../json.ts';
import { LAST_APPLIED } from '../../modes.ts';
import { applyMerge, threeWayMerge } from '../../patch/merge.ts';
import { isStrategic } from '../../patch/rules.ts';
import { threeWay } from '../../patch/strategic-diff.ts';
import { applyStrategic } from '../../patch/strategic-merge.ts';
import { known, type Info } from '../../resources.ts';
import type { DeleteOptions, Writer } from '../../write.ts';

/** What a patch came to. */
export interface Patched {
  /** The patch as text; `{}` when nothing is to do. */
  readonly patch: string;
  readonly object: KubeObject;
}

/** Failed; `patch` is what was tried. */
export class PatchFailure extends Error {
  readonly patch: string;
  readonly reason: Error;
  constructor(patch: string, reason: Error) {
    super(reason.message);
    this.patch = patch;
    this.reason = reason;
  }
}

export interface Ways {
  readonly overwrite: boolean;
  /** --force with how to delete, and how long to wait for it. */
  readonly force?: DeleteOptions;
  readonly timeout: number;
  /** Nothing is sent. */
  readonly local: boolean;
  /** The version that the patch is for. */
  readonly version?: string;
}

const TRIES = 5;

/** The patch from what was applied last to `modified`, worked out against `current`. Throws PatchFailure. */
function patchFor(current: KubeObject, modified: KubeObject, info: Info, overwrite: boolean): Rec {
  const remembered = current.metadata.annotations?.[LAST_APPLIED];
  try {
    const original = (remembered ? parseJson(remembered) : {}) as Rec;
    return isStrategic(info.mapping.group) ? threeWay(original, modified, current, info.mapping.kind, overwrite) : threeWayMerge(original, modified, current);
  } catch (error) {
    if (!(error instanceof CliError) && !(error instanceof JsonError)) throw error;
    const why = error instanceof JsonError ? 'invalid JSON document' : error.message;
    throw new PatchFailure('', new CliError(`creating patch with:\noriginal:\n${remembered ?? ''}\nmodified:\n${json(modified)}\n\ncurrent:\n${json(current)}\n\nfor: ${why}`));
  }
}

function* once(writer: Writer, current: KubeObject, modified: KubeObject, info: Info, ways: Ways): Running<Patched> {
  let body = patchFor(current, modified, info, ways.overwrite);
  let patch = json(body);
  const strategic = isStrategic(info.mapping.group);
  if (patch === '{}') return { patch, object: current };
  if (ways.local) return { patch, object: (strategic ? applyStrategic(current, body, info.mapping.kind) : applyMerge(current, body)) as KubeObject };
  if (ways.version !== undefined) {
    body = { ...body, metadata: { ...(body['metadata'] as Rec | undefined), resourceVersion: ways.version } };
    patch = json(body);
  }
  try {
    return { patch, object: yield* writer.patch(info, strategic ? 'strategic' : 'merge', body) };
  } catch (error) {
    if (!known(error)) throw error;
    throw new PatchFailure(patch, error);
  }
}

/** Patches `info.object` to `modified`. Throws PatchFailure. */
export function* applyPatch(k: Kubectl, writer: Writer, modified: KubeObject, info: Info, ways: Ways): Running<Patched> {
  let current = info.object!;
  for (let tries = 0; ; tries++) {
    try {
      return yield* once(writer, current, modified, info, ways);
    } catch (error) {
      if (!(error instanceof PatchFailure) || ways.local) throw error;
      const conflict = isReason(error.reason, 'Conflict');
      if (conflict && tries < TRIES) {
        if (tries > 0) yield* k.p.sleep(1000);
        current = yield* writer.get(info);
      } else if (ways.force && (conflict || isReason(error.reason, 'Invalid'))) {
        return { patch: json(modified), object: yield* recreate(k, writer, current, modified, info, ways) };
      } else throw new PatchFailure(error.patch, addSource(error.reason, 'patching', info.source));
    }
  }
}

function* recreate(k: Kubectl, writer: Writer, original: KubeObject, modified: KubeObject, info: Info, ways: Ways): Running<KubeObject> {
  try {
    yield* writer.remove(info, ways.force!);
    const until = k.p.now + ways.timeout;
    for (;;) {
      try {
        yield* writer.get(info);
      } catch (error) {
        if (isNotFound(error)) break;
        throw error;
      }
      if (ways.timeout > 0 && k.p.now >= until) throw new CliError('context deadline exceeded');
      yield* k.p.sleep(1000);
    }
  } catch (error) {
    if (!known(error)) throw error;
    throw new PatchFailure(json(modified), error);
  }
  try {
    return yield* writer.create(info, modified);
  } catch (error) {
    if (!known(error)) throw error;
    try {
      yield* writer.create(info, original);
    } catch (second) {
      if (!known(second)) throw second;
      throw new PatchFailure(json(modified), new CliError(`An error occurred force-replacing the existing object with the newly provided one:\n\n${error.message}.\n\nAdditionally, an error occurred attempting to restore the original object:\n\n${second.message}`));
    }
    throw new PatchFailure(json(modified), error);
  }
}
