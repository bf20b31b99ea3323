/**
 * How many commands of each recorded story the simulator answers to the byte.
 * `node test/kubernetes/floor.ts` writes floor.json anew; stories.test.ts lets no story fall below it.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tell } from '../../src/serve/story.ts';

const HERE = import.meta.dirname;
export const STORIES = join(HERE, 'stories');
const FLOOR = join(HERE, 'floor.json');

/** Equal commands by `group/file`. */
export type Floor = Readonly<Record<string, number>>;

export const groups = (): readonly string[] => readdirSync(STORIES).filter((name) => name !== 'again');

/** Tells every story of a group and counts the commands that are answered as recorded. */
export function measure(group: string): Floor {
  const out = mkdtempSync(join(tmpdir(), 'stories-'));
  try {
    for (const file of readdirSync(join(STORIES, group))) writeFileSync(join(out, file), tell(readFileSync(join(STORIES, group, file), 'utf8')));
    const said = compare(join(STORIES, group), out);
    return Object.fromEntries([...said.matchAll(/^(\S+): lines \d+\/\d+, commands (\d+)\/\d+$/gm)].map(([, file, equal]) => [`${group}/${file}`, Number(equal)]));
  } finally {
    rmSync(out, { recursive: true });
  }
}

/** compare.mjs ends with 1 when anything differs; what it prints is the same. */
function compare(recorded: string, actual: string): string {
  try {
    return execFileSync(process.execPath, [join(HERE, 'compare.mjs'), recorded, actual, '--all', '--diff', '0'], { encoding: 'utf8' });
  } catch (error) {
    return (error as { readonly stdout: string }).stdout;
  }
}

export const readFloor = (): Floor => JSON.parse(readFileSync(FLOOR, 'utf8')) as Floor;

if (import.meta.main) {
  const all = Object.assign({}, ...groups().map(measure)) as Floor;
  const lines = Object.keys(all).sort().map((name) => `  ${JSON.stringify(name)}: ${all[name]}`);
  writeFileSync(FLOOR, `{\n${lines.join(',\n')}\n}\n`);
}
