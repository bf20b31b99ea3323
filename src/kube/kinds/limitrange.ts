/**
 * LimitRanges (pkg/registry/core/limitrange and pkg/apis/core).
 */
import { define } from './define.ts';
import { at, each, fillMap, need } from './draft.ts';
import { roundResources } from './pod-defaults.ts';
import type { LimitRange } from './types.ts';

export const limitRange = define<LimitRange>({
  resource: 'limitranges',
  generation: false,
  default(draft) {
    for (const item of each(at(draft, 'spec'), 'limits')) {
      if (item.type === 'Container') {
        fillMap(need(item, 'default'), at(item, 'max'));
        fillMap(need(item, 'defaultRequest'), at(item, 'default'));
        fillMap(need(item, 'defaultRequest'), at(item, 'min'));
      }
      for (const list of ['max', 'min', 'default', 'defaultRequest', 'maxLimitRequestRatio']) roundResources({ limits: item[list] });
    }
  },
});
