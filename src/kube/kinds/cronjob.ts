/**
 * CronJobs (pkg/registry/batch/cronjob and pkg/apis/batch).
 */
import { AGE, col, containers, define, int, NAME, wide } from './define.ts';
import { at, fill, fillZero, need } from './draft.ts';
import { defaultJobSpec } from './job.ts';
import { statusOnly } from './reset.ts';
import { formatSelector } from './selectors.ts';
import type { CronJob } from './types.ts';

export const cronJob = define<CronJob>({
  resource: 'cronjobs.batch',
  columns: [
    NAME,
    col('Schedule', (c) => c.spec?.schedule ?? ''),
    col('Timezone', (c) => c.spec?.timeZone ?? '<none>'),
    col('Suspend', (c) => (c.spec?.suspend === undefined ? '<unset>' : c.spec.suspend ? 'True' : 'False'), 'boolean'),
    int('Active', (c) => c.status?.active?.length),
    col('Last Schedule', (c, at) => (c.status?.lastScheduleTime ? at.age(c.status.lastScheduleTime) : '<none>')),
    AGE,
    ...containers<CronJob>((c) => c.spec?.jobTemplate?.spec?.template?.spec?.containers),
    wide('Selector', (c) => formatSelector(c.spec?.jobTemplate?.spec?.selector)),
  ],
  default(draft) {
    const spec = need(draft, 'spec');
    fillZero(spec, { concurrencyPolicy: 'Allow' });
    fill(spec, { suspend: false, successfulJobsHistoryLimit: 3, failedJobsHistoryLimit: 1 });
    const template = at(at(spec, 'jobTemplate'), 'spec');
    if (template) defaultJobSpec(template);
  },
  prepare: statusOnly,
});
