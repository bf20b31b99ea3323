// Writes internal-text.ts: the server's own form of Pod templates, claims and volumes, as its errors show them (pkg/apis/core/types.go).
// Usage: node make-internal.mjs GOMODCACHE. The form has Go's field names in Go's order and writes every field, the empty ones too.
import { readFileSync, writeFileSync } from 'node:fs';

const cache = process.argv[2];
if (!cache) throw new Error('usage: make-internal.mjs GOMODCACHE');
const structs = (file) => {
  const text = readFileSync(`${cache}/k8s.io/${file}`, 'utf8').replace(/\/\*[\s\S]*?\*\//g, '');
  const found = new Map();
  for (const m of text.matchAll(/^type (\w+) struct \{\n([\s\S]*?)^\}/gm)) {
    const fields = [];
    for (const line of m[2].split('\n')) {
      const f = /^\s*(?:(\w+)\s+)?([*[\]\w.]+)(?:\s+`json:"([^",]*)[^`]*`)?\s*(?:\/\/.*)?$/.exec(line);
      if (f && !line.trim().startsWith('//') && line.trim()) fields.push({ name: f[1], type: f[2], json: f[3] });
    }
    found.set(m[1], fields);
  }
  const names = new Map([...text.matchAll(/^type (\w+) (string|int32|int64|map\[\w+\][\w.]+)$/gm)].map((m) => [m[1], m[2]]));
  return { found, names };
};
const internal = structs('kubernetes@v1.36.4/pkg/apis/core/types.go');
const wire = structs('api@v0.36.4/core/v1/types.go');
const ROOTS = ['PodTemplateSpec', 'PodSpec', 'PersistentVolumeClaimSpec', 'PersistentVolumeSource', 'VolumeNodeAffinity', 'EphemeralContainer', 'Taint', 'Probe', 'SecurityContext'];
/** Go names whose place in the wire form is elsewhere. */
const MOVED = { 'PodSecurityContext.HostNetwork': '^hostNetwork', 'PodSecurityContext.HostPID': '^hostPID', 'PodSecurityContext.HostIPC': '^hostIPC', 'PodSecurityContext.ShareProcessNamespace': '^shareProcessNamespace', 'PodSecurityContext.HostUsers': '^hostUsers' };

const order = [];
const visit = (name) => {
  if (order.includes(name) || !internal.found.has(name)) return;
  order.push(name);
  for (const f of internal.found.get(name)) visit(f.type.replace(/^[*[\]]+/, '').replace(/^map\[\w+\]/, ''));
};
ROOTS.forEach(visit);

const lower = (name) => name[0].toLowerCase() + name.slice(1);
function shape(type) {
  if (type.startsWith('*')) return `*${shape(type.slice(1)).replace(/^[sib]$/, '')}`;
  if (type.startsWith('[]')) {
    const of = type.slice(2);
    return order.includes(of) ? `[${order.indexOf(of).toString(36)}` : '*';
  }
  if (internal.names.has(type)) return shape(internal.names.get(type));
  if (type.startsWith('map[')) return '*';
  if (order.includes(type)) return `@${order.indexOf(type).toString(36)}`;
  if (/^u?int|^float/.test(type)) return 'i';
  if (type === 'bool') return 'b';
  if (type === 'string' || type === 'types.UID') return 's';
  if (type === 'resource.Quantity') return 'q';
  if (type === 'intstr.IntOrString') return 'i';
  if (type === 'metav1.ObjectMeta') return 'm';
  if (type === 'metav1.Time') return 't';
  if (type === 'metav1.LabelSelector') return 'l';
  throw new Error(type);
}

const lines = order.map((name) => {
  const tags = new Map((wire.found.get(name) ?? []).filter((f) => f.name).map((f) => [f.name, f.json]));
  return internal.found.get(name).map((f) => {
    if (!f.name) return `<${shape(f.type)}`;
    const json = MOVED[`${name}.${f.name}`] ?? tags.get(f.name);
    if (json === undefined) console.error(`no wire name: ${name}.${f.name}`);
    return `${f.name}${json === lower(f.name) ? '' : `=${json ?? ''}`}:${shape(f.type)}`;
  }).join(' ');
});
writeFileSync(new URL('internal-text.ts', import.meta.url), `/**
 * Made by make-internal.mjs; do not edit. A type a line: \`GoName[=wireName]:shape\`; shapes s string, i number, b boolean, q quantity,
 * t time, l label selector, m metadata, @n type n (base 36), [n list of it, * empty is null; < is embedded, =^name stands in the object around.
 */
export const ROOTS = ${JSON.stringify(Object.fromEntries(ROOTS.map((name) => [name, order.indexOf(name)]))).replaceAll('"', '').replaceAll(':', ': ').replaceAll(',', ', ').replace('{', '{ ').replace('}', ' }')};

export const TEXT = \`${lines.join('\n')}\`;
`);
