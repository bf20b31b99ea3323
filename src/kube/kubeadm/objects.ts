/**
 * The objects that kubeadm and the starting control plane leave in the API, besides roles and the API server's own.
 * Stands for kubeadm's phases uploadconfig, bootstraptoken and addons, and the first steps of kube-apiserver and kube-controller-manager.
 */
import { rfc3339 } from '../../sim/date.ts';
import type { KubeObject } from '../api/wire.ts';
import type { Credentials } from './credentials.ts';
import type { Plane } from './manifests.ts';
import { clusterConfiguration, COREFILE, kubeletConfiguration, proxyConfiguration, proxyKubeconfig } from './texts.ts';
import { yaml } from './yaml.ts';

const SYSTEM = 'kube-system';
const TOKEN = { id: 'abcdef', secret: '0123456789abcdef' };
export const COREDNS_VERSION = 'v1.14.2';

/** Controllers that ask as service accounts of their own. */
const ACCOUNTS = `attachdetach-controller bootstrap-signer certificate-controller clusterrole-aggregation-controller cronjob-controller daemon-set-controller deployment-controller
device-taint-eviction-controller disruption-controller endpoint-controller endpointslice-controller endpointslicemirroring-controller ephemeral-volume-controller expand-controller
generic-garbage-collector horizontal-pod-autoscaler job-controller legacy-service-account-token-cleaner namespace-controller node-controller persistent-volume-binder pod-garbage-collector
pv-protection-controller pvc-protection-controller replicaset-controller replication-controller resource-claim-controller resourcequota-controller root-ca-cert-publisher
service-account-controller service-cidrs-controller statefulset-controller token-cleaner ttl-after-finished-controller ttl-controller validatingadmissionpolicy-status-controller
volumeattributesclass-protection-controller`.split(/\s+/);

const configMap = (namespace: string, name: string, data: Readonly<Record<string, string>>, more: object = {}): object => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace, ...more }, data });
const account = (name: string): object => ({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace: SYSTEM } });

const KUBE_DNS = {
  apiVersion: 'v1', kind: 'Service',
  metadata: {
    name: 'kube-dns', namespace: SYSTEM, annotations: { 'prometheus.io/port': '9153', 'prometheus.io/scrape': 'true' },
    labels: { 'k8s-app': 'kube-dns', 'kubernetes.io/cluster-service': 'true', 'kubernetes.io/name': 'CoreDNS' },
  },
  spec: {
    clusterIP: '10.96.0.10', selector: { 'k8s-app': 'kube-dns' },
    ports: [{ name: 'dns', port: 53, protocol: 'UDP', targetPort: 53 }, { name: 'dns-tcp', port: 53, protocol: 'TCP', targetPort: 53 }, { name: 'metrics', port: 9153, protocol: 'TCP', targetPort: 9153 }],
  },
};

const port = (containerPort: number, name: string, protocol = 'TCP'): object => ({ containerPort, name, protocol });

const COREDNS = {
  apiVersion: 'apps/v1', kind: 'Deployment',
  metadata: { name: 'coredns', namespace: SYSTEM, labels: { 'k8s-app': 'kube-dns' } },
  spec: {
    replicas: 2, strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1 } }, selector: { matchLabels: { 'k8s-app': 'kube-dns' } },
    template: {
      metadata: { labels: { 'k8s-app': 'kube-dns' } },
      spec: {
        affinity: { podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{
          weight: 100,
          podAffinityTerm: { topologyKey: 'kubernetes.io/hostname', labelSelector: { matchExpressions: [{ key: 'k8s-app', operator: 'In', values: ['kube-dns'] }] } },
        }] } },
        containers: [{
          name: 'coredns', image: `registry.k8s.io/coredns/coredns:${COREDNS_VERSION}`, imagePullPolicy: 'IfNotPresent', args: ['-conf', '/etc/coredns/Corefile'],
          resources: { limits: { memory: '170Mi' }, requests: { cpu: '100m', memory: '70Mi' } },
          volumeMounts: [{ name: 'config-volume', mountPath: '/etc/coredns', readOnly: true }],
          ports: [port(53, 'dns', 'UDP'), port(53, 'dns-tcp'), port(9153, 'metrics'), port(8080, 'liveness-probe'), port(8181, 'readiness-probe')],
          livenessProbe: { httpGet: { path: '/health', port: 'liveness-probe', scheme: 'HTTP' }, initialDelaySeconds: 60, timeoutSeconds: 5, failureThreshold: 5 },
          readinessProbe: { httpGet: { path: '/ready', port: 'readiness-probe', scheme: 'HTTP' } },
          securityContext: { allowPrivilegeEscalation: false, capabilities: { add: ['NET_BIND_SERVICE'], drop: ['ALL'] }, readOnlyRootFilesystem: true },
        }],
        dnsPolicy: 'Default', nodeSelector: { 'kubernetes.io/os': 'linux' }, priorityClassName: 'system-cluster-critical', serviceAccountName: 'coredns',
        tolerations: [{ key: 'CriticalAddonsOnly', operator: 'Exists' }, { key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' }],
        volumes: [{ name: 'config-volume', configMap: { name: 'coredns', items: [{ key: 'Corefile', path: 'Corefile' }] } }],
      },
    },
  },
};

