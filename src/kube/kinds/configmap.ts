/**
 * ConfigMaps (pkg/registry/core/configmap and pkg/apis/core).
 */
import { AGE, define, int, NAME } from './define.ts';
import type { ConfigMap } from './types.ts';

export const configMap = define<ConfigMap>({
  resource: 'configmaps',
  generation: false,
  columns: [NAME, { ...int<ConfigMap>('Data', (c) => Object.keys(c.data ?? {}).length + Object.keys(c.binaryData ?? {}).length), type: 'string' }, AGE],
});
