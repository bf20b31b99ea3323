/** Jobs and CronJobs: completions, indexes, back-off, deadlines, schedules in time zones. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { civil, parseRfc3339, rfc3339, unix } from '../../src/sim/date.ts';
import { lastDue, next, type Plan } from '../../src/kube/control/cronjob/schedule.ts';
import { parseSchedule, type Schedule } from '../../src/kube/kinds/cron.ts';
import { condition, conditions, EPOCH, Lab } from './control-lab.ts';

const JOBS = 'jobs.batch';
const job = (name: string, script: string, spec = '', restart = 'Never'): string => `
apiVersion: batch/v1
kind: Job
metadata: {name: ${name}}
spec:
${spec}
  template:
    spec:
      restartPolicy: ${restart}
      containers: [{name: main, image: "busybox:1.36", command: [sh, -c, "${script}"]}]
`;
const ended = (lab: Lab, name: string): boolean => condition(lab.get(JOBS, name), 'Complete') === 'True' || condition(lab.get(JOBS, name), 'Failed') === 'True';
const general = (events: readonly string[]): readonly string[] => events.map((e) => e.replace(/(pod: [a-z0-9-]+)-[a-z0-9]{5}$/, '$1-*'));

test('a Job runs as many Pods at once as it may until enough have succeeded', () => {
  const lab = new Lab().create(job('batch', 'sleep 1', '  completions: 4\n  parallelism: 2'));
  let most = 0;
  lab.until(() => {
    most = Math.max(most, lab.list('pods').filter((pod) => pod['status'].phase === 'Running').length);
    return ended(lab, 'batch');
  });
  const { status } = lab.get(JOBS, 'batch')!;
  assert.equal(most, 2);
  assert.equal(status.succeeded, 4);
  assert.deepEqual(conditions(lab.get(JOBS, 'batch')), ['SuccessCriteriaMet=True CompletionsReached', 'Complete=True CompletionsReached']);
  assert.deepEqual(general(lab.events('batch')), [...Array.from({ length: 4 }, () => 'SuccessfulCreate Created pod: batch-*'), 'Completed Job completed']);
  assert.equal(lab.list('pods').some((pod) => pod.metadata.finalizers), false);
});

test('an indexed Job gives every Pod its index and remembers which are done', () => {
  const lab = new Lab().create(job('indexed', 'echo $JOB_COMPLETION_INDEX', '  completions: 3\n  parallelism: 3\n  completionMode: Indexed')).until((l) => ended(l, 'indexed'));
  assert.equal(lab.get(JOBS, 'indexed')!['status'].completedIndexes, '0-2');
  assert.deepEqual(lab.list('pods').map((pod) => pod['spec'].hostname).sort(), ['indexed-0', 'indexed-1', 'indexed-2']);
  assert.deepEqual(lab.list('pods').map((pod) => pod.metadata.labels!['batch.kubernetes.io/job-completion-index']).sort(), ['0', '1', '2']);
});

test('failed Pods are made anew after 10, 20, 40 seconds until the back-off limit is passed', () => {
  const lab = new Lab().create(job('bad', 'exit 3', '  backoffLimit: 2')).until((l) => ended(l, 'bad'), 300_000);
  const starts = lab.list('pods').map((pod) => parseRfc3339(pod.metadata.creationTimestamp!)!).sort();
  assert.equal(starts.length, 3);
  const waits = starts.slice(1).map((at, i) => (at - starts[i]!) / 1000);
  assert.ok(waits[0]! >= 10 && waits[0]! <= 14 && waits[1]! >= 20 && waits[1]! <= 25, String(waits));
  assert.deepEqual(conditions(lab.get(JOBS, 'bad')), ['FailureTarget=True BackoffLimitExceeded', 'Failed=True BackoffLimitExceeded']);
  assert.equal(lab.events('bad').at(-1), 'BackoffLimitExceeded Job has reached the specified backoff limit');
});

test('a Job that takes too long is stopped and its Pods with it', () => {
  const lab = new Lab().create(job('slow', 'sleep 600', '  activeDeadlineSeconds: 5')).until((l) => ended(l, 'slow'));
  assert.deepEqual(conditions(lab.get(JOBS, 'slow')), ['FailureTarget=True DeadlineExceeded', 'Failed=True DeadlineExceeded']);
  assert.equal(lab.get(JOBS, 'slow')!['status'].conditions[1].message, 'Job was active longer than specified deadline');
  assert.equal(lab.list('pods').some((pod) => !pod.metadata.deletionTimestamp && pod['status'].phase === 'Running'), false);
});

test('a suspended Job has no Pods; going on it starts anew', () => {
  const lab = new Lab().create(job('later', 'true', '  suspend: true')).after(5000);
  assert.equal(lab.list('pods').length, 0);
  assert.deepEqual(conditions(lab.get(JOBS, 'later')), ['Suspended=True JobSuspended']);
  lab.patch(JOBS, 'later', { spec: { suspend: false } }).until(() => ended(lab, 'later'));
  assert.equal(lab.events('later').includes('Resumed Job resumed'), true);
});

test('a finished Job and its Pods are gone when its time to live is over', () => {
  const lab = new Lab().create(job('short', 'true', '  ttlSecondsAfterFinished: 10')).until((l) => ended(l, 'short')).after(8000);
  assert.deepEqual(lab.names(JOBS), ['short']);
  lab.after(5000);
  assert.deepEqual(lab.names(JOBS), []);
  assert.deepEqual(lab.names('pods'), []);
});

test('Pods that restart their containers themselves count their restarts as failures', () => {
  const lab = new Lab().create(job('again', 'exit 1', '  backoffLimit: 1', 'OnFailure')).until((l) => ended(l, 'again'), 300_000);
  assert.equal(lab.get(JOBS, 'again')!['status'].conditions[0].reason, 'BackoffLimitExceeded');
  assert.equal(lab.list('pods').length, 0);
});

const cronJob = (name: string, schedule: string, spec = '', script = 'true'): string => `
apiVersion: batch/v1
kind: CronJob
metadata: {name: ${name}}
spec:
  schedule: "${schedule}"
${spec}
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: Never
          terminationGracePeriodSeconds: 1
          containers: [{name: main, image: "busybox:1.36", command: [sh, -c, "${script}"]}]
`;
const minutes = (lab: Lab): readonly string[] => lab.list(JOBS).map((j) => rfc3339(Number(j.metadata.name.split('-').at(-1)) * 60_000).slice(11, 16));

test('a CronJob starts a Job every full minute, named by the minute, and keeps three that went well', () => {
  const lab = new Lab().create(cronJob('tick', '* * * * *')).after(330_000);
  assert.deepEqual(minutes(lab), ['10:04', '10:05', '10:06']);
  const events = lab.events('tick').map((e) => e.replace(/tick-\d+/, 'tick-*').replace(/ \(x\d+\)$/, ''));
  assert.deepEqual([...new Set(events)], ['SuccessfulCreate Created job tick-*', 'SawCompletedJob Saw completed job: tick-*, condition: Complete', 'SuccessfulDelete Deleted job tick-*']);
  const { status } = lab.get('cronjobs.batch', 'tick')!;
  assert.equal(status.active, undefined);
  assert.equal(status.lastScheduleTime, '2026-11-24T10:06:00Z');
  assert.ok(status.lastSuccessfulTime > status.lastScheduleTime);
});

test('Forbid skips a start while a Job runs, Replace ends the old one, a suspended CronJob starts nothing', () => {
  const lab = new Lab().create(cronJob('one', '* * * * *', '  concurrencyPolicy: Forbid', 'sleep 100'));
  lab.create(cronJob('other', '* * * * *', '  concurrencyPolicy: Replace', 'sleep 100')).create(cronJob('none', '* * * * *', '  suspend: true')).after(130_000);
  const of = (name: string): readonly string[] => lab.names(JOBS).filter((n) => n.startsWith(`${name}-`));
  assert.equal(of('one').length, 1);
  assert.equal(lab.events('one').some((e) => e.startsWith('JobAlreadyActive Not starting job because prior execution is running and concurrency policy is Forbid')), true);
  assert.equal(of('other').length, 1);
  assert.equal(lab.events('other').filter((e) => e.startsWith('SuccessfulCreate')).length, 2);
  assert.equal(of('none').length, 0);
});

test('a new schedule begins with its next moment, not with one gone by', () => {
  const lab = new Lab().create(cronJob('daily', '0 5 * * *')).after(90_000);
  lab.patch('cronjobs.batch', 'daily', { spec: { schedule: '*/2 * * * *' } }).after(10_000);
  assert.deepEqual(minutes(lab), []);
  lab.after(120_000);
  assert.deepEqual(minutes(lab), ['10:04']);
});

