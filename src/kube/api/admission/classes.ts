/**
 * DefaultStorageClass, StorageObjectInUseProtection, PersistentVolumeClaimResize, DefaultIngressClass.
 * Stands for the plugins of these names in plugin/pkg/admission.
 */
import { compareQuantities } from '../../schema/quantity.ts';
import type { Exchange } from '../exchange.ts';
import type { KubeObject } from '../wire.ts';
import { refused, type Plugin } from './chain.ts';
import type { MetaDraft } from './pod-shape.ts';

const isDefault = (annotation: string) => (object: KubeObject): boolean => object.metadata.annotations?.[annotation] === 'true';

/** Of several default classes the youngest counts, then the first by name. */
function youngest(x: Exchange, resource: string, annotation: string): KubeObject | undefined {
  let found: KubeObject | undefined;
  for (const each of x.core.read.list(resource).filter(isDefault(annotation))) {
    if (!found || each.metadata.creationTimestamp! > found.metadata.creationTimestamp!) found = each;
  }
  return found;
}

export const defaultStorageClass: Plugin = {
  name: 'DefaultStorageClass',
  admit(x, operation, draft) {
    if (operation !== 'CREATE' || x.stored.groupResource !== 'persistentvolumeclaims') return false;
    const spec = (draft['spec'] ??= {}) as { storageClassName?: string };
    const meta = draft['metadata'] as MetaDraft | undefined;
    if (spec.storageClassName !== undefined || meta?.annotations?.['volume.beta.kubernetes.io/storage-class'] !== undefined) return false;
    const found = youngest(x, 'storageclasses.storage.k8s.io', 'storageclass.kubernetes.io/is-default-class');
    if (found) spec.storageClassName = found.metadata.name;
    return found !== undefined;
  },
};

export const defaultIngressClass: Plugin = {
  name: 'DefaultIngressClass',
  admit(x, operation, draft) {
    if (operation !== 'CREATE' || x.stored.groupResource !== 'ingresses.networking.k8s.io') return false;
    const spec = (draft['spec'] ??= {}) as { ingressClassName?: string };
    const meta = draft['metadata'] as MetaDraft | undefined;
    if (spec.ingressClassName !== undefined || meta?.annotations?.['kubernetes.io/ingress.class'] !== undefined) return false;
    const found = youngest(x, 'ingressclasses.networking.k8s.io', 'ingressclass.kubernetes.io/is-default-class');
    if (found) spec.ingressClassName = found.metadata.name;
    return found !== undefined;
  },
};

const PROTECTED: Readonly<Record<string, string>> = {
  persistentvolumeclaims: 'kubernetes.io/pvc-protection',
  persistentvolumes: 'kubernetes.io/pv-protection',
  'volumeattributesclasses.storage.k8s.io': 'kubernetes.io/vac-protection',
};

export const storageObjectInUse: Plugin = {
  name: 'StorageObjectInUseProtection',
  admit(x, operation, draft) {
    const finalizer = operation === 'CREATE' ? PROTECTED[x.stored.groupResource] : undefined;
    if (!finalizer) return false;
    const meta = (draft['metadata'] ??= {}) as MetaDraft;
    if (meta.finalizers?.includes(finalizer)) return false;
    meta.finalizers = [...(meta.finalizers ?? []), finalizer];
    return true;
  },
};

interface Claim extends KubeObject {
  readonly spec?: { readonly storageClassName?: string; readonly resources?: { readonly requests?: Readonly<Record<string, string>> } };
  readonly status?: { readonly phase?: string };
}

interface StorageClass extends KubeObject {
  readonly allowVolumeExpansion?: boolean;
}

export const claimResize: Plugin = {
  name: 'PersistentVolumeClaimResize',
  validate(x, operation, object, old) {
    if (operation !== 'UPDATE' || x.stored.groupResource !== 'persistentvolumeclaims' || x.info.subresource !== undefined) return;
    const now = object as Claim;
    const before = old as Claim;
    const size = now.spec?.resources?.requests?.['storage'];
    if (compareQuantities(size, before.spec?.resources?.requests?.['storage']) <= 0) return;
    if (before.status?.phase !== 'Bound') throw refused(x, now, 'Only bound persistent volume claims can be expanded');
    const found = x.core.read.get<StorageClass>('storageclasses.storage.k8s.io', undefined, now.spec?.storageClassName ?? '');
    if (!found?.allowVolumeExpansion) throw refused(x, now, 'only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize');
  },
};
