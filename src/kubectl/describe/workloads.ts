/** Describes Deployments, ReplicaSets, ReplicationControllers, StatefulSets, DaemonSets, Jobs and CronJobs. */
import { parseRfc3339 } from '../../sim/date.ts';
import { humanDuration } from '../../sim/human-duration.ts';
import { isMap, json, type Rec } from '../go.ts';
import type { Describer } from './describer.ts';
import { events, eventsOf } from './events.ts';
import { annotations, conditions, controller, formatLabels, formatSelector, heading, labels, selector } from './parts.ts';
import { bool, count, date, list, pairs, rec, text, texts } from './read.ts';
import { Sheet } from './sheet.ts';
import { podsStatus, template } from './template.ts';

const POD_HASH = 'pod-template-hash';

/** The template of a ReplicaSet without its hash, as plain text for comparing. */
function bare(of: Rec): string {
  const hashless = Object.fromEntries(Object.entries(pairs(of, 'metadata', 'labels')).filter(([key]) => key !== POD_HASH));
  return json({ ...of, metadata: { ...rec(of, 'metadata'), labels: hashless } });
}

const created = (sets: readonly Rec[]): string => sets.map((rs) => `${text(rs, 'metadata', 'name')} (${count(rs, 'status', 'replicas')}/${count(rs, 'spec', 'replicas')} replicas created)`).join(', ') || '<none>';

export const deployment: Describer = function* (object, see) {
  const found = see.events ? yield* eventsOf(see, object) : undefined;
  const spec = rec(object, 'spec');
  const status = rec(object, 'status');
  const all = yield* see.list(`/apis/apps/v1/namespaces/${text(object, 'metadata', 'namespace')}/replicasets`, { labelSelector: selector(rec(spec, 'selector')) });
  const mine = all.filter((rs) => list(rs, 'metadata', 'ownerReferences').some((owner) => owner['controller'] === true && owner['uid'] === text(object, 'metadata', 'uid')));
  const fresh = [...mine].sort((a, b) => (text(a, 'metadata', 'creationTimestamp') < text(b, 'metadata', 'creationTimestamp') ? -1 : 1)).find((rs) => bare(rec(rs, 'spec', 'template')) === bare(rec(spec, 'template')));
  const old = mine.filter((rs) => rs !== fresh);
  const sheet = new Sheet();
  sheet.field(0, 'Name', text(object, 'metadata', 'name'));
  sheet.field(0, 'Namespace', text(object, 'metadata', 'namespace'));
  sheet.field(0, 'CreationTimestamp', date(text(object, 'metadata', 'creationTimestamp')));
  labels(sheet, 'Labels', pairs(object, 'metadata', 'labels'));
  annotations(sheet, 'Annotations', pairs(object, 'metadata', 'annotations'));
  sheet.field(0, 'Selector', selector(rec(spec, 'selector')));
  sheet.field(0, 'Replicas', `${count(spec, 'replicas')} desired | ${count(status, 'updatedReplicas')} updated | ${count(status, 'replicas')} total | ${count(status, 'availableReplicas')} available | ${count(status, 'unavailableReplicas')} unavailable`);
  sheet.field(0, 'StrategyType', text(spec, 'strategy', 'type'));
  sheet.field(0, 'MinReadySeconds', count(spec, 'minReadySeconds'));
  const rolling = rec(spec, 'strategy')['rollingUpdate'];
  if (isMap(rolling)) sheet.field(0, 'RollingUpdateStrategy', `${text(rolling, 'maxUnavailable')} max unavailable, ${text(rolling, 'maxSurge')} max surge`);
  template(sheet, rec(spec, 'template'));
  conditions(sheet, object);
  if (mine.length) {
    sheet.field(0, 'OldReplicaSets', created(old));
    sheet.field(0, 'NewReplicaSet', created(fresh ? [fresh] : []));
  }
  events(sheet, found, see.unix);
  return sheet.text();
};

/** ReplicaSets and ReplicationControllers. */
export const replicas: Describer = function* (object, see) {
  const pods = yield* podsStatus(see, object);
  const found = see.events ? yield* eventsOf(see, object) : undefined;
  const sheet = new Sheet();
  sheet.field(0, 'Name', text(object, 'metadata', 'name'));
  sheet.field(0, 'Namespace', text(object, 'metadata', 'namespace'));
  const isSet = text(object, 'kind') === 'ReplicaSet';
  sheet.field(0, 'Selector', isSet ? formatSelector(rec(object, 'spec', 'selector')) : formatLabels(pairs(object, 'spec', 'selector')));
  labels(sheet, 'Labels', pairs(object, 'metadata', 'labels'));
  annotations(sheet, 'Annotations', pairs(object, 'metadata', 'annotations'));
  if (isSet && controller(object)) sheet.field(0, 'Controlled By', controller(object));
  sheet.field(0, 'Replicas', `${count(object, 'status', 'replicas')} current / ${count(object, 'spec', 'replicas')} desired`);
  sheet.field(0, 'Pods Status', pods);
  template(sheet, rec(object, 'spec', 'template'));
  conditions(sheet, object);
  events(sheet, found, see.unix);
  return sheet.text();
};

