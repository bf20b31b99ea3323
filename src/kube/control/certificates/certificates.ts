/**
 * Certificate signing requests: approves those of kubelets, signs what is approved, and clears away old ones.
 * Stands for pkg/controller/certificates: csrapproving, csrsigning and csrcleaner.
 */
import { issueCertificate, readCertificate } from '../../api/certificate.ts';
import type { CertificateSigningRequest, CertificateSigningRequestCondition } from '../../kinds/types.ts';
import { unbase64 } from '../../kinds/base64.ts';
import { isTrue } from '../condition.ts';
import type { Client, Controller } from '../controller.ts';
import { quietly } from '../owner.ts';
import { since, unixNow } from '../times.ts';
import { readRequest, type Wanted } from './request.ts';

const REQUESTS = 'certificatesigningrequests.certificates.k8s.io';
const USER = 'system:serviceaccount:kube-system:certificate-controller';
const CLIENT = 'kubernetes.io/kube-apiserver-client';
const KUBELET_CLIENT = 'kubernetes.io/kube-apiserver-client-kubelet';
const KUBELET_SERVING = 'kubernetes.io/kubelet-serving';

const HOUR = 3_600_000;
/** As kubeadm has it: a year. */
const VALID = 365 * 24 * HOUR;
const LEAST_VALID = 600_000;
/** Certificates begin a little before now, for clocks that are behind. */
const BACKDATED = 300_000;
/** Those that are valid for less are not made longer by it. */
const SHORT = 8 * HOUR;

const sorted = (usages: readonly string[] | undefined): string => [...(usages ?? [])].sort().join(',');
const isOneOf = (usages: readonly string[] | undefined, ...sets: readonly (readonly string[])[]): boolean => sets.some((set) => sorted(set) === sorted(usages));

const CLIENT_USAGES = ['client auth', 'digital signature', 'key encipherment'] as const;
const SERVING_USAGES = ['digital signature', 'key encipherment', 'server auth'] as const;

/** What is wrong with a kubelet's request for a client certificate. */
function kubeletClientFault({ user, groups, names }: Wanted, usages: readonly string[] | undefined): string | undefined {
  if (groups.length !== 1 || groups[0] !== 'system:nodes') return 'subject organization is not system:nodes';
  if (names.some((name) => name.startsWith('DNS:'))) return 'DNS subjectAltNames are not allowed';
  if (names.some((name) => name.startsWith('email:'))) return 'Email subjectAltNames are not allowed';
  if (names.some((name) => name.startsWith('IP '))) return 'IP subjectAltNames are not allowed';
  if (names.length) return 'URI subjectAltNames are not allowed';
  if (!user.startsWith('system:node:')) return 'subject common name does not begin with system:node:';
  return isOneOf(usages, CLIENT_USAGES, ['client auth', 'digital signature']) ? undefined : `usages did not match [${CLIENT_USAGES.join(' ')}]`;
}

function kubeletServingFault({ user, groups, names }: Wanted, usages: readonly string[] | undefined): string | undefined {
  if (groups.length !== 1 || groups[0] !== 'system:nodes') return 'subject organization is not system:nodes';
  if (!names.some((name) => name.startsWith('DNS:') || name.startsWith('IP '))) return 'DNS or IP subjectAltName is required';
  if (names.some((name) => name.startsWith('email:'))) return 'Email subjectAltNames are not allowed';
  if (names.some((name) => name.startsWith('URI:'))) return 'URI subjectAltNames are not allowed';
  if (!isOneOf(usages, SERVING_USAGES, ['digital signature', 'server auth'])) return `usages did not match [${SERVING_USAGES.join(' ')}]`;
  return user.startsWith('system:node:') ? undefined : 'subject common name does not begin with system:node:';
}

function clientFault(usages: readonly string[] = []): string | undefined {
  const odd = usages.find((usage) => !(CLIENT_USAGES as readonly string[]).includes(usage));
  if (odd !== undefined) return `invalid usage for client certificate: ${odd}`;
  return usages.includes('client auth') ? undefined : 'missing required usage for client certificate: client auth';
}

const SIGNERS: Readonly<Record<string, (wanted: Wanted, usages: readonly string[] | undefined) => string | undefined>> = {
  [CLIENT]: (_wanted, usages) => clientFault(usages), [KUBELET_CLIENT]: kubeletClientFault, [KUBELET_SERVING]: kubeletServingFault,
};

const wantedOf = ({ spec }: CertificateSigningRequest): Wanted | undefined => readRequest(unbase64(spec!.request!));
const isDecided = ({ status }: CertificateSigningRequest): boolean => isTrue(status?.conditions, 'Approved') || isTrue(status?.conditions, 'Denied');
const get = (client: Client, name: string): CertificateSigningRequest | undefined => client.get<CertificateSigningRequest>(REQUESTS, undefined, name);

