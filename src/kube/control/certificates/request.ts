/**
 * Reads who a certificate signing request is for: our own form of it, and real PKCS #10 in DER, as manifests bring along.
 * Stands for crypto/x509's ParseCertificateRequest. Unlike it: keys and signatures are not looked at.
 */
import { readSigningRequest } from '../../api/certificate.ts';

/** The names that a certificate is asked for; `names` as `DNS:web` and `IP Address:10.0.0.1`. */
export interface Wanted {
  readonly user: string;
  readonly groups: readonly string[];
  readonly names: readonly string[];
}

interface Node {
  readonly tag: number;
  readonly bytes: string;
}

const COMMON_NAME = '\x55\x04\x03';
const ORGANISATION = '\x55\x04\x0a';
const EXTENSIONS = '\x2a\x86\x48\x86\xf7\x0d\x01\x09\x0e';
const ALTERNATIVE_NAMES = '\x55\x1d\x11';

/** The nodes that stand one after the other in `bytes`. */
function nodes(bytes: string): readonly Node[] {
  const out: Node[] = [];
  for (let i = 0; i + 1 < bytes.length;) {
    const tag = bytes.charCodeAt(i);
    let length = bytes.charCodeAt(i + 1);
    i += 2;
    if (length > 0x80) {
      const count = length - 0x80;
      length = 0;
      for (let k = 0; k < count; k++) length = length * 256 + bytes.charCodeAt(i + k);
      i += count;
    }
    out.push({ tag, bytes: bytes.slice(i, i + length) });
    i += length;
  }
  return out;
}

const utf8 = (bytes: string): string => {
  try {
    return decodeURIComponent(escape(bytes));
  } catch {
    return bytes;
  }
};

/** The values under an object identifier, wherever it stands below `node`. */
function under(node: Node, id: string): readonly string[] {
  if ((node.tag & 0x20) === 0) return [];
  const inner = nodes(node.bytes);
  if (inner[0]?.tag === 0x06 && inner[0].bytes === id) return [inner.at(-1)!.bytes];
  return inner.flatMap((child) => under(child, id));
}

function alternatives(attributes: Node): readonly string[] {
  const out: string[] = [];
  for (const extensions of under(attributes, EXTENSIONS)) {
    for (const text of nodes(extensions).flatMap((node) => under(node, ALTERNATIVE_NAMES))) {
      for (const { tag, bytes } of nodes(nodes(text)[0]?.bytes ?? '')) {
        if (tag === 0x82) out.push(`DNS:${bytes}`);
        else if (tag === 0x87) out.push(`IP Address:${[...bytes].map((c) => c.charCodeAt(0)).join('.')}`);
        else if (tag === 0x81) out.push(`email:${bytes}`);
        else if (tag === 0x86) out.push(`URI:${bytes}`);
      }
    }
  }
  return out;
}

/** Reads the PEM of a request; undefined when it is none. */
export function readRequest(pem: string): Wanted | undefined {
  const own = readSigningRequest(pem);
  if (own) return own;
  const m = /-----BEGIN CERTIFICATE REQUEST-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE REQUEST-----/.exec(pem);
  if (!m) return undefined;
  let der: string;
  try {
    der = atob(m[1]!.replace(/\s/g, ''));
  } catch {
    return undefined;
  }
  const [version, subject, , attributes] = nodes(nodes(nodes(der)[0]?.bytes ?? '')[0]?.bytes ?? '');
  if (version?.tag !== 0x02 || subject?.tag !== 0x30) return undefined;
  return { user: utf8(under(subject, COMMON_NAME).at(-1) ?? ''), groups: under(subject, ORGANISATION).map(utf8), names: attributes ? alternatives(attributes) : [] };
}
