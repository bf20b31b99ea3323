/**
 * The manifests of the control plane that kubeadm leaves in /etc/kubernetes/manifests, as text: etcd, API server, controller manager, scheduler.
 */
import { stringify } from 'yaml';

export const VERSION = 'v1.36.4';
export const ETCD = 'registry.k8s.io/etcd:3.6.8-0';

interface Mount {
  readonly name: string;
  readonly path: string;
  readonly writable?: boolean;
  readonly file?: boolean;
}

interface Plan {
  readonly name: string;
  readonly image: string;
  readonly command: readonly string[];
  readonly port: number;
  readonly host: string;
  readonly scheme: 'HTTP' | 'HTTPS';
  readonly live: string;
  readonly ready?: string;
  readonly startup: string;
  readonly requests: Readonly<Record<string, string>>;
  readonly mounts: readonly Mount[];
  readonly annotations?: Readonly<Record<string, string>>;
}

const AUTHORITIES: readonly Mount[] = [
  { name: 'ca-certs', path: '/etc/ssl/certs' },
  { name: 'etc-ca-certificates', path: '/etc/ca-certificates' },
  { name: 'k8s-certs', path: '/etc/kubernetes/pki' },
];
const SHARED: readonly Mount[] = [
  { name: 'usr-local-share-ca-certificates', path: '/usr/local/share/ca-certificates' },
  { name: 'usr-share-ca-certificates', path: '/usr/share/ca-certificates' },
];
const PKI = '/etc/kubernetes/pki';

const kubeconfig = (name: string): Mount => ({ name: 'kubeconfig', path: `/etc/kubernetes/${name}.conf`, file: true });

const plans = (node: string, address: string, podCIDR: string, serviceCIDR: string): readonly Plan[] => [
  {
    name: 'etcd', image: ETCD, port: 2381, host: '127.0.0.1', scheme: 'HTTP', live: '/livez', ready: '/readyz', startup: '/readyz', requests: { cpu: '100m', memory: '100Mi' },
    annotations: { 'kubeadm.kubernetes.io/etcd.advertise-client-urls': `https://${address}:2379` },
    mounts: [{ name: 'etcd-data', path: '/var/lib/etcd', writable: true }, { name: 'etcd-certs', path: `${PKI}/etcd`, writable: true }],
    command: [
      'etcd', `--advertise-client-urls=https://${address}:2379`, `--cert-file=${PKI}/etcd/server.crt`, '--client-cert-auth=true', '--data-dir=/var/lib/etcd', '--feature-gates=InitialCorruptCheck=true',
      `--initial-advertise-peer-urls=https://${address}:2380`, `--initial-cluster=${node}=https://${address}:2380`, `--key-file=${PKI}/etcd/server.key`,
      `--listen-client-urls=https://127.0.0.1:2379,https://${address}:2379`, '--listen-metrics-urls=http://127.0.0.1:2381', `--listen-peer-urls=https://${address}:2380`, `--name=${node}`,
      `--peer-cert-file=${PKI}/etcd/peer.crt`, '--peer-client-cert-auth=true', `--peer-key-file=${PKI}/etcd/peer.key`, `--peer-trusted-ca-file=${PKI}/etcd/ca.crt`, '--snapshot-count=10000',
      `--trusted-ca-file=${PKI}/etcd/ca.crt`, '--watch-progress-notify-interval=5s',
    ],
  },
  {
    name: 'kube-apiserver', image: `registry.k8s.io/kube-apiserver:${VERSION}`, port: 6443, host: address, scheme: 'HTTPS', live: '/livez', ready: '/readyz', startup: '/livez', requests: { cpu: '250m' },
    annotations: { 'kubeadm.kubernetes.io/kube-apiserver.advertise-address.endpoint': `${address}:6443` }, mounts: [...AUTHORITIES, ...SHARED],
    command: [
      'kube-apiserver', `--advertise-address=${address}`, '--allow-privileged=true', '--authorization-mode=Node,RBAC', `--client-ca-file=${PKI}/ca.crt`, '--enable-admission-plugins=NodeRestriction',
      '--enable-bootstrap-token-auth=true', `--etcd-cafile=${PKI}/etcd/ca.crt`, `--etcd-certfile=${PKI}/apiserver-etcd-client.crt`, `--etcd-keyfile=${PKI}/apiserver-etcd-client.key`, '--etcd-servers=https://127.0.0.1:2379',
      `--kubelet-client-certificate=${PKI}/apiserver-kubelet-client.crt`, `--kubelet-client-key=${PKI}/apiserver-kubelet-client.key`, '--kubelet-preferred-address-types=InternalIP,ExternalIP,Hostname',
      `--proxy-client-cert-file=${PKI}/front-proxy-client.crt`, `--proxy-client-key-file=${PKI}/front-proxy-client.key`, '--requestheader-allowed-names=front-proxy-client', `--requestheader-client-ca-file=${PKI}/front-proxy-ca.crt`,
      '--requestheader-extra-headers-prefix=X-Remote-Extra-', '--requestheader-group-headers=X-Remote-Group', '--requestheader-username-headers=X-Remote-User', '--secure-port=6443',
      '--service-account-issuer=https://kubernetes.default.svc.cluster.local', `--service-account-key-file=${PKI}/sa.pub`, `--service-account-signing-key-file=${PKI}/sa.key`, `--service-cluster-ip-range=${serviceCIDR}`,
      `--tls-cert-file=${PKI}/apiserver.crt`, `--tls-private-key-file=${PKI}/apiserver.key`,
    ],
  },
  {
    name: 'kube-controller-manager', image: `registry.k8s.io/kube-controller-manager:${VERSION}`, port: 10257, host: '127.0.0.1', scheme: 'HTTPS', live: '/healthz', startup: '/healthz', requests: { cpu: '200m' },
    mounts: [...AUTHORITIES, kubeconfig('controller-manager'), ...SHARED],
    command: [
      'kube-controller-manager', '--allocate-node-cidrs=true', '--authentication-kubeconfig=/etc/kubernetes/controller-manager.conf', '--authorization-kubeconfig=/etc/kubernetes/controller-manager.conf', '--bind-address=127.0.0.1',
      `--client-ca-file=${PKI}/ca.crt`, `--cluster-cidr=${podCIDR}`, '--cluster-name=kubernetes', `--cluster-signing-cert-file=${PKI}/ca.crt`, `--cluster-signing-key-file=${PKI}/ca.key`, '--controllers=*,bootstrapsigner,tokencleaner',
      '--kubeconfig=/etc/kubernetes/controller-manager.conf', '--leader-elect=true', `--requestheader-client-ca-file=${PKI}/front-proxy-ca.crt`, `--root-ca-file=${PKI}/ca.crt`, `--service-account-private-key-file=${PKI}/sa.key`,
      `--service-cluster-ip-range=${serviceCIDR}`, '--use-service-account-credentials=true',
    ],
  },
  {
    name: 'kube-scheduler', image: `registry.k8s.io/kube-scheduler:${VERSION}`, port: 10259, host: '127.0.0.1', scheme: 'HTTPS', live: '/livez', ready: '/readyz', startup: '/livez', requests: { cpu: '100m' }, mounts: [kubeconfig('scheduler')],
    command: ['kube-scheduler', '--authentication-kubeconfig=/etc/kubernetes/scheduler.conf', '--authorization-kubeconfig=/etc/kubernetes/scheduler.conf', '--bind-address=127.0.0.1', '--kubeconfig=/etc/kubernetes/scheduler.conf', '--leader-elect=true'],
  },
];

