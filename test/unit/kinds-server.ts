/**
 * An API server to send things to: ours, or a real one behind `kubectl proxy`.
 */
import { issueCertificate } from '../../src/kube/api/certificate.ts';
import { resourceOf } from '../../src/kube/schema/schema.ts';
import { freshServer } from './api-corpus.ts';

export type Plain = Record<string, unknown>;

/** The parts of an answer that count. */
export interface Heard {
  readonly code: number;
  readonly warnings: readonly string[];
  readonly body: Plain;
}
export type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';
export type Send = (method: Method, path: string, body?: unknown, headers?: Readonly<Record<string, string>>) => Heard | Promise<Heard>;

export interface Given extends Plain {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
}

export const NAMESPACE = 'kinds-checks';
export const MERGE = { 'content-type': 'application/merge-patch+json' };

const warningsOf = (header: string | null | undefined): string[] => [...(header ?? '').matchAll(/299 - ("(?:[^"\\]|\\.)*")/g)].map((m) => JSON.parse(m[1]!) as string);

/** A real server at this address. */
export const real = (server: string): Send => async (method, path, body, headers = {}) => {
  const response = await fetch(`${server}${path}`, { method, headers: { 'content-type': 'application/json', ...headers }, ...(body !== undefined && { body: JSON.stringify(body) }) });
  return { code: response.status, warnings: warningsOf(response.headers.get('warning')), body: (await response.json()) as Plain };
};

/** A server of ours, asked from outside by somebody who may do anything. */
export function ours(): Send {
  const { api } = freshServer();
  const certificate = issueCertificate(api.secret, { user: 'admin', groups: ['system:masters'], notBefore: 0, notAfter: Date.UTC(2036, 1) });
  return (method, target, body, headers = {}) => {
    const [path, query] = target.split('?') as [string, string | undefined];
    const response = api.handle({
      method, path, certificate, query: Object.fromEntries(new URLSearchParams(query)), headers: { 'content-type': 'application/json', ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return { code: response.code, warnings: warningsOf(response.headers?.warning), body: JSON.parse(JSON.stringify(response.body)) as Plain };
  };
}

/** Where objects of this sort are listed. */
export function pathOf({ apiVersion, kind }: Given): string {
  const r = resourceOf(apiVersion, kind)!;
  return `${r.group ? '/apis/' : '/api/'}${r.apiVersion}${r.namespaced ? `/namespaces/${NAMESPACE}` : ''}/${r.name}`;
}

/** Makes the namespace, does something in it, takes it away. */
export async function within<T>(send: Send, act: () => Promise<T>): Promise<T> {
  await send('POST', '/api/v1/namespaces', { metadata: { name: NAMESPACE } });
  await send('POST', `/api/v1/namespaces/${NAMESPACE}/serviceaccounts`, { metadata: { name: 'default' } });
  const result = await act();
  await send('DELETE', `/api/v1/namespaces/${NAMESPACE}`);
  return result;
}
