/**
 * Secrets that are tokens: filled for service accounts and deleted with them; for joining nodes the discovery file is signed, and old ones are deleted.
 * Stands for the tokens controller of pkg/controller/serviceaccount and for pkg/controller/bootstrap.
 * Unlike Kubernetes: the token of a Secret has the claims of a bound token, and ends after a hundred years.
 */
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import { parseRfc3339 } from '../../sim/date.ts';
import { ISSUER, signToken } from '../api/token.ts';
import { base64, unbase64 } from '../kinds/base64.ts';
import type { ConfigMap, Secret, ServiceAccount } from '../kinds/types.ts';
import { alike } from './alike.ts';
import type { Controller } from './controller.ts';
import { keyOf, quietly, split } from './owner.ts';
import { unixNow } from './times.ts';

const SECRETS = 'secrets';
const ACCOUNT_TOKEN = 'kubernetes.io/service-account-token';
const ACCOUNT_NAME = 'kubernetes.io/service-account.name';
const ACCOUNT_UID = 'kubernetes.io/service-account.uid';
const BOOTSTRAP = 'bootstrap.kubernetes.io/token';
const CENTURY = 100 * 365 * 86_400;

/** Fills token Secrets; `secret` stands for the issuer's key, `authority` is the PEM of the cluster's CA. */
export const createTokenController = (secret: string, authority: string): Controller => ({
  name: 'service-account-token-controller',
  user: 'system:kube-controller-manager',
  watches: {
    [SECRETS]: (object) => ((object as Secret).type === ACCOUNT_TOKEN ? [keyOf(object)] : []),
    serviceaccounts: (object, read, change) => {
      if (!change || (change.before && change.now)) return [];
      const { namespace, name } = object.metadata;
      return read.list<Secret>(SECRETS, namespace).filter((s) => s.type === ACCOUNT_TOKEN && s.metadata.annotations?.[ACCOUNT_NAME] === name).map(keyOf);
    },
  },
  reconcile(key, client) {
    const [namespace, name] = split(key);
    const token = client.get<Secret>(SECRETS, namespace, name);
    if (!token || token.type !== ACCOUNT_TOKEN) return;
    const { annotations = {}, uid } = token.metadata;
    const account = client.get<ServiceAccount>('serviceaccounts', namespace, annotations[ACCOUNT_NAME] ?? '');
    if (!account || (annotations[ACCOUNT_UID] && annotations[ACCOUNT_UID] !== account.metadata.uid)) {
      quietly(() => client.delete(SECRETS, namespace, name, { uid: uid! }));
      return;
    }
    const { data = {} } = token;
    if (data['token'] && data['namespace'] && data['ca.crt'] === base64(authority)) return;
    const now = Math.floor(unixNow(client) / 1000);
    const of = { name: account.metadata.name, uid: account.metadata.uid! };
    const text = signToken(secret, {
      aud: [ISSUER], exp: now + CENTURY, iat: now, iss: ISSUER, jti: uid!, nbf: now, sub: `system:serviceaccount:${namespace}:${of.name}`,
      'kubernetes.io': { namespace, serviceaccount: of, secret: { name, uid: uid! } },
    });
    client.update({
      ...token, metadata: { ...token.metadata, annotations: { ...annotations, [ACCOUNT_NAME]: of.name, [ACCOUNT_UID]: of.uid } },
      data: { ...data, 'ca.crt': base64(authority), namespace: data['namespace'] || base64(namespace), token: data['token'] || base64(text) },
    });
  },
});

const url = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes)).replace(/=+$/, '').replaceAll('+', '-').replaceAll('/', '_');

/** A JSON Web Signature without its content, HS256. */
function detachedSignature(content: string, id: string, key: string): string {
  const head = url(utf8ToBytes(JSON.stringify({ alg: 'HS256', kid: id })));
  return `${head}..${url(hmac(sha256, utf8ToBytes(key), utf8ToBytes(`${head}.${url(utf8ToBytes(content))}`)))}`;
}

const field = ({ data }: Secret, name: string): string => unbase64(data?.[name] ?? '');
const expiry = (secret: Secret): number => parseRfc3339(field(secret, 'expiration')) ?? Infinity;
const isBootstrap = (secret: Secret): boolean => secret.type === BOOTSTRAP && secret.metadata.namespace === 'kube-system';

const SIGNATURE = 'jws-kubeconfig-';

/** Signs the discovery file of kube-public with every token that may sign. */
export const createBootstrapSigner = (): Controller => ({
  name: 'bootstrap-signer-controller',
  user: 'system:serviceaccount:kube-system:bootstrap-signer',
  watches: {
    [SECRETS]: (object) => (isBootstrap(object as Secret) ? ['cluster-info'] : []),
    configmaps: ({ metadata: { namespace, name } }) => (namespace === 'kube-public' && name === 'cluster-info' ? [name] : []),
  },
  reconcile(name, client) {
    const map = client.get<ConfigMap>('configmaps', 'kube-public', name);
    const content = map?.data?.['kubeconfig'];
    if (!map || content === undefined) return;
    const data: Record<string, string> = {};
    for (const key in map.data) if (!key.startsWith(SIGNATURE)) data[key] = map.data[key]!;
    for (const token of client.list<Secret>(SECRETS, 'kube-system')) {
      if (!isBootstrap(token) || field(token, 'usage-bootstrap-signing') !== 'true' || expiry(token) <= unixNow(client)) continue;
      const id = field(token, 'token-id');
      const key = field(token, 'token-secret');
      if (id && key && token.metadata.name === `bootstrap-token-${id}`) data[SIGNATURE + id] ??= detachedSignature(content, id, key);
    }
    if (!alike(data, map.data)) client.update({ ...map, data });
  },
});

/** Deletes join tokens when their time is over. */
export const createTokenCleaner = (): Controller => ({
  name: 'token-cleaner-controller',
  user: 'system:serviceaccount:kube-system:token-cleaner',
  watches: { [SECRETS]: (object) => (isBootstrap(object as Secret) ? [object.metadata.name] : []) },
  reconcile(name, client) {
    const token = client.get<Secret>(SECRETS, 'kube-system', name);
    const left = token ? expiry(token) - unixNow(client) : Infinity;
    if (left === Infinity) return undefined;
    if (left > 0) return left;
    quietly(() => client.delete(SECRETS, 'kube-system', name, { uid: token!.metadata.uid! }));
    return undefined;
  },
});
