/**
 * The names of a Pod and the files that tell of them: /etc/hostname, /etc/hosts, /etc/resolv.conf.
 * Stands for pkg/kubelet/network/dns and the hosts file of kubelet_pods.go.
 */
import type { Pod } from '../kinds/types.ts';

/** The node's part of the story. */
export interface NodeNames {
  readonly hostname: string;
  /** The node's own /etc/hosts and /etc/resolv.conf. */
  readonly hosts: string;
  readonly resolv: string;
  /** Address of the cluster's name server, and the cluster's domain. */
  readonly clusterDNS: string;
  readonly clusterDomain: string;
}

/** Hostname, and the domain after it ('' without a subdomain). */
export function namesOf(pod: Pod, node: NodeNames): { readonly hostname: string; readonly domain: string } {
  const { spec, metadata } = pod;
  if (spec?.hostnameOverride) return { hostname: spec.hostnameOverride, domain: '' };
  const domain = spec?.subdomain ? `${spec.subdomain}.${metadata.namespace}.svc.${node.clusterDomain}` : '';
  if (spec?.hostNetwork) return { hostname: node.hostname, domain };
  const short = spec?.hostname ? spec.hostname : metadata.name.slice(0, 63).replace(/[-.]+$/, '');
  return { hostname: spec?.setHostnameAsFQDN && domain ? `${short}.${domain}` : short, domain };
}

/** /etc/hosts of a Pod. */
export function hostsFile(pod: Pod, node: NodeNames, address: string): string {
  const { hostname, domain } = namesOf(pod, node);
  const aliases = pod.spec?.hostAliases ?? [];
  const extra = aliases.length ? `\n# Entries added by HostAliases.\n${aliases.map((a) => `${a.ip}\t${(a.hostnames ?? []).join('\t')}\n`).join('')}` : '';
  if (pod.spec?.hostNetwork) return `# Kubernetes-managed hosts file (host network).\n${node.hosts}${extra}`;
  const own = domain && !hostname.endsWith(domain) ? `${address}\t${hostname}.${domain}\t${hostname}\n` : `${address}\t${hostname}\n`;
  return (
    '# Kubernetes-managed hosts file.\n127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\nfe00::0\tip6-localnet\n' +
    `fe00::0\tip6-mcastprefix\nfe00::1\tip6-allnodes\nfe00::2\tip6-allrouters\n${own}${extra}`
  );
}

const unique = (list: readonly string[]): string[] => [...new Set(list)];

/** /etc/resolv.conf of a Pod. */
export function resolvFile(pod: Pod, node: NodeNames): string {
  const { spec, metadata } = pod;
  const host = { servers: [] as string[], searches: [] as string[], options: [] as string[] };
  for (const line of node.resolv.split('\n')) {
    const [word, ...rest] = line.trim().split(/\s+/);
    if (word === 'nameserver' && rest[0]) host.servers.push(rest[0]);
    else if (word === 'search') host.searches = rest;
    else if (word === 'options') host.options = rest;
  }
  const policy = spec?.dnsPolicy ?? 'ClusterFirst';
  let { servers, searches, options } = host;
  if (policy === 'None') servers = searches = options = [];
  else if (policy === 'ClusterFirstWithHostNet' || (policy === 'ClusterFirst' && !spec?.hostNetwork)) {
    const domain = node.clusterDomain;
    servers = [node.clusterDNS];
    searches = [`${metadata.namespace}.svc.${domain}`, `svc.${domain}`, domain, ...searches];
    options = ['ndots:5', ...options.filter((o) => !o.startsWith('ndots'))];
  }
  const more = spec?.dnsConfig;
  servers = unique([...servers, ...(more?.nameservers ?? [])]);
  searches = unique([...searches, ...(more?.searches ?? [])]);
  for (const { name, value } of more?.options ?? []) {
    options = [...options.filter((o) => o.split(':')[0] !== name), value ? `${name}:${value}` : name!];
  }
  return (
    (searches.length ? `search ${searches.join(' ')}\n` : '') +
    servers.map((s) => `nameserver ${s}\n`).join('') +
    (options.length ? `options ${options.join(' ')}\n` : '')
  );
}
