/** What the engine's files say of themselves: the `Unlike …:` sentences of their opening comments, gathered when the site is built. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Text } from './texts.ts';
import * as texts from './texts.ts';

export interface Difference {
  /** The file, relative to src/, without its ending. */
  readonly file: string;
  /** `Kubernetes`, `Linux`, `bash` … */
  readonly unlike: string;
  readonly how: string;
}

export interface Area {
  readonly title: Text;
  readonly differences: readonly Difference[];
}

/** Areas by the beginning of the path; the first that fits counts. */
const AREAS: readonly (readonly [start: string, title: Text])[] = [
  ['kube/api', texts.areas.api],
  ['kube/schema', texts.areas.api],
  ['sim', texts.areas.api],
  ['kube/control', texts.areas.control],
  ['kube/kinds', texts.areas.kinds],
  ['kube/node', texts.areas.node],
  ['kube/net', texts.areas.net],
  ['kube', texts.areas.control],
  ['kubectl', texts.areas.kubectl],
  ['tools', texts.areas.machine],
  ['machine', texts.areas.machine],
  ['images', texts.areas.images],
  ['', texts.areas.others],
];

/** Reads every engine file under `src`. */
export function simplified(src: string): readonly Area[] {
  const found: Difference[] = [];
  for (const entry of readdirSync(src, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isFile() || !path.endsWith('.ts')) continue;
    const opening = /^\s*\/\*\*([\s\S]*?)\*\//.exec(readFileSync(path, 'utf8'))?.[1];
    const text = opening?.replaceAll(/\s*\n\s*\*?\s?/g, ' ').trim() ?? '';
    const file = path.slice(src.length).replaceAll('\\', '/').replace(/^\//, '').replace(/\.ts$/, '');
    for (const [, unlike, how] of text.matchAll(/Unlike ([^:.]{1,30}): (.*?)(?= Unlike |$)/g))
      found.push({ file, unlike: unlike!, how: unlike === 'Kubernetes' ? how![0]!.toUpperCase() + how!.slice(1).trim() : how!.trim() });
  }
  found.sort((a, b) => (a.file < b.file ? -1 : 1));
  const areas = new Map<Text, Difference[]>();
  for (const difference of found) {
    const title = AREAS.find(([start]) => difference.file === start || difference.file.startsWith(start ? `${start}/` : ''))![1];
    areas.set(title, [...(areas.get(title) ?? []), difference]);
  }
  return [...new Set(AREAS.map(([, title]) => title))].flatMap((title) => (areas.has(title) ? [{ title, differences: areas.get(title)! }] : []));
}
