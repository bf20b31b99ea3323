/**
 * Deletes finished Jobs when their ttlSecondsAfterFinished are over.
 * Stands for pkg/controller/ttlafterfinished.
 */
import type { Job } from '../../kinds/types.ts';
import type { Client, Controller } from '../controller.ts';
import { quietly, split } from '../owner.ts';
import { since } from '../times.ts';

const JOBS = 'jobs.batch';

/** When it ended, RFC 3339; undefined as long as it runs. */
const endOf = ({ status }: Job): string | undefined => status?.conditions?.find((c) => (c.type === 'Complete' || c.type === 'Failed') && c.status === 'True')?.lastTransitionTime;

/** The controller. */
export const createTtlAfterFinished = (): Controller => ({
  name: 'ttl-after-finished-controller',
  user: 'system:serviceaccount:kube-system:ttl-after-finished-controller',
  watches: { [JOBS]: 'self' },
  reconcile(key: string, client: Client) {
    const [namespace, name] = split(key);
    const job = client.get<Job>(JOBS, namespace, name);
    const ttl = job?.spec?.ttlSecondsAfterFinished;
    const end = job && endOf(job);
    if (!job || ttl === undefined || end === undefined || job.metadata.deletionTimestamp) return undefined;
    const left = ttl * 1000 - since(end, client);
    if (left > 0) return left;
    quietly(() => client.delete(JOBS, namespace, name, { propagationPolicy: 'Foreground', uid: job.metadata.uid! }));
    return undefined;
  },
});
