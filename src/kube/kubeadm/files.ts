/**
 * Files that kubeadm leaves on the control plane's machine: the authority's certificate and the kubeconfigs of its users.
 */
import { authorityCertificate, issueCertificate, privateKey } from '../api/certificate.ts';
import { base64 } from '../kinds/base64.ts';

const YEAR = 365 * 86_400_000;

/** The cluster's keys. `secret` stands for the authority's private key; times are Unix milliseconds. */
export class Pki {
  readonly authority: string;
  private readonly secret: string;
  private readonly epoch: number;

  constructor(secret: string, epoch: number) {
    this.secret = secret;
    this.epoch = epoch;
    this.authority = authorityCertificate(secret, epoch, epoch + 10 * YEAR);
  }

  /** A kubeconfig for a user with a client certificate. */
  kubeconfig(server: string, user: string, groups: readonly string[]): string {
    const certificate = issueCertificate(this.secret, { user, groups, notBefore: this.epoch, notAfter: this.epoch + YEAR, usages: ['digital signature', 'key encipherment', 'client auth'] });
    return `apiVersion: v1
clusters:
- cluster:
    certificate-authority-data: ${base64(this.authority)}
    server: ${server}
  name: kubernetes
contexts:
- context:
    cluster: kubernetes
    user: ${user}
  name: ${user}@kubernetes
current-context: ${user}@kubernetes
kind: Config
users:
- name: ${user}
  user:
    client-certificate-data: ${base64(certificate)}
    client-key-data: ${base64(privateKey(this.secret, user))}
`;
  }

  /** The kubeconfig without users that anybody may read in kube-public/cluster-info. */
  clusterInfo(server: string): string {
    return `apiVersion: v1
clusters:
- cluster:
    certificate-authority-data: ${base64(this.authority)}
    server: ${server}
  name: ""
contexts: null
current-context: ""
kind: Config
users: null
`;
  }

  /** What stands below /etc/kubernetes on the control plane, besides the manifests. */
  files(server: string, names: readonly string[]): Readonly<Record<string, string>> {
    return {
      'admin.conf': this.kubeconfig(server, 'kubernetes-admin', ['kubeadm:cluster-admins']),
      'super-admin.conf': this.kubeconfig(server, 'kubernetes-super-admin', ['system:masters']),
      'controller-manager.conf': this.kubeconfig(server, 'system:kube-controller-manager', []),
      'scheduler.conf': this.kubeconfig(server, 'system:kube-scheduler', []),
      'pki/ca.crt': this.authority,
      'pki/ca.key': privateKey(this.secret, 'ca'),
      'pki/apiserver.crt': issueCertificate(this.secret, { user: 'kube-apiserver', notBefore: this.epoch, notAfter: this.epoch + YEAR, names, usages: ['digital signature', 'key encipherment', 'server auth'] }),
      'pki/apiserver.key': privateKey(this.secret, 'apiserver'),
      'pki/sa.key': privateKey(this.secret, 'sa'),
    };
  }
}
