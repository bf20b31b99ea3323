/**
 * ConfigMaps (pkg/registry/core/configmap and pkg/apis/core).
 */
import { alike } from '../control/alike.ts';
import { bytes, configKey } from '../schema/names.ts';
import { base64Length } from './base64.ts';
import { AGE, checked, define, int, NAME } from './define.ts';
import type { Faults } from './faults.ts';
import type { ConfigMap, Secret } from './types.ts';

/** The most that a ConfigMap or a Secret may hold, in bytes. */
export const MOST_DATA = 1024 * 1024;
const FROZEN = 'field is immutable when `immutable` is set';

/** Nothing in it changes once it said so. */
export function checkFrozen<T extends ConfigMap | Secret>(e: Faults, now: T, old: T | undefined, ...fields: readonly (keyof T & string)[]): void {
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

export const configMap = define<ConfigMap>({
  resource: 'configmaps',
  generation: false,
  columns: [NAME, { ...int<ConfigMap>('Data', (c) => Object.keys(c.data ?? {}).length + Object.keys(c.binaryData ?? {}).length), type: 'string' }, AGE],
  validate: checked(checkConfigMap),
});
