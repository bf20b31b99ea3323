/**
 * CertificateApproval, CertificateSigning, CertificateSubjectRestriction: who may decide about which signer.
 * Stands for the plugins of these names in plugin/pkg/admission/certificates.
 */
import { authorise } from '../authorise.ts';
import { readSigningRequest } from '../certificate.ts';
import type { Exchange } from '../exchange.ts';
import type { KubeObject } from '../wire.ts';
import { refused, type Plugin } from './chain.ts';

interface SigningRequest extends KubeObject {
  readonly spec?: { readonly signerName?: string; readonly request?: string };
  readonly status?: { readonly certificate?: string; readonly conditions?: readonly unknown[] };
}

const isCsr = (x: Exchange): boolean => x.stored.groupResource === 'certificatesigningrequests.certificates.k8s.io';

/** Whether the user has `verb` on a signer, or on all of its domain. */
function maySigner(x: Exchange, verb: string, signer: string): boolean {
  const ask = (name: string): boolean => authorise(x.core, x.user, { verb, group: 'certificates.k8s.io', resource: 'signers', name }).allowed;
  return ask(signer) || ask(`${signer.split('/')[0]}/*`);
}

export const certificateApproval: Plugin = {
  name: 'CertificateApproval',
  validate(x, operation, _object, old) {
    if (operation !== 'UPDATE' || !isCsr(x) || x.info.subresource !== 'approval') return;
    const signer = (old as SigningRequest).spec?.signerName ?? '';
    if (!maySigner(x, 'approve', signer)) throw refused(x, old, `user not permitted to approve requests with signerName ${JSON.stringify(signer)}`);
  },
};

export const certificateSigning: Plugin = {
  name: 'CertificateSigning',
  validate(x, operation, object, old) {
    if (operation !== 'UPDATE' || !isCsr(x) || x.info.subresource !== 'status') return;
    if ((object as SigningRequest).status?.certificate === (old as SigningRequest).status?.certificate) return;
    const signer = (old as SigningRequest).spec?.signerName ?? '';
    if (!maySigner(x, 'sign', signer)) throw refused(x, old, `user not permitted to sign requests with signerName ${JSON.stringify(signer)}`);
  },
};

export const certificateSubjectRestriction: Plugin = {
  name: 'CertificateSubjectRestriction',
  validate(x, operation, object) {
    if (operation !== 'CREATE' || !isCsr(x)) return;
    const { spec } = object as SigningRequest;
    if (spec?.signerName !== 'kubernetes.io/kube-apiserver-client') return;
    const request = readSigningRequest(atob(spec.request ?? ''));
    if (request?.groups.includes('system:masters')) throw refused(x, object, 'use of kubernetes.io/kube-apiserver-client signer with system:masters group is not allowed');
  },
};
