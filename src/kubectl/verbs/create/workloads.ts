/** kubectl create job, cronjob. */
import type { KubeObject } from '../../../kube/api/wire.ts';
import { CliError } from '../../errors.ts';
import { find } from '../../resources.ts';
import { command } from './deployment.ts';
import { generator } from './object.ts';

const container = (name: string, image: string, more: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> => ({ name, image, ...more, resources: {} });

export const job = generator({
  name: 'job', use: 'NAME --image=image [--from=cronjob/name] -- [COMMAND] [args...]', resource: 'jobs', failed: 'job:', flags: ["from=''", "image=''"],
  *make(k, name, meta) {
    const [image, from] = [k.flags.text('image'), k.flags.text('from')];
    if (Boolean(image) === Boolean(from)) throw new CliError('either --image or --from must be specified');
    if (from && k.args.length > 1) throw new CliError('cannot specify --from and command');
    if (image) {
      return { kind: 'Job', apiVersion: 'batch/v1', metadata: meta(), spec: { template: { metadata: {}, spec: { containers: [container(name, image, command(k))], restartPolicy: 'Never' } } }, status: {} };
    }
    const infos = yield* (yield* find(k, { args: [from], namespace: k.namespace.name, flatten: true, latest: true })).all();
    if (infos.length !== 1) throw new CliError('from must be an existing cronjob');
    const cron = infos[0]!.object as KubeObject & { readonly spec: { readonly jobTemplate: { readonly metadata?: { readonly annotations?: object; readonly labels?: object }; readonly spec: object } } };
    if (cron.kind !== 'CronJob') throw new CliError(`unknown object type *v1.${cron.kind}`);
    const { metadata = {}, spec } = cron.spec.jobTemplate;
    return {
      kind: 'Job', apiVersion: 'batch/v1',
      metadata: meta({
        ...(metadata.labels && { labels: metadata.labels }), annotations: { 'cronjob.kubernetes.io/instantiate': 'manual', ...metadata.annotations },
        ownerReferences: [{ apiVersion: 'batch/v1', kind: 'CronJob', name: cron.metadata.name, uid: cron.metadata.uid, controller: true }],
      }),
      spec, status: {},
    };
  },
});

export const cronjob = generator({
  name: 'cronjob', use: "NAME --image=image --schedule='0/5 * * * ?' -- [COMMAND] [args...] [flags]", aliases: ['cj'], resource: 'cronjobs', failed: 'cronjob:',
  flags: ["image=''!", "restart=''", "schedule=''!"],
  *make(k, name, meta) {
    const template = { metadata: {}, spec: { containers: [container(name, k.flags.text('image'), command(k))], restartPolicy: k.flags.text('restart') || 'OnFailure' } };
    return { kind: 'CronJob', apiVersion: 'batch/v1', metadata: meta(), spec: { schedule: k.flags.text('schedule'), jobTemplate: { metadata: { name }, spec: { template } } }, status: {} };
  },
});
