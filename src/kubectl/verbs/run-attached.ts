/**
 * The attached half of kubectl run: waits for the Pod, shows what it wrote, attaches, and takes its exit code.
 * Stands for handleAttachPod of k8s.io/kubectl/pkg/cmd/run.
 */
import type { KubeObject } from '../../kube/api/wire.ts';
import type { Running } from '../../machine/process.ts';
import type { Kubectl } from '../command.ts';
import { CliError, Exit, StatusError } from '../errors.ts';
import { quote } from '../go.ts';
import type { Pod } from '../pods/containers.ts';
import { printLogs } from '../pods/logs.ts';
import { known } from '../resources.ts';
import { eachEvent } from '../watch.ts';
import { attachContainer, attachTo, type AttachOptions } from './attach.ts';

const phaseOf = (pod: Pod): string => pod.status?.phase ?? '';
const completed = (pod: Pod): boolean => phaseOf(pod) === 'Succeeded' || phaseOf(pod) === 'Failed';
const ready = (pod: Pod): boolean => phaseOf(pod) === 'Running' && (pod.status?.conditions ?? []).some((c) => c.type === 'Ready' && c.status === 'True');

/** Waits until a Pod is as wanted. Throws CliError after `timeout` milliseconds, StatusError when it is gone. */
export function* waitForPod(k: Kubectl, namespace: string, name: string, timeout: number, wanted: (pod: Pod) => boolean): Running<Pod> {
  const path = `/api/v1/namespaces/${namespace}/pods`;
  const fieldSelector = `metadata.name=${name}`;
  const until = k.p.now + timeout;
  const list = yield* k.client.object<KubeObject & { readonly items: readonly Pod[] }>({ path, query: { fieldSelector } });
  let pod = list.items[0];
  if (pod && wanted(pod)) return pod;
  let gone = false;
  const found = yield* eachEvent(k, { path, query: { fieldSelector, watch: 'true', resourceVersion: list.metadata.resourceVersion } }, (event) => {
    if (event.type === 'BOOKMARK' || event.type === 'ERROR') return true;
    pod = event.object as Pod;
    gone = event.type === 'DELETED';
    return !gone && !wanted(pod);
  }, until);
  if (gone) throw new StatusError({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', reason: 'NotFound', code: 404, message: `pods ${quote('')} not found`, details: { kind: 'pods' } });
  if (!found) throw new CliError('timed out waiting for the condition');
  return pod!;
}

function* showLogs(k: Kubectl, pod: Pod, container: string): Running<void> {
  const { name, namespace = '' } = pod.metadata;
  yield* printLogs(k, [{ pod: name, namespace, container }], { query: {}, follow: false, prefix: false, ignoreErrors: false, timeout: 0 });
}

/** Attaches to the Pod that was made. Throws Exit with its exit code when it does not restart. */
export function* attachAndWait(k: Kubectl, made: Pod, restart: string): Running<void> {
  const { flags: f } = k;
  const { name, namespace = '' } = made.metadata;
  const timeout = f.number('pod-running-timeout');
  const quiet = f.on('quiet');
  const pod = yield* waitForPod(k, namespace, name, timeout, (one) => completed(one) || ready(one));
  if (completed(pod)) yield* showLogs(k, pod, attachContainer(k, pod, '', quiet).name);
  else {
    const options: AttachOptions = { stdin: f.on('stdin'), tty: f.on('tty'), quiet, detachKeys: f.text('detach-keys'), command: 'kubectl attach' };
    const container = attachContainer(k, pod, '', quiet);
    try {
      yield* showLogs(k, pod, container.name);
    } catch (error) {
      if (!known(error)) throw error;
      k.err(`warning: couldn't fetch pre-attach logs: ${error.message}\n`);
    }
    try {
      yield* attachTo(k, pod, attachContainer(k, pod, '', quiet), options);
    } catch (error) {
      if (!known(error)) throw error;
      k.err(`warning: couldn't attach to pod/${name}, falling back to streaming logs: ${error.message}\n`);
      yield* showLogs(k, pod, container.name);
    }
  }
  if (f.on('leave-stdin-open') || restart === 'Always') return;
  const last = yield* waitForPod(k, namespace, name, timeout, restart === 'OnFailure' ? (one) => phaseOf(one) === 'Succeeded' : completed);
  if (phaseOf(last) === 'Succeeded') return;
  if (phaseOf(last) !== 'Failed') throw new CliError(`pod ${namespace}/${name} left in phase ${phaseOf(last)}`);
  const terminated = last.status?.containerStatuses?.[0]?.state?.terminated;
  if (!terminated || terminated.exitCode === 0) throw new CliError(`pod ${namespace}/${name} failed with unknown exit code`);
  throw new Exit(terminated.exitCode, `pod ${namespace}/${name} terminated (${terminated.reason ?? ''})\n${terminated.message ?? ''}\n`.replace(/\n+$/, '\n'));
}
