/**
 * Paths inside volumes and projections (validateLocalDescendingPath and its kin).
 */
import type { Faults } from '../faults.ts';

/** Permission bits of a file: 0 to 0777. */
export function checkMode(e: Faults, path: string, mode: number | undefined): void {
  if (mode !== undefined && (mode > 0o777 || mode < 0)) e.invalid(path, mode, 'must be a number between 0 and 0777 (octal), both inclusive');
}

/** No part of the path may be `..`. */
export function checkNoBacksteps(e: Faults, path: string, value: string): void {
  if (value.split('/').includes('..')) e.invalid(path, value, "must not contain '..'");
}

/** A relative path that stays below where it starts. */
export function checkDescending(e: Faults, path: string, value: string): void {
  if (value.startsWith('/')) e.invalid(path, value, 'must be a relative path');
  checkNoBacksteps(e, path, value);
}

/** The same, for a file that is written: names that start with `..` are the kubelet's own. */
export function checkFilePath(e: Faults, path: string, value: string): void {
  checkDescending(e, path, value);
  if (value.startsWith('..') && !value.startsWith('../')) e.invalid(path, value, "must not start with '..'");
}
