/**
 * Pods from files: what stands in the node's manifests folder is to run, whether there is an API server or not.
 * Stands for pkg/kubelet/config/file.go and the mirror client.
 * Unlike Kubernetes: the folder is watched through its tree of files; names that begin with a dot are passed over, broken files are left out.
 */
import { parseAllDocuments } from 'yaml';
import { rfc3339Micro } from '../../sim/date.ts';
import type { Draft } from '../api/kind.ts';
import { freeze } from '../api/frozen.ts';
import type { Node, Pod } from '../kinds/types.ts';
import { defaultPod } from '../kinds/pod-defaults.ts';
import type { PodState } from './pod-state.ts';
import type { Station } from './station.ts';

export const MANIFESTS = '/etc/kubernetes/manifests';
const SOURCE = 'kubernetes.io/config.source';
const HASH = 'kubernetes.io/config.hash';
const SEEN = 'kubernetes.io/config.seen';
const MIRROR = 'kubernetes.io/config.mirror';

/** Whether an object of the API is the image of a static Pod. */
export const isMirror = (pod: Pod): boolean => pod.metadata.annotations?.[MIRROR] !== undefined;

/** 32 hexadecimal digits that stand for a text (FNV-1a, four times). */
function hashOf(text: string): string {
  let out = '';
  for (let part = 0; part < 4; part++) {
    let hash = 0x811c9dc5 ^ part;
    for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
    out += (Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) >>> 0).toString(16).padStart(8, '0');
  }
  return out;
}

/** The Pod that a file describes; undefined when it describes none. */
function podFrom(station: Station, text: string): Pod | undefined {
  let value: unknown;
  try {
    value = parseAllDocuments(text)[0]?.toJS();
  } catch {
    return undefined;
  }
  const draft = value as Draft | null | undefined;
  const meta = draft?.['metadata'] as Draft | undefined;
  if (draft?.['kind'] !== 'Pod' || typeof meta?.['name'] !== 'string' || !Array.isArray((draft['spec'] as Draft | undefined)?.['containers'])) return undefined;
  const hash = hashOf(`${station.node}\n${text}`);
  const spec = { ...(draft['spec'] as Draft) };
  const tolerations = [...((spec['tolerations'] as unknown[] | undefined) ?? []), { operator: 'Exists', effect: 'NoExecute' }];
  const made: Draft = {
    apiVersion: 'v1', kind: 'Pod',
    metadata: {
      ...meta, name: `${meta['name']}-${station.node}`, namespace: (meta['namespace'] as string | undefined) ?? 'default', uid: hash,
      annotations: { ...(meta['annotations'] as object | undefined), [HASH]: hash, [SEEN]: rfc3339Micro(station.epoch + station.agenda.now), [SOURCE]: 'file' },
    },
    spec: { ...spec, nodeName: station.node, tolerations },
    status: {},
  };
  defaultPod(made);
  return freeze(made) as unknown as Pod;
}

/** What the folder holds now: Pods by uid. */
export function readManifests(station: Station): ReadonlyMap<string, Pod> {
  const found = new Map<string, Pod>();
  const { files } = station.machine;
  if (!files.exists(MANIFESTS)) return found;
  for (const name of files.list(MANIFESTS)) {
    const path = `${MANIFESTS}/${name}`;
    if (name.startsWith('.') || files.stat(path)?.type !== 'file') continue;
    const pod = podFrom(station, files.read(path));
    if (pod) found.set(pod.metadata.uid!, pod);
  }
  return found;
}

/** Makes sure that the API shows a static Pod as it is; replaces an outdated image. */
export function reconcileMirror(state: PodState): void {
  const { client, node } = state.station;
  const { namespace, name, annotations } = state.pod.metadata;
  const hash = annotations![HASH]!;
  const there = client.get<Pod>('pods', namespace, name);
  if (there && !there.metadata.deletionTimestamp && there.metadata.annotations?.[MIRROR] === hash) {
    state.mirror = there;
    return;
  }
  const owner = client.get<Node>('nodes', undefined, node);
  if (!owner) return;
  if (there && !state.quietly(() => client.delete('pods', namespace, name, { gracePeriodSeconds: 0, uid: there.metadata.uid! }))) return;
  const { uid: _, ...metadata } = state.pod.metadata;
  state.mirror = undefined;
  state.quietly(() => {
    state.mirror = client.create<Pod>({
      ...state.pod,
      metadata: {
        ...metadata, annotations: { ...annotations, [MIRROR]: hash },
        ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name: node, uid: owner.metadata.uid!, controller: true }],
      },
    });
  });
  if (state.mirror) state.tell();
}

/** The file is gone: so is the image. */
export function deleteMirror(state: PodState): void {
  const { client } = state.station;
  const { mirror } = state;
  if (!mirror) return;
  state.quietly(() => client.delete('pods', mirror.metadata.namespace, mirror.metadata.name, { gracePeriodSeconds: 0, uid: mirror.metadata.uid! }));
  state.mirror = undefined;
}
