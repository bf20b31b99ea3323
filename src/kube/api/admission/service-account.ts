/**
 * ServiceAccount: every Pod runs as one, and gets its token, CA and namespace mounted.
 * Stands for plugin/pkg/admission/serviceaccount.
 */
import type { KubeObject } from '../wire.ts';
import { refused, type Plugin } from './chain.ts';
import { isMirror, isPods, type ContainerDraft, type PodDraft, type PodSpecDraft } from './pod-shape.ts';

const MOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';
const VOLUME = 'kube-api-access-';
/** Seconds; an hour and a little, which marks tokens that are accepted longer. */
const EXPIRATION = 3607;

interface Account extends KubeObject {
  readonly automountServiceAccountToken?: boolean;
  readonly imagePullSecrets?: readonly { readonly name?: string }[];
}

const projected = (name: string): Record<string, unknown> => ({
  name,
  projected: {
    sources: [
      { serviceAccountToken: { expirationSeconds: EXPIRATION, path: 'token' } },
      { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
      { downwardAPI: { items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }] } },
    ],
    defaultMode: 420,
  },
});

export const serviceAccount: Plugin = {
  name: 'ServiceAccount',
  admit(x, operation, draft) {
    if (!isPods(x) || operation !== 'CREATE') return false;
    const pod = draft as PodDraft;
    const spec = (pod.spec ??= {});
    if (isMirror(pod)) return false;
    spec.serviceAccountName ||= spec.serviceAccount || 'default';
    spec.serviceAccount = spec.serviceAccountName;
    const name = spec.serviceAccountName!;
    const account = x.core.read.get<Account>('serviceaccounts', x.namespace, name);
    if (!account) throw refused(x, draft, `error looking up service account ${x.namespace}/${name}: serviceaccount ${JSON.stringify(name)} not found`);
    if (!spec.imagePullSecrets?.length && account.imagePullSecrets?.length) spec.imagePullSecrets = account.imagePullSecrets.map((s) => ({ ...s }));
    if (spec.automountServiceAccountToken ?? account.automountServiceAccountToken ?? true) mount(spec, () => x.core.random.letters(5));
    return true;
  },
  validate(x, operation, object) {
    if (operation !== 'CREATE' || !isPods(x)) return;
    const pod = object as unknown as PodDraft;
    if (!isMirror(pod)) return;
    if (pod.spec?.serviceAccountName) throw refused(x, object, 'a mirror pod may not reference service accounts');
    if (pod.spec?.volumes?.some((v) => v['secret'] !== undefined)) throw refused(x, object, 'a mirror pod may not reference secrets');
  },
};

function mount(spec: PodSpecDraft, letters: () => string): void {
  const volumes = spec.volumes ?? [];
  let name = volumes.map((v) => v['name'] as string).find((n) => n?.startsWith(VOLUME)) ?? '';
  const known = name !== '';
  if (!known) name = VOLUME + letters();
  let needed = false;
  const each = (containers: ContainerDraft[] | undefined): void => {
    for (const c of containers ?? []) {
      if (c.volumeMounts?.some((m) => m.mountPath === MOUNT)) continue;
      c.volumeMounts = [...(c.volumeMounts ?? []), { name, readOnly: true, mountPath: MOUNT }];
      needed = true;
    }
  };
  each(spec.initContainers);
  each(spec.containers);
  if (needed && !known) spec.volumes = [...volumes, projected(name)];
}
