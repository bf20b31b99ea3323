/**
 * Files of one volume that get into each other's way (warningsForOverlappingVirtualPaths of pkg/api/pod).
 */
import type { Volume, VolumeProjection } from '../types.ts';

interface Placed {
  readonly path: string;
  readonly source: string;
}

const text = ({ path, source }: Placed): string => (source ? `"${path}" (${source})` : `"${path}"`);
const below = (a: string, b: string): boolean => `${a}/`.startsWith(`${b}/`);

function* collisions(files: readonly Placed[]): Generator<string> {
  const before: Placed[] = [];
  for (const { path, source } of files) {
    const file = { path: path.replace(/\/+$/, ''), source };
    if (file.path) for (const other of before) if (other.path && (below(other.path, file.path) || below(file.path, other.path))) yield `${text(file)} with ${text(other)}`;
    before.push(file);
  }
}

const placed = (items: readonly { readonly path?: string }[] | undefined, source = ''): readonly Placed[] => (items ?? []).map(({ path = '' }) => ({ path, source }));

function projectedFiles({ configMap, secret, downwardAPI, serviceAccountToken }: VolumeProjection): readonly Placed[] {
  if (configMap?.items) return placed(configMap.items, `ConfigMap "${configMap.name ?? ''}"`);
  if (secret?.items) return placed(secret.items, `Secret "${secret.name ?? ''}"`);
  if (downwardAPI?.items) return placed(downwardAPI.items, 'DownwardAPI');
  return serviceAccountToken ? placed([serviceAccountToken], 'ServiceAccountToken') : [];
}

function* ofVolume({ name, configMap, secret, downwardAPI, projected }: Volume): Generator<string> {
  const each = function* (what: string, files: readonly Placed[]): Generator<string> {
    for (const collision of collisions(files)) yield `volume "${name}" (${what}): overlapping paths: ${collision}`;
  };
  yield* each(`ConfigMap "${configMap?.name ?? ''}"`, placed(configMap?.items));
  yield* each(`Secret "${secret?.secretName ?? ''}"`, placed(secret?.items));
  yield* each('DownwardAPI', placed(downwardAPI?.items));
  const sources = projected?.sources ?? [];
  for (const source of sources) if (Object.keys(source).length === 0) yield `volume "${name}" (Projected) has no sources provided`;
  yield* each('Projected', sources.flatMap(projectedFiles));
}

/** Warnings about the files of all volumes. */
export const overlaps = (volumes: readonly Volume[]): readonly string[] => volumes.flatMap((volume) => [...ofVolume(volume)]);
