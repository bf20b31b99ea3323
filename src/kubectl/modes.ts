/**
 * Flags that change how commands write: --dry-run, --validate, --save-config, and the last-applied annotation.
 * Stands for kubectl's cmdutil and util/apply.go.
 */
import type { KubeObject } from '../kube/api/wire.ts';
import type { Query } from './client.ts';
import type { Kubectl } from './command.ts';
import { klog } from './discovery.ts';
import { CliError } from './errors.ts';
import { json, quote } from './go.ts';

export type DryRun = 'none' | 'client' | 'server';
export const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** --dry-run. Throws CliError for other words. */
export function dryRun(k: Kubectl): DryRun {
  const given = k.flags.text('dry-run');
  if (given === 'none' || given === 'client' || given === 'server') return given;
  if (given === 'unchanged') {
    klog(k.p, 'W', 'helpers.go:719', '--dry-run is deprecated and can be replaced with --dry-run=client.');
    return 'client';
  }
  const yes = ['1', 't', 'T', 'TRUE', 'true', 'True'].includes(given);
  if (!yes && !['0', 'f', 'F', 'FALSE', 'false', 'False'].includes(given)) throw new CliError(`Invalid dry-run value (${given}). Must be "none", "server", or "client".`);
  klog(k.p, 'W', yes ? 'helpers.go:733' : 'helpers.go:736', `--dry-run=${given} is deprecated (boolean value) and can be replaced with --dry-run=${yes ? 'client' : 'none'}.`);
  return yes ? 'client' : 'none';
}

/** What a command says it did: `created (dry run)`. */
export const done = (operation: string, mode: DryRun): string => operation + (mode === 'client' ? ' (dry run)' : mode === 'server' ? ' (server dry run)' : '');

/** --validate as the server's fieldValidation. Throws CliError. */
export function fieldValidation(k: Kubectl): 'Strict' | 'Warn' | 'Ignore' {
  const given = k.flags.text('validate');
  if (given === 'strict' || ['1', 't', 'T', 'TRUE', 'true', 'True'].includes(given)) return 'Strict';
  if (given === 'warn') return 'Warn';
  if (given === 'ignore' || ['0', 'f', 'F', 'FALSE', 'false', 'False'].includes(given)) return 'Ignore';
  throw new CliError(`invalid - validate option ${quote(given)}; must be one of: strict (or true), warn, ignore (or false)`);
}

/** The query of a write. */
export function writeQuery(k: Kubectl, mode: DryRun, validation?: string): Query {
  return { fieldManager: k.flags.has('field-manager') ? k.flags.text('field-manager') : undefined, fieldValidation: validation, dryRun: mode === 'server' ? 'All' : undefined };
}

/** An object with other annotations; none at all when there are none. */
export function withAnnotations(object: KubeObject, annotations: Readonly<Record<string, string>>): KubeObject {
  return { ...object, metadata: { ...object.metadata, annotations } };
}

/** An object's JSON without the annotation that holds it: what will be remembered. `typed`: in the order of Go's structs, without empty annotations. */
export function configurationOf(object: KubeObject, typed = false): string {
  const { [LAST_APPLIED]: _, ...annotations } = object.metadata?.annotations ?? {};
  if (!typed || Object.keys(annotations).length) return `${json(withAnnotations(object, annotations), '', { ordered: typed })}\n`;
  const { annotations: none, ...metadata } = object.metadata;
  return `${json({ ...object, metadata }, '', { ordered: true })}\n`;
}

/** An object that remembers its configuration, when `always` or when it already did. */
export function remember(object: KubeObject, always: boolean, typed = false): KubeObject {
  if (!always && !object.metadata?.annotations?.[LAST_APPLIED]) return object;
  return withAnnotations(object, { ...object.metadata.annotations, [LAST_APPLIED]: configurationOf(object, typed) });
}
