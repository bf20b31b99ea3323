/**
 * kubectl version, cluster-info, options: what the client and the cluster say of themselves.
 * Stands for k8s.io/kubectl/pkg/cmd/{version,clusterinfo,options}.
 */
import type { KubeObject } from '../../kube/api/wire.ts';
import { VERSION } from '../client.ts';
import type { Kubectl, Verb } from '../command.ts';
import { CliError } from '../errors.ts';
import { SELECTOR, flags } from '../flags.ts';
import { isMap, json, type Rec } from '../go.ts';
import { printYaml } from '../yaml/print.ts';
import type { Running } from '../../machine/process.ts';

const KUSTOMIZE = 'v5.8.1';
const BUILD = { buildDate: '2026-01-01T00:00:00Z', compiler: 'gc', gitCommit: '0000000000000000000000000000000000000000', gitTreeState: 'clean', gitVersion: VERSION, goVersion: 'go1.26.8', major: '1', minor: '36', platform: 'linux/amd64' };
/** Go prints the fields of version.Info in the order of the struct. */
const FIELDS = ['major', 'minor', 'emulationMajor', 'emulationMinor', 'minCompatibilityMajor', 'minCompatibilityMinor', 'gitVersion', 'gitCommit', 'gitTreeState', 'buildDate', 'goVersion', 'compiler', 'platform'];

const inOrder = (info: Rec): Rec => Object.fromEntries(FIELDS.flatMap((field) => (info[field] === undefined ? [] : [[field, info[field]]])));

/** More than one minor version between client and server is not supported. */
function skew(server: Rec): string {
  const apart = Math.abs(36 - Number.parseInt(String(server['minor'] ?? '36'), 10));
  return apart > 1 ? `WARNING: version difference between client (1.36) and server (${String(server['major'])}.${String(server['minor'])}) exceeds the supported minor version skew of +/-1\n` : '';
}

export const version: Verb = {
  name: 'version',
  use: '[flags]',
  flags: flags('client=false', "o output=''"),
  complete: 'none',
  *run(k) {
    const { flags: f, args } = k;
    if (args.length) throw new CliError(`extra arguments: ${`[${args.join(' ')}]`}`);
    const format = f.text('output');
    if (format !== '' && format !== 'yaml' && format !== 'json') throw new CliError("--output must be 'yaml' or 'json'");
    let server: Rec | undefined;
    let failure: unknown;
    if (!f.on('client')) {
      try {
        server = yield* k.client.object<Rec>({ path: '/version' });
      } catch (error) {
        failure = error;
      }
    }
    if (format === '') {
      k.out(`Client Version: ${VERSION}\nKustomize Version: ${KUSTOMIZE}\n`);
      if (server) k.out(`Server Version: ${String(server['gitVersion'])}\n`);
    } else {
      const all = { clientVersion: inOrder(BUILD), kustomizeVersion: KUSTOMIZE, ...(server && { serverVersion: inOrder(server) }) };
      k.out(format === 'yaml' ? `${printYaml(all)}\n` : `${json(all, '  ', { ordered: true })}\n`);
    }
    if (failure) throw failure;
    if (server) k.err(skew(server));
  },
};

const GREEN = '\x1b[0;32m';
const YELLOW = '\x1b[0;33m';
const RESET = '\x1b[0m';

/** The address under which the API server passes requests on to a Service's first port. */
function proxied(server: string, service: KubeObject): string {
  const { name, namespace } = service.metadata;
  const status = isMap(service['status']) ? service['status'] : {};
  const ingress = isMap(status['loadBalancer']) && Array.isArray(status['loadBalancer']['ingress']) ? (status['loadBalancer']['ingress'] as readonly Rec[]) : [];
  const ports = (isMap(service['spec']) && Array.isArray(service['spec']['ports']) ? service['spec']['ports'] : []) as readonly Rec[];
  if (ingress.length) {
    const host = String(ingress[0]!['ip'] ?? ingress[0]!['hostname'] ?? '');
    return ports.map((port) => `http://${host}:${String(port['port'])} `).join('');
  }
  const port = String(ports[0]?.['name'] ?? '');
  const scheme = port === 'https' || ports[0]?.['port'] === 443 ? 'https:' : '';
  const full = ports.length && (scheme || port) ? `${scheme}${name}:${port}` : name;
  return `${server}/api/v1/namespaces/${namespace}/services/${full}/proxy`;
}

function* clusterServices(k: Kubectl): Running<void> {
  const { server } = k.client.target;
  // Colours whenever the terminal's kind allows them, even into a pipe, as the real one.
  const paint = (color: string, text: string): string => (k.p.env.get('TERM') === 'dumb' ? text : `${color}${text}${RESET}`);
  const say = (name: string, address: string): void => k.out(`${paint(GREEN, name)} is running at ${paint(YELLOW, address)}\n`);
  say('Kubernetes control plane', server);
  const selector = k.flags.text('selector') || 'kubernetes.io/cluster-service=true';
  const { items } = yield* k.client.object<{ readonly items?: readonly KubeObject[] }>({ path: '/api/v1/namespaces/kube-system/services', query: { labelSelector: selector, limit: 500 } });
  for (const service of items ?? []) say(service.metadata.labels?.['kubernetes.io/name'] ?? service.metadata.name, proxied(server, service));
  k.out("\nTo further debug and diagnose cluster problems, use 'kubectl cluster-info dump'.\n");
}

export const clusterInfo: Verb = {
  name: 'cluster-info',
  use: '',
  aliases: ['clusterinfo'],
  flags: SELECTOR,
  complete: 'none',
  run: clusterServices,
};
