/** kubectl create service in its four forms, and ingress. */
import type { Kubectl, Verb } from '../../command.ts';
import { CliError } from '../../errors.ts';
import { ParseError, parseInteger } from '../../go.ts';
import { generator, type Made } from './object.ts';

interface ServiceForm {
  readonly type: string;
  readonly use: string;
  readonly flags: readonly string[];
}

/** What is wrong with a port's name. */
export function portNameErrors(name: string): string[] {
  const errors: string[] = [];
  if (name.length > 15) errors.push('must be no more than 15 characters');
  if (!/^[-a-z0-9]+$/i.test(name)) errors.push('must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)');
  else if (!/[a-z]/i.test(name)) errors.push('must contain at least one letter (a-z)');
  if (name.includes('--')) errors.push('must not contain consecutive hyphens');
  if (name.startsWith('-') || name.endsWith('-')) errors.push('must not begin or end with a hyphen');
  return errors;
}

/** `80:8080` as port and target port. Throws CliError. */
function ports(text: string): { readonly port: number; readonly targetPort: number | string } {
  const [first, second] = text.split(':') as [string, string?];
  try {
    const port = parseInteger(first, 16, 10, 'ParseUint');
    if (second === undefined) return { port, targetPort: port };
    if (/^[-+]?\d+$/.test(second)) {
      const number = Number(second);
      if (number < 1 || number > 65535) throw new CliError('must be between 1 and 65535, inclusive');
      return { port, targetPort: number };
    }
    const wrong = portNameErrors(second);
    if (wrong.length) throw new CliError(wrong.join(','));
    return { port, targetPort: second };
  } catch (error) {
    if (error instanceof ParseError) throw new CliError(error.message);
    throw error;
  }
}

const form = ({ type, use, flags }: ServiceForm): Verb => generator({
  name: type.toLowerCase(), use: `NAME ${use} [--dry-run=server|client|none]`, resource: 'services', failed: `${type} service:`, flags: [...flags, 'tcp=[]'],
  *make(k, name, meta) {
    const tcp = k.flags.list('tcp');
    const clusterIP = k.flags.has('clusterip') ? k.flags.text('clusterip') : '';
    const externalName = k.flags.has('external-name') ? k.flags.text('external-name') : '';
    if (clusterIP !== 'None' && tcp.length === 0 && type !== 'ExternalName') throw new CliError('at least one tcp port specifier must be provided');
    if (type === 'ExternalName' && !/^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(externalName)) throw new CliError(`invalid service external name ${externalName}`);
    const nodePort = k.flags.has('node-port') ? k.flags.number('node-port') : 0;
    const list = tcp.map((one) => {
      const { port, targetPort } = ports(one);
      return { name: one.replaceAll(':', '-'), protocol: 'TCP', port, targetPort, ...(nodePort && { nodePort }) };
    });
    return {
      kind: 'Service', apiVersion: 'v1', metadata: meta({ labels: { app: name } }),
      spec: { ...(list.length && { ports: list }), selector: { app: name }, ...(clusterIP && { clusterIP }), type, ...(externalName && { externalName }) }, status: { loadBalancer: {} },
    } as Made;
  },
});

export const service: Verb = {
  name: 'service', use: '', aliases: ['svc'], group: 'strict',
  verbs: [
    form({ type: 'ClusterIP', use: '[--tcp=<port>:<targetPort>]', flags: ["clusterip=''"] }),
    form({ type: 'NodePort', use: '[--tcp=port:targetPort]', flags: ['node-port=0'] }),
    form({ type: 'LoadBalancer', use: '[--tcp=port:targetPort]', flags: [] }),
    form({ type: 'ExternalName', use: '--external-name external.name', flags: ["external-name=''!"] }),
  ],
};

const RULE = /^[\w*\-.]*\/.*=[\w-]+:[\w-]+(,tls=?([\w-]+)?)?/;