test('a CronJob in another zone strikes by the clocks there and writes its time so', () => {
  const lab = new Lab().create(cronJob('seoul', '2 19 * * *', '  timeZone: Asia/Seoul')).after(70_000);
  assert.deepEqual(minutes(lab), ['10:02']);
  assert.equal(lab.list(JOBS)[0]!.metadata.annotations!['batch.kubernetes.io/cronjob-scheduled-timestamp'], '2026-11-24T19:02:00+09:00');
});

const plan = (text: string, zone = 'UTC'): Plan => ({ schedule: parseSchedule(text) as Schedule, zone });
const after = (text: string, from: string, zone?: string): string => rfc3339(next(plan(text, zone), parseRfc3339(from)!)!);

test('the next moment of a schedule', () => {
  assert.equal(after('*/15 * * * *', '2026-11-24T10:00:00Z'), '2026-11-24T10:15:00Z');
  assert.equal(after('30 9 * * mon-fri', '2026-11-27T10:00:00Z'), '2026-11-30T09:30:00Z');
  assert.equal(after('0 0 13 * fri', '2026-11-01T00:00:00Z'), '2026-11-06T00:00:00Z');
  assert.equal(after('0 0 29 2 *', '2026-11-24T10:00:00Z'), '2028-02-29T00:00:00Z');
  assert.equal(after('@yearly', '2026-11-24T10:00:00Z'), '2027-01-01T00:00:00Z');
  assert.equal(after('@every 90s', '2026-11-24T10:00:00Z'), '2026-11-24T10:01:30Z');
  assert.equal(next(plan('0 0 30 2 *'), EPOCH), undefined);
});

