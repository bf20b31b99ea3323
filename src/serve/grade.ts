/** `npm run -s grade -- [--json] FILE…`: grades hand-ins (files or folders of them) on the command line and prints the gradebook. */
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { grade } from '../grade/grader.ts';
import { csv, json } from '../grade/gradebook.ts';
import '../world/everything.ts';
import { engineId } from './engine.ts';
import { loadLabs } from './labs.ts';

const args = process.argv.slice(2);
const asJson = args.includes('--json');
const paths = args.filter((arg) => arg !== '--json').flatMap((path) => (statSync(path, { throwIfNoEntry: false })?.isDirectory() ? readdirSync(path).sort().map((name) => join(path, name)) : [path]));
if (!paths.length) {
  console.error('usage: npm run -s grade -- [--json] FILE…');
  process.exit(2);
}
const labs = new Map(loadLabs().map((lab) => [lab.id, lab]));
const find = (id: string) => labs.get(id);
const engine = engineId();
const rows = paths.map((path) => {
  let text = '';
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    console.error(`${path}: ${(error as Error).message}`);
  }
  return { report: grade(basename(path), text, find, engine) };
});
process.stdout.write(asJson ? json(rows, find) : csv(rows, find));
