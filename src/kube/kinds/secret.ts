/**
 * Secrets (pkg/registry/core/secret and pkg/apis/core).
 */
import type { Draft } from '../api/kind.ts';
import type { KubeObject } from '../api/wire.ts';
import { AGE, col, define, int, NAME } from './define.ts';
import { base64 } from './base64.ts';
import { at, fillZero, need } from './draft.ts';
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

export const secret = define<Secret>({
  resource: 'secrets',
  generation: false,
  columns: [NAME, col('Type', (s) => s.type ?? ''), { ...int<Secret>('Data', (s) => Object.keys(s.data ?? {}).length), type: 'string' }, AGE],
  selectable: { type: (s) => s.type ?? '' },
  default: defaultSecret,
  prepare(draft: Draft, old: KubeObject | undefined) {
    if (old) fillZero(draft, { type: old.type });
  },
});
