/**
 * kubectl logs: what containers have written.
 * Stands for k8s.io/kubectl/pkg/cmd/logs.
 */
import type { KubeObject } from '../../kube/api/wire.ts';
import { rfc3339 } from '../../sim/date.ts';
import type { Verb } from '../command.ts';
import { CliError, isNotFound } from '../errors.ts';
import { SELECTOR, flags } from '../flags.ts';
import { quote } from '../go.ts';
import { logRequests, printLogs } from '../pods/logs.ts';
import { find } from '../resources.ts';
import { parseTime } from '../time.ts';

const USE = '[-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]';

export const logs: Verb = {
  name: 'logs',
  use: USE,
  flags: [
    ...SELECTOR,
    ...flags('all-pods=false', 'all-containers=false', 'f follow=false', 'timestamps=false', 'limit-bytes=0', 'p previous=false', 'tail=-1', 'ignore-errors=false', "since-time=''", 'since=0s', "c container=''",
      'insecure-skip-tls-verify-backend=false', 'pod-running-timeout=20s', 'max-log-requests=5', 'prefix=false'),
  ],
  complete: 'pods',
  *run(k) {
    const { flags: f, args } = k;
    const usage = (): Error => k.usage(`expected 'logs ${USE}'.\nPOD or TYPE/NAME is a required argument for the logs command`);
    const selector = f.text('selector');
    if (args.length > 2 || (args.length === 0 && !selector)) throw usage();
    if (args.length === 1 && selector) throw k.usage('only a selector (-l) or a POD name is allowed');
    const { name: namespace } = k.namespace;
    const container = args[1] ?? f.text('container');
    const since = Math.round(f.number('since') / 1000);
    const sinceTime = f.text('since-time');
    const from = sinceTime ? parseTime(sinceTime) : undefined;
    const lines = selector && !f.changed('tail') ? 10 : f.number('tail');
    const resource = args[0] ?? '';
    let object: KubeObject;
    try {
      const found = yield* find(k, { namespace, singleType: true, ...(selector ? { args: ['pods'], selector } : { args: resource.includes('/') ? [resource] : ['pods', resource] }) });
      object = (yield* found.all())[0]!.object!;
    } catch (error) {
      if (isNotFound(error)) throw new CliError(`error from server (NotFound): ${(error as Error).message} in namespace ${quote(namespace)}`);
      throw error;
    }
    if (selector && (object as unknown as { readonly items: readonly unknown[] }).items.length === 0) k.err(`No resources found in ${namespace} namespace.\n`);

    if (sinceTime && f.number('since') !== 0) throw new CliError('at most one of `sinceTime` or `sinceSeconds` may be specified');
    if (f.on('all-containers') && container) throw new CliError(`--all-containers=true should not be specified with container name ${container}`);
    if (f.changed('container') && args.length === 2) throw new CliError('only one of -c or an inline [CONTAINER] arg is allowed');
    if (f.number('limit-bytes') < 0) throw new CliError('--limit-bytes must be greater than 0');
    if (since < 0) throw new CliError('--since must be greater than 0');
    if (lines < -1) throw new CliError('--tail must be greater than or equal to -1');
    const timeout = f.number('pod-running-timeout');
    const requests = yield* logRequests(k, object, { container, allContainers: f.on('all-containers'), allPods: f.on('all-pods'), timeout });
    const most = f.number('max-log-requests');
    if (f.on('follow') && requests.length > 1 && requests.length > most) {
      throw new CliError(`you are attempting to follow ${requests.length} log streams, but maximum allowed concurrency is ${most}, use --max-log-requests to increase the limit`);
    }
    const on = (name: string): true | undefined => f.on(name) || undefined;
    yield* printLogs(k, requests, {
      query: {
        follow: on('follow'), previous: on('previous'), timestamps: on('timestamps'), insecureSkipTLSVerifyBackend: on('insecure-skip-tls-verify-backend'),
        sinceTime: from === undefined ? undefined : rfc3339(from), limitBytes: f.number('limit-bytes') || undefined, sinceSeconds: f.number('since') ? since : undefined, tailLines: lines === -1 ? undefined : lines,
      },
      follow: f.on('follow'), prefix: f.on('prefix') || f.on('all-pods'), ignoreErrors: f.on('ignore-errors'), timeout,
    });
  },
};
