/** Reads the labs of the repository from disk and compiles them. Node only. */
import { readFileSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileLab, type Fault } from '../lab/format.ts';
import type { Lab } from '../lab/lab.ts';

/** The folder labs/ of the repository. */
export const LABS = fileURLToPath(new URL('../../labs/', import.meta.url));

/** The files of one lab: relative path with forward slashes, to text. */
export function filesOfLab(id: string, folder = LABS): Record<string, string> {
  const root = join(folder, id);
  return Object.fromEntries(
    readdirSync(root, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [relative(root, path).replaceAll('\\', '/'), readFileSync(path, 'utf8')]),
  );
}

/** Ids of all labs, in order. */
export const labIds = (folder = LABS): readonly string[] =>
  readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map((entry) => entry.name).sort();

export class ContentError extends Error {
  constructor(faults: readonly Fault[]) {
    super(faults.map((fault) => `${fault.file}:${fault.line}: ${fault.message}`).join('\n'));
  }
}

/** One compiled lab; throws ContentError with every fault. */
export function loadLab(id: string, folder = LABS): Lab {
  const compiled = compileLab(id, filesOfLab(id, folder));
  if ('faults' in compiled) throw new ContentError(compiled.faults);
  return compiled.lab;
}

/** All compiled labs; throws ContentError with the faults of all of them together. */
export function loadLabs(folder = LABS): readonly Lab[] {
  const faults: Fault[] = [];
  const labs: Lab[] = [];
  for (const id of labIds(folder)) {
    const compiled = compileLab(id, filesOfLab(id, folder));
    if ('faults' in compiled) faults.push(...compiled.faults);
    else labs.push(compiled.lab);
  }
  if (faults.length) throw new ContentError(faults);
  return labs;
}