/** Approves kubelets' requests for client certificates, if who asks may have one. */
export const createCertificateApprover = (): Controller => ({
  name: 'certificate-controller-approver',
  user: USER,
  watches: { [REQUESTS]: 'self' },
  reconcile(name, client) {
    const request = get(client, name);
    if (!request || request.status?.certificate || isDecided(request) || request.spec!.signerName !== KUBELET_CLIENT) return;
    const wanted = wantedOf(request);
    if (!wanted || kubeletClientFault(wanted, request.spec!.usages)) return;
    const { username: user, uid, groups, extra } = request.spec!;
    const may = (subresource: string): boolean => {
      const { code, body } = client.request('POST', '/apis/authorization.k8s.io/v1/subjectaccessreviews', {
        apiVersion: 'authorization.k8s.io/v1', kind: 'SubjectAccessReview',
        spec: { user, ...(uid && { uid }), groups, ...(extra && { extra }), resourceAttributes: { group: 'certificates.k8s.io', resource: 'certificatesigningrequests', verb: 'create', subresource, version: '*' } },
      });
      return code < 300 && !!(body as { status?: { allowed?: boolean } }).status?.allowed;
    };
    const self = user === wanted.user && may('selfnodeclient');
    if (!self && !may('nodeclient')) return;
    const condition: CertificateSigningRequestCondition = {
      type: 'Approved', status: 'True', reason: 'AutoApproved', message: `Auto approving ${self ? 'self ' : ''}kubelet client certificate after SubjectAccessReview.`,
      lastUpdateTime: client.stamp, lastTransitionTime: client.stamp,
    };
    client.request('PUT', `/apis/certificates.k8s.io/v1/certificatesigningrequests/${name}/approval`, { ...request, status: { ...request.status, conditions: [...(request.status?.conditions ?? []), condition] } });
  },
});

/** Signs approved requests with the cluster's authority; `secret` stands for its key. */
export const createCertificateSigner = (secret: string): Controller => ({
  name: 'certificate-controller',
  user: USER,
  watches: { [REQUESTS]: 'self' },
  reconcile(name, client) {
    const request = get(client, name);
    const { conditions = [], certificate } = request?.status ?? {};
    const fault = SIGNERS[request?.spec?.signerName ?? ''];
    if (!request || !fault || certificate || !isTrue(conditions, 'Approved') || isTrue(conditions, 'Failed')) return;
    const wanted = wantedOf(request);
    if (!wanted) return;
    const { usages = [], expirationSeconds } = request.spec!;
    const message = fault(wanted, usages);
    if (message) {
      client.updateStatus({ ...request, status: { ...request.status, conditions: [...conditions, { type: 'Failed', status: 'True', reason: 'SignerValidationFailure', message, lastUpdateTime: client.stamp, lastTransitionTime: client.stamp }] } });
      return;
    }
    const now = Math.floor(unixNow(client) / 1000) * 1000;
    const valid = expirationSeconds === undefined ? VALID : Math.min(VALID, Math.max(LEAST_VALID, expirationSeconds * 1000));
    const pem = issueCertificate(secret, { user: wanted.user, groups: wanted.groups, names: wanted.names, usages, notBefore: now - BACKDATED, notAfter: now + valid - (valid < SHORT ? 0 : BACKDATED) });
    client.updateStatus({ ...request, status: { ...request.status, certificate: btoa(pem) } });
  },
});

/** How long a request may stay, in milliseconds: since when, and for how long. */
function lifetime({ metadata, status }: CertificateSigningRequest): { readonly from: string | undefined; readonly ms: number } {
  const decided = status?.conditions?.[0];
  if (!decided) return { from: metadata.creationTimestamp, ms: 24 * HOUR };
  return { from: decided.lastUpdateTime, ms: decided.type === 'Approved' && !status?.certificate ? 24 * HOUR : HOUR };
}

/** Deletes requests an hour after they were answered, or a day after nobody did. */
export const createCertificateCleaner = (): Controller => ({
  name: 'certificate-cleaner',
  user: USER,
  watches: { [REQUESTS]: 'self' },
  reconcile(name, client) {
    const request = get(client, name);
    if (!request) return undefined;
    const { from, ms } = lifetime(request);
    const expiry = readCertificate(unbase64(request.status?.certificate ?? ''))?.notAfter ?? Infinity;
    const left = Math.min(ms - since(from ?? request.metadata.creationTimestamp, client), expiry - unixNow(client));
    // The cleaner comes by every hour, counted from its start; that is the full hour of the cluster's time.
    if (left > 0) return left + HOUR - ((client.now + left) % HOUR);
    quietly(() => client.delete(REQUESTS, undefined, name));
    return undefined;
  },
});
