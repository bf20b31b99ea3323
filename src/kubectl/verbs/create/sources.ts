/**
 * --from-literal, --from-file and --from-env-file of ConfigMaps and Secrets, and --append-hash.
 * Stands for kubectl's util.go, env_file.go and util/hash.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { FileError, STRERROR } from '../../../machine/files.ts';
import { bytes } from '../../base64.ts';
import type { Kubectl } from '../../command.ts';
import { CliError } from '../../errors.ts';
import { json, quote } from '../../go.ts';
import { goFileError } from '../../kubeconfig.ts';

/** Takes one entry. Throws CliError. */
export type Add = (key: string, value: string) => void;

export const KEY_FORM = "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";

/** What is wrong with a key of a ConfigMap or Secret. */
export function keyErrors(key: string): string[] {
  const errors: string[] = [];
  if (key.length > 253) errors.push('must be no more than 253 characters');
  if (!/^[-._a-zA-Z0-9]+$/.test(key)) errors.push(KEY_FORM);
  if (key === '.') errors.push("must not be '.'");
  else if (key === '..') errors.push("must not be '..'");
  else if (key.startsWith('..')) errors.push("must not start with '..'");
  return errors;
}

/** Reads a file. Throws CliError in Go's words. */
export function readFile(k: Kubectl, path: string): string {
  try {
    return k.p.files.read(path);
  } catch (error) {
    throw goFileError(error, 'open', path);
  }
}

export function addLiterals(sources: readonly string[], add: Add): void {
  for (const source of sources) {
    const at = source.indexOf('=');
    if (at <= 0) throw new CliError(`invalid literal source ${source}, expected key=value`);
    add(source.slice(0, at), source.slice(at + 1));
  }
}

const absent = (k: Kubectl, path: string): never => {
  try {
    k.p.files.realpath(path);
  } catch (error) {
    if (error instanceof FileError) throw new CliError(`error reading ${path}: ${STRERROR[error.code].toLowerCase()}`);
    throw error;
  }
  throw new CliError(`error reading ${path}: no such file or directory`);
};

export function addFiles(k: Kubectl, sources: readonly string[], add: Add): void {
  for (const source of sources) {
    const { key, path } = fileSource(source);
    const stat = k.p.files.stat(path) ?? absent(k, path);
    if (stat.type !== 'directory') add(key, readFile(k, path));
    else {
      if (source.includes('=')) throw new CliError('cannot give a key name for a directory path');
      for (const name of k.p.files.list(path)) {
        const inner = `${path.replace(/\/*$/, '')}/${name}`.replace(/^\.\//, '');
        if (k.p.files.stat(inner, false)?.type === 'file') add(name, readFile(k, inner));
      }
    }
  }
}

function fileSource(source: string): { readonly key: string; readonly path: string } {
  const parts = source.split('=');
  if (parts.length === 1) return { key: source.replace(/\/+$/, '').split('/').at(-1) || '/', path: source };
  if (parts.length > 2) throw new CliError("key names or file paths cannot contain '='");
  if (!parts[0]) throw new CliError(`key name for file path ${parts[1]} missing`);
  if (!parts[1]) throw new CliError(`file path for key name ${parts[0]} missing`);
  return { key: parts[0], path: parts[1] };
}

const ENV_NAME = "a valid environment variable name must consist only of printable ASCII characters other than '='";

export function addEnvFiles(k: Kubectl, sources: readonly string[], what: string, add: Add): void {
  for (const path of sources) {
    const stat = k.p.files.stat(path) ?? absent(k, path);
    if (stat.type === 'directory') throw new CliError(`env ${what} file cannot be a directory`);
    const lines = readFile(k, path).replace(/^\ufeff/, '').split('\n');
    for (const raw of lines) {
      const line = raw.replace(/\r$/, '').trimStart();
      if (line === '' || line.startsWith('#')) continue;
      const at = line.indexOf('=');
      const key = at < 0 ? line : line.slice(0, at);
      // eslint-disable-next-line no-control-regex
      if (!/^[ -<>-~]+$/.test(key)) throw new CliError(`${quote(key)} is not a valid key name: ${ENV_NAME}`);
      add(key, at < 0 ? (k.p.env.get(key) ?? '') : line.slice(at + 1));
    }
  }
}

/** The suffix of --append-hash. */
export function hashOf(value: Readonly<Record<string, unknown>>): string {
  const hex = bytesToHex(sha256(Uint8Array.from(bytes(json(value)))));
  return hex.slice(0, 10).replace(/[013ae]/g, (c) => ({ '0': 'g', '1': 'h', '3': 'k', a: 'm', e: 't' })[c]!);
}
