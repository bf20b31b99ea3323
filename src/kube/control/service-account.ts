/**
 * What every namespace gets: the service account `default`, and the cluster's authority in the ConfigMap kube-root-ca.crt.
 * Stands for pkg/controller/serviceaccount and pkg/controller/certificates/rootcacertpublisher.
 */
import type { ConfigMap, Namespace, ServiceAccount } from '../kinds/types.ts';
import { ApiError, type Controller } from './controller.ts';

const ROOT_CA = 'kube-root-ca.crt';
const DESCRIPTION = 'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. '
  + 'No other usage is guaranteed across distributions of Kubernetes clusters.';

const isActive = (namespace: Namespace | undefined): boolean => namespace !== undefined && namespace.status?.phase !== 'Terminating' && !namespace.metadata.deletionTimestamp;

/** Somebody was faster, or the namespace is going: both are fine. */
function tolerant(act: () => void): void {
  try {
    act();
  } catch (error) {
    if (!(error instanceof ApiError) || (error.reason !== 'AlreadyExists' && !error.message.includes('because it is being terminated'))) throw error;
  }
}

export const createServiceAccountController = (): Controller => ({
  name: 'service-account-controller',
  user: 'system:serviceaccount:kube-system:service-account-controller',
  watches: {
    namespaces: 'self',
    serviceaccounts: (object, _read, change) => (change && !change.now && object.metadata.name === 'default' ? [object.metadata.namespace!] : []),
  },
  reconcile(name, client) {
    if (!isActive(client.get<Namespace>('namespaces', undefined, name)) || client.get('serviceaccounts', name, 'default')) return;
    tolerant(() => client.create<ServiceAccount>({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace: name } }));
  },
});

/** `authority` is the PEM of the cluster's CA. */
export const createRootCaPublisher = (authority: string): Controller => ({
  name: 'root-ca-certificate-publisher-controller',
  user: 'system:serviceaccount:kube-system:root-ca-cert-publisher',
  watches: {
    namespaces: 'self',
    configmaps: (object, _read, change) => (change?.before && object.metadata.name === ROOT_CA ? [object.metadata.namespace!] : []),
  },
  reconcile(name, client) {
    if (!isActive(client.get<Namespace>('namespaces', undefined, name))) return;
    const data = { 'ca.crt': authority };
    const annotations = { 'kubernetes.io/description': DESCRIPTION };
    const old = client.get<ConfigMap>('configmaps', name, ROOT_CA);
    if (!old) tolerant(() => client.create<ConfigMap>({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: ROOT_CA, namespace: name, annotations }, data }));
    else if (old.data?.['ca.crt'] !== authority || Object.keys(old.data).length !== 1) client.update({ ...old, metadata: { ...old.metadata, annotations: { ...old.metadata.annotations, ...annotations } }, data });
  },
});
