/**
 * Takes a request's path apart: group, version, namespace, resource, name, subresource, and the verb as RBAC names it.
 * Stands for k8s.io/apiserver/pkg/endpoints/request (RequestInfo).
 */
import type { Request } from './wire.ts';

export interface RequestInfo {
  /** get, list, watch, create, update, patch, delete, deletecollection; for other paths the method in lower case. */
  readonly verb: string;
  readonly isResource: boolean;
  readonly path: string;
  readonly group: string;
  readonly version: string;
  readonly namespace: string | undefined;
  readonly resource: string;
  readonly name: string | undefined;
  readonly subresource: string | undefined;
  /** What stands after the subresource (proxy). */
  readonly rest: readonly string[];
}

const VERBS: Readonly<Record<Request['method'], string>> = { GET: 'get', HEAD: 'get', POST: 'create', PUT: 'update', PATCH: 'patch', DELETE: 'delete' };
/** Below a namespace's name these are its own subresources, not resources in it. */
const OF_NAMESPACE = new Set(['status', 'finalize']);

const decoded = (part: string): string => {
  if (!part.includes('%')) return part;
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
};

/** One value of a query parameter. */
export function parameter(request: Request, name: string): string | undefined {
  const value = request.query?.[name];
  return typeof value === 'string' ? value : value?.[0];
}

/** Whether a parameter says yes: `true`, `1`, or nothing at all after its name. */
export function flag(request: Request, name: string): boolean {
  const value = parameter(request, name);
  return value !== undefined && value !== 'false' && value !== '0';
}

const METADATA_NAME = /^metadata\.name=([^,!=]+)$/;

export function requestInfo(request: Request): RequestInfo {
  const path = request.path;
  const parts = path.split('/').filter((part) => part !== '');
  const method = VERBS[request.method];
  const other: RequestInfo = {
    verb: request.method.toLowerCase(), isResource: false, path, group: '', version: '', namespace: undefined, resource: '', name: undefined, subresource: undefined, rest: [],
  };
  let i: number;
  let group = '';
  if (parts[0] === 'api' && parts.length >= 3) i = 1;
  else if (parts[0] === 'apis' && parts.length >= 4) {
    group = parts[1]!;
    i = 2;
  } else return other;
  const version = parts[i++]!;
  let verb = method;
  // The old form /api/v1/watch/…
  if (parts[i] === 'watch' && parts.length > i + 1) {
    verb = 'watch';
    i++;
  }
  let namespace: string | undefined;
  if (parts[i] === 'namespaces' && parts.length > i + 1) {
    namespace = decoded(parts[i + 1]!);
    const next = parts[i + 2];
    if (next !== undefined && !OF_NAMESPACE.has(next)) i += 2;
  }
  const resource = decoded(parts[i++]!);
  let name = parts[i] === undefined ? undefined : decoded(parts[i]!);
  i++;
  const subresource = parts[i] === undefined ? undefined : decoded(parts[i]!);
  if (name === undefined) {
    if (verb === 'get') {
      verb = flag(request, 'watch') ? 'watch' : 'list';
      name = METADATA_NAME.exec(parameter(request, 'fieldSelector') ?? '')?.[1];
    } else if (verb === 'delete') verb = 'deletecollection';
  }
  return { verb, isResource: true, path, group, version, namespace, resource, name, subresource, rest: parts.slice(i + 1).map(decoded) };
}
