// Writes types.ts: the API's kinds as TypeScript, from the recorded OpenAPI of a real API server (its path is the argument).
// Types cost nothing at run time; every field is optional, because validation meets objects of which anything may be missing.
import { readFileSync, writeFileSync } from 'node:fs';

const source = process.argv[2];
if (!source) throw new Error('usage: make-types.mjs PATH/TO/openapi/v2.json');
const definitions = JSON.parse(readFileSync(source, 'utf8')).definitions;
const SKIP = /^io\.k8s\.(apimachinery\.pkg\.(version|runtime|util|api)\.|api\.authentication\.)|List$|\.meta\.v1\.(\w*Options|APIGroup|APIVersions|APIResource|WatchEvent)$/;
const KEEP = /\.(NodeSelectorTerm|HTTPIngressRuleValue)$/;
const WIRE = { ObjectMeta: 'ObjectMeta', OwnerReference: 'OwnerReference', Time: 'string', MicroTime: 'string' };

const names = new Map();
const taken = new Set();
const isKind = (full) => Boolean(definitions[full].properties?.apiVersion && definitions[full].properties?.metadata);
/** Who gets the short name when several have it: kinds first, then what is of the core, then the newer version. */
const rank = (full) => Number(isKind(full)) * 4 + Number(full.includes('.core.')) * 2 + Number(full.includes('.autoscaling.v2.'));
for (const full of Object.keys(definitions).sort((a, b) => rank(b) - rank(a) || (a < b ? -1 : 1))) {
  if (SKIP.test(full) && !KEEP.test(full)) continue;
  const parts = full.split('.');
  const short = parts.at(-1);
  if (WIRE[short] && full.includes('.meta.')) continue;
  const group = parts.at(-3);
  const version = parts.at(-2);
  let name = short;
  if (taken.has(name)) name = group[0].toUpperCase() + group.slice(1) + short;
  if (taken.has(name)) name += version.toUpperCase();
  taken.add(name);
  names.set(full, name);
}

function typeOf(schema) {
  const ref = schema.$ref?.slice('#/definitions/'.length);
  if (ref) {
    const short = ref.split('.').at(-1);
    if (ref.includes('.meta.') && WIRE[short]) return WIRE[short];
    if (short === 'Quantity') return 'string';
    if (short === 'IntOrString') return 'number | string';
    return names.get(ref) ?? 'unknown';
  }
  if (schema.type === 'array') {
    const item = typeOf(schema.items);
    return `readonly ${item.includes('|') ? `(${item})` : item}[]`;
  }
  if (schema.type === 'object' && schema.additionalProperties) return `Readonly<Record<string, ${typeOf(schema.additionalProperties)}>>`;
  if (schema.type === 'integer' || schema.type === 'number') return 'number';
  return { string: 'string', boolean: 'boolean' }[schema.type] ?? 'unknown';
}

const used = (text) => ['ObjectMeta', 'OwnerReference'].filter((name) => new RegExp(`: .*\\b${name}\\b`).test(text));
const word = (key) => (/^[A-Za-z_$][\w$]*$/.test(key) ? key : `'${key}'`);
const blocks = [];
for (const [full, name] of [...names].sort((a, b) => (a[1] < b[1] ? -1 : 1))) {
  const schema = definitions[full];
  if (!schema.properties) {
    blocks.push(`export type ${name} = unknown;`);
    continue;
  }
  const top = Boolean(schema.properties.apiVersion && schema.properties.kind && schema.properties.metadata);
  const lines = Object.entries(schema.properties)
    .filter(([key]) => !top || !['apiVersion', 'kind', 'metadata'].includes(key))
    .map(([key, value]) => `  readonly ${word(key)}?: ${typeOf(value)};`);
  blocks.push(`export interface ${name}${top ? ' extends KubeObject' : ''} {\n${lines.join('\n')}\n}`);
}
writeFileSync(new URL('types.ts', import.meta.url), `/**
 * The kinds of the API as types, made by make-types.mjs from the OpenAPI of a real API server; do not edit.
 */
import type { ${['KubeObject', ...used(blocks.join())].join(', ')} } from '../api/wire.ts';

${blocks.join('\n\n')}
`);
