/**
 * The files of a configMap, secret, downwardAPI or projected volume, from what the API holds now.
 * Stands for MakePayload and CollectData of pkg/volume/configmap, secret, downwardapi and projected.
 * Unlike Kubernetes: a token is asked for when it is first read, and again when four fifths of its time are over.
 */
import type { Millis } from '../../sim/clock.ts';
import type { Client } from '../control/controller.ts';
import type { ConfigMap, KeyToPath, DownwardAPIVolumeFile, Pod, Secret, Volume, VolumeProjection } from '../kinds/types.ts';
import type { Payload, VolumeFile } from './atomic-volume.ts';
import { fieldValue, resourceValue, type Host } from './downward.ts';
import { plain } from './environment.ts';

/** A volume cannot be set up: the end of FailedMount's message. */
export class VolumeError extends Error {}

/** What volumes ask of their surroundings. */
export interface VolumeSurroundings {
  readonly client: Client;
  readonly host: Host;
  readonly podIP: string | undefined;
}

type Files = Map<string, VolumeFile>;

function pick(into: Files, all: ReadonlyMap<string, string>, items: readonly KeyToPath[] | undefined, mode: number, missing: (key: string) => string | undefined): void {
  if (!items?.length) {
    for (const key of [...all.keys()].sort()) into.set(key, { text: all.get(key)!, mode });
    return;
  }
  for (const { key, path, mode: own } of items) {
    const text = all.get(key!);
    const complaint = text === undefined ? missing(key!) : undefined;
    if (complaint !== undefined) throw new VolumeError(complaint);
    if (text !== undefined) into.set(path!, { text, mode: own ?? mode });
  }
}

function configMap(into: Files, s: VolumeSurroundings, namespace: string, from: { name?: string; items?: readonly KeyToPath[]; optional?: boolean }, mode: number): void {
  const found = s.client.get<ConfigMap>('configmaps', namespace, from.name ?? '');
  if (!found && !from.optional) throw new VolumeError(`configmap "${from.name}" not found`);
  const all = new Map(Object.entries((found?.data ?? {}) as Record<string, string>));
  for (const [key, code] of Object.entries((found?.binaryData ?? {}) as Record<string, string>)) all.set(key, plain(code));
  pick(into, all, from.items, mode, (key) => (from.optional ? undefined : `configmap references non-existent config key: ${key}`));
}

function secret(into: Files, s: VolumeSurroundings, namespace: string, from: { name?: string; items?: readonly KeyToPath[]; optional?: boolean }, mode: number): void {
  const found = s.client.get<Secret>('secrets', namespace, from.name ?? '');
  if (!found && !from.optional) throw new VolumeError(`secret "${from.name}" not found`);
  const all = new Map(Object.entries((found?.data ?? {}) as Record<string, string>).map(([key, code]) => [key, plain(code)] as const));
  pick(into, all, from.items, mode, (key) => (from.optional ? undefined : `references non-existent secret key: ${key}`));
}

function downward(into: Files, s: VolumeSurroundings, pod: Pod, items: readonly DownwardAPIVolumeFile[] | undefined, mode: number): void {
  for (const item of items ?? []) {
    const text = item.fieldRef
      ? fieldValue(item.fieldRef, pod, s.host, s.podIP)
      : item.resourceFieldRef && resourceValue(item.resourceFieldRef, pod, undefined, s.host);
    if (text === undefined) throw new VolumeError(`unsupported downward API item ${item.path}`);
    into.set(item.path!, { text, mode: item.mode ?? mode });
  }
}

/** A function that gives a valid token at any time. */
function tokenOf(s: VolumeSurroundings, pod: Pod, audience: string | undefined, seconds: number): () => string {
  let token = '';
  let until: Millis = -Infinity;
  const { namespace, name, uid } = pod.metadata;
  return () => {
    const { now } = s.client;
    if (now < until) return token;
    const account = pod.spec?.serviceAccountName || 'default';
    const response = s.client.request('POST', `/api/v1/namespaces/${namespace}/serviceaccounts/${account}/token`, {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      metadata: { name: account, namespace },
      spec: { ...(audience ? { audiences: [audience] } : {}), expirationSeconds: seconds, boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name, uid } },
    });
    const status = (response.body as { status?: { token?: string } } | undefined)?.status;
    if (response.code < 300 && status?.token) {
      token = status.token;
      until = now + seconds * 800;
    }
    return token;
  };
}

const tokens = new WeakMap<Pod['spec'] & object, Map<string, () => string>>();

function token(into: Files, s: VolumeSurroundings, pod: Pod, from: NonNullable<VolumeProjection['serviceAccountToken']>, mode: number): void {
  const spec = pod.spec!;
  let known = tokens.get(spec);
  if (!known) tokens.set(spec, (known = new Map()));
  const key = `${from.path} ${from.audience ?? ''}`;
  let make = known.get(key);
  if (!make) known.set(key, (make = tokenOf(s, pod, from.audience, from.expirationSeconds ?? 3600)));
  const security = spec.securityContext;
  const owner = security?.fsGroup === undefined ? security?.runAsUser : undefined;
  into.set(from.path!, { text: make, mode: security?.fsGroup !== undefined ? 0o640 : owner !== undefined ? 0o600 : mode, ...(owner !== undefined ? { uid: owner } : {}) });
}

/** Whether the API gives this volume its files. */
export const fromApi = (volume: Volume): boolean => Boolean(volume.configMap ?? volume.secret ?? volume.downwardAPI ?? volume.projected);

/** ConfigMaps (`configmap/NAME`) and Secrets that a volume shows. */
export function sourcesOf(volume: Volume): readonly string[] {
  const out: string[] = [];
  const note = (kind: string, name: string | undefined): void => void (name && out.push(`${kind}/${name}`));
  note('configmap', volume.configMap?.name);
  note('secret', volume.secret?.secretName);
  for (const source of volume.projected?.sources ?? []) {
    note('configmap', source.configMap?.name);
    note('secret', source.secret?.name);
  }
  return out;
}

/** The files of an API volume. Throws VolumeError. */
export function payloadOf(volume: Volume, pod: Pod, s: VolumeSurroundings): Payload {
  const namespace = pod.metadata.namespace!;
  const into: Files = new Map();
  if (volume.configMap) configMap(into, s, namespace, volume.configMap, volume.configMap.defaultMode ?? 0o644);
  else if (volume.secret) {
    const { secretName, items, optional, defaultMode } = volume.secret;
    const from = { ...(secretName !== undefined && { name: secretName }), ...(items && { items }), ...(optional !== undefined && { optional }) };
    secret(into, s, namespace, from, defaultMode ?? 0o644);
  } else if (volume.downwardAPI) downward(into, s, pod, volume.downwardAPI.items, volume.downwardAPI.defaultMode ?? 0o644);
  const mode = volume.projected?.defaultMode ?? 0o644;
  for (const source of volume.projected?.sources ?? []) {
    if (source.configMap) configMap(into, s, namespace, source.configMap, mode);
    else if (source.secret) secret(into, s, namespace, source.secret, mode);
    else if (source.downwardAPI) downward(into, s, pod, source.downwardAPI.items, mode);
    else if (source.serviceAccountToken) token(into, s, pod, source.serviceAccountToken, mode);
    else throw new VolumeError(`${Object.keys(source)[0]} in a projected volume is not supported here yet`);
  }
  return into;
}
