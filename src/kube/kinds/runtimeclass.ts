/**
 * RuntimeClasses (pkg/registry/node/runtimeclass).
 */
import { AGE, col, define, NAME } from './define.ts';
import { at } from './draft.ts';
import { roundResources } from './pod-defaults.ts';
import type { RuntimeClass } from './types.ts';

export const runtimeClass = define<RuntimeClass>({
  resource: 'runtimeclasses.node.k8s.io',
  generation: false,
  columns: [NAME, col('Handler', (c) => c.handler ?? ''), AGE],
  default: (draft) => roundResources({ limits: at(draft, 'overhead')?.podFixed }),
});