interface Rule {
  readonly host: string;
  readonly path: string;
  readonly backend: string;
  readonly tls: string | undefined;
}

function backend(text: string): Readonly<Record<string, unknown>> {
  const [name, port = ''] = text.split(':') as [string, string?];
  return { service: { name, port: /^[-+]?\d+$/.test(port) ? { number: Number(port) } : { name: port } } };
}

function readRule(rule: string): Rule {
  const [way, ...rest] = rule.split(',') as [string, ...string[]];
  const slash = way.indexOf('/');
  const parts = way.slice(slash + 1).split('=');
  return { host: way.slice(0, slash), path: `/${parts[0]}`, backend: parts[1]!, tls: rest.length === 1 ? (rest[0]!.split('=')[1] ?? '') : undefined };
}

function ingressTls(rules: readonly Rule[]): { hosts?: string[]; secretName?: string }[] {
  const out: { hosts?: string[]; secretName?: string }[] = [];
  const seen = new Set<string>();
  for (const { host, tls } of rules) {
    if (tls === undefined || seen.has(host)) continue;
    seen.add(host);
    const same = out.find((one) => (one.secretName ?? '') === tls);
    if (same) (same.hosts ??= []).push(host);
    else if (host || tls) out.push({ ...(host && { hosts: [host] }), ...(tls && { secretName: tls }) });
  }
  return out;
}

export const ingress = generator({
  name: 'ingress', use: 'NAME --rule=host/path=service:port[,tls[=secret]] ', aliases: ['ing'], resource: 'ingresses', failed: 'ingress:',
  flags: ['annotation=[]:array', "class=''", "default-backend=''", 'rule=[]:array'],
  *make(k, _name, meta) {
    const given = { rules: k.flags.list('rule'), fallback: k.flags.text('default-backend'), notes: k.flags.list('annotation') };
    check(k, given.rules, given.fallback, given.notes);
    const rules = given.rules.map(readRule);
    const hosts = new Map<string, { path: string; pathType: string; backend: unknown }[]>();
    for (const rule of rules) {
      const prefix = rule.path.endsWith('*');
      const path = { path: prefix ? rule.path.slice(0, -1) : rule.path, pathType: prefix ? 'Prefix' : 'Exact', backend: backend(rule.backend) };
      const list = hosts.get(rule.host);
      if (list) list.push(path);
      else hosts.set(rule.host, [path]);
    }
    const tls = ingressTls(rules);
    const annotations = Object.fromEntries(given.notes.map((note) => [note.slice(0, note.indexOf('=')), note.slice(note.indexOf('=') + 1)]));
    const className = k.flags.text('class');
    return {
      kind: 'Ingress', apiVersion: 'networking.k8s.io/v1', metadata: meta(given.notes.length ? { annotations } : {}),
      spec: {
        ...(className && { ingressClassName: className }), ...(given.fallback && { defaultBackend: backend(given.fallback) }), ...(tls.length && { tls }),
        ...(hosts.size && { rules: [...hosts].map(([host, paths]) => ({ ...(host && { host }), http: { paths } })) }),
      },
      status: { loadBalancer: {} },
    } as Made;
  },
});

function check(_k: Kubectl, rules: readonly string[], fallback: string, notes: readonly string[]): void {
  if (!fallback && rules.length === 0) {
    throw new CliError('not enough information provided: every ingress has to either specify a default-backend (which catches all traffic) or a list of rules (which catch specific paths)');
  }
  for (const rule of rules) if (!RULE.test(rule)) throw new CliError(`rule ${rule} is invalid and should be in format host/path=svcname:svcport[,tls[=secret]]`);
  for (const note of notes) if (!note.includes('=')) throw new CliError(`annotation ${note} is invalid and should be in format key=[value]`);
  if (fallback && fallback.split(':').length !== 2) throw new CliError('default-backend should be in format servicename:serviceport');
}