test('an hour that summer time skips is not there, one that comes twice strikes twice', () => {
  assert.equal(after('30 2 * * *', '2026-03-28T02:00:00Z', 'Europe/Berlin'), '2026-03-30T00:30:00Z');
  assert.equal(after('30 2 * * *', '2026-10-24T02:00:00Z', 'Europe/Berlin'), '2026-10-25T00:30:00Z');
  assert.equal(after('30 2 * * *', '2026-10-25T00:30:00Z', 'Europe/Berlin'), '2026-10-25T01:30:00Z');
  assert.equal(after('0 9 * * *', '2026-07-01T00:00:00Z', 'America/New_York'), '2026-07-01T13:00:00Z');
  assert.equal(after('0 9 * * *', '2026-12-01T00:00:00Z', 'America/New_York'), '2026-12-01T14:00:00Z');
});

test('starts that were missed are counted, the last one is due', () => {
  const from = unix(2026, 11, 24, 10);
  const missed = lastDue(plan('*/5 * * * *'), from, unix(2026, 11, 24, 10, 23));
  assert.deepEqual(typeof missed === 'string' ? missed : [civil(missed.last!).minute, missed.many], [20, false]);
  const many = lastDue(plan('* * * * *'), from, unix(2026, 11, 24, 12));
  assert.equal(typeof many !== 'string' && many.many, true);
  assert.equal(lastDue(plan('0 0 30 2 *'), from, from + 1000), 'time difference between two schedules is less than 1 second');
});
