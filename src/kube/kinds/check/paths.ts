/**
 * Paths inside volumes and projections (validateLocalDescendingPath and its kin), and paths with a domain before them.
 */
import { dnsSubdomain, regexError } from '../../schema/names.ts';
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

const PATH = "[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+";
const pathForm = new RegExp(`^${PATH}$`);

/** A path with a domain before it: `acme.io/foo`. */
export function checkDomainPath(e: Faults, path: string, name: string): void {
  const slash = name.indexOf('/');
  const [host, rest] = [name.slice(0, Math.max(slash, 0)), name.slice(slash + 1)];
  if (!name) e.required(path);
  else if (slash < 0 || !host || !rest) e.invalid(path, name, 'must be a domain-prefixed path (such as "acme.io/foo")');
  else {
    e.each(path, host, dnsSubdomain(host));
    if (!pathForm.test(rest)) e.invalid(path, rest, regexError('Invalid path', PATH));
  }
}
