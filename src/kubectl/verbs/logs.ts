/**
 * kubectl logs: what containers wrote, once or as it comes.
 * Stands for k8s.io/kubectl/pkg/cmd/logs.
 */
import type { KubeObject } from '../../kube/api/wire.ts';
import type { Running } from '../../machine/process.ts';
import type { Query } from '../client.ts';
import type { Kubectl, Verb } from '../command.ts';
import { CliError, StatusError, isNotFound } from '../errors.ts';
import { SELECTOR, flags } from '../flags.ts';
import { logRequests, printLogs } from '../pods/logs.ts';
import { find } from '../resources.ts';

const USAGE = "expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.\nPOD or TYPE/NAME is a required argument for the logs command";

function queryOf(k: Kubectl): Query {
  const { flags: f } = k;
  const since = f.number('since');
  const tail = f.number('tail');
  const limit = f.number('limit-bytes');
  if (f.text('since-time') && since) throw new CliError('at most one of `sinceTime` or `sinceSeconds` may be specified');
  if (limit < 0) throw new CliError('--limit-bytes must be greater than 0');
  if (since < 0) throw new CliError('--since must be greater than 0');
  if (tail < -1) throw new CliError('--tail must be greater than or equal to -1');
  const lines = f.text('selector') && tail === -1 && !f.changed('tail') ? 10 : tail === -1 ? undefined : tail;
  return {
    ...(f.on('follow') && { follow: 'true' }), ...(f.on('previous') && { previous: 'true' }), ...(f.on('timestamps') && { timestamps: 'true' }),
    ...(f.text('since-time') && { sinceTime: f.text('since-time') }), ...(since && { sinceSeconds: Math.round(since / 1000) }), ...(limit && { limitBytes: limit }), ...(lines !== undefined && { tailLines: lines }),
  };
}

/** The object whose logs are meant: one by name, or the list of Pods that a selector finds. */
function* objectFor(k: Kubectl, name: string): Running<KubeObject | undefined> {
  const { name: namespace } = k.namespace;
  if (!name) {
    const list = yield* k.client.object<KubeObject & { readonly items: readonly KubeObject[] }>({ path: `/api/v1/namespaces/${namespace}/pods`, query: { labelSelector: k.flags.text('selector') } });
    if (list.items.length) return list;
    k.err(`No resources found in ${namespace} namespace.\n`);
    return undefined;
  }
  try {
    const found = yield* find(k, { namespace, args: name.includes('/') ? [name] : ['pods', name], singleType: true });
    return (yield* found.all())[0]!.object!;
  } catch (error) {
    if (!isNotFound(error)) throw error;
    throw new CliError(`error from server (NotFound): ${(error as StatusError).message} in namespace ${JSON.stringify(namespace)}`);
  }
}

export const logs: Verb = {
  name: 'logs',
  use: '[-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]',
  flags: [...SELECTOR, ...flags('all-containers=false', 'all-pods=false', "c container=''", 'f follow=false', 'ignore-errors=false', 'insecure-skip-tls-verify-backend=false', 'limit-bytes=0', 'max-log-requests=5', 'pod-running-timeout=20s', 'prefix=false', 'p previous=false', 'since=0s', "since-time=''", 'tail=-1', 'timestamps=false')],
  complete: 'pods',
  *run(k) {
    const { args, flags: f } = k;
    if (args.length > 2 || (!args.length && !f.text('selector'))) throw k.usage(USAGE);
    if (args.length === 1 && f.text('selector')) throw k.usage('only a selector (-l) or a POD name is allowed');
    const asked = args[1] ?? f.text('container');
    const query = queryOf(k);
    const object = yield* objectFor(k, args[0] ?? '');
    if (!object) return;
    if (f.on('all-containers') && asked) throw new CliError(`--all-containers=true should not be specified with container name ${asked}`);
    if (f.changed('container') && args.length === 2) throw new CliError('only one of -c or an inline [CONTAINER] arg is allowed');
    const timeout = f.number('pod-running-timeout');
    const allPods = f.on('all-pods');
    const requests = yield* logRequests(k, object, { container: asked, allContainers: f.on('all-containers'), allPods, timeout });
    const follow = f.on('follow');
    if (follow && requests.length > f.number('max-log-requests')) throw new CliError(`you are attempting to follow ${requests.length} log streams, but maximum allowed concurrency is ${f.number('max-log-requests')}, use --max-log-requests to increase the limit`);
    yield* printLogs(k, requests, { query, follow, prefix: f.on('prefix') || allPods, ignoreErrors: f.on('ignore-errors'), timeout });
  },
};
