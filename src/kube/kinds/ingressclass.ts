/**
 * IngressClasses (pkg/registry/networking/ingressclass).
 */
import { AGE, col, define, NAME } from './define.ts';
import { at, fill } from './draft.ts';
import type { IngressClass } from './types.ts';

function parameters({ spec }: IngressClass): string {
  const to = spec?.parameters;
  return to ? `${to.kind}${to.apiGroup === undefined ? '' : `.${to.apiGroup}`}/${to.name}` : '<none>';
}

export const ingressClass = define<IngressClass>({
  resource: 'ingressclasses.networking.k8s.io',
  columns: [
    { ...NAME, cell: ({ metadata }) => metadata.name + (metadata.annotations?.['ingressclass.kubernetes.io/is-default-class'] === 'true' ? ' (default)' : '') },
    col('Controller', (c) => c.spec?.controller ?? ''),
    col('Parameters', parameters),
    AGE,
  ],
  default: (draft) => fill(at(at(draft, 'spec'), 'parameters'), { scope: 'Cluster' }),
});
