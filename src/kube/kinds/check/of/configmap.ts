/**
 * ConfigMaps and Secrets: keys, size, what each type of Secret has to hold, and that frozen ones stay as they are.
 */
import { alike } from '../../../control/alike.ts';
import { bytes, configKey } from '../../../schema/names.ts';
import { base64Length, unbase64 } from '../../base64.ts';
import type { Faults } from '../../faults.ts';
import { jsonError } from '../go-json.ts';
import type { ConfigMap, Secret, ServiceAccount } from '../../types.ts';
import { checkImmutable } from '../immutable.ts';
import { rules } from '../rules.ts';

/** The most that a ConfigMap or a Secret may hold, in bytes. */
const MOST_DATA = 1024 * 1024;
const FROZEN = 'field is immutable when `immutable` is set';

/** Nothing in it changes once it said so. */
function checkFrozen<T extends ConfigMap | Secret>(e: Faults, now: T, old: T | undefined, ...fields: readonly (keyof T & string)[]): void {
  if (!old?.immutable) return;
  if (!now.immutable) e.forbidden('immutable', FROZEN);
  for (const field of fields) if (!alike(now[field], old[field])) e.forbidden(field, FROZEN);
}

function checkConfigMap(e: Faults, now: ConfigMap, old: ConfigMap | undefined): void {
  checkFrozen(e, now, old, 'data', 'binaryData');
  const { data = {}, binaryData = {} } = now;
  let size = 0;
  for (const [key, value] of Object.entries(data)) {
    e.each(`data[${key}]`, key, configKey(key));
    if (key in binaryData) e.invalid(`data[${key}]`, key, 'duplicate of key present in binaryData');
    size += bytes(value);
  }
  for (const [key, value] of Object.entries(binaryData)) {
    e.each(`binaryData[${key}]`, key, configKey(key));
    size += base64Length(value);
  }
  if (size > MOST_DATA) e.tooLong('', MOST_DATA);
}

const ACCOUNT = 'kubernetes.io/service-account.name';

/** Types with keys that have to be there. */
const KEYS: Readonly<Record<string, readonly string[]>> = {
  'kubernetes.io/dockercfg': ['.dockercfg'], 'kubernetes.io/dockerconfigjson': ['.dockerconfigjson'], 'kubernetes.io/ssh-auth': ['ssh-privatekey'], 'kubernetes.io/tls': ['tls.crt', 'tls.key'],
};

function checkSecret(e: Faults, now: Secret, old: Secret | undefined): void {
  if (old) checkImmutable(e, 'type', now.type, old.type);
  checkFrozen(e, now, old, 'data');
  const { data = {}, type = '' } = now;
  let size = 0;
  for (const [key, value] of Object.entries(data)) {
    e.each(`data[${key}]`, key, configKey(key));
    size += base64Length(value);
  }
  if (size > MOST_DATA) e.tooLong('data', MOST_DATA);
  if (type === 'kubernetes.io/service-account-token' && !now.metadata.annotations?.[ACCOUNT]) e.required(`metadata.annotations[${ACCOUNT}]`);
  if (type === 'kubernetes.io/basic-auth' && !('username' in data) && !('password' in data)) for (const key of ['username', 'password']) e.required(`data[${key}]`);
  for (const key of (Object.hasOwn(KEYS, type) ? KEYS[type] : undefined) ?? []) {
    if (!(key in data) || (type.endsWith('ssh-auth') && data[key] === '')) e.required(`data[${key}]`);
    else if (key.startsWith('.docker')) {
      const why = jsonError(unbase64(data[key]!));
      if (why) e.invalid(`data[${key}]`, '<secret contents redacted>', why);
    }
  }
}

/** A certificate without its key, or no certificate at all; what is inside is not looked at. */
function pairWarnings({ type, data = {} }: Secret): readonly string[] {
  if (type !== 'kubernetes.io/tls') return [];
  for (const [key, what] of [['tls.crt', 'certificate'], ['tls.key', 'key']] as const) {
    if (!unbase64(data[key] ?? '').includes('-----BEGIN ')) return [`tls: failed to find any PEM data in ${what} input`];
  }
  return [];
}

export const configMap = rules<ConfigMap>({ check: checkConfigMap });
export const secret = rules<Secret>({ check: checkSecret, warn: pairWarnings });

const MOUNTABLE = 'kubernetes.io/enforce-mountable-secrets';

export const serviceAccount = rules<ServiceAccount>({
  warn: ({ metadata }, old) =>
    metadata.annotations?.[MOUNTABLE] !== undefined && old?.metadata.annotations?.[MOUNTABLE] === undefined
      ? [`metadata.annotations[${MOUNTABLE}]: deprecated in v1.32+; prefer separate namespaces to isolate access to mounted secrets`]
      : [],
});
