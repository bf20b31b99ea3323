/**
 * Counts what a namespace uses of its ResourceQuotas: for new ones at once, and again when something goes or needs less.
 * Stands for pkg/controller/resourcequota; what is created is counted by admission.
 */
import { used, type Quota } from '../api/admission/quota-usage.ts';
import type { KubeObject } from '../api/wire.ts';
import type { PersistentVolumeClaim, Pod, Service } from '../kinds/types.ts';
import { compareQuantities } from '../schema/quantity.ts';
import { alike } from './alike.ts';
import type { Controller } from './controller.ts';
import { keyOf, split } from './owner.ts';
import { isTerminal } from './pods.ts';

const QUOTAS = 'resourcequotas';
const RESYNC = 300_000;

type Amounts = Readonly<Record<string, string>>;

const same = (a: Amounts | undefined, b: Amounts | undefined): boolean => {
  if (!a || !b) return a === b;
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => b[name] !== undefined && compareQuantities(a[name], b[name]) === 0);
};

const resources = (pod: Pod): unknown => [pod.spec?.resources, pod.spec?.containers?.map((c) => c.resources), pod.spec?.initContainers?.map((c) => c.resources)];

/** Changes after which an object may need less, or count in another scope. */
const FREES: Readonly<Record<string, (before: KubeObject, now: KubeObject) => boolean>> = {
  pods: (before: Pod, now: Pod) => (!isTerminal(before) && isTerminal(now)) || !alike(resources(before), resources(now))
    || (before.spec?.activeDeadlineSeconds === undefined) !== (now.spec?.activeDeadlineSeconds === undefined),
  services: (before: Service, now: Service) => before.spec?.type !== now.spec?.type,
  persistentvolumeclaims: (before: PersistentVolumeClaim, now: PersistentVolumeClaim) => !alike(before.spec?.resources, now.spec?.resources),
};

/** The controller. */
export const createQuotaController = (): Controller => ({
  name: 'resourcequota-controller',
  user: 'system:serviceaccount:kube-system:resourcequota-controller',
  watches: {
    [QUOTAS]: (object, _read, change) => {
      const { before, now } = (change ?? {}) as { before?: Quota; now?: Quota };
      return before && now && alike(before.spec?.hard, now.spec?.hard) ? [] : [keyOf(object)];
    },
  },
  every: ({ groupResource, namespaced }) => (object, read, change) => {
    if (!namespaced || !change?.before || groupResource === QUOTAS || groupResource === 'events') return [];
    if (change.now && !FREES[groupResource]?.(change.before, change.now)) return [];
    return read.list(QUOTAS, object.metadata.namespace).map(keyOf);
  },
  reconcile(key, client) {
    const [namespace, name] = split(key);
    const quota = client.get<Quota>(QUOTAS, namespace, name);
    if (!quota) return undefined;
    const hard = quota.spec?.hard ?? {};
    const status = { hard, used: used(client, quota, client.stamp) };
    if (!same(quota.status?.hard, hard) || !same(quota.status?.used, status.used)) client.updateStatus({ ...quota, status });
    return RESYNC;
  },
});
