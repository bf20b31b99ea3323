/**
 * Priority and fairness of requests (pkg/registry/flowcontrol).
 * Unlike Kubernetes: these objects are kept and shown, but no request waits because of them.
 */
import { AGE, col, define, NAME } from '../define.ts';
import { at, fill, fillZero, need } from '../draft.ts';
import { statusOnly } from '../reset.ts';
import type { FlowSchema, PriorityLevelConfiguration, QueuingConfiguration } from '../types.ts';

const GROUP = 'flowcontrol.apiserver.k8s.io';

export const flowSchema = define<FlowSchema>({
  resource: `flowschemas.${GROUP}`,
  columns: [
    NAME,
    col('PriorityLevel', (f) => f.spec?.priorityLevelConfiguration?.name ?? ''),
    col('MatchingPrecedence', (f) => f.spec?.matchingPrecedence ?? 0),
    col('DistinguisherMethod', (f) => f.spec?.distinguisherMethod?.type ?? '<none>'),
    AGE,
    col('MissingPL', (f) => f.status?.conditions?.find((c) => c.type === 'Dangling')?.status ?? '?'),
  ],
  default: (draft) => fillZero(need(draft, 'spec'), { matchingPrecedence: 1000 }),
  prepare: statusOnly,
});

const queuing = (p: PriorityLevelConfiguration, field: keyof QueuingConfiguration): number | string => {
  const config = p.spec?.limited?.limitResponse?.queuing;
  return config ? (config[field] ?? 0) : '<none>';
};

export const priorityLevelConfiguration = define<PriorityLevelConfiguration>({
  resource: `prioritylevelconfigurations.${GROUP}`,
  columns: [
    NAME,
    col('Type', (p) => p.spec?.type ?? ''),
    col('NominalConcurrencyShares', (p) => p.spec?.limited ? (p.spec.limited.nominalConcurrencyShares ?? 0) : '<none>'),
    col('Queues', (p) => queuing(p, 'queues')),
    col('HandSize', (p) => queuing(p, 'handSize')),
    col('QueueLengthLimit', (p) => queuing(p, 'queueLengthLimit')),
    AGE,
  ],
  default(draft) {
    const spec = at(draft, 'spec');
    fill(at(spec, 'exempt'), { nominalConcurrencyShares: 0, lendablePercent: 0 });
    const limited = at(spec, 'limited');
    fill(limited, { nominalConcurrencyShares: 30, lendablePercent: 0 });
    fillZero(at(at(limited, 'limitResponse'), 'queuing'), { handSize: 8, queues: 64, queueLengthLimit: 50 });
  },
  prepare: statusOnly,
});
