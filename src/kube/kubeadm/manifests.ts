/**
 * The static Pods of the control plane as kubeadm writes them to /etc/kubernetes/manifests.
 * Stands for cmd/kubeadm/app/phases/controlplane and etcd.
 */
import type { Component } from '../node/image.ts';
import { yaml } from './yaml.ts';

/** What the manifests are made for. */
export interface Plane {
  /** The control-plane node: `k8s-master`. */
  readonly node: string;
  readonly address: string;
  readonly podRange: string;
  readonly serviceRange: string;
  readonly version: string;
}

export const ETCD_VERSION = '3.6.8-0';
const PKI = '/etc/kubernetes/pki';

interface Probe {
  readonly host: string;
  readonly path: string;
  readonly scheme: 'HTTP' | 'HTTPS';
}

interface Part {
  readonly image: string;
  readonly flags: readonly string[];
  readonly annotations?: Readonly<Record<string, string>>;
  readonly port: number;
  readonly live: Probe;
  readonly ready?: Probe;
  readonly started: Probe;
  readonly requests: Readonly<Record<string, string>>;
  /** Name, path on the node, and whether it is a file; mounted read-only at the same path except for etcd's. */
  readonly volumes: readonly (readonly [name: string, path: string, file?: true])[];
}

const CERTIFICATES: Part['volumes'] = [
  ['ca-certs', '/etc/ssl/certs'], ['etc-ca-certificates', '/etc/ca-certificates'], ['k8s-certs', PKI],
  ['usr-local-share-ca-certificates', '/usr/local/share/ca-certificates'], ['usr-share-ca-certificates', '/usr/share/ca-certificates'],
];

const local = (path: string, scheme: Probe['scheme']): Probe => ({ host: '127.0.0.1', path, scheme });

function parts({ node, address, podRange, serviceRange, version }: Plane): Readonly<Record<Exclude<Component, 'kube-proxy'>, Part>> {
  const api = (path: string): Probe => ({ host: address, path, scheme: 'HTTPS' });
  return {
    etcd: {
      image: `registry.k8s.io/etcd:${ETCD_VERSION}`,
      annotations: { 'kubeadm.kubernetes.io/etcd.advertise-client-urls': `https://${address}:2379` },
      flags: [
        `advertise-client-urls=https://${address}:2379`, `cert-file=${PKI}/etcd/server.crt`, 'client-cert-auth=true', 'data-dir=/var/lib/etcd', 'feature-gates=InitialCorruptCheck=true',
        `initial-advertise-peer-urls=https://${address}:2380`, `initial-cluster=${node}=https://${address}:2380`, `key-file=${PKI}/etcd/server.key`,
        `listen-client-urls=https://127.0.0.1:2379,https://${address}:2379`, 'listen-metrics-urls=http://127.0.0.1:2381', `listen-peer-urls=https://${address}:2380`, `name=${node}`,
        `peer-cert-file=${PKI}/etcd/peer.crt`, 'peer-client-cert-auth=true', `peer-key-file=${PKI}/etcd/peer.key`, `peer-trusted-ca-file=${PKI}/etcd/ca.crt`,
        'snapshot-count=10000', `trusted-ca-file=${PKI}/etcd/ca.crt`, 'watch-progress-notify-interval=5s',
      ],
      port: 2381, live: local('/livez', 'HTTP'), ready: local('/readyz', 'HTTP'), started: local('/readyz', 'HTTP'),
      requests: { cpu: '100m', memory: '100Mi' },
      volumes: [['etcd-certs', `${PKI}/etcd`], ['etcd-data', '/var/lib/etcd']],
    },
    'kube-apiserver': {
      image: `registry.k8s.io/kube-apiserver:${version}`,
      annotations: { 'kubeadm.kubernetes.io/kube-apiserver.advertise-address.endpoint': `${address}:6443` },
      flags: [
        `advertise-address=${address}`, 'allow-privileged=true', 'authorization-mode=Node,RBAC', `client-ca-file=${PKI}/ca.crt`, 'enable-admission-plugins=NodeRestriction', 'enable-bootstrap-token-auth=true',
        `etcd-cafile=${PKI}/etcd/ca.crt`, `etcd-certfile=${PKI}/apiserver-etcd-client.crt`, `etcd-keyfile=${PKI}/apiserver-etcd-client.key`, 'etcd-servers=https://127.0.0.1:2379',
        `kubelet-client-certificate=${PKI}/apiserver-kubelet-client.crt`, `kubelet-client-key=${PKI}/apiserver-kubelet-client.key`, 'kubelet-preferred-address-types=InternalIP,ExternalIP,Hostname',
        `proxy-client-cert-file=${PKI}/front-proxy-client.crt`, `proxy-client-key-file=${PKI}/front-proxy-client.key`, 'requestheader-allowed-names=front-proxy-client',
        `requestheader-client-ca-file=${PKI}/front-proxy-ca.crt`, 'requestheader-extra-headers-prefix=X-Remote-Extra-', 'requestheader-group-headers=X-Remote-Group', 'requestheader-username-headers=X-Remote-User',
        'secure-port=6443', 'service-account-issuer=https://kubernetes.default.svc.cluster.local', `service-account-key-file=${PKI}/sa.pub`, `service-account-signing-key-file=${PKI}/sa.key`,
        `service-cluster-ip-range=${serviceRange}`, `tls-cert-file=${PKI}/apiserver.crt`, `tls-private-key-file=${PKI}/apiserver.key`,
      ],
      port: 6443, live: api('/livez'), ready: api('/readyz'), started: api('/livez'),
      requests: { cpu: '250m' }, volumes: CERTIFICATES,
    },
    'kube-controller-manager': {
      image: `registry.k8s.io/kube-controller-manager:${version}`,
      flags: [
        'allocate-node-cidrs=true', 'authentication-kubeconfig=/etc/kubernetes/controller-manager.conf', 'authorization-kubeconfig=/etc/kubernetes/controller-manager.conf', 'bind-address=127.0.0.1',
        `client-ca-file=${PKI}/ca.crt`, `cluster-cidr=${podRange}`, 'cluster-name=kubernetes', `cluster-signing-cert-file=${PKI}/ca.crt`, `cluster-signing-key-file=${PKI}/ca.key`,
        'controllers=*,bootstrapsigner,tokencleaner', 'kubeconfig=/etc/kubernetes/controller-manager.conf', 'leader-elect=true', `requestheader-client-ca-file=${PKI}/front-proxy-ca.crt`,
        `root-ca-file=${PKI}/ca.crt`, `service-account-private-key-file=${PKI}/sa.key`, `service-cluster-ip-range=${serviceRange}`, 'use-service-account-credentials=true',
      ],
      port: 10257, live: local('/healthz', 'HTTPS'), started: local('/healthz', 'HTTPS'),
      requests: { cpu: '200m' },
      volumes: [...CERTIFICATES.slice(0, 3), ['kubeconfig', '/etc/kubernetes/controller-manager.conf', true], ...CERTIFICATES.slice(3)],
    },
    'kube-scheduler': {
      image: `registry.k8s.io/kube-scheduler:${version}`,
      flags: ['authentication-kubeconfig=/etc/kubernetes/scheduler.conf', 'authorization-kubeconfig=/etc/kubernetes/scheduler.conf', 'bind-address=127.0.0.1', 'kubeconfig=/etc/kubernetes/scheduler.conf', 'leader-elect=true'],
      port: 10259, live: local('/livez', 'HTTPS'), ready: local('/readyz', 'HTTPS'), started: local('/livez', 'HTTPS'),
      requests: { cpu: '100m' },
      volumes: [['kubeconfig', '/etc/kubernetes/scheduler.conf', true]],
    },
  };
}

