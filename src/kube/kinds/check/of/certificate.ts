/**
 * CertificateSigningRequests (pkg/apis/certificates/validation).
 * Unlike Kubernetes: what is inside the PEM block is not looked at.
 */
import { bytes, dnsLabel, dnsSubdomain } from '../../../schema/names.ts';
import { unbase64 } from '../../base64.ts';
import type { Faults } from '../../faults.ts';
import type { CertificateSigningRequest } from '../../types.ts';
import { rules } from '../rules.ts';

const USAGES = [
  'any', 'cert sign', 'client auth', 'code signing', 'content commitment', 'crl sign', 'data encipherment', 'decipher only', 'digital signature', 'email protection', 'encipher only',
  'ipsec end system', 'ipsec tunnel', 'ipsec user', 'key agreement', 'key encipherment', 'microsoft sgc', 'netscape sgc', 'ocsp signing', 's/mime', 'server auth', 'signing', 'timestamping',
];
const DECIDED = ['Approved', 'Denied'];
const FINAL = [...DECIDED, 'Failed'];
const MOST_SIGNER = 253 + 253 + 63 + 2;

function checkSigner(e: Faults, path: string, name: string): void {
  const parts = name.split('/');
  if (!name) return e.required(path);
  if (parts.length !== 2) return e.invalid(path, name, "must be a fully qualified domain and path of the form 'example.com/signer-name'");
  const [domain, rest] = parts as [string, string];
  const first = (text: string, validator: typeof dnsLabel): void => {
    const label = text.split('.').find((part) => validator(part).length > 0);
    if (label !== undefined) for (const wrong of validator(label)) e.invalid(path, text, `validating label "${label}": ${wrong}`);
  };
  if (bytes(domain) > 253) e.tooLong(path, 253);
  first(domain, dnsLabel);
  if (!domain.includes('.')) e.invalid(path, domain, 'should be a domain with at least two segments separated by dots');
  first(rest, dnsSubdomain);
  if (bytes(name) > MOST_SIGNER) e.tooLong(path, MOST_SIGNER);
}

function checkConditions(e: Faults, { conditions = [] }: NonNullable<CertificateSigningRequest['status']>): void {
  const at = 'status.conditions';
  for (const [i, { type = '', status }] of conditions.entries()) {
    if (!type) e.required(`${at}[${i}].type`);
    e.oneOf(`${at}[${i}].status`, status, FINAL.includes(type) ? ['True'] : ['False', 'True', 'Unknown']);
    const before = conditions.slice(0, i).map((c) => c.type ?? '');
    if (DECIDED.includes(type) && DECIDED.some((other) => other !== type && before.includes(other))) e.invalid(at, type, 'Approved and Denied conditions are mutually exclusive');
    if (before.includes(type)) e.duplicate(`${at}[${i}].type`, type);
  }
}

function checkRequest(e: Faults, { spec = {}, status = {} }: CertificateSigningRequest): void {
  const { usages = [], signerName = '', expirationSeconds: seconds } = spec;
  const request = spec.request ?? '';
  const pem = /-----BEGIN ([^-]*)-----\s[\s\S]*?-----END \1-----/.exec(unbase64(request));
  if (pem?.[1] !== 'CERTIFICATE REQUEST') e.invalid('spec.request', request, 'PEM block type must be CERTIFICATE REQUEST');
  if (usages.length === 0) e.required('spec.usages');
  for (const [i, usage] of usages.entries()) e.optional(`spec.usages[${i}]`, usage, USAGES);
  for (const [i, usage] of usages.entries()) if (usages.indexOf(usage) < i) e.duplicate(`spec.usages[${i}]`, usage);
  if (signerName === 'kubernetes.io/legacy-unknown') e.invalid('spec.signerName', signerName, 'the legacy signerName is not allowed via this API version');
  else checkSigner(e, 'spec.signerName', signerName);
  if (seconds !== undefined && seconds < 600) e.invalid('spec.expirationSeconds', seconds, 'may not specify a duration less than 600 seconds (10 minutes)');
  checkConditions(e, status);
}

export const certificateSigningRequest = rules<CertificateSigningRequest>({
  check: checkRequest,
  status(e, now, old) {
    checkRequest(e, now);
    const count = ({ status }: CertificateSigningRequest, type: string): number => (status?.conditions ?? []).filter((c) => c.type === type).length;
    for (const type of FINAL) if (count(now, type) < count(old, type)) e.forbidden('status.conditions', `updates may not remove a condition of type "${type}"`);
    if (old.status?.certificate && now.status?.certificate !== old.status.certificate) e.forbidden('status.certificate', 'updates may not modify existing certificate content');
  },
});
