/** Certificate signing requests and tokens: who is signed, what it says, when it is cleared away. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readCertificate } from '../../src/kube/api/certificate.ts';
import { readRequest } from '../../src/kube/control/certificates/request.ts';
import { conditions, Lab } from './control-lab.ts';

const REQUESTS = 'certificatesigningrequests.certificates.k8s.io';
/** A real request by openssl, for CN=jane, O=developers. */
const JANE = 'LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlIZU1JR0dBZ0VBTUNReERUQUxCZ05WQkFNTUJHcGhibVV4RXpBUkJnTlZCQW9NQ21SbGRtVnNiM0JsY25NdwpXVEFUQmdjcWhrak9QUUlCQmdncWhrak9QUU1CQndOQ0FBUS9hQW5kRUtJeEtESGhjVFpqeVhVLzV4b2xnQml5CnN4ZXkwUHRYT0I1UzFhRHVMUS9NVDE5Mmcxc2cwci9qNnRzNGsyNHhaN1JvR211bUF3RHBVUmxzb0FBd0NnWUkKS29aSXpqMEVBd0lEUndBd1JBSWdLZlgxcWxGNTFRSHgwdjNyZzB4N0Myd1NhS1FHVHlqd25aNTNDWmdqWmFNQwpJRkV0aFhiTFdaeGVYSUVkV0M5eDlrM1dGU2Nab0h0SWVPSTJDSEVLdEd5MQotLS0tLUVORCBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0K';
const csr = (name: string, usages = '[client auth]', more = ''): string => `{apiVersion: certificates.k8s.io/v1, kind: CertificateSigningRequest, metadata: {name: ${name}}, spec: {signerName: kubernetes.io/kube-apiserver-client, usages: ${usages}, request: ${JANE}${more}}}`;
const decide = (lab: Lab, name: string, type: string): void => {
  const request = lab.get(REQUESTS, name)!;
  lab.ask('PUT', `/apis/certificates.k8s.io/v1/certificatesigningrequests/${name}/approval`, { ...request, status: { conditions: [{ type, status: 'True', reason: 'Test', message: 'by a test' }] } });
};

test('a real request in DER says who it is for', () => {
  assert.deepEqual(readRequest(atob(JANE)), { user: 'jane', groups: ['developers'], names: [] });
  assert.equal(readRequest('nonsense'), undefined);
});

test('a request is signed once somebody has approved it, for as long as it asks', () => {
  const lab = new Lab().create(csr('jane', '[client auth]', ', expirationSeconds: 86400')).after(5000);
  assert.equal(lab.get(REQUESTS, 'jane')!['status'].certificate, undefined);
  decide(lab, 'jane', 'Approved');
  lab.after(1000);
  const certificate = readCertificate(atob(lab.get(REQUESTS, 'jane')!['status'].certificate))!;
  assert.deepEqual([certificate.user, certificate.groups, certificate.issuer, certificate.usages], ['jane', ['developers'], 'kubernetes', ['client auth']]);
  assert.equal(certificate.notAfter - certificate.notBefore, 86_400_000);
});

test('a denied request is never signed, a wrong one fails', () => {
  const lab = new Lab().create(csr('mallory')).create(csr('odd', '[client auth, server auth]'));
  decide(lab, 'mallory', 'Denied');
  decide(lab, 'odd', 'Approved');
  lab.after(2000);
  assert.equal(lab.get(REQUESTS, 'mallory')!['status'].certificate, undefined);
  assert.deepEqual(conditions(lab.get(REQUESTS, 'odd')), ['Approved=True Test', 'Failed=True SignerValidationFailure']);
  assert.equal(lab.get(REQUESTS, 'odd')!['status'].conditions[1].message, 'invalid usage for client certificate: server auth');
});

test('requests that were answered are cleared away after an hour, open ones after a day', () => {
  const lab = new Lab().create(csr('open')).create(csr('jane'));
  decide(lab, 'jane', 'Approved');
  lab.after(2 * 3_600_000 + 60_000);
  assert.deepEqual(lab.names(REQUESTS), ['open']);
  lab.after(24 * 3_600_000);
  assert.deepEqual(lab.names(REQUESTS), []);
});

test("a Secret for a service account's token is filled, and goes with the account", () => {
  const lab = new Lab().create('{apiVersion: v1, kind: ServiceAccount, metadata: {name: robot}}').create('{apiVersion: v1, kind: Secret, type: kubernetes.io/service-account-token, metadata: {name: key, annotations: {kubernetes.io/service-account.name: robot}}}').after(1000);
  const { data, metadata } = lab.get('secrets', 'key')!;
  assert.deepEqual(Object.keys(data).sort(), ['ca.crt', 'namespace', 'token']);
  assert.equal(metadata.annotations!['kubernetes.io/service-account.uid'], lab.get('serviceaccounts', 'robot')!.metadata.uid);
  const asked = lab.cluster.api.handle({ method: 'GET', path: '/api/v1/namespaces/default/pods', headers: { authorization: `Bearer ${atob(data.token)}` } });
  assert.equal(asked.code, 403);
  assert.match((asked.body as { message: string }).message, /User "system:serviceaccount:default:robot" cannot list resource "pods"/);
  lab.delete('serviceaccounts', 'robot').after(1000);
  assert.equal(lab.get('secrets', 'key'), undefined);
});

test('a join token whose time is over is deleted, and signs the discovery file no longer', () => {
  const lab = new Lab();
  const signed = (): string[] => Object.keys(lab.get('configmaps', 'cluster-info', 'kube-public')!['data']);
  assert.deepEqual(signed().sort(), ['jws-kubeconfig-abcdef', 'kubeconfig']);
  lab.after(25 * 3_600_000);
  assert.deepEqual(lab.list('secrets', 'kube-system').filter((s) => s['type'] === 'bootstrap.kubernetes.io/token'), []);
  assert.deepEqual(signed(), ['kubeconfig']);
});

test('rules of roles with the right label are gathered in the role that aggregates them', () => {
  const lab = new Lab().create('{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: crontab-viewer, labels: {rbac.authorization.k8s.io/aggregate-to-view: "true"}}, rules: [{apiGroups: [stable.example.com], resources: [crontabs], verbs: [get]}]}').after(1000);
  const has = (name: string): boolean => JSON.stringify(lab.get('clusterroles.rbac.authorization.k8s.io', name)!['rules']).includes('crontabs');
  assert.deepEqual(['view', 'edit', 'admin', 'cluster-admin'].map(has), [true, true, true, false]);
});
