/**
 * TokenRequest: tokens of service accounts that expire and are bound to objects.
 * Stands for TokenREST in pkg/registry/core/serviceaccount/storage.
 */
import { rfc3339 } from '../../sim/date.ts';
import { typeOf } from '../schema/schema.ts';
import { normalise } from '../schema/decode.ts';
import { readObject } from './body.ts';
import type { Exchange } from './exchange.ts';
import type { Draft, FieldError } from './kind.ts';
import { badRequest, conflict, invalid, notFound } from './status.ts';
import { ISSUER, signToken } from './token.ts';
import { existing } from './update-object.ts';
import type { KubeObject, Response } from './wire.ts';

const KIND = { group: 'authentication.k8s.io', name: 'TokenRequest' };
const SHORTEST = 600;
const LONGEST = 4_294_967_296;
/** The expiration that the kubelet asks for: a token is accepted for a year then, so that old clients go on. */
const WARN_ONLY = 3607;
const YEAR = 31_536_000;

interface Wanted {
  readonly metadata?: { readonly name?: string; readonly namespace?: string };
  readonly spec?: { readonly audiences?: readonly string[] | null; readonly expirationSeconds?: number | null; readonly boundObjectRef?: { readonly kind?: string; readonly apiVersion?: string; readonly name?: string; readonly uid?: string } };
}

/** POST …/serviceaccounts/NAME/token. */
export function requestToken(x: Exchange): Response {
  const { core } = x;
  const wanted = readObject(x, typeOf('authentication.k8s.io/v1', 'TokenRequest'), 'authentication.k8s.io/v1', 'TokenRequest') as Wanted;
  const name = x.info.name!;
  const namespace = x.namespace!;
  const { metadata: meta, spec } = wanted;
  if (meta?.name && meta.name !== name) throw invalid(KIND, name, [{ type: 'Invalid value', path: 'metadata.name', value: meta.name, detail: 'must match the service account name if specified' }]);
  if (meta?.namespace && meta.namespace !== namespace) throw invalid(KIND, name, [{ type: 'Invalid value', path: 'metadata.namespace', value: meta.namespace, detail: 'must match the service account namespace if specified' }]);
  const account = existing(x);
  const seconds = spec?.expirationSeconds ?? 3600;
  const errors: FieldError[] = [];
  if (seconds < SHORTEST) errors.push({ type: 'Invalid value', path: 'spec.expirationSeconds', value: seconds, detail: 'may not specify a duration less than 10 minutes' });
  if (seconds > LONGEST) errors.push({ type: 'Invalid value', path: 'spec.expirationSeconds', value: seconds, detail: 'may not specify a duration larger than 2^32 seconds' });
  if (errors.length) throw invalid(KIND, '', errors);
  const audiences = spec?.audiences?.length ? spec.audiences : [ISSUER];
  const bound = spec?.boundObjectRef ? boundTo(x, spec.boundObjectRef, name, namespace) : {};
  const now = Math.floor(core.unix / 1000);
  const lasting = 'pod' in bound && seconds === WARN_ONLY && audiences.includes(ISSUER) ? YEAR : seconds;
  const token = signToken(core.secret, {
    aud: audiences, exp: now + lasting, iat: now, iss: ISSUER, jti: core.random.uuid(),
    'kubernetes.io': { namespace, ...bound, serviceaccount: { name, uid: account.metadata.uid! } }, nbf: now, sub: `system:serviceaccount:${namespace}:${name}`,
  });
  const made: Draft = {
    kind: 'TokenRequest', apiVersion: 'authentication.k8s.io/v1', metadata: { ...meta, name, namespace, uid: account.metadata.uid, creationTimestamp: core.stamp },
    spec: { ...spec, audiences, expirationSeconds: seconds, boundObjectRef: spec?.boundObjectRef ?? null },
    status: { token, expirationTimestamp: rfc3339((now + seconds) * 1000) },
  };
  return { code: 201, body: normalise(made, typeOf('authentication.k8s.io/v1', 'TokenRequest')!) };
}

interface Ref {
  readonly kind?: string;
  readonly apiVersion?: string;
  readonly name?: string;
  readonly uid?: string;
}

interface Link {
  readonly name: string;
  readonly uid: string;
}

function boundTo(x: Exchange, ref: Ref, account: string, namespace: string): { pod?: Link; node?: Link; secret?: Link } {
  const kinds: Readonly<Record<string, [string, boolean]>> = { Pod: ['pods', true], Node: ['nodes', false], Secret: ['secrets', true] };
  const found = ref.kind !== undefined && Object.hasOwn(kinds, ref.kind) && (ref.apiVersion ?? 'v1') === 'v1' ? kinds[ref.kind]! : undefined;
  if (!found) throw badRequest(`cannot bind token to object of type ${ref.apiVersion ? `${ref.apiVersion}, ` : '/, '}Kind=${ref.kind ?? ''}`);
  const [resource, namespaced] = found;
  const object = x.core.read.get<KubeObject & { spec?: { serviceAccountName?: string; nodeName?: string } }>(resource, namespaced ? namespace : undefined, ref.name ?? '');
  if (!object) throw notFound({ group: '', name: resource }, ref.name ?? '');
  if (ref.uid && ref.uid !== object.metadata.uid) {
    throw conflict({ group: '', name: ref.kind! }, ref.name ?? '', `the UID in the bound object reference (${ref.uid}) does not match the UID in record. The object might have been deleted and then recreated`);
  }
  const link: Link = { name: object.metadata.name, uid: object.metadata.uid! };
  if (ref.kind === 'Node') return { node: link };
  if (ref.kind === 'Secret') return { secret: link };
  if (object.spec?.serviceAccountName !== account) throw badRequest(`cannot bind token for serviceaccount ${JSON.stringify(account)} to pod running with different serviceaccount name.`);
  const nodeName = object.spec.nodeName;
  const node = nodeName ? x.core.read.get('nodes', undefined, nodeName) : undefined;
  return { ...(nodeName && { node: { name: nodeName, uid: node?.metadata.uid ?? '' } }), pod: link };
}
