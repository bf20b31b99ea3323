/**
 * Simulated X.509 client certificates and keys: PEM whose content is our own, so that no cryptography is needed,
 * and which says the same every time. Stands for the certificates that kubeadm and the CSR signer issue.
 * Unlike Kubernetes: the PEM holds readable JSON in base64 instead of DER; a signature is a checksum over the authority's name.
 */

/** What a certificate says. Times are Unix milliseconds. */
export interface Certificate {
  /** Subject CN. */
  readonly user: string;
  /** Subject O. */
  readonly groups: readonly string[];
  /** Issuer CN: `kubernetes`. */
  readonly issuer: string;
  /** Who signed: the checksum that stands for the authority's key. */
  readonly authority: string;
  readonly serial: string;
  readonly notBefore: number;
  readonly notAfter: number;
  /** Subject alternative names: `DNS:kubernetes`, `IP Address:10.96.0.1`. */
  readonly names: readonly string[];
  /** `digital signature`, `client auth` … */
  readonly usages: readonly string[];
  /** 64 hexadecimal digits. */
  readonly fingerprint: string;
}

/** What is wanted of a new certificate. */
export interface CertificateOrder {
  readonly user: string;
  readonly groups?: readonly string[];
  readonly notBefore: number;
  readonly notAfter: number;
  readonly names?: readonly string[];
  readonly usages?: readonly string[];
  readonly issuer?: string;
}

/** 64 hexadecimal digits that depend on a text alone (FNV-1a with different starts). */
export function digest(text: string): string {
  let out = '';
  for (let part = 0; part < 8; part++) {
    let hash = (0x811c9dc5 ^ Math.imul(part + 1, 0x9e3779b1)) >>> 0;
    for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) >>> 0;
    hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) >>> 0;
    hash = Math.imul(hash ^ (hash >>> 12), 0x297a2d39) >>> 0;
    out += ((hash ^ (hash >>> 15)) >>> 0).toString(16).padStart(8, '0');
  }
  return out;
}

const utf8 = (text: string): string => unescape(encodeURIComponent(text));
const fromUtf8 = (bytes: string): string => decodeURIComponent(escape(bytes));

/** Text between BEGIN and END lines, in base64 with lines of 64. */
export function pem(label: string, text: string): string {
  const lines = btoa(utf8(text)).match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}

/** What stands between BEGIN and END; undefined when there is no such block. */
export function readPem(label: string, text: string): string | undefined {
  const m = new RegExp(`-----BEGIN ${label}-----\\s*([A-Za-z0-9+/=\\s]+?)\\s*-----END ${label}-----`).exec(text);
  if (!m) return undefined;
  try {
    return fromUtf8(atob(m[1]!.replace(/\s/g, '')));
  } catch {
    return undefined;
  }
}

/** Issues a certificate: PEM signed by `authority` (a text that only the authority knows). */
export function issueCertificate(authority: string, order: CertificateOrder): string {
  const body = {
    subject: { CN: order.user, O: order.groups ?? [] }, issuer: { CN: order.issuer ?? 'kubernetes' }, notBefore: order.notBefore, notAfter: order.notAfter,
    names: order.names ?? [], usages: order.usages ?? ['digital signature', 'key encipherment', 'client auth'],
  };
  const text = JSON.stringify(body);
  return pem('CERTIFICATE', JSON.stringify({ ...body, serial: digest(`serial ${text} ${authority}`).slice(0, 16), signature: digest(`${text} ${authority}`) , by: authorityId(authority) }));
}

/** The public name of an authority's key, as certificates and CA files carry it. */
export const authorityId = (authority: string): string => digest(`authority ${authority}`).slice(0, 32);

/** The authority's own certificate, as in ca.crt. */
export const authorityCertificate = (authority: string, notBefore: number, notAfter: number, name = 'kubernetes'): string =>
  issueCertificate(authority, { user: name, issuer: name, notBefore, notAfter, names: [`DNS:${name}`], usages: ['digital signature', 'key encipherment', 'cert sign'] });

/** A private key that belongs to a name. */
export const privateKey = (authority: string, name: string): string => pem('RSA PRIVATE KEY', `${digest(`key ${name} ${authority}`)}${digest(`key2 ${name} ${authority}`)}`);

const read = new Map<string, Certificate | undefined>();

/** Reads a certificate; undefined when it is none. The same few come with every request. */
export function readCertificate(text: string): Certificate | undefined {
  if (!read.has(text)) {
    if (read.size > 200) read.clear();
    read.set(text, parseCertificate(text));
  }
  return read.get(text);
}

function parseCertificate(text: string): Certificate | undefined {
  const content = readPem('CERTIFICATE', text);
  if (!content) return undefined;
  try {
    const c = JSON.parse(content) as {
      subject: { CN: string; O: readonly string[] }; issuer: { CN: string }; notBefore: number; notAfter: number; names: readonly string[]; usages: readonly string[]; serial: string; by: string;
    };
    if (typeof c.subject?.CN !== 'string' || !Array.isArray(c.subject.O) || typeof c.by !== 'string') return undefined;
    return {
      user: c.subject.CN, groups: c.subject.O, issuer: c.issuer.CN, authority: c.by, serial: c.serial, notBefore: c.notBefore, notAfter: c.notAfter, names: c.names, usages: c.usages,
      fingerprint: digest(content),
    };
  } catch {
    return undefined;
  }
}

/** Whether `authority` really signed it. */
export function signedBy(text: string, authority: string): boolean {
  const content = readPem('CERTIFICATE', text);
  if (!content) return false;
  try {
    const { serial, signature, by, ...body } = JSON.parse(content) as Record<string, unknown>;
    return by === authorityId(authority) && typeof serial === 'string' && signature === digest(`${JSON.stringify(body)} ${authority}`);
  } catch {
    return false;
  }
}

/** A certificate signing request: who wants to be called what. */
export const signingRequest = (user: string, groups: readonly string[], names: readonly string[] = []): string => pem('CERTIFICATE REQUEST', JSON.stringify({ subject: { CN: user, O: groups }, names }));

/** Reads a signing request; undefined when it is none. */
export function readSigningRequest(text: string): { readonly user: string; readonly groups: readonly string[]; readonly names: readonly string[] } | undefined {
  const content = readPem('CERTIFICATE REQUEST', text);
  if (!content) return undefined;
  try {
    const r = JSON.parse(content) as { subject: { CN: string; O: readonly string[] }; names: readonly string[] };
    return { user: r.subject.CN, groups: r.subject.O, names: r.names ?? [] };
  } catch {
    return undefined;
  }
}
