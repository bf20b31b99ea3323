/** The identity of the engine: a short digest over its sources and data, so that a recording says what made it. Node only. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const SRC = fileURLToPath(new URL('../', import.meta.url));
const FOLDERS = ['sim', 'machine', 'kube', 'kubectl', 'tools', 'images', 'world', 'lab'];

/** Twelve hexadecimal digits, equal for equal sources whatever the line ends. */
export function engineId(): string {
  const hash = createHash('sha256');
  for (const folder of FOLDERS.filter((name) => existsSync(join(SRC, name)))) {
    const files = readdirSync(join(SRC, folder), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    for (const file of files.sort()) hash.update(readFileSync(file, 'utf8').replaceAll('\r\n', '\n'));
  }
  return hash.digest('hex').slice(0, 12);
}
