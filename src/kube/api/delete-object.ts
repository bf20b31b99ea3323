/**
 * Deletion: preconditions, grace, finalizers and propagation, or at once.
 * Stands for the delete handler of k8s.io/apiserver and the registry's Store.Delete.
 */
import { rfc3339, parseRfc3339 } from '../../sim/date.ts';
import { decode, DecodeError } from '../schema/decode.ts';
import { typeNamed } from '../schema/schema.ts';
import { validateAdmission } from './admission/chain.ts';
import { jsonOf, mediaType } from './body.ts';
import { write } from './create-object.ts';
import type { Exchange } from './exchange.ts';
import { keyOf } from './keys.ts';
import type { FieldError } from './kind.ts';
import { parameter } from './path.ts';
import { badRequest, conflict, invalid } from './status.ts';
import { collected, orphansByDefault } from './strategy.ts';
import { note } from './trace.ts';
import type { KubeObject, ObjectMeta } from './wire.ts';

/** How to delete. */
export interface DeleteOptions {
  readonly gracePeriodSeconds?: number;
  readonly propagationPolicy?: string;
  readonly orphanDependents?: boolean;
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
  readonly dryRun?: readonly string[];
}

/** Reads the options from body and query. */
export function deleteOptions(x: Exchange): DeleteOptions {
  let options: DeleteOptions = {};
  const body = jsonOf(x.request.body, mediaType(x));
  if (body !== undefined && body !== null && body !== '') {
    try {
      options = decode(body, typeNamed('io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions')!).object as DeleteOptions;
    } catch (error) {
      if (error instanceof DecodeError) throw badRequest(`DeleteOptions in version "v1" cannot be handled as a DeleteOptions: ${error.message}`);
      throw error;
    }
  }
  const grace = parameter(x.request, 'gracePeriodSeconds');
  const policy = parameter(x.request, 'propagationPolicy');
  const orphan = parameter(x.request, 'orphanDependents');
  options = {
    ...options,
    ...(grace !== undefined && /^-?\d+$/.test(grace) && { gracePeriodSeconds: Number(grace) }),
    ...(policy !== undefined && { propagationPolicy: policy }),
    ...(orphan !== undefined && { orphanDependents: orphan !== 'false' }),
  };
  const errors: FieldError[] = [];
  const named = options.propagationPolicy;
  if (options.orphanDependents !== undefined && named !== undefined) {
    errors.push({ type: 'Invalid value', path: 'propagationPolicy', value: named, detail: 'orphanDependents and deletionPropagation cannot be both set' });
  }
  if (named !== undefined && named !== 'Foreground' && named !== 'Background' && named !== 'Orphan') {
    errors.push({ type: 'Unsupported value', path: 'propagationPolicy', value: named, detail: 'supported values: "Foreground", "Background", "Orphan", "nil"' });
  }
  if (options.dryRun?.some((d) => d !== 'All')) errors.push({ type: 'Unsupported value', path: 'dryRun', value: options.dryRun, detail: 'supported values: "All"' });
  if (errors.length) throw invalid({ group: 'meta.k8s.io', name: 'DeleteOptions' }, '', errors);
  return options.gracePeriodSeconds !== undefined && options.gracePeriodSeconds < 0 ? { ...options, gracePeriodSeconds: 1 } : options;
}

/** What became of a deletion: `gone` from the store, or changed and still there. */
export interface Deleted {
  readonly gone: boolean;
  readonly object: KubeObject;
}

type Meta = { -readonly [K in keyof ObjectMeta]: ObjectMeta[K] };