const kubeProxy = (version: string): object => ({
  apiVersion: 'apps/v1', kind: 'DaemonSet',
  metadata: { name: 'kube-proxy', namespace: SYSTEM, labels: { 'k8s-app': 'kube-proxy' } },
  spec: {
    selector: { matchLabels: { 'k8s-app': 'kube-proxy' } }, updateStrategy: { type: 'RollingUpdate' },
    template: {
      metadata: { labels: { 'k8s-app': 'kube-proxy' } },
      spec: {
        containers: [{
          name: 'kube-proxy', image: `registry.k8s.io/kube-proxy:${version}`, imagePullPolicy: 'IfNotPresent',
          command: ['/usr/local/bin/kube-proxy', '--config=/var/lib/kube-proxy/config.conf', '--hostname-override=$(NODE_NAME)'],
          env: [{ name: 'NODE_NAME', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } }],
          securityContext: { privileged: true },
          volumeMounts: [{ mountPath: '/var/lib/kube-proxy', name: 'kube-proxy' }, { mountPath: '/run/xtables.lock', name: 'xtables-lock' }, { mountPath: '/lib/modules', name: 'lib-modules', readOnly: true }],
        }],
        hostNetwork: true, nodeSelector: { 'kubernetes.io/os': 'linux' }, priorityClassName: 'system-node-critical', serviceAccountName: 'kube-proxy', tolerations: [{ operator: 'Exists' }],
        volumes: [
          { name: 'kube-proxy', configMap: { name: 'kube-proxy' } }, { name: 'xtables-lock', hostPath: { path: '/run/xtables.lock', type: 'FileOrCreate' } }, { name: 'lib-modules', hostPath: { path: '/lib/modules', type: '' } },
        ],
      },
    },
  },
});

const bootstrapToken = (unix: number): object => ({
  apiVersion: 'v1', kind: 'Secret', type: 'bootstrap.kubernetes.io/token', metadata: { name: `bootstrap-token-${TOKEN.id}`, namespace: SYSTEM },
  stringData: {
    'auth-extra-groups': 'system:bootstrappers:kubeadm:default-node-token', expiration: rfc3339(unix + 86_400_000), 'token-id': TOKEN.id, 'token-secret': TOKEN.secret,
    'usage-bootstrap-authentication': 'true', 'usage-bootstrap-signing': 'true',
  },
});

/** Objects with the name of the program that writes them, in the order in which they come to be. */
export function kubeadmObjects(plane: Plane, made: Credentials, unix: number): readonly { readonly by: string; readonly object: KubeObject }[] {
  const server = `https://${plane.address}:6443`;
  const info = yaml({ apiVersion: 'v1', clusters: [{ cluster: { 'certificate-authority-data': btoa(made.authority), server }, name: '' }], contexts: null, 'current-context': '', kind: 'Config', users: null });
  const apiserver = [
    {
      apiVersion: 'v1', kind: 'Service', metadata: { name: 'kubernetes', namespace: 'default', labels: { component: 'apiserver', provider: 'kubernetes' } },
      spec: { clusterIP: '10.96.0.1', ports: [{ name: 'https', port: 443, protocol: 'TCP', targetPort: 6443 }], sessionAffinity: 'None' },
    },
    {
      apiVersion: 'v1', kind: 'Endpoints', metadata: { name: 'kubernetes', namespace: 'default', labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' } },
      subsets: [{ addresses: [{ ip: plane.address }], ports: [{ name: 'https', port: 6443, protocol: 'TCP' }] }],
    },
    {
      apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', metadata: { name: 'kubernetes', namespace: 'default', labels: { 'kubernetes.io/service-name': 'kubernetes' } },
      addressType: 'IPv4', endpoints: [{ addresses: [plane.address], conditions: { ready: true } }], ports: [{ name: 'https', port: 6443, protocol: 'TCP' }],
    },
    configMap(SYSTEM, 'extension-apiserver-authentication', {
      'client-ca-file': made.authority, 'requestheader-allowed-names': '["front-proxy-client"]', 'requestheader-client-ca-file': made.frontProxyAuthority,
      'requestheader-extra-headers-prefix': '["X-Remote-Extra-"]', 'requestheader-group-headers': '["X-Remote-Group"]', 'requestheader-username-headers': '["X-Remote-User"]',
    }),
    configMap(SYSTEM, 'kube-apiserver-legacy-service-account-token-tracking', { since: rfc3339(unix).slice(0, 10) }),
  ];
  const kubeadm = [
    configMap(SYSTEM, 'kubeadm-config', { ClusterConfiguration: clusterConfiguration(plane) }),
    configMap(SYSTEM, 'kubelet-config', { kubelet: kubeletConfiguration('') }, { annotations: { 'kubeadm.kubernetes.io/component-config.hash': 'sha256:26488e9fc7c5cb5fdda9996cda2e6651a9af5febce07ea02de11bd3ef3f49e9c' } }),
    bootstrapToken(unix),
    configMap('kube-public', 'cluster-info', { kubeconfig: info }),
    account('coredns'), account('kube-proxy'),
    configMap(SYSTEM, 'coredns', { Corefile: COREFILE }), KUBE_DNS, COREDNS,
    configMap(SYSTEM, 'kube-proxy', { 'config.conf': proxyConfiguration(plane), 'kubeconfig.conf': proxyKubeconfig(server) }, { labels: { app: 'kube-proxy' } }), kubeProxy(plane.version),
  ];
  const all = [...apiserver.map((object) => ({ by: 'kube-apiserver', object })), ...kubeadm.map((object) => ({ by: 'kubeadm', object })), ...ACCOUNTS.map((name) => ({ by: 'kube-controller-manager', object: account(name) }))];
  return all as unknown as readonly { by: string; object: KubeObject }[];
}
