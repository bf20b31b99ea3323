/**
 * Who asks? Client certificates, bearer tokens, or nobody in particular; and as whom, when the user may impersonate.
 * Stands for k8s.io/apiserver/pkg/authentication and the impersonation filter.
 */
import { authorise, forbiddenText } from './authorise.ts';
import { readCertificate } from './certificate.ts';
import type { Core } from './core.ts';
import type { Identity } from './exchange.ts';
import { forbidden, unauthorized } from './status.ts';
import { userOfToken } from './token.ts';
import type { Request, UserInfo } from './wire.ts';

const AUTHENTICATED = 'system:authenticated';
const ANONYMOUS: UserInfo = { name: 'system:anonymous', groups: ['system:unauthenticated'] };

/** The user of a request, found by what it carries. Throws Unauthorized for credentials that are wrong. */
export function authenticate(core: Core, request: Request): Identity {
  if (request.user) return { user: request.user, by: 'loopback' };
  const found = byCredentials(core, request);
  const asked = request.headers?.['impersonate-user'];
  return asked ? { user: impersonated(core, found.user, request), by: `${found.by}, impersonation by ${found.user.name}` } : found;
}

function byCredentials(core: Core, request: Request): Identity {
  if (request.certificate) {
    const certificate = readCertificate(request.certificate);
    if (!certificate || certificate.authority !== core.authority || certificate.notAfter < core.unix || certificate.notBefore > core.unix) throw unauthorized();
    return { user: { name: certificate.user, groups: [...certificate.groups, AUTHENTICATED], extra: { 'authentication.kubernetes.io/credential-id': [`X509SHA256=${certificate.fingerprint}`] } }, by: 'client certificate' };
  }
  const bearer = /^Bearer (.+)$/i.exec(request.headers?.['authorization'] ?? '')?.[1];
  if (bearer) {
    const user = userOfToken(core, bearer.trim());
    if (!user) throw unauthorized();
    return user;
  }
  return { user: ANONYMOUS, by: 'anonymous' };
}

/** The user that another one wants to be. */
function impersonated(core: Core, user: UserInfo, request: Request): UserInfo {
  const headers = request.headers!;
  const name = headers['impersonate-user']!;
  const groups = (headers['impersonate-group'] ?? '').split(',').map((g) => g.trim()).filter((g) => g !== '');
  const account = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(name);
  const ask = (resource: string, of: string, namespace?: string): void => {
    const what = { verb: 'impersonate', group: '', resource, name: of, ...(namespace && { namespace }) };
    const decision = authorise(core, user, what);
    if (!decision.allowed) throw forbidden({ group: '', name: resource }, of, forbiddenText(user, what, decision.reason));
  };
  if (account) ask('serviceaccounts', account[2]!, account[1]!);
  else ask('users', name);
  for (const group of groups) ask('groups', group);
  const own = account && groups.length === 0 ? ['system:serviceaccounts', `system:serviceaccounts:${account[1]}`] : groups;
  return { name, groups: name === ANONYMOUS.name ? [...own, 'system:unauthenticated'] : own.includes(AUTHENTICATED) ? own : [...own, AUTHENTICATED] };
}