/** Deletes `old`, or marks it and lets those go first who have to. */
export function deleteStored(given: Exchange, old: KubeObject, options: DeleteOptions): Deleted {
  const x: Exchange = options.dryRun?.length ? { ...given, dryRun: true, at: { ...given.at, dryRun: true } } : given;
  const meta = old.metadata;
  const named = { group: x.stored.group, name: x.stored.kind };
  const must = options.preconditions;
  if (must?.uid && must.uid !== meta.uid) {
    throw conflict(named, meta.name, `the UID in the precondition (${must.uid}) does not match the UID in record (${meta.uid}). The object might have been deleted and then recreated`);
  }
  if (must?.resourceVersion && must.resourceVersion !== meta.resourceVersion) {
    throw conflict(named, meta.name, `the ResourceVersion in the precondition (${must.resourceVersion}) does not match the ResourceVersion in record (${meta.resourceVersion}). The object might have been modified`);
  }
  validateAdmission(x, 'DELETE', undefined, old);
  const key = keyOf(x.prefix, meta.namespace, meta.name);
  if (x.stored.groupResource === 'namespaces') return deleteNamespace(x, key, old);

  const next: Meta = { ...meta };
  const graceful = grace(x, old, next, options);
  if (graceful === 'pending') return { gone: false, object: old };
  setFinalizers(x, next, options);
  if (next.finalizers?.length) {
    if (!graceful) {
      if (!meta.deletionTimestamp && next.generation) next.generation++;
      if (!meta.deletionTimestamp || parseRfc3339(meta.deletionTimestamp)! > x.at.unix) next.deletionTimestamp = x.at.stamp;
      next.deletionGracePeriodSeconds = 0;
    }
    return { gone: false, object: write(x, key, { ...old, metadata: next }, old, 'nobody') };
  }
  if (graceful && next.deletionGracePeriodSeconds! > 0) return { gone: false, object: write(x, key, { ...old, metadata: next }, old, 'nobody') };
  if (graceful) return { gone: true, object: removeNow(x, key, { ...old, metadata: next }) };
  return { gone: true, object: removeNow(x, key, old) };
}

/** Sets the moment of deletion on `next` when the kind wants grace; `pending` when a deletion as urgent is under way already. */
function grace(x: Exchange, old: KubeObject, next: Meta, options: DeleteOptions): boolean | 'pending' {
  const of = x.kind?.graceSeconds;
  if (!of) return false;
  const meta = old.metadata;
  if (meta.deletionTimestamp) {
    const left = meta.deletionGracePeriodSeconds;
    if (!left) return false;
    const asked = options.gracePeriodSeconds;
    if (asked === undefined || asked >= left) return 'pending';
    let at = parseRfc3339(meta.deletionTimestamp)! - left * 1000 + asked * 1000;
    let period = asked;
    if (at < x.at.unix) {
      at = x.at.unix;
      if (period !== 0) period = 1;
    }
    next.deletionTimestamp = rfc3339(at);
    next.deletionGracePeriodSeconds = period;
    return true;
  }
  const seconds = of(old, options.gracePeriodSeconds);
  next.deletionTimestamp = rfc3339(x.at.unix + seconds * 1000);
  next.deletionGracePeriodSeconds = seconds;
  if (next.generation) next.generation++;
  return true;
}

/** Adds or takes off the garbage collector's finalizers as the options say. */
function setFinalizers(x: Exchange, next: Meta, options: DeleteOptions): void {
  if (!collected(x.stored)) return;
  const own = next.finalizers ?? [];
  const policy = options.orphanDependents !== undefined ? (options.orphanDependents ? 'Orphan' : 'Background') : options.propagationPolicy;
  const orphan = policy === undefined ? own.includes('orphan') || (!own.includes('foregroundDeletion') && orphansByDefault(x.stored)) : policy === 'Orphan';
  const foreground = policy === undefined ? !orphan && own.includes('foregroundDeletion') : policy === 'Foreground';
  const wanted = own.filter((f) => f !== 'orphan' && f !== 'foregroundDeletion');
  if (orphan) wanted.push('orphan');
  if (foreground) wanted.push('foregroundDeletion');
  if (wanted.length === own.length && wanted.every((f) => own.includes(f))) return;
  if (wanted.length) next.finalizers = wanted;
  else delete next.finalizers;
}

/** Takes an object out of the store. */
export function removeNow(x: Exchange, key: string, object: KubeObject): KubeObject {
  if (x.dryRun) return object;
  x.core.store.delete(key);
  x.core.ledgers.delete(key);
  x.core.wrote();
  x.kind?.released?.(object);
  note(x, 'store', object, { revision: x.core.store.revision, verb: 'delete' });
  return object;
}

interface Namespace extends KubeObject {
  readonly spec?: { readonly finalizers?: readonly string[] };
  readonly status?: { readonly phase?: string };
}

/** A namespace terminates first; the namespace controller empties it and takes its finalizer off. */
function deleteNamespace(x: Exchange, key: string, old: KubeObject): Deleted {
  const namespace = old as Namespace;
  const meta = old.metadata;
  const empty = !namespace.spec?.finalizers?.length && !meta.finalizers?.length;
  if (empty) return { gone: true, object: removeNow(x, key, old) };
  if (meta.deletionTimestamp) return { gone: false, object: old };
  const metadata: Meta = { ...meta, deletionTimestamp: x.at.stamp };
  const now: Namespace = { ...namespace, metadata, status: { ...namespace.status, phase: 'Terminating' } };
  return { gone: false, object: write(x, key, now, old, 'nobody') };
}
