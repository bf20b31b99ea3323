/**
 * One request on its way through the server: what is known about it so far, and what it leaves in the trace.
 */
import type { Resource } from '../schema/schema.ts';
import type { Core, Place } from './core.ts';
import type { Kind, Surroundings } from './kind.ts';
import { keyOf, prefixOf } from './keys.ts';
import type { RequestInfo } from './path.ts';
import { flag, parameter } from './path.ts';
import { badRequest, invalid } from './status.ts';
import type { Request, UserInfo } from './wire.ts';

/** Who asks and how that was found out. */
export interface Identity {
  readonly user: UserInfo;
  /** `client certificate`, `service account token`, `loopback`, `anonymous` … */
  readonly by: string;
}

/** A request for a resource that exists. */
export interface Exchange {
  readonly core: Core;
  readonly request: Request;
  readonly info: RequestInfo;
  readonly user: UserInfo;
  /** The resource as asked for, perhaps in another version than it is stored in. */
  readonly resource: Resource;
  /** How it is stored. */
  readonly stored: Resource;
  readonly kind: Kind | undefined;
  readonly prefix: string;
  readonly namespace: string | undefined;
  readonly dryRun: boolean;
  /** From a component in the same process: frozen parts of its objects come from the store. */
  readonly loopback: boolean;
  readonly warnings: string[];
  readonly at: Surroundings;
}

/** Resources that have several groups or versions but one place in the store. */
const STORED: Readonly<Record<string, readonly [string, string, string]>> = {
  'events.k8s.io/v1/events': ['', 'v1', 'events'],
  'autoscaling/v1/horizontalpodautoscalers': ['autoscaling', 'v2', 'horizontalpodautoscalers'],
};

/** The version in which objects of a resource are stored. */
function storedAs(core: Core, resource: Resource): Resource {
  const other = STORED[`${resource.group}/${resource.version}/${resource.name}`];
  return other ? core.resourceAt(...other)! : (core.customStorage.get(`${resource.apiVersion}/${resource.name}`) ?? resource);
}

function placeOf(core: Core, resource: Resource): Place {
  const found = core.places.get(resource);
  if (found) return found;
  const stored = storedAs(core, resource);
  const place = { stored, kind: core.kindOf(resource, stored), prefix: prefixOf(stored) };
  core.places.set(resource, place);
  return place;
}

/** Resources that are on their way out: every request for them is warned. */
const DEPRECATED: Readonly<Record<string, string>> = {
  endpoints: 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice',
  componentstatuses: 'v1 ComponentStatus is deprecated in v1.19+',
};

export function exchange(core: Core, request: Request, info: RequestInfo, user: UserInfo, resource: Resource): Exchange {
  const { stored, kind, prefix } = placeOf(core, resource);
  const asked = parameter(request, 'dryRun');
  const deprecated = DEPRECATED[resource.groupResource];
  const warnings: string[] = deprecated && !request.user ? [deprecated] : [];
  if (asked !== undefined && asked !== 'All') {
    throw invalid({ group: 'meta.k8s.io', name: 'CreateOptions' }, '', [{ type: 'Unsupported value', path: 'dryRun', value: asked === '' ? '' : [asked], detail: 'supported values: "All"' }]);
  }
  const dryRun = asked === 'All';
  return {
    core, request, info, user, resource, stored, dryRun, warnings, kind, prefix,
    namespace: resource.namespaced ? info.namespace : undefined,
    loopback: request.user !== undefined,
    at: {
      read: core.read, random: core.random, user, stamp: core.stamp, unix: core.unix, dryRun,
      warn: (text) => {
        if (!warnings.includes(text)) warnings.push(text);
      },
    },
  };
}

/** The key of the object that the request names. */
export function keyOfRequest(x: Exchange): string {
  if (x.info.name === undefined) throw badRequest('name must be provided');
  return keyOf(x.prefix, x.namespace, x.info.name);
}

/** How unknown fields are taken: Strict refuses, Warn says so, Ignore drops them. */
export function fieldValidation(x: Exchange): 'Strict' | 'Warn' | 'Ignore' {
  const asked = parameter(x.request, 'fieldValidation');
  if (asked === undefined || asked === '') return 'Warn';
  if (asked === 'Strict' || asked === 'Warn' || asked === 'Ignore') return asked;
  throw invalid({ group: 'meta.k8s.io', name: 'CreateOptions' }, '', [{ type: 'Unsupported value', path: 'fieldValidation', value: asked, detail: 'supported values: "", "Ignore", "Strict", "Warn"' }]);
}

/** Whether the answer is wanted without the change. */
export const watchFlag = (request: Request): boolean => flag(request, 'watch');
