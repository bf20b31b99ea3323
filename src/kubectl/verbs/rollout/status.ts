/**
 * How far a rollout is, in words, and whether it is done.
 * Stands for kubectl's polymorphichelpers (rollout status).
 */
import { count, list, rec, text, value } from '../../describe/read.ts';
import { CliError } from '../../errors.ts';
import { quote, type Rec } from '../../go.ts';
import { REVISION } from './history.ts';

/** What to print, and whether the rollout is complete. */
export interface Progress {
  readonly say: string;
  readonly done: boolean;
}

const more = (say: string): Progress => ({ say: `${say}\n`, done: false });
const done = (say: string): Progress => ({ say: `${say}\n`, done: true });

function deployment(object: Rec, revision: number): Progress {
  const name = quote(text(object, 'metadata', 'name'));
  const status = rec(object, 'status');
  if (revision > 0) {
    const running = Number(text(object, 'metadata', 'annotations', REVISION) || 0);
    if (running !== revision) throw new CliError(`desired revision (${revision}) is different from the running revision (${running})`);
  }
  if (count(object, 'metadata', 'generation') > count(status, 'observedGeneration')) return more('Waiting for deployment spec update to be observed...');
  const progressing = list(status, 'conditions').find((one) => one['type'] === 'Progressing');
  if (progressing?.['reason'] === 'ProgressDeadlineExceeded') throw new CliError(`deployment ${name} exceeded its progress deadline`);
  const [wanted, updated, total, available] = [value(object, 'spec', 'replicas'), count(status, 'updatedReplicas'), count(status, 'replicas'), count(status, 'availableReplicas')];
  const waiting = `Waiting for deployment ${name} rollout to finish:`;
  if (wanted !== undefined && updated < Number(wanted)) return more(`${waiting} ${updated} out of ${String(wanted)} new replicas have been updated...`);
  if (total > updated) return more(`${waiting} ${total - updated} old replicas are pending termination...`);
  if (available < updated) return more(`${waiting} ${available} of ${updated} updated replicas are available...`);
  return done(`deployment ${name} successfully rolled out`);
}

function daemonSet(object: Rec): Progress {
  if (text(object, 'spec', 'updateStrategy', 'type') !== 'RollingUpdate') throw new CliError('rollout status is only available for RollingUpdate strategy type');
  const name = quote(text(object, 'metadata', 'name'));
  const status = rec(object, 'status');
  if (count(object, 'metadata', 'generation') > count(status, 'observedGeneration')) return more('Waiting for daemon set spec update to be observed...');
  const [wanted, updated, available] = [count(status, 'desiredNumberScheduled'), count(status, 'updatedNumberScheduled'), count(status, 'numberAvailable')];
  const waiting = `Waiting for daemon set ${name} rollout to finish:`;
  if (updated < wanted) return more(`${waiting} ${updated} out of ${wanted} new pods have been updated...`);
  if (available < wanted) return more(`${waiting} ${available} of ${wanted} updated pods are available...`);
  return done(`daemon set ${name} successfully rolled out`);
}

function statefulSet(object: Rec): Progress {
  if (text(object, 'spec', 'updateStrategy', 'type') !== 'RollingUpdate') throw new CliError('rollout status is only available for RollingUpdate strategy type');
  const status = rec(object, 'status');
  const observed = count(status, 'observedGeneration');
  if (observed === 0 || count(object, 'metadata', 'generation') > observed) return more('Waiting for statefulset spec update to be observed...');
  const [wanted, ready, updated] = [count(object, 'spec', 'replicas'), count(status, 'readyReplicas'), count(status, 'updatedReplicas')];
  if (ready < wanted) return more(`Waiting for ${wanted - ready} pods to be ready...`);
  const rolling = value(object, 'spec', 'updateStrategy', 'rollingUpdate');
  if (rolling !== undefined) {
    const partition = value(object, 'spec', 'updateStrategy', 'rollingUpdate', 'partition');
    if (partition !== undefined && updated < wanted - Number(partition)) return more(`Waiting for partitioned roll out to finish: ${updated} out of ${wanted - Number(partition)} new pods have been updated...`);
    return done(`partitioned roll out complete: ${updated} new pods have been updated...`);
  }
  if (text(status, 'updateRevision') !== text(status, 'currentRevision')) return more(`waiting for statefulset rolling update to complete ${updated} pods at revision ${text(status, 'updateRevision')}...`);
  return done(`statefulset rolling update complete ${count(status, 'currentReplicas')} pods at revision ${text(status, 'currentRevision')}...`);
}

/** By kind; undefined for kinds that have no rollout. */
export const viewers: Readonly<Record<string, (object: Rec, revision: number) => Progress>> = { Deployment: deployment, DaemonSet: daemonSet, StatefulSet: statefulSet };