export const statefulSet: Describer = function* (object, see) {
  const pods = yield* podsStatus(see, object);
  const found = see.events ? yield* eventsOf(see, object) : undefined;
  const spec = rec(object, 'spec');
  const sheet = new Sheet();
  sheet.field(0, 'Name', text(object, 'metadata', 'name'));
  sheet.field(0, 'Namespace', text(object, 'metadata', 'namespace'));
  sheet.field(0, 'CreationTimestamp', date(text(object, 'metadata', 'creationTimestamp')));
  sheet.field(0, 'Selector', selector(rec(spec, 'selector')));
  labels(sheet, 'Labels', pairs(object, 'metadata', 'labels'));
  annotations(sheet, 'Annotations', pairs(object, 'metadata', 'annotations'));
  sheet.field(0, 'Replicas', `${count(spec, 'replicas')} desired | ${count(object, 'status', 'replicas')} total`);
  sheet.field(0, 'Update Strategy', text(spec, 'updateStrategy', 'type'));
  const rolling = rec(spec, 'updateStrategy', 'rollingUpdate');
  if (rolling['partition'] !== undefined) {
    sheet.field(1, 'Partition', count(rolling, 'partition'));
    if (rolling['maxUnavailable'] !== undefined) sheet.field(1, 'MaxUnavailable', text(rolling, 'maxUnavailable'));
  }
  sheet.field(0, 'Pods Status', pods);
  template(sheet, rec(spec, 'template'));
  const claims = list(spec, 'volumeClaimTemplates');
  sheet.line(0, claims.length ? 'Volume Claims:' : 'Volume Claims:\t<none>');
  for (const claim of claims) {
    sheet.field(1, 'Name', text(claim, 'metadata', 'name'));
    sheet.field(1, 'StorageClass', text(claim, 'spec', 'storageClassName'));
    labels(sheet, 'Labels', pairs(claim, 'metadata', 'labels'), '  ');
    labels(sheet, 'Annotations', pairs(claim, 'metadata', 'annotations'), '  ');
    sheet.field(1, 'Capacity', pairs(claim, 'spec', 'resources', 'requests')['storage'] ?? '<default>');
    sheet.field(1, 'Access Modes', `[${texts(claim, 'spec', 'accessModes').join(' ')}]`);
  }
  events(sheet, found, see.unix);
  return sheet.text();
};

export const daemonSet: Describer = function* (object, see) {
  const pods = yield* podsStatus(see, object);
  const found = see.events ? yield* eventsOf(see, object) : undefined;
  const status = rec(object, 'status');
  const sheet = new Sheet();
  sheet.field(0, 'Name', text(object, 'metadata', 'name'));
  sheet.field(0, 'Namespace', text(object, 'metadata', 'namespace'));
  sheet.field(0, 'Selector', selector(rec(object, 'spec', 'selector')));
  sheet.field(0, 'Node-Selector', formatLabels(pairs(object, 'spec', 'template', 'spec', 'nodeSelector')));
  labels(sheet, 'Labels', pairs(object, 'metadata', 'labels'));
  annotations(sheet, 'Annotations', pairs(object, 'metadata', 'annotations'));
  for (const [label, field] of [
    ['Desired Number of Nodes Scheduled', 'desiredNumberScheduled'], ['Current Number of Nodes Scheduled', 'currentNumberScheduled'],
    ['Number of Nodes Scheduled with Up-to-date Pods', 'updatedNumberScheduled'], ['Number of Nodes Scheduled with Available Pods', 'numberAvailable'],
    ['Number of Nodes Misscheduled', 'numberMisscheduled'],
  ] as const) sheet.line(0, `${label}: ${count(status, field)}`);
  sheet.field(0, 'Pods Status', pods);
  template(sheet, rec(object, 'spec', 'template'));
  events(sheet, found, see.unix);
  return sheet.text();
};