function manifest(plan: Plan): string {
  const probe = (path: string, numbers: object): object => ({ ...numbers, httpGet: { host: plan.host, path, port: 'probe-port', scheme: plan.scheme } });
  return stringify({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { ...(plan.annotations && { annotations: plan.annotations }), labels: { component: plan.name, tier: 'control-plane' }, name: plan.name, namespace: 'kube-system' },
    spec: {
      containers: [{
        command: plan.command,
        image: plan.image,
        imagePullPolicy: 'IfNotPresent',
        livenessProbe: probe(plan.live, { failureThreshold: 8, initialDelaySeconds: 10, periodSeconds: 10, timeoutSeconds: 15 }),
        name: plan.name,
        ports: [{ containerPort: plan.port, name: 'probe-port', protocol: 'TCP' }],
        ...(plan.ready && { readinessProbe: probe(plan.ready, { failureThreshold: 3, periodSeconds: 1, timeoutSeconds: 15 }) }),
        resources: { requests: plan.requests },
        startupProbe: probe(plan.startup, { failureThreshold: 24, initialDelaySeconds: 10, periodSeconds: 10, timeoutSeconds: 15 }),
        volumeMounts: plan.mounts.map(({ name, path, writable }) => ({ mountPath: path, name, ...(!writable && { readOnly: true }) })),
      }],
      hostNetwork: true,
      priority: 2000001000,
      priorityClassName: 'system-node-critical',
      securityContext: { seccompProfile: { type: 'RuntimeDefault' } },
      volumes: [...plan.mounts].sort((a, b) => (a.name < b.name ? -1 : 1)).map(({ name, path, file }) => ({ hostPath: { path, type: file ? 'FileOrCreate' : 'DirectoryOrCreate' }, name })),
    },
    status: {},
  }, { lineWidth: 0 });
}

/** Manifests by file name, for the control plane on this node and address. */
export const staticManifests = (node: string, address: string, podCIDR: string, serviceCIDR: string): Readonly<Record<string, string>> =>
  Object.fromEntries(plans(node, address, podCIDR, serviceCIDR).map((plan) => [`${plan.name}.yaml`, manifest(plan)]));
