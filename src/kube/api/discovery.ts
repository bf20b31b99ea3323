/**
 * What is served: plain and aggregated discovery, /version.
 * Stands for k8s.io/apiserver/pkg/endpoints/discovery.
 */
import type { GroupVersion, Resource } from '../schema/schema.ts';
import { groupVersions } from '../schema/schema.ts';
import type { Core } from './core.ts';
import type { Request } from './wire.ts';

/** What /version answers. */
export const VERSION = {
  major: '1', minor: '36', emulationMajor: '1', emulationMinor: '36', minCompatibilityMajor: '1', minCompatibilityMinor: '35', gitVersion: 'v1.36.4',
  gitCommit: '0000000000000000000000000000000000000000', gitTreeState: 'clean', buildDate: '2026-01-01T00:00:00Z', goVersion: 'go1.26.8', compiler: 'gc', platform: 'linux/amd64',
} as const;

const STANDARD = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];
const AGGREGATED = /application\/json;.*as=APIGroupDiscoveryList/;

/** v2 before v1, v1 before v1beta2, beta before alpha. */
function versionRank(version: string): readonly number[] {
  const m = /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(version);
  return m ? [m[2] === undefined ? 3 : m[2] === 'beta' ? 2 : 1, Number(m[1]), Number(m[3] ?? 0)] : [0, 0, 0];
}

function byVersion(a: GroupVersion, b: GroupVersion): number {
  if (a.group !== b.group) return a.group < b.group ? -1 : 1;
  const x = versionRank(a.version);
  const y = versionRank(b.version);
  for (let i = 0; i < 3; i++) if (x[i] !== y[i]) return y[i]! - x[i]!;
  return a.version < b.version ? -1 : 1;
}

/** All groups and versions: built-in ones, then those of custom resources, the preferred version of a group first. */
export function servedGroups(core: Core): readonly GroupVersion[] {
  const custom = new Map<string, Resource[]>();
  for (const r of core.custom.values()) {
    const key = `${r.group}/${r.version}`;
    custom.set(key, [...(custom.get(key) ?? []), r]);
  }
  const made = [...custom.values()].map((resources) => ({ group: resources[0]!.group, version: resources[0]!.version, resources: [...resources].sort((a, b) => (a.name < b.name ? -1 : 1)) }));
  return [...groupVersions, ...made.sort(byVersion)];
}

/** The form of aggregated discovery that a request accepts: v2, v2beta1. */
function aggregatedVersion(request: Request): string | undefined {
  const media = (request.headers?.['accept'] ?? '').split(',').find((one) => AGGREGATED.test(one));
  return media && (/v=v2beta1/.test(media) ? 'v2beta1' : 'v2');
}

/** The content type of a discovery answer, which clients look at. */
export const discoveryType = (request: Request): string => {
  const version = /^\/apis?\/?$/.test(request.path) ? aggregatedVersion(request) : undefined;
  return version ? `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList` : 'application/json';
};

/** Answers a discovery path; undefined when there is none. */
export function discovery(core: Core, request: Request): unknown {
  const parts = request.path.split('/').filter((p) => p !== '');
  if (parts.length > 3 || (parts[0] !== 'api' && parts[0] !== 'apis')) return undefined;
  const legacy = parts[0] === 'api';
  const all = servedGroups(core).filter((gv) => (gv.group === '') === legacy);
  if (parts.length === 1) {
    const version = aggregatedVersion(request);
    if (version) return aggregated(all, version);
    if (legacy) {
      return { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: '192.168.56.100:6443' }] };
    }
    return { kind: 'APIGroupList', apiVersion: 'v1', groups: groups(all).map((versions) => group(versions)) };
  }
  if (legacy) return parts.length === 2 ? resourceList(all, '', parts[1]!) : undefined;
  const versions = all.filter((gv) => gv.group === parts[1]);
  if (!versions.length) return undefined;
  if (parts.length === 2) return { kind: 'APIGroup', apiVersion: 'v1', ...group(versions) };
  return resourceList(all, parts[1]!, parts[2]!);
}

function groups(all: readonly GroupVersion[]): readonly (readonly GroupVersion[])[] {
  const by = new Map<string, GroupVersion[]>();
  for (const gv of all) by.set(gv.group, [...(by.get(gv.group) ?? []), gv]);
  return [...by.values()];
}

function group(versions: readonly GroupVersion[]): Record<string, unknown> {
  const named = versions.map((gv) => ({ groupVersion: `${gv.group}/${gv.version}`, version: gv.version }));
  return { name: versions[0]!.group, versions: named, preferredVersion: named[0] };
}

/** apiextensions-apiserver tells the verbs of its resources in an order of its own. */
const CUSTOM = ['delete', 'deletecollection', 'get', 'list', 'patch', 'create', 'update', 'watch'];

const verbsOf = (r: Resource): readonly string[] => (r.verbs.length === 8 ? (r.type ? STANDARD : CUSTOM) : r.verbs);

function resourceList(all: readonly GroupVersion[], groupName: string, version: string): unknown {
  const gv = all.find((each) => each.group === groupName && each.version === version);
  if (!gv) return undefined;
  const out: Record<string, unknown>[] = [];
  for (const r of gv.resources) {
    out.push({
      name: r.name, singularName: r.singular, namespaced: r.namespaced, kind: r.kind, verbs: verbsOf(r),
      ...(r.shortNames.length && { shortNames: r.shortNames }), ...(r.categories.length && { categories: r.categories }),
    });
    for (const sub of r.subresources) {
      const slash = sub.apiVersion.indexOf('/');
      out.push({
        name: `${r.name}/${sub.name}`, singularName: '', namespaced: r.namespaced,
        ...(sub.apiVersion !== r.apiVersion && { group: slash < 0 ? '' : sub.apiVersion.slice(0, slash), version: sub.apiVersion.slice(slash + 1) }), kind: sub.kind, verbs: sub.verbs,
      });
    }
  }
  return { kind: 'APIResourceList', ...(groupName && { apiVersion: 'v1' }), groupVersion: groupName ? `${groupName}/${version}` : version, resources: out };
}

function aggregated(all: readonly GroupVersion[], version: string): unknown {
  return {
    kind: 'APIGroupDiscoveryList', apiVersion: `apidiscovery.k8s.io/${version}`, metadata: {},
    items: groups(all).map((versions) => ({
      metadata: versions[0]!.group ? { name: versions[0]!.group } : {},
      versions: versions.map((gv) => ({
        version: gv.version,
        resources: gv.resources.map((r) => ({
          resource: r.name, responseKind: { group: '', version: '', kind: r.kind }, scope: r.namespaced ? 'Namespaced' : 'Cluster', singularResource: r.singular, verbs: verbsOf(r),
          ...(r.shortNames.length && { shortNames: r.shortNames }), ...(r.categories.length && { categories: r.categories }),
          ...(r.subresources.length && {
            subresources: r.subresources.map((sub) => {
              const slash = sub.apiVersion.indexOf('/');
              const other = sub.apiVersion !== r.apiVersion;
              return { subresource: sub.name, responseKind: { group: other && slash > 0 ? sub.apiVersion.slice(0, slash) : '', version: other ? sub.apiVersion.slice(slash + 1) : '', kind: sub.kind }, verbs: sub.verbs };
            }),
          }),
        })),
        freshness: 'Current',
      })),
    })),
  };
}