/** Indexes up to about fifty characters, cut at a comma. */
function indexes(all: string): string {
  if (!all) return '<none>';
  const cut = all.indexOf(',', 50);
  return cut < 0 ? all : `${all.slice(0, cut + 1)}...`;
}

export const job: Describer = function* (object, see) {
  const found = see.events ? yield* eventsOf(see, object) : undefined;
  const spec = rec(object, 'spec');
  const status = rec(object, 'status');
  const sheet = new Sheet();
  sheet.field(0, 'Name', text(object, 'metadata', 'name'));
  sheet.field(0, 'Namespace', text(object, 'metadata', 'namespace'));
  sheet.field(0, 'Selector', selector(rec(spec, 'selector')));
  labels(sheet, 'Labels', pairs(object, 'metadata', 'labels'));
  annotations(sheet, 'Annotations', pairs(object, 'metadata', 'annotations'));
  if (controller(object)) sheet.field(0, 'Controlled By', controller(object));
  if (spec['parallelism'] !== undefined) sheet.field(0, 'Parallelism', count(spec, 'parallelism'));
  sheet.field(0, 'Completions', spec['completions'] === undefined ? '<unset>' : count(spec, 'completions'));
  for (const [label, field] of [['Completion Mode', 'completionMode'], ['Suspend', 'suspend'], ['Backoff Limit', 'backoffLimit'], ['TTL Seconds After Finished', 'ttlSecondsAfterFinished']] as const) if (spec[field] !== undefined) sheet.field(0, label, text(spec, field));
  const start = text(status, 'startTime');
  const end = text(status, 'completionTime');
  if (start) sheet.field(0, 'Start Time', date(start));
  if (end) sheet.field(0, 'Completed At', date(end));
  if (start && end) sheet.field(0, 'Duration', humanDuration(parseRfc3339(end)! - parseRfc3339(start)!));
  if (spec['activeDeadlineSeconds'] !== undefined) sheet.field(0, 'Active Deadline Seconds', `${count(spec, 'activeDeadlineSeconds')}s`);
  const ready = status['ready'] === undefined ? '' : ` (${count(status, 'ready')} Ready)`;
  sheet.field(0, 'Pods Statuses', `${count(status, 'active')} Active${ready} / ${count(status, 'succeeded')} Succeeded / ${count(status, 'failed')} Failed`);
  if (spec['completionMode'] === 'Indexed') sheet.field(0, 'Completed Indexes', indexes(text(status, 'completedIndexes')));
  template(sheet, rec(spec, 'template'));
  events(sheet, found, see.unix);
  return sheet.text();
};

export const cronJob: Describer = function* (object, see) {
  const found = see.events ? yield* eventsOf(see, object) : undefined;
  const spec = rec(object, 'spec');
  const jobSpec = rec(spec, 'jobTemplate', 'spec');
  const set = (of: Rec, field: string, unit = ''): string => (of[field] === undefined ? '<unset>' : `${text(of, field)}${unit}`);
  const sheet = new Sheet();
  heading(sheet, object);
  sheet.field(0, 'Schedule', text(spec, 'schedule'));
  sheet.field(0, 'Concurrency Policy', text(spec, 'concurrencyPolicy'));
  sheet.field(0, 'Suspend', spec['suspend'] === undefined ? '<unset>' : bool(spec['suspend']));
  sheet.field(0, 'Time Zone', set(spec, 'timeZone'));
  sheet.field(0, 'Successful Job History Limit', set(spec, 'successfulJobsHistoryLimit'));
  sheet.field(0, 'Failed Job History Limit', set(spec, 'failedJobsHistoryLimit'));
  sheet.field(0, 'Starting Deadline Seconds', set(spec, 'startingDeadlineSeconds', 's'));
  sheet.field(0, 'Selector', isMap(jobSpec['selector']) ? selector(jobSpec['selector']) : '<unset>');
  sheet.field(0, 'Parallelism', set(jobSpec, 'parallelism'));
  sheet.field(0, 'Completions', set(jobSpec, 'completions'));
  if (jobSpec['activeDeadlineSeconds'] !== undefined) sheet.field(0, 'Active Deadline Seconds', `${count(jobSpec, 'activeDeadlineSeconds')}s`);
  template(sheet, rec(jobSpec, 'template'));
  const last = text(object, 'status', 'lastScheduleTime');
  sheet.field(0, 'Last Schedule Time', last ? date(last) : '<unset>');
  sheet.field(0, 'Active Jobs', list(object, 'status', 'active').map((one) => text(one, 'name')).join(', ') || '<none>');
  events(sheet, found, see.unix);
  return sheet.text();
};
