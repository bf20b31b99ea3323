/**
 * Makes the compact schema (schema-text.ts) and the default RBAC objects (../api/rbac-text.ts) from what a real API server said
 * about itself: OpenAPI, discovery and its own roles. Usage: node make.mjs [FOLDER], default ../shared/kubernetes.
 * go-fields.txt adds what OpenAPI leaves out (see go-fields.mjs). The forms are described in schema.ts and rbac-defaults.ts.
 */
import fs from 'node:fs';
import path from 'node:path';
import zlib from 'node:zlib';
import { parse } from 'yaml';

const folder = path.resolve(process.argv[2] ?? '../shared/kubernetes');
const here = path.dirname(new URL(import.meta.url).pathname);
const json = (...names) => JSON.parse(fs.readFileSync(path.join(folder, ...names), 'utf8'));
const plain = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

const definitions = json('openapi', 'v2.json').definitions;
const defaults = new Map();
for (const file of fs.readdirSync(path.join(folder, 'openapi', 'v3')).sort()) {
  for (const [name, schema] of Object.entries(json('openapi', 'v3', file).components?.schemas ?? {})) defaults.set(name, schema.properties ?? {});
}
const goFields = new Map();
for (const line of fs.readFileSync(path.join(here, 'go-fields.txt'), 'utf8').split('\n')) {
  const [model, ...fields] = line.split(' ');
  goFields.set(model, fields.map((f) => /^(.+?)([*+~]*)(?:#[\d.]*)?=(.*)$/.exec(f)).filter((m) => m).map((m) => ({ name: m[1], flags: m[2], type: m[3] })));
}

const SPECIAL = {
  'io.k8s.apimachinery.pkg.api.resource.Quantity': 'q',
  'io.k8s.apimachinery.pkg.apis.meta.v1.Time': 't',
  'io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime': 'u',
  'io.k8s.apimachinery.pkg.util.intstr.IntOrString': 'o',
  'io.k8s.apimachinery.pkg.runtime.RawExtension': 'r',
  'io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1': 'f',
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSON': 'j',
};
const SCALAR = { 'string:': 's', 'string:byte': 'y', 'boolean:': 'b', 'integer:int32': 'i', 'integer:int64': 'l', 'number:double': 'd', 'object:': 'r' };

const skipped = (name) => SPECIAL[name] || name.endsWith('meta.v1.Patch') || /JSONSchemaPropsOr\w+$/.test(name);
const names = Object.keys(definitions).filter((n) => !skipped(n)).sort(plain);
// Props-or-something unions are any JSON at the place itself; what stands inside them is looked at by whoever uses a CRD's schema.
const union = { JSONSchemaPropsOrBool: 'w', JSONSchemaPropsOrArray: 'v', JSONSchemaPropsOrStringArray: 'x' };
const index = new Map(names.map((n, i) => [n, i]));
const packages = [...new Set(names.map((n) => n.slice(0, n.lastIndexOf('.'))))];

function shape(schema) {
  if (schema.$ref) {
    const name = schema.$ref.split('/').at(-1);
    return SPECIAL[name] ?? union[name.split('.').at(-1)] ?? `@${index.get(name).toString(36)}`;
  }
  if (schema.type === 'array') return `[${shape(schema.items)}`;
  if (schema.additionalProperties) return `{${shape(schema.additionalProperties)}`;
  return SCALAR[`${schema.type}:${schema.format ?? ''}`] ?? 'r';
}

const GO = { s: 'string', b: 'bool', i: 'int32', l: 'int64', d: 'float64', y: '[]uint8', o: 'intstr.IntOrString', q: 'resource.Quantity', t: 'v1.Time', u: 'v1.MicroTime', r: '', f: '', j: '', v: '', w: '', x: '' };

/** The Go type that the shape alone would tell; what differs is written down. */
function derived(shape) {
  if (shape[0] === '[') return `[]${derived(shape.slice(1))}`;
  if (shape[0] === '{') return `map[string]${derived(shape.slice(1))}`;
  if (shape[0] !== '@') return GO[shape];
  return names[parseInt(shape.slice(1), 36)].split('.').slice(-2).join('.');
}

function field(model, name, schema, flags, goType) {
  let out = `${name}:${shape(schema)}${flags}`;
  if (definitions[model].required?.includes(name)) out += '!';
  const of = (key) => schema[`x-kubernetes-${key}`];
  const type = of('list-type');
  if (type === 'map') out += `;m${of('list-map-keys').join(',')}`;
  else if (type === 'set') out += ';s';
  else if (!type && schema.type === 'array') out += ';n';
  if (of('map-type') === 'atomic') out += ';a';
  const strategy = (of('patch-strategy') ?? '').split(',');
  if (strategy.includes('retainKeys')) out += ';k';
  if (strategy.includes('replace')) out += ';R';
  if (strategy.includes('merge')) out += `;p${of('patch-merge-key') ?? ''}`;
  const values = schema.enum ?? schema.items?.enum;
  if (values) out += `;e${values.join('|').replaceAll(' ', '_')}`;
  const value = defaults.get(model)?.[name]?.default;
  if (value !== undefined && value !== '' && value !== 0 && value !== false && JSON.stringify(value) !== '{}') out += `;d${JSON.stringify(value)}`;
  if (goType && !/[rfjvwx]$/.test(shape(schema)) && goType !== derived(shape(schema))) out += `;g${goType}`;
  return out;
}

function type(name) {
  const definition = definitions[name];
  const properties = definition.properties ?? {};
  const known = goFields.get(name) ?? [];
  // Where the Go type is not known an optional scalar keeps its zero, as a pointer would.
  const order = [...known.filter((f) => properties[f.name]), ...Object.keys(properties).filter((p) => !known.some((f) => f.name === p)).map((p) => ({ name: p, flags: '*' }))];
  if (known.length === 0 && order.length) console.error(`no Go type for ${name}`);
  const gvks = definition['x-kubernetes-group-version-kind'] ?? [];
  const gvk = gvks.length === 1 ? `#${gvks[0].group}/${gvks[0].version}/${gvks[0].kind}` : '';
  const dot = name.lastIndexOf('.');
  const raw = definition.type !== 'object' || (!definition.properties && definition['x-kubernetes-preserve-unknown-fields']) ? '%' : '';
  const atomic = definition['x-kubernetes-map-type'] === 'atomic' ? '&' : '';
  return [`${packages.indexOf(name.slice(0, dot)).toString(36)}.${name.slice(dot + 1)}${raw}${atomic}${gvk}`, ...order.map((f) => field(name, f.name, properties[f.name], f.flags, f.type))].join(' ');
}

const VERBS = { create: 'c', delete: 'd', deletecollection: 'x', get: 'g', list: 'l', patch: 'p', update: 'u', watch: 'w' };
const ALL = 'cdxglpuw';
const verbs = (list) => { const v = list.map((x) => VERBS[x]).join(''); return v === ALL ? '*' : v; };

function resource(r) {
  const subs = (r.subresources ?? []).map((s) => {
    const k = s.responseKind ?? {};
    const gv = (k.group || k.version) ? `${k.group}/${k.version}/` : '';
    return `${s.subresource}:${gv}${k.kind === r.responseKind?.kind ? '' : k.kind ?? ''}:${verbs(s.verbs)}`;
  });
  const kind = r.responseKind?.kind ?? '';
  return [r.resource, kind, r.scope === 'Namespaced' ? 'n' : '', verbs(r.verbs), (r.shortNames ?? []).join(','), (r.categories ?? []).join(','), r.singularResource === kind.toLowerCase() ? '' : r.singularResource, subs.join(',')].join(';').replace(/;+$/, '');
}

const groups = [];
for (const list of ['aggregated_api.json', 'aggregated_apis.json']) {
  for (const group of json('discovery', list).items) {
    for (const version of group.versions) {
      groups.push(`${group.metadata.name ?? ''}/${version.version} ${version.resources.map(resource).join(' ')}`);
    }
  }
}

const text = [packages.join(' '), names.map(type).join('\n'), groups.join('\n')].join('\n\n');
const quoted = `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\n', '\\n')}'`;
const opening = (what) => `/**\n * ${what}\n * Made by \`npm run schema\` from the recorded API of Kubernetes 1.36.4; not edited by hand.\n */\n`;
fs.writeFileSync(path.join(here, 'schema-text.ts'), `${opening('All types and resources of the API, in the form that schema.ts reads.')}export const TEXT =\n  ${quoted};\n`);

const dump = (name) => parse(fs.readFileSync(path.join(folder, 'dump', `${name}.rbac.authorization.k8s.io.yaml`), 'utf8')).items;
const rbac = Object.fromEntries(['clusterroles', 'clusterrolebindings', 'roles', 'rolebindings'].map((name) => [name, dump(name).map((o) => {
  const { annotations, labels, name: called, namespace } = o.metadata;
  const bootstrapped = labels?.['kubernetes.io/bootstrapping'] === 'rbac-defaults' && annotations?.['rbac.authorization.kubernetes.io/autoupdate'] === 'true';
  const more = Object.fromEntries(Object.entries(labels ?? {}).filter(([k]) => k !== 'kubernetes.io/bootstrapping'));
  const rules = (o.rules ?? []).map((r) => [r.verbs, r.apiGroups ?? 0, r.resources ?? 0, r.resourceNames ?? 0, r.nonResourceURLs ?? 0].map((part) => (part ? part.join(' ') : 0)).map((p) => (p === '' ? '""' : p)));
  for (const r of rules) while (r.at(-1) === 0) r.pop();
  return { n: called, ...(namespace && { s: namespace }), ...(bootstrapped ? {} : { k: 1 }), ...(Object.keys(more).length && { l: more }),
    ...(o.aggregationRule && { a: o.aggregationRule.clusterRoleSelectors.map((x) => x.matchLabels) }),
    ...(o.rules !== undefined && { r: o.rules === null ? null : rules }),
    ...(o.roleRef && { f: `${o.roleRef.kind}/${o.roleRef.name}`, u: (o.subjects ?? []).map((x) => [x.kind, x.namespace, x.name].filter(Boolean).join(' ')) }) };
})]));
const rbacText = JSON.stringify(rbac);
fs.writeFileSync(path.join(here, '..', 'api', 'rbac-text.ts'), `${opening('The roles and bindings of a fresh cluster made by kubeadm, in the form that rbac-defaults.ts reads.')}export const RBAC =\n  '${rbacText.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}';\n`);

const items = (name) => parse(fs.readFileSync(path.join(folder, 'dump', `${name}.yaml`), 'utf8')).items;
const flow = Object.fromEntries(['flowschemas', 'prioritylevelconfigurations'].map((name) => [name, Object.fromEntries(items(`${name}.flowcontrol.apiserver.k8s.io`).map((o) => [o.metadata.name, o.spec]))]));
const services = Object.fromEntries(items('apiservices.apiregistration.k8s.io').map((o) => [o.metadata.name, [o.spec.groupPriorityMinimum, o.spec.versionPriority]]));
const bootText = JSON.stringify({ ...flow, apiservices: services });
fs.writeFileSync(path.join(here, '..', 'api', 'bootstrap-text.ts'), `${opening('What a fresh API server says of priority and fairness, and of its groups: specs by name, and the two priorities of each group version.')}export const BOOTSTRAP =\n  '${bootText.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}';\n`);

const size = (s) => `${(s.length / 1024).toFixed(0)} KB, ${(zlib.gzipSync(s, { level: 9 }).length / 1024).toFixed(1)} KB gzip`;
console.log(`schema: ${names.length} types, ${groups.length} group versions, ${size(text)}\nrbac: ${size(rbacText)}`);
