/**
 * Writing one found object: create, patch, replace, delete, each with the command's dry run, field manager and validation.
 * Stands for cli-runtime's resource.Helper.
 */
import type { KubeObject } from '../kube/api/wire.ts';
import type { Running } from '../machine/process.ts';
import type { Query } from './client.ts';
import type { Kubectl } from './command.ts';
import { CliError } from './errors.ts';
import { known, pathOf, type Info } from './resources.ts';

export const PATCH_TYPES = { json: 'application/json-patch+json', merge: 'application/merge-patch+json', strategic: 'application/strategic-merge-patch+json', apply: 'application/apply-patch+yaml' } as const;
export type PatchType = keyof typeof PATCH_TYPES;

type Place = Pick<Info, 'mapping' | 'namespace' | 'name'>;

/** How a command writes. */
export interface WriteMode {
  readonly dryRun?: boolean;
  readonly manager?: string;
  readonly validation?: string;
  readonly subresource?: string;
}

/** Options of a deletion, as they travel. */
export interface DeleteOptions {
  readonly gracePeriodSeconds?: number;
  readonly propagationPolicy?: string;
}

/** Writes objects for one command. */
export class Writer {
  private readonly k: Kubectl;
  private readonly mode: WriteMode;

  constructor(k: Kubectl, mode: WriteMode) {
    this.k = k;
    this.mode = mode;
  }

  /** The same with other ways. */
  with(mode: WriteMode): Writer {
    return new Writer(this.k, { ...this.mode, ...mode });
  }

  private query(more: Query = {}): Query {
    const { dryRun, manager, validation } = this.mode;
    return { ...(dryRun && { dryRun: 'All' }), fieldManager: manager, fieldValidation: validation, ...more };
  }

  private path(of: Place): string {
    if (of.name === '') throw new CliError('resource name may not be empty');
    return pathOf(of.mapping, of.namespace, of.name, this.mode.subresource);
  }

  /** The object as it was created; a resourceVersion in it is left out. */
  *create(of: Pick<Info, 'mapping' | 'namespace'>, object: KubeObject): Running<KubeObject> {
    let body = object;
    if (object.metadata?.resourceVersion) {
      const { resourceVersion: _, ...metadata } = object.metadata;
      body = { ...object, metadata };
    }
    return yield* this.k.client.object({ method: 'POST', path: pathOf(of.mapping, of.namespace), body, query: this.query() });
  }

  /** The object after a patch. */
  *patch(of: Place, type: PatchType, body: unknown, more: Query = {}): Running<KubeObject> {
    return yield* this.k.client.object({ method: 'PATCH', path: this.path(of), type: PATCH_TYPES[type], body, query: this.query(more) });
  }

  /** The object after it was put in the place of the one on the server; `overwrite`: of whatever version that is. */
  *replace(of: Place, object: KubeObject, overwrite: boolean): Running<KubeObject> {
    let body = object;
    if (overwrite && !object.metadata?.resourceVersion) {
      try {
        const there = yield* this.get(of);
        body = { ...object, metadata: { ...object.metadata, resourceVersion: there.metadata.resourceVersion! } };
      } catch (error) {
        if (!known(error)) throw error;
      }
    }
    return yield* this.k.client.object({ method: 'PUT', path: this.path(of), body, query: this.query() });
  }

  /** The object as it is now. */
  *get(of: Place): Running<KubeObject> {
    return yield* this.k.client.object({ path: this.path(of) });
  }

  /** What the server says to a deletion: the object, or a Status. */
  *remove(of: Place, options: DeleteOptions): Running<KubeObject> {
    const body = { kind: 'DeleteOptions', apiVersion: 'v1', ...options, ...(this.mode.dryRun && { dryRun: ['All'] }) };
    return yield* this.k.client.object({ method: 'DELETE', path: this.path(of), body });
  }
}
