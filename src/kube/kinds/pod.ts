/**
 * Pods (pkg/registry/core/pod and pkg/apis/core).
 */
import { define } from './define.ts';
import { podColumns } from './pod-columns.ts';
import { defaultPod } from './pod-defaults.ts';
import type { Pod } from './types.ts';

export const pod = define<Pod>({
  resource: 'pods',
  columns: podColumns,
  default: defaultPod,
});
