/**
 * Secrets (pkg/registry/core/secret and pkg/apis/core).
 */
import type { Draft } from '../api/kind.ts';
import type { KubeObject } from '../api/wire.ts';
import { configKey } from '../schema/names.ts';
import { checkImmutable } from './check/immutable.ts';
import { checkFrozen, MOST_DATA } from './configmap.ts';
import { AGE, checked, col, define, int, NAME } from './define.ts';
import type { Faults } from './faults.ts';
import { base64, base64Length, unbase64 } from './base64.ts';
import { at, fillZero, need } from './draft.ts';
import { jsonError } from './go-json.ts';
import type { Secret } from './types.ts';

function defaultSecret(draft: Draft): void {
  fillZero(draft, { type: 'Opaque' });
  const plain = at(draft, 'stringData');
  if (plain) {
    const data = need(draft, 'data');
    for (const key in plain) data[key] = base64(String(plain[key]));
  }
  delete draft.stringData;
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
  for (const key of KEYS[type] ?? []) {
    if (!(key in data) || (type.endsWith('ssh-auth') && data[key] === '')) e.required(`data[${key}]`);
    else if (key.startsWith('.docker')) {
      const why = jsonError(unbase64(data[key]!));
      if (why) e.invalid(`data[${key}]`, '<secret contents redacted>', why);
    }
  }
}

export const secret = define<Secret>({
  resource: 'secrets',
  generation: false,
  columns: [NAME, col('Type', (s) => s.type ?? ''), { ...int<Secret>('Data', (s) => Object.keys(s.data ?? {}).length), type: 'string' }, AGE],
  selectable: { type: (s) => s.type ?? '' },
  default: defaultSecret,
  prepare(draft: Draft, old: KubeObject | undefined) {
    if (old) fillZero(draft, { type: old.type });
  },
  validate: checked(checkSecret),
});
