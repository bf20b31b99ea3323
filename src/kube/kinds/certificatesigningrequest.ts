/**
 * CertificateSigningRequests (pkg/registry/certificates and pkg/apis/certificates).
 */
import type { Draft, Surroundings } from '../api/kind.ts';
import { humanDuration } from './age.ts';
import { AGE, col, define, NAME } from './define.ts';
import { drop, need } from './draft.ts';
import { resetStatus } from './reset.ts';
import type { CertificateSigningRequest } from './types.ts';

function condition({ status: { conditions = [], certificate } = {} }: CertificateSigningRequest): string {
  const is = (type: string): boolean => conditions.some((c) => c.type === type);
  return (is('Denied') ? 'Denied' : is('Approved') ? 'Approved' : 'Pending') + (is('Failed') ? ',Failed' : '') + (certificate ? ',Issued' : '');
}

function prepareRequest(draft: Draft, old: CertificateSigningRequest | undefined, { user }: Surroundings): void {
  resetStatus(draft, old);
  if (old) {
    draft.spec = old.spec;
    return;
  }
  const spec = need(draft, 'spec');
  drop(spec, 'username', 'uid', 'groups', 'extra');
  spec.username = user.name;
  if (user.uid) spec.uid = user.uid;
  if (user.groups.length > 0) spec.groups = [...user.groups];
  if (user.extra && Object.keys(user.extra).length > 0) spec.extra = { ...user.extra };
}

export const certificateSigningRequest = define<CertificateSigningRequest>({
  resource: 'certificatesigningrequests.certificates.k8s.io',
  generation: false,
  columns: [
    NAME,
    AGE,
    col('SignerName', (c) => c.spec?.signerName || '<none>'),
    col('Requestor', (c) => c.spec?.username ?? ''),
    col('RequestedDuration', (c) => (c.spec?.expirationSeconds === undefined ? '<none>' : humanDuration(c.spec.expirationSeconds * 1000))),
    col('Condition', condition),
  ],
  selectable: { 'spec.signerName': (c) => c.spec?.signerName ?? '' },
  prepare: prepareRequest,
});
