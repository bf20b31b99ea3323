/**
 * The authorities, certificates and kubeconfigs of a cluster.
 * Stands for cmd/kubeadm/app/phases/certs and kubeconfig.
 */
import { authorityCertificate, issueCertificate, privateKey } from '../api/certificate.ts';
import type { Plane } from './manifests.ts';
import { yaml } from './yaml.ts';

const DAY = 86_400_000;
const YEAR = 365 * DAY;
/** Certificates begin to hold a little before they are made. */
const EARLIER = 300_000;

/** A certificate with its key, both PEM. */
export interface Pair {
  readonly certificate: string;
  readonly key: string;
}

export interface Credentials {
  /** PEM of the cluster's authority. */
  readonly authority: string;
  /** PEM of the authority for proxies in front of the API server. */
  readonly frontProxyAuthority: string;
  /** Files of /etc/kubernetes/pki by relative path. */
  readonly pki: Readonly<Record<string, string>>;
  /** Kubeconfigs of /etc/kubernetes by file name. */
  readonly configs: Readonly<Record<string, string>>;
  /** A client certificate of the cluster's authority. */
  client(user: string, groups?: readonly string[]): Pair;
  /** The kubeconfig of a node. */
  readonly kubeletConfig: string;
}

const base64 = (text: string): string => btoa(text);

interface Kubeconfig {
  readonly authority: string;
  readonly server: string;
  readonly cluster: string;
  readonly user: string;
  readonly context: string;
  readonly credentials: Readonly<Record<string, string>>;
  readonly namespace?: string;
}

const kubeconfig = ({ authority, server, cluster, user, context, credentials, namespace }: Kubeconfig): string => yaml({
  apiVersion: 'v1',
  clusters: [{ cluster: { 'certificate-authority-data': base64(authority), server }, name: cluster }],
  contexts: [{ context: { cluster, ...(namespace && { namespace }), user }, name: context }],
  'current-context': context,
  kind: 'Config',
  users: [{ name: user, user: credentials }],
});

/** All of it for a cluster made at `unix`; `secret` stands for the private key of its authority. */
export function credentials(plane: Plane, secret: string, unix: number): Credentials {
  const { node, address } = plane;
  const server = `https://${address}:6443`;
  const from = unix - EARLIER;
  const old = unix + 10 * YEAR;
  const other = (name: string): string => `${secret}/${name}`;
  const authority = authorityCertificate(secret, from, old);
  const etcd = authorityCertificate(other('etcd-ca'), from, old, 'etcd-ca');
  const frontProxyAuthority = authorityCertificate(other('front-proxy-ca'), from, old, 'front-proxy-ca');
  const pair = (by: string, issuer: string, user: string, usage: string, groups: readonly string[] = [], names: readonly string[] = []): Pair => ({
    certificate: issueCertificate(by, { user, groups, issuer, names, notBefore: from, notAfter: unix + YEAR, usages: ['digital signature', 'key encipherment', ...usage.split(',')] }),
    key: privateKey(by, user),
  });
  const client = (user: string, groups: readonly string[] = []): Pair => pair(secret, 'kubernetes', user, 'client auth', groups);
  const pki: Record<string, string> = {};
  const put = (path: string, made: Pair): void => {
    pki[`${path}.crt`] = made.certificate;
    pki[`${path}.key`] = made.key;
  };
  const server0 = ['DNS:' + node, 'DNS:kubernetes', 'DNS:kubernetes.default', 'DNS:kubernetes.default.svc', 'DNS:kubernetes.default.svc.cluster.local', 'IP Address:10.96.0.1', `IP Address:${address}`];
  const member = ['DNS:' + node, 'DNS:localhost', `IP Address:${address}`, 'IP Address:127.0.0.1', 'IP Address:0:0:0:0:0:0:0:1'];
  put('ca', { certificate: authority, key: privateKey(secret, 'kubernetes') });
  put('apiserver', pair(secret, 'kubernetes', 'kube-apiserver', 'server auth', [], server0));
  put('apiserver-kubelet-client', client('kube-apiserver-kubelet-client'));
  put('apiserver-etcd-client', pair(other('etcd-ca'), 'etcd-ca', 'kube-apiserver-etcd-client', 'client auth'));
  put('etcd/ca', { certificate: etcd, key: privateKey(other('etcd-ca'), 'etcd-ca') });
  put('etcd/server', pair(other('etcd-ca'), 'etcd-ca', node, 'server auth,client auth', [], member));
  put('etcd/peer', pair(other('etcd-ca'), 'etcd-ca', node, 'server auth,client auth', [], member));
  put('etcd/healthcheck-client', pair(other('etcd-ca'), 'etcd-ca', 'kube-etcd-healthcheck-client', 'client auth'));
  put('front-proxy-ca', { certificate: frontProxyAuthority, key: privateKey(other('front-proxy-ca'), 'front-proxy-ca') });
  put('front-proxy-client', pair(other('front-proxy-ca'), 'front-proxy-ca', 'front-proxy-client', 'client auth'));
  pki['sa.key'] = privateKey(other('sa'), 'sa');
  pki['sa.pub'] = privateKey(other('sa'), 'sa.pub').replaceAll('RSA PRIVATE KEY', 'PUBLIC KEY');
  const config = (user: string, groups: readonly string[] = []): string => {
    const { certificate, key } = client(user, groups);
    return kubeconfig({ authority, server, cluster: 'kubernetes', user, context: `${user}@kubernetes`, credentials: { 'client-certificate-data': base64(certificate), 'client-key-data': base64(key) } });
  };
  const current = '/var/lib/kubelet/pki/kubelet-client-current.pem';
  const files = { 'client-certificate': current, 'client-key': current };
  return {
    authority, frontProxyAuthority, pki, client,
    configs: {
      'admin.conf': config('kubernetes-admin', ['kubeadm:cluster-admins']),
      'super-admin.conf': config('kubernetes-super-admin', ['system:masters']),
      'controller-manager.conf': config('system:kube-controller-manager'),
      'scheduler.conf': config('system:kube-scheduler'),
      'kubelet.conf': kubeconfig({ authority, server, cluster: 'kubernetes', user: `system:node:${node}`, context: `system:node:${node}@kubernetes`, credentials: files }),
    },
    kubeletConfig: kubeconfig({ authority, server, cluster: 'default-cluster', user: 'default-auth', context: 'default-context', namespace: 'default', credentials: files }),
  };
}