const MOUNTS: Readonly<Record<string, number>> = { 'etcd-data': 0, 'etcd-certs': 1 };

function probe({ host, path, scheme }: Probe, failureThreshold: number, periodSeconds: number, wait: boolean): object {
  return { failureThreshold, httpGet: { host, path, port: 'probe-port', scheme }, ...(wait && { initialDelaySeconds: 10 }), periodSeconds, timeoutSeconds: 15 };
}

function podOf(name: string, part: Part): object {
  const mounts = [...part.volumes].sort((a, b) => (MOUNTS[a[0]] ?? 0) - (MOUNTS[b[0]] ?? 0));
  return {
    apiVersion: 'v1', kind: 'Pod',
    metadata: { ...(part.annotations && { annotations: part.annotations }), labels: { component: name, tier: 'control-plane' }, name, namespace: 'kube-system' },
    spec: {
      containers: [{
        command: [name, ...part.flags.map((flag) => `--${flag}`)],
        image: part.image, imagePullPolicy: 'IfNotPresent',
        livenessProbe: probe(part.live, 8, 10, true),
        name,
        ports: [{ containerPort: part.port, name: 'probe-port', protocol: 'TCP' }],
        ...(part.ready && { readinessProbe: probe(part.ready, 3, 1, false) }),
        resources: { requests: part.requests },
        startupProbe: probe(part.started, 24, 10, true),
        volumeMounts: mounts.map(([volume, path]) => ({ mountPath: path, name: volume, ...(name !== 'etcd' && { readOnly: true }) })),
      }],
      hostNetwork: true, priority: 2000001000, priorityClassName: 'system-node-critical',
      securityContext: { seccompProfile: { type: 'RuntimeDefault' } },
      volumes: part.volumes.map(([volume, path, file]) => ({ hostPath: { path, type: file ? 'FileOrCreate' : 'DirectoryOrCreate' }, name: volume })),
    },
    status: {},
  };
}

/** File names to texts. */
export const manifests = (plane: Plane): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(parts(plane)).map(([name, part]) => [`${name}.yaml`, yaml(podOf(name, part))]));
