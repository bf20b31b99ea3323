/**
 * What extends the API: aggregated APIs and custom resources (kube-aggregator and apiextensions-apiserver).
 */
import { AGE, col, define, NAME } from '../define.ts';
import { at, fillZero } from '../draft.ts';
import { statusOnly } from '../reset.ts';
import type { APIService } from '../types.ts';

function available({ status }: APIService): string {
  const condition = status?.conditions?.find((c) => c.type === 'Available');
  if (!condition) return 'Unknown';
  return condition.status !== 'True' && condition.reason ? `${condition.status} (${condition.reason})` : (condition.status ?? '');
}

export const apiService = define<APIService>({
  resource: 'apiservices.apiregistration.k8s.io',
  generation: false,
  columns: [NAME, col('Service', (s) => (s.spec?.service ? `${s.spec.service.namespace}/${s.spec.service.name}` : 'Local')), col('Available', available), AGE],
  default: (draft) => fillZero(at(at(draft, 'spec'), 'service'), { port: 443 }),
  prepare: statusOnly,
});
