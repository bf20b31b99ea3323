/** The API server: life of objects, watches, patches, selectors, permissions, admission, clean-up. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { issueCertificate } from '../../src/kube/api/certificate.ts';
import type { RunningApiServer } from '../../src/kube/api/create.ts';
import type { KubeObject, Request, Response, Status, Table, WatchEvent } from '../../src/kube/api/wire.ts';
import { ApiError } from '../../src/kube/control/controller.ts';
import { createClient, userNamed } from '../../src/kube/control/client.ts';
import { Random } from '../../src/sim/random.ts';
import type { Agenda } from '../../src/sim/clock.ts';
import { freshServer } from './api-corpus.ts';

interface World {
  readonly api: RunningApiServer;
  readonly clock: Agenda;
  as(user: string, groups?: readonly string[]): (method: Request['method'], path: string, body?: unknown, query?: Request['query'], type?: string, accept?: string) => Response;
}

function world(): World {
  const { api, clock } = freshServer();
  return {
    api, clock,
    as(user, groups = []) {
      const certificate = issueCertificate(api.secret, { user, groups, notBefore: 0, notAfter: Date.UTC(2036, 1) });
      return (method, path, body, query, type = 'application/json', accept = 'application/json') => api.handle({ method, path, body: body === undefined ? undefined : JSON.stringify(body), query, headers: { 'content-type': type, accept, 'user-agent': 'test' }, certificate });
    },
  };
}

const PODS = '/api/v1/namespaces/default/pods';
const MAPS = '/api/v1/namespaces/default/configmaps';
const DEPLOYMENTS = '/apis/apps/v1/namespaces/default/deployments';
const pod = (name: string, labels?: Record<string, string>): unknown => ({ metadata: { name, labels }, spec: { containers: [{ name: 'c', image: 'nginx' }] } });
const map = (name: string, data: Record<string, string> = {}): unknown => ({ metadata: { name }, data });
const deployment = (name: string): unknown => ({ metadata: { name }, spec: { selector: { matchLabels: { a: 'b' } }, template: { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'nginx' }] } } } });
const MERGE = 'application/merge-patch+json';
const STRATEGIC = 'application/strategic-merge-patch+json';
const APPLY = 'application/apply-patch+yaml';
const object = (r: Response): KubeObject & Record<string, unknown> => r.body as KubeObject & Record<string, unknown>;
const status = (r: Response): Status => r.body as Status;

test('an object is created once, has its place in etcd, and is gone after its deletion', () => {
  const { api, as } = world();
  const admin = as('admin', ['system:masters']);
  const made = object(admin('POST', MAPS, map('a', { k: 'v' })));
  assert.equal(api.store.get('/registry/configmaps/default/a')!.value.metadata.uid, made.metadata.uid);
  assert.equal(made.metadata.resourceVersion, String(api.store.revision));
  const again = admin('POST', MAPS, map('a'));
  assert.deepEqual([again.code, status(again).message], [409, 'configmaps "a" already exists']);
  assert.equal(status(admin('DELETE', `${MAPS}/a`)).status, 'Success');
  assert.deepEqual(admin('GET', `${MAPS}/a`).body, { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message: 'configmaps "a" not found', reason: 'NotFound', details: { name: 'a', kind: 'configmaps' }, code: 404 });
});

test('a dry run answers as if, and leaves nothing behind', () => {
  const { api, as } = world();
  const admin = as('admin', ['system:masters']);
  const before = api.store.revision;
  const made = admin('POST', DEPLOYMENTS, deployment('web'), { dryRun: 'All' });
  assert.equal(made.code, 201);
  assert.equal(object(made).metadata.resourceVersion, undefined);
  assert.equal(admin('DELETE', '/api/v1/namespaces/kube-public', undefined, { dryRun: 'All' }).code, 403);
  assert.equal(api.store.revision, before);
});

test('an update that names an old resourceVersion is a conflict, one that changes nothing is no write', () => {
  const { api, as } = world();
  const admin = as('admin', ['system:masters']);
  const first = object(admin('POST', MAPS, map('a')));
  admin('PUT', `${MAPS}/a`, { ...first, data: { k: '1' } });
  const late = admin('PUT', `${MAPS}/a`, { ...first, data: { k: '2' } });
  assert.deepEqual([late.code, status(late).message], [409, 'Operation cannot be fulfilled on configmaps "a": the object has been modified; please apply your changes to the latest version and try again']);
  const revision = api.store.revision;
  const same = object(admin('PATCH', `${MAPS}/a`, { data: { k: '1' } }, {}, MERGE));
  assert.equal(api.store.revision, revision);
  assert.equal(same.metadata.resourceVersion, String(revision));
});

test('generation follows the spec, not the status', () => {
  const { as } = world();
  const admin = as('admin', ['system:masters']);
  admin('POST', DEPLOYMENTS, deployment('web'));
  const scaled = object(admin('PATCH', `${DEPLOYMENTS}/web`, { spec: { replicas: 3 } }, {}, MERGE));
  assert.equal(scaled.metadata.generation, 2);
  const reported = object(admin('PATCH', `${DEPLOYMENTS}/web/status`, { status: { replicas: 3 }, spec: { replicas: 9 } }, {}, MERGE));
  assert.deepEqual([reported.metadata.generation, (reported['spec'] as { replicas: number }).replicas, (reported['status'] as { replicas: number }).replicas], [2, 3, 3]);
  const main = object(admin('PATCH', `${DEPLOYMENTS}/web`, { status: { replicas: 7 } }, {}, MERGE));
  assert.equal((main['status'] as { replicas: number }).replicas, 3);
});

test('a watch tells what was, what comes, and what leaves its selector', () => {
  const { as } = world();
  const admin = as('admin', ['system:masters']);
  admin('POST', PODS, pod('a', { app: 'x' }));
  const feed = admin('GET', PODS, undefined, { watch: 'true', labelSelector: 'app=x' }).feed!;
  admin('POST', PODS, pod('b', { app: 'y' }));
  admin('PATCH', `${PODS}/b`, { metadata: { labels: { app: 'x' } } }, {}, MERGE);
  admin('PATCH', `${PODS}/a`, { metadata: { labels: { app: 'z' } } }, {}, MERGE);
  admin('DELETE', `${PODS}/b`, undefined, { gracePeriodSeconds: '0' });
  const told: string[] = [];
  for (let e = feed.take() as WatchEvent | undefined; e; e = feed.take() as WatchEvent | undefined) told.push(`${e.type} ${(e.object as KubeObject).metadata.name}`);
  assert.deepEqual(told, ['ADDED a', 'ADDED b', 'DELETED a', 'DELETED b']);
});

test('a watch goes on from a revision, ends in time, and says when history is gone', () => {
  const { api, clock, as } = world();
  const admin = as('admin', ['system:masters']);
  admin('POST', MAPS, map('a'));
  const from = String(api.store.revision);
  admin('POST', MAPS, map('b'));
  const feed = admin('GET', MAPS, undefined, { watch: '1', resourceVersion: from, timeoutSeconds: '5' }).feed!;
  assert.equal((feed.take() as WatchEvent & { object: KubeObject }).object.metadata.name, 'b');
  assert.equal(feed.ended, false);
  clock.run(6000);
  assert.equal(feed.ended, true);
  clock.run(900_000);
  const late = admin('GET', MAPS, undefined, { watch: '1', resourceVersion: from }).feed!;
  const error = late.take() as WatchEvent & { object: Status };
  assert.deepEqual([error.type, error.object.code, error.object.reason], ['ERROR', 410, 'Expired']);
});

test('initial events end with a bookmark', () => {
  const { as } = world();
  const admin = as('admin', ['system:masters']);
  admin('POST', MAPS, map('a'));
  const feed = admin('GET', MAPS, undefined, { watch: '1', sendInitialEvents: 'true', resourceVersionMatch: 'NotOlderThan', allowWatchBookmarks: 'true' }).feed!;
  const events = [feed.take(), feed.take()] as WatchEvent[];
  assert.deepEqual(events.map((e) => e.type), ['ADDED', 'BOOKMARK']);
  assert.equal((events[1]!.object as KubeObject).metadata.annotations!['k8s.io/initial-events-end'], 'true');
});

test('long lists come in pages that belong together', () => {
  const { as } = world();
  const admin = as('admin', ['system:masters']);
  for (const name of ['a', 'b', 'c', 'd', 'e']) admin('POST', MAPS, map(name));
  const first = admin('GET', MAPS, undefined, { limit: '2' }).body as { items: KubeObject[]; metadata: { continue: string; remainingItemCount: number } };
  assert.deepEqual([first.items.map((i) => i.metadata.name), first.metadata.remainingItemCount], [['a', 'b'], 3]);
  admin('DELETE', `${MAPS}/d`);
  const second = admin('GET', MAPS, undefined, { limit: '9', continue: first.metadata.continue }).body as { items: KubeObject[]; metadata: object };
  assert.deepEqual(second.items.map((i) => i.metadata.name), ['c', 'd', 'e']);
});

test('tables carry columns and metadata', () => {
  const { as } = world();
  const admin = as('admin', ['system:masters']);
  admin('POST', DEPLOYMENTS, deployment('web'));
  const table = admin('GET', DEPLOYMENTS, undefined, {}, undefined, 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json').body as Table;
  assert.deepEqual(table.columnDefinitions.filter((c) => c.priority === 0).map((c) => c.name), ['Name', 'Ready', 'Up-to-date', 'Available', 'Age']);
  assert.deepEqual([table.rows[0]!.cells[0], table.rows[0]!.object!.kind], ['web', 'PartialObjectMetadata']);
});

test('strategic merge patches merge lists by key and follow their directives', () => {
  const { as } = world();
  const admin = as('admin', ['system:masters']);
  admin('POST', DEPLOYMENTS, deployment('web'));
  const names = (r: Response): string => (object(r)['spec'] as { template: { spec: { containers: { name: string }[] } } }).template.spec.containers.map((c) => c.name).join(' ');
  const patch = (containers: unknown, more: object = {}): Response => admin('PATCH', `${DEPLOYMENTS}/web`, { spec: { template: { spec: { containers, ...more } } } }, {}, STRATEGIC);
  assert.equal(names(patch([{ name: 'd', image: 'x' }])), 'd c');
  assert.equal(names(patch([{ name: 'e', image: 'x' }], { '$setElementOrder/containers': [{ name: 'c' }, { name: 'e' }, { name: 'd' }] })), 'c e d');
  assert.equal(names(patch([{ name: 'c', $patch: 'delete' }])), 'e d');
  assert.equal(names(patch([{ $patch: 'replace' }, { name: 'z', image: 'x' }])), 'z');
});

test('server-side apply owns fields, refuses those of others, and takes away what it leaves out', () => {
  const { as } = world();
  const admin = as('admin', ['system:masters']);
  const apply = (manager: string, data: Record<string, string>, force = false): Response => admin('PATCH', `${MAPS}/a`, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data }, { fieldManager: manager, ...(force && { force: 'true' }) }, APPLY);
  assert.equal(apply('one', { k: '1', l: '1' }).code, 201);
  const refused = apply('two', { k: '2' });
  assert.deepEqual([refused.code, status(refused).message], [409, 'Apply failed with 1 conflict: conflict with "one": .data.k']);
  assert.deepEqual(object(apply('two', { k: '2' }, true))['data'], { k: '2', l: '1' });
  assert.deepEqual(object(apply('one', { m: '1' }))['data'], { k: '2', m: '1' });
});

test('deletion of a Pod waits for its kubelet, finalizers hold everything', () => {
  const { clock, as } = world();
  const admin = as('admin', ['system:masters']);
  admin('POST', PODS, { ...(pod('a') as object), metadata: { name: 'a', finalizers: ['example.com/x'] } });
  admin('POST', `${PODS}/a/binding`, { target: { kind: 'Node', name: 'n1' } });
  const leaving = object(admin('DELETE', `${PODS}/a`));
  assert.deepEqual([leaving.metadata.deletionGracePeriodSeconds, leaving.metadata.generation], [30, 2]);
  clock.run(40_000);
  admin('DELETE', `${PODS}/a`, undefined, { gracePeriodSeconds: '0' });
  assert.equal(admin('GET', `${PODS}/a`).code, 200);
  admin('PATCH', `${PODS}/a`, { metadata: { finalizers: null } }, {}, MERGE);
  assert.equal(admin('GET', `${PODS}/a`).code, 404);
});

test('a namespace terminates, takes nothing new, and goes when it is finalized', () => {
  const { as } = world();
  const admin = as('admin', ['system:masters']);
  admin('POST', '/api/v1/namespaces', { metadata: { name: 'n' } });
  assert.equal((object(admin('DELETE', '/api/v1/namespaces/n'))['status'] as { phase: string }).phase, 'Terminating');
  const refused = admin('POST', '/api/v1/namespaces/n/configmaps', map('a'));
  assert.equal(status(refused).message, 'configmaps "a" is forbidden: unable to create new content in namespace n because it is being terminated');
  admin('PUT', '/api/v1/namespaces/n/finalize', { metadata: { name: 'n' }, spec: { finalizers: [] } });
  assert.equal(admin('GET', '/api/v1/namespaces/n').code, 404);
});

test('who may do what is decided by roles, and said in the real words', () => {
  const { as } = world();
  const admin = as('admin', ['system:masters']);
  const jane = as('jane');
  assert.equal(status(jane('GET', `${PODS}/a`)).message, 'pods "a" is forbidden: User "jane" cannot get resource "pods" in API group "" in the namespace "default"');
  assert.equal(status(jane('GET', '/api/v1/nodes')).message, 'nodes is forbidden: User "jane" cannot list resource "nodes" in API group "" at the cluster scope');
  assert.equal(status(jane('GET', '/metrics')).message, 'forbidden: User "jane" cannot get path "/metrics"');
  admin('POST', '/apis/rbac.authorization.k8s.io/v1/namespaces/default/rolebindings', { metadata: { name: 'jane' }, roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' }, subjects: [{ kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: 'jane' }] });
  assert.equal(jane('GET', PODS).code, 200);
  assert.equal(jane('POST', PODS, pod('a')).code, 403);
  const review = object(jane('POST', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', { spec: { resourceAttributes: { namespace: 'default', verb: 'list', resource: 'pods' } } }));
  assert.deepEqual(review['status'], { allowed: true, reason: 'RBAC: allowed by RoleBinding "jane/default" of ClusterRole "view" to User "jane"' });
});

test('nobody grants more than they have', () => {
  const { as } = world();
  const admin = as('admin', ['system:masters']);
  admin('POST', '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings', { metadata: { name: 'roles' }, roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'admin' }, subjects: [{ kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: 'joe' }] });
  const refused = as('joe')('POST', '/apis/rbac.authorization.k8s.io/v1/namespaces/default/roles', { metadata: { name: 'r' }, rules: [{ apiGroups: [''], resources: ['nodes'], verbs: ['get', 'list'] }] });
  assert.equal(status(refused).message, 'roles.rbac.authorization.k8s.io "r" is forbidden: user "joe" (groups=["system:authenticated"]) is attempting to grant RBAC permissions not currently held:\n{APIGroups:[""], Resources:["nodes"], Verbs:["get" "list"]}');
});

test('a service account\'s token says who it is, until its Pod or itself is gone', () => {
  const { api, clock, as } = world();
  const admin = as('admin', ['system:masters']);
  const asked = object(admin('POST', '/api/v1/namespaces/default/serviceaccounts/default/token', { spec: { expirationSeconds: 600 } }));
  const { token } = asked['status'] as { token: string };
  const whoami = (): Response => api.handle({ method: 'POST', path: '/apis/authentication.k8s.io/v1/selfsubjectreviews', body: {}, headers: { authorization: `Bearer ${token}` } });
  assert.equal((object(whoami())['status'] as { userInfo: { username: string } }).userInfo.username, 'system:serviceaccount:default:default');
  clock.run(700_000);
  assert.deepEqual([whoami().code, status(whoami()).message], [401, 'Unauthorized']);
});

test('certificates of other authorities and of other times are refused', () => {
  const { api } = world();
  const ask = (certificate: string): number => api.handle({ method: 'GET', path: '/version', certificate }).code;
  const order = { user: 'x', groups: ['system:masters'], notBefore: 0, notAfter: Date.UTC(2036, 1) };
  assert.equal(ask(issueCertificate(api.secret, order)), 200);
  assert.equal(ask(issueCertificate('another', order)), 401);
  assert.equal(ask(issueCertificate(api.secret, { ...order, notAfter: Date.UTC(2025, 1) })), 401);
  assert.equal(ask('nonsense'), 401);
});

test('events are forgotten after an hour', () => {
  const { clock, as } = world();
  const admin = as('admin', ['system:masters']);
  admin('POST', '/api/v1/namespaces/default/events', { metadata: { name: 'e' }, involvedObject: { kind: 'Pod', name: 'a', namespace: 'default' }, type: 'Normal', reason: 'x' });
  clock.run(3_500_000);
  assert.equal(admin('GET', '/api/v1/namespaces/default/events/e').code, 200);
  clock.run(3_700_000);
  assert.equal(admin('GET', '/api/v1/namespaces/default/events/e').code, 404);
});

test('an eviction respects the disruption budget', () => {
  const { as } = world();
  const admin = as('admin', ['system:masters']);
  admin('POST', PODS, pod('a', { app: 'x' }));
  admin('PATCH', `${PODS}/a/status`, { status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] } }, {}, STRATEGIC);
  admin('POST', '/apis/policy/v1/namespaces/default/poddisruptionbudgets', { metadata: { name: 'b' }, spec: { minAvailable: 1, selector: { matchLabels: { app: 'x' } } } });
  const evict = (): Response => admin('POST', `${PODS}/a/eviction`, { metadata: { name: 'a' } });
  admin('PATCH', '/apis/policy/v1/namespaces/default/poddisruptionbudgets/b/status', { status: { observedGeneration: 1, currentHealthy: 1, desiredHealthy: 1, disruptionsAllowed: 0, expectedPods: 1 } }, {}, MERGE);
  const refused = evict();
  assert.deepEqual([refused.code, status(refused).message, status(refused).details!.causes![0]!.message], [429, "Cannot evict pod as it would violate the pod's disruption budget.", 'The disruption budget b needs 1 healthy pods and has 1 currently']);
  admin('PATCH', '/apis/policy/v1/namespaces/default/poddisruptionbudgets/b/status', { status: { disruptionsAllowed: 1 } }, {}, MERGE);
  assert.equal(evict().code, 201);
  assert.equal(admin('GET', `${PODS}/a`).code, 404);
});

test('indexes follow the objects', () => {
  const { api, as } = world();
  const admin = as('admin', ['system:masters']);
  const names = (list: readonly KubeObject[]): string => list.map((o) => o.metadata.name).join(' ');
  assert.equal(names(api.read.podsOn('n1')), '');
  for (const name of ['b', 'a']) {
    admin('POST', PODS, pod(name, { app: 'x', n: name }));
    admin('POST', `${PODS}/${name}/binding`, { target: { kind: 'Node', name: 'n1' } });
  }
  assert.equal(names(api.read.podsOn('n1')), 'a b');
  assert.equal(names(api.read.labelled('pods', 'default', { app: 'x', n: 'b' })), 'b');
  admin('PATCH', `${PODS}/b`, { metadata: { labels: { app: 'y' } } }, {}, MERGE);
  assert.equal(names(api.read.labelled('pods', 'default', { app: 'x' })), 'a');
  admin('DELETE', `${PODS}/a`, undefined, { gracePeriodSeconds: '0' });
  assert.equal(names(api.read.podsOn('n1')), 'b');
  assert.equal(names(api.read.list('pods', 'default')), 'b');
});

test('a component\'s client gets frozen objects, refusals as errors, and counts equal events', () => {
  const { api, clock } = world();
  const client = createClient(api, { user: userNamed('system:serviceaccount:kube-system:deployment-controller'), agent: 'deployment-controller', clock, epoch: Date.UTC(2026, 10, 24, 10), random: new Random('c') });
  const admin = createClient(api, { user: { name: 'admin', groups: ['system:masters'] }, agent: 'test', clock, epoch: 0, random: new Random('a') });
  const made = admin.create({ apiVersion: 'apps/v1', kind: 'Deployment', ...(deployment('web') as { metadata: { name: string } }), metadata: { name: 'web', namespace: 'default' } });
  assert.ok(Object.isFrozen(made) && Object.isFrozen(made.metadata));
  assert.throws(() => client.get('secrets', 'default', 'x') ?? client.delete('secrets', 'default', 'x'), (e: unknown) => e instanceof ApiError && e.code === 403);
  for (let i = 0; i < 3; i++) client.event(made, 'Normal', 'ScalingReplicaSet', 'Scaled up');
  const events = api.read.list<KubeObject & { count: number; reportingComponent: string }>('events', 'default');
  assert.deepEqual(events.map((e) => [e.count, e.reportingComponent]), [[3, 'deployment-controller']]);
  assert.match(events[0]!.metadata.name, /^web\.18[0-9a-f]{14}$/);
});

test('a person\'s change leaves its way in the trace, a component\'s only its write', () => {
  const { api, clock, as } = world();
  const { trace } = api;
  const from = trace.next;
  as('admin', ['system:masters'])('POST', PODS, pod('a'));
  assert.deepEqual(trace.since(from).map((n) => `${n.step} ${n.about}`), ['authentication pods/default', 'authorisation pods/default', 'admission pods/default/a', 'validation pods/default/a', 'store pods/default/a', 'request pods/default']);
  const after = trace.next;
  const client = createClient(api, { user: { name: 'system:kube-scheduler', groups: ['system:masters'] }, agent: 'kube-scheduler', clock, epoch: 0, random: new Random('s') });
  client.patch('pods', 'default', 'a', { metadata: { labels: { x: 'y' } } });
  client.get('pods', 'default', 'a');
  assert.deepEqual(trace.since(after).map((n) => `${n.part} ${n.step} ${n.about}`), ['etcd store pods/default/a']);
});
