/**
 * The admission plugins in the order in which the real server asks them: first those that change objects, later those that only judge.
 * Stands for pkg/kubeapiserver/options/plugins.go and k8s.io/apiserver/pkg/admission.
 */
import type { Exchange } from '../exchange.ts';
import type { Draft } from '../kind.ts';
import { forbidden } from '../status.ts';
import { note } from '../trace.ts';
import type { KubeObject } from '../wire.ts';
import { plugins } from './plugins.ts';

export type Operation = 'CREATE' | 'UPDATE' | 'DELETE' | 'CONNECT';

/** An admission plugin. Both functions refuse by throwing a Refusal. */
export interface Plugin {
  readonly name: string;
  /** May change the draft; true when it did. */
  admit?(x: Exchange, operation: Operation, draft: Draft, old: KubeObject | undefined): boolean | void;
  /** Judges the finished object (undefined for deletions). */
  validate?(x: Exchange, operation: Operation, object: KubeObject | undefined, old: KubeObject | undefined): void;
}

/** Lets every plugin change the draft of an object. */
export function admit(x: Exchange, operation: Operation, draft: Draft, old: KubeObject | undefined): void {
  const changed: string[] = [];
  for (const plugin of plugins) {
    try {
      if (plugin.admit?.(x, operation, draft, old)) changed.push(plugin.name);
    } catch (error) {
      note(x, 'admission', draft as unknown as KubeObject, { refused: plugin.name });
      throw error;
    }
  }
  note(x, 'admission', draft as unknown as KubeObject, { changed });
}

/** Lets every plugin judge. */
export function validateAdmission(x: Exchange, operation: Operation, object: KubeObject | undefined, old: KubeObject | undefined): void {
  for (const plugin of plugins) {
    try {
      plugin.validate?.(x, operation, object, old);
    } catch (error) {
      note(x, 'admission', object ?? old, { refused: plugin.name });
      throw error;
    }
  }
}

/** The refusal of a plugin: `pods "web" is forbidden: WHY`. */
export function refused(x: Exchange, object: Draft | KubeObject | undefined, why: string): Error {
  const meta = (object?.['metadata'] ?? {}) as { name?: string; generateName?: string };
  return forbidden(x.resource, x.info.name || meta.name || meta.generateName || 'Unknown', why);
}
