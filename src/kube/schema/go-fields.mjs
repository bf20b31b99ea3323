/**
 * Reads from the Go types of a Kubernetes release what OpenAPI does not say: the order in which fields are written,
 * which are pointers (an explicit zero is kept), which are always written, the protobuf numbers, and the names of Go types in errors.
 * Usage: node go-fields.mjs GOMODCACHE VERSION   (0.36.4); writes go-fields.txt beside itself, which make.mjs reads.
 */
import fs from 'node:fs';
import path from 'node:path';

const [cache, version = '0.36.4'] = process.argv.slice(2);
const modules = ['api', 'apimachinery', 'apiextensions-apiserver', 'kube-aggregator'];
const structs = new Map();
const models = new Map();

function walk(folder) {
  for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
    const at = path.join(folder, entry.name);
    if (entry.isDirectory()) walk(at);
    else if (entry.name.endsWith('.go') && !entry.name.endsWith('_test.go')) read(at);
  }
}

function read(file) {
  const text = fs.readFileSync(file, 'utf8');
  const folder = path.dirname(file);
  if (file.endsWith('zz_generated.model_name.go')) {
    for (const m of text.matchAll(/func \(in (\w+)\) OpenAPIModelName\(\) string \{\s+return "([^"]+)"/g)) models.set(m[2], `${folder}#${m[1]}`);
    return;
  }
  if (!text.includes('json:"')) return;
  const imports = new Map();
  for (const m of text.matchAll(/^\s*(?:import )?(\w+)? ?"(k8s\.io\/[^"]+)"$/gm)) imports.set(m[1] ?? m[2].split('/').at(-1), m[2]);
  for (const m of text.matchAll(/^type (\w+) struct \{\n([\s\S]*?)^\}/gm)) structs.set(`${folder}#${m[1]}`, { folder, imports, body: m[2] });
}

const BUILTIN = /^(string|bool|u?int(8|16|32|64)?|float(32|64)|byte|any)$/;

/** A type as Go's errors name it: `[]v1.Container`, without the pointer. */
function goType(where, text) {
  if (text.startsWith('*')) return goType(where, text.slice(1));
  if (text.startsWith('[]')) return text === '[]byte' ? '[]uint8' : `[]${goType(where, text.slice(2))}`;
  const map = /^map\[([\w.]+)\](.*)$/.exec(text);
  if (map) return `map[${goType(where, map[1])}]${goType(where, map[2])}`;
  if (BUILTIN.test(text) || text === 'interface{}') return text;
  const [pkg, type] = text.includes('.') ? text.split('.') : [undefined, text];
  return `${path.basename(pkg ? (where.imports.get(pkg) ?? pkg) : where.folder)}.${type}`;
}

function folderOf(where, name) {
  const target = where.imports.get(name);
  const [, module, rest] = /^k8s\.io\/([^/]+)\/(.*)$/.exec(target) ?? [];
  return module && path.join(cache, 'k8s.io', `${module}@v${version}`, rest);
}

function fieldsOf(key) {
  const where = structs.get(key);
  if (!where) return [];
  const out = [];
  for (const line of where.body.split('\n')) {
    const m = /^\s+(?:(\w+)\s+)?([\w.*[\]]+(?:\{\})?)\s+`([^`]*)`/.exec(line);
    if (!m) continue;
    const json = /json:"([^"]*)"/.exec(m[3])?.[1];
    if (json === undefined || json === '-') continue;
    const [name, ...options] = json.split(',');
    const number = /protobuf:"\w+,(\d+)/.exec(m[3])?.[1] ?? '';
    if (options.includes('inline') || (!m[1] && !name)) {
      const [pkg, type] = m[2].replace('*', '').includes('.') ? m[2].replace('*', '').split('.') : [undefined, m[2].replace('*', '')];
      const folder = pkg ? folderOf(where, pkg) : where.folder;
      const inner = fieldsOf(`${folder}#${type}`);
      out.push(...inner.map((f) => (number ? { ...f, number: `${number}.${f.number}` } : f)));
      continue;
    }
    const flags = (m[2].startsWith('*') ? '*' : '') + (options.includes('omitempty') || options.includes('omitzero') ? '' : '+') + (options.includes('omitzero') ? '~' : '');
    out.push({ name, flags, number, type: goType(where, m[2]) });
  }
  return out;
}

for (const module of modules) walk(path.join(cache, 'k8s.io', `${module}@v${version}`));
const lines = [];
for (const model of [...models.keys()].sort()) {
  if (/\.v\d+(alpha|beta)\d+\./.test(model)) continue;
  const fields = fieldsOf(models.get(model));
  if (fields.length) lines.push(`${model} ${fields.map((f) => `${f.name}${f.flags}${f.number && `#${f.number}`}=${f.type}`).join(' ')}`);
}
fs.writeFileSync(new URL('go-fields.txt', import.meta.url), lines.join('\n') + '\n');
