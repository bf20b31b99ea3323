/**
 * Bearer tokens: of service accounts (JSON Web Tokens in form), and of bootstrap Secrets.
 * Stands for the service account issuer and the token authenticators. The signature is a checksum instead of RS256.
 */
import { digest } from './certificate.ts';
import type { Core } from './core.ts';
import type { Identity } from './exchange.ts';
import type { KubeObject } from './wire.ts';

/** Who issues the tokens. */
export const ISSUER = 'https://kubernetes.default.svc.cluster.local';

/** The claims of a service account's token. Times are Unix seconds. */
export interface Claims {
  readonly aud: readonly string[];
  readonly exp: number;
  readonly iat: number;
  readonly iss: string;
  readonly jti: string;
  readonly 'kubernetes.io': {
    readonly namespace: string;
    readonly serviceaccount: { readonly name: string; readonly uid: string };
    readonly pod?: { readonly name: string; readonly uid: string };
    readonly node?: { readonly name: string; readonly uid: string };
    readonly secret?: { readonly name: string; readonly uid: string };
  };
  readonly nbf: number;
  readonly sub: string;
}

const url = (text: string): string => btoa(text).replace(/=+$/, '').replaceAll('+', '-').replaceAll('/', '_');
const fromUrl = (text: string): string => atob(text.replaceAll('-', '+').replaceAll('_', '/'));

/** Three parts in base64url; the same claims always give the same token. */
export function signToken(authority: string, claims: Claims): string {
  const head = url(JSON.stringify({ alg: 'RS256', kid: digest(`sa ${authority}`).slice(0, 43) }));
  const body = `${head}.${url(JSON.stringify(claims))}`;
  return `${body}.${url(digest(`${body} ${authority}`))}`;
}

/** The claims of a token that this authority signed; undefined otherwise. */
export function readToken(authority: string, token: string): Claims | undefined {
  const parts = token.split('.');
  if (parts.length !== 3) return undefined;
  try {
    const body = `${parts[0]}.${parts[1]}`;
    if (parts[2] !== url(digest(`${body} ${authority}`))) return undefined;
    return JSON.parse(fromUrl(parts[1]!)) as Claims;
  } catch {
    return undefined;
  }
}

/** The user that a token stands for now; undefined when it is not (or no longer) good. */
export function userOfToken(core: Core, token: string): Identity | undefined {
  const fixed = core.tokens.get(token);
  if (fixed) return { user: { ...fixed, groups: [...fixed.groups, 'system:authenticated'] }, by: 'token' };
  const claims = readToken(core.secret, token);
  if (claims) return accountOf(core, claims);
  return bootstrapUser(core, token);
}

function accountOf(core: Core, claims: Claims): Identity | undefined {
  const own = claims['kubernetes.io'];
  const seconds = Math.floor(core.unix / 1000);
  if (claims.iss !== ISSUER || claims.exp < seconds || claims.nbf > seconds) return undefined;
  const account = core.read.get('serviceaccounts', own.namespace, own.serviceaccount.name);
  if (account?.metadata.uid !== own.serviceaccount.uid) return undefined;
  if (own.pod && core.read.get('pods', own.namespace, own.pod.name)?.metadata.uid !== own.pod.uid) return undefined;
  if (own.secret && core.read.get('secrets', own.namespace, own.secret.name)?.metadata.uid !== own.secret.uid) return undefined;
  const extra: Record<string, readonly string[]> = {
    ...(own.node && { 'authentication.kubernetes.io/node-name': [own.node.name], 'authentication.kubernetes.io/node-uid': [own.node.uid] }),
    ...(own.pod && { 'authentication.kubernetes.io/pod-name': [own.pod.name], 'authentication.kubernetes.io/pod-uid': [own.pod.uid] }),
    'authentication.kubernetes.io/credential-id': [`JTI=${claims.jti}`],
  };
  return {
    user: {
      name: `system:serviceaccount:${own.namespace}:${own.serviceaccount.name}`, uid: own.serviceaccount.uid,
      groups: ['system:serviceaccounts', `system:serviceaccounts:${own.namespace}`, 'system:authenticated'], extra,
    },
    by: 'service account token',
  };
}

interface Secret extends KubeObject {
  readonly type?: string;
  readonly data?: Readonly<Record<string, string>>;
}

function bootstrapUser(core: Core, token: string): Identity | undefined {
  const m = /^([a-z0-9]{6})\.([a-z0-9]{16})$/.exec(token);
  const secret = m && core.read.get<Secret>('secrets', 'kube-system', `bootstrap-token-${m[1]}`);
  if (!m || !secret?.data || secret.type !== 'bootstrap.kubernetes.io/token') return undefined;
  const value = (key: string): string => (secret.data![key] === undefined ? '' : atob(secret.data![key]!));
  if (value('token-secret') !== m[2] || value('usage-bootstrap-authentication') !== 'true') return undefined;
  const until = value('expiration');
  if (until !== '' && until < core.stamp) return undefined;
  const groups = ['system:bootstrappers', ...value('auth-extra-groups').split(',').filter((g) => g !== '')];
  return { user: { name: `system:bootstrap:${m[1]}`, groups: [...groups, 'system:authenticated'] }, by: 'bootstrap token' };
}
