/**
 * PodTemplates (pkg/registry/core/podtemplate).
 */
import { alike } from '../control/alike.ts';
import { containers, define, NAME, col } from './define.ts';
import { at } from './draft.ts';
import { defaultPodSpec } from './pod-defaults.ts';
import { formatLabels } from './selectors.ts';
import type { PodTemplate } from './types.ts';

export const podTemplate = define<PodTemplate>({
  resource: 'podtemplates',
  columns: [
    NAME,
    ...containers<PodTemplate>((t) => t.template?.spec?.containers).map((column) => ({ ...column, wide: false })),
    col('Pod Labels', (t) => formatLabels(t.template?.metadata?.labels)),
  ],
  default: (draft) => defaultPodSpec(at(at(draft, 'template'), 'spec')),
  generation: (now, old) => !alike(now.template, old.template),
});
