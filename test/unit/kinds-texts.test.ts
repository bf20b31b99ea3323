/** Small texts of kinds: ages, restarts, schedules, names, differences, addresses. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { humanDuration, moment } from '../../src/kube/kinds/age.ts';
import { jsonError } from '../../src/kube/kinds/check/go-json.ts';
import { formatIp, parseCidr, parseIp } from '../../src/kube/kinds/check/ip.ts';
import { unifiedDiff } from '../../src/kube/kinds/check/unified-diff.ts';
import { parseSchedule } from '../../src/kube/kinds/cron.ts';
import { defaultPullPolicy } from '../../src/kube/kinds/image-name.ts';
import { podColumns } from '../../src/kube/kinds/pod-columns.ts';
import type { ContainerStatus, Pod } from '../../src/kube/kinds/types.ts';
import { dnsLabel, dnsSubdomain, envName, labelKey, labelValue, portName } from '../../src/kube/schema/names.ts';

const NOW = Date.UTC(2026, 10, 24, 10);
const ago = (seconds: number): string => new Date(NOW - seconds * 1000).toISOString().replace('.000', '');

test('a time that passed is told in one or two units, more coarsely the longer it is', () => {
  const S = 1000, M = 60 * S, H = 60 * M, D = 24 * H;
  const cases: readonly (readonly [number, string])[] = [
    [-5 * S, '<invalid>'], [-S, '0s'], [0, '0s'], [119 * S, '119s'], [2 * M, '2m'], [5 * M + 3 * S, '5m3s'], [10 * M + 3 * S, '10m'], [179 * M, '179m'], [3 * H, '3h'], [3 * H + 5 * M, '3h5m'],
    [8 * H + 5 * M, '8h'], [47 * H, '47h'], [48 * H, '2d'], [3 * D + 4 * H, '3d4h'], [8 * D + H, '8d'], [729 * D, '729d'], [730 * D, '2y'], [2 * 365 * D + 10 * D, '2y10d'], [9 * 365 * D + D, '9y'],
  ];
  for (const [ms, text] of cases) assert.equal(humanDuration(ms), text);
});

test('restarts are told with the time since the last one', () => {
  const pod = (statuses: readonly ContainerStatus[]): Pod => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' }, spec: { containers: [{ name: 'c' }] }, status: { containerStatuses: statuses } }) as unknown as Pod;
  const restarts = podColumns.find(({ name }) => name === 'Restarts')!;
  const ended = (seconds: number): ContainerStatus['lastState'] => ({ terminated: { exitCode: 1, finishedAt: ago(seconds) } });
  assert.equal(restarts.cell(pod([{ name: 'c', restartCount: 0 }]), moment(NOW)), '0');
  assert.equal(restarts.cell(pod([{ name: 'c', restartCount: 3, lastState: ended(5) }]), moment(NOW)), '3 (5s ago)');
  assert.equal(restarts.cell(pod([{ name: 'c', restartCount: 3, lastState: ended(500) }, { name: 'd', restartCount: 1, lastState: ended(61) }]), moment(NOW)), '4 (61s ago)');
});

test('a schedule names its minutes, hours, days, months and weekdays', () => {
  const schedule = parseSchedule('*/20 8-10 1,15 jan mon-wed');
  assert.ok(typeof schedule === 'object' && 'minutes' in schedule);
  assert.deepEqual([schedule.minutes, schedule.hours, schedule.days, schedule.months, schedule.weekdays].map((set) => [...set]), [[0, 20, 40], [8, 9, 10], [1, 15], [1], [1, 2, 3]]);
  assert.equal(schedule.anyDay, false);
  assert.deepEqual(parseSchedule('@every 1m30s'), { every: 90_000 });
  assert.deepEqual(parseSchedule('@hourly'), parseSchedule('0 * * * *'));
});

test('a schedule that makes no sense says why', () => {
  assert.equal(parseSchedule('* * *'), 'expected exactly 5 fields, found 3: [* * *]');
  assert.equal(parseSchedule('60 * * * *'), 'end of range (60) above maximum (59): 60');
  assert.equal(parseSchedule('a * * * *'), 'failed to parse int from a: strconv.Atoi: parsing "a": invalid syntax');
  assert.equal(parseSchedule('*/0 * * * *'), 'step of range should be a positive number: */0');
});

test('an image without a tag, or with the latest one, is always pulled', () => {
  for (const image of ['nginx', 'nginx:latest', 'localhost:5000/nginx', 'a/b/c:latest']) assert.equal(defaultPullPolicy(image), 'Always');
  for (const image of ['nginx:1.25', 'localhost:5000/nginx:1', `nginx@sha256:${'0'.repeat(64)}`]) assert.equal(defaultPullPolicy(image), 'IfNotPresent');
});

test('names are taken or refused with the sentence of the server', () => {
  const good: readonly (readonly [typeof dnsLabel, string])[] = [[dnsLabel, 'a-1'], [dnsSubdomain, 'a.b-c.d'], [labelKey, 'example.com/My_Name.x'], [labelValue, ''], [portName, 'http-2'], [envName, 'a.b c']];
  for (const [validator, text] of good) assert.deepEqual(validator(text), []);
  assert.deepEqual(dnsLabel('a.b'), ['must not contain dots']);
  assert.deepEqual(dnsLabel('a'.repeat(64)), ['must be no more than 63 characters']);
  assert.deepEqual(labelKey('/x'), ['prefix part must be non-empty']);
  assert.deepEqual(portName('-a--1'), ['must not contain consecutive hyphens', 'must not begin or end with a hyphen']);
  assert.deepEqual(envName('a=b'), ["a valid environment variable name must consist only of printable ASCII characters other than '='"]);
});

test('a difference shows changed lines with three around them, and parts that are far from one another apart', () => {
  const lines = Array.from({ length: 20 }, (_, i) => `line ${i}`);
  const changed = lines.with(2, 'two').with(15, 'fifteen');
  const text = unifiedDiff(lines.join('\n'), changed.join('\n'));
  assert.equal(text, [
    '@@ -1,6 +1,6 @@', ' line 0', ' line 1', '-line 2', '+two', ' line 3', ' line 4', ' line 5',
    '@@ -13,7 +13,7 @@', ' line 12', ' line 13', ' line 14', '-line 15', '+fifteen', ' line 16', ' line 17', ' line 18', '',
  ].join('\n'));
});

test('a text that is no JSON object is refused in the words of Go', () => {
  assert.equal(jsonError('{"a": 1}'), undefined);
  assert.equal(jsonError('abc'), "invalid character 'a' looking for beginning of value");
  assert.equal(jsonError('{"a"'), 'unexpected end of JSON input');
  assert.equal(jsonError('[1]'), 'json: cannot unmarshal array into Go value of type map[string]interface {}');
});

test('addresses are read in all their forms and written in the usual one', () => {
  for (const [given, usual] of [['2001:DB8:0:0:0:0:0:1', '2001:db8::1'], ['::ffff:1.2.3.4', '1.2.3.4'], ['1:0:0:2:0:0:0:3', '1:0:0:2::3'], ['::', '::']] as const) assert.equal(formatIp(parseIp(given)!), usual);
  for (const wrong of ['1.2.3', '1.2.3.256', '1::2::3', '12345::', 'a']) assert.equal(parseIp(wrong), undefined);
  assert.deepEqual([parseCidr('10.1.2.3/8')!.text, parseCidr('10.1.2.3/8')!.rest], ['10.0.0.0/8', true]);
  assert.equal(parseCidr('10.0.0.0/33'), undefined);
});
