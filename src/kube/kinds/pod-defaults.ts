/**
 * Defaults of Pods and of the Pod templates in Deployments, Jobs and the like (pkg/apis/core/v1/defaults.go).
 */
import type { Draft } from '../api/kind.ts';
import { addQuantities, compareQuantities, formatQuantity, parseQuantity } from '../schema/quantity.ts';
import { at, drop, each, fill, fillMap, fillZero, need } from './draft.ts';
import { defaultPullPolicy } from './image-name.ts';

/** Quantities finer than a thousandth are rounded up. */
export function roundResources(resources: Draft | undefined): void {
  const MILLI = 1_000_000n;
  for (const list of resources ? [at(resources, 'limits'), at(resources, 'requests')] : []) {
    for (const name in list) {
      const q = parseQuantity(String(list[name]));
      if (typeof q === 'string' || q.nano % MILLI === 0n) continue;
      const parts = q.nano / MILLI;
      list[name] = formatQuantity({ nano: (q.nano > 0n ? parts + 1n : parts - 1n) * MILLI, format: q.format });
    }
  }
}

const httpGet = (handler: Draft | undefined): void => fillZero(at(handler, 'httpGet'), { path: '/', scheme: 'HTTP' });
const fieldRef = (holder: Draft | undefined): void => fillZero(at(holder, 'fieldRef'), { apiVersion: 'v1' });

function defaultContainer(c: Draft): void {
  if (!c.imagePullPolicy) c.imagePullPolicy = defaultPullPolicy(c.image);
  fillZero(c, { terminationMessagePath: '/dev/termination-log', terminationMessagePolicy: 'File' });
  for (const port of each(c, 'ports')) fillZero(port, { protocol: 'TCP' });
  for (const env of each(c, 'env')) {
    fieldRef(at(env, 'valueFrom'));
    fill(at(at(env, 'valueFrom'), 'fileKeyRef'), { optional: false });
  }
  roundResources(at(c, 'resources'));
  for (const kind of ['livenessProbe', 'readinessProbe', 'startupProbe']) {
    const probe = at(c, kind);
    fillZero(probe, { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 });
    httpGet(probe);
    fill(at(probe, 'grpc'), { service: '' });
  }
  for (const hook of ['postStart', 'preStop']) httpGet(at(at(c, 'lifecycle'), hook));
}

/** Defaults inside a volume source, which Pods and PersistentVolumes share. */
export function defaultVolumeSource(volume: Draft): void {
  fill(at(volume, 'hostPath'), { type: '' });
  fillZero(at(volume, 'iscsi'), { iscsiInterface: 'default' });
  fillZero(at(volume, 'rbd'), { pool: 'rbd', user: 'admin', keyring: '/etc/ceph/keyring' });
  fill(at(volume, 'azureDisk'), { cachingMode: 'ReadWrite', fsType: 'ext4', readOnly: false, kind: 'Shared' });
  fillZero(at(volume, 'scaleIO'), { storageMode: 'ThinProvisioned', fsType: 'xfs' });
}

function defaultVolume(volume: Draft): void {
  if (!Object.keys(volume).some((key) => key !== 'name' && volume[key])) volume.emptyDir = {};
  const image = at(volume, 'image');
  if (image && !image.pullPolicy) image.pullPolicy = defaultPullPolicy(image.reference);
  defaultVolumeSource(volume);
  const projected = at(volume, 'projected');
  for (const source of ['secret', 'configMap', 'downwardAPI', 'projected']) fill(at(volume, source), { defaultMode: 0o644 });
  for (const holder of [volume, ...each(projected, 'sources')]) for (const item of each(at(holder, 'downwardAPI'), 'items')) fieldRef(item);
  for (const source of each(projected, 'sources')) fill(at(source, 'serviceAccountToken'), { expirationSeconds: 3600 });
  const claim = at(at(at(volume, 'ephemeral'), 'volumeClaimTemplate'), 'spec');
  fill(claim, { volumeMode: 'Filesystem' });
  roundResources(at(claim, 'resources'));
}

/** Defaults of a Pod's spec wherever it stands. */
export function defaultPodSpec(spec: Draft | undefined): void {
  if (!spec) return;
  dropGated(spec);
  fillZero(spec, { dnsPolicy: 'ClusterFirst', restartPolicy: 'Always', schedulerName: 'default-scheduler' });
  fill(spec, { securityContext: {}, terminationGracePeriodSeconds: 30 });
  for (const volume of each(spec, 'volumes')) defaultVolume(volume);
  for (const list of ['initContainers', 'containers', 'ephemeralContainers']) for (const c of each(spec, list)) defaultContainer(c);
  roundResources({ limits: spec.overhead });
  roundResources(at(spec, 'resources'));
}

/** Fields of features that are off: ContainerStopSignals, ClusterTrustBundleProjection, PodCertificateRequest, GenericWorkload. */
function dropGated(spec: Draft | undefined): void {
  drop(spec, 'schedulingGroup');
  for (const list of ['initContainers', 'containers']) for (const c of each(spec, list)) drop(at(c, 'lifecycle'), 'stopSignal');
  for (const volume of each(spec, 'volumes')) for (const source of each(at(volume, 'projected'), 'sources')) drop(source, 'clusterTrustBundle', 'podCertificate');
}

/** Defaults of the template under `spec.template`. */
export const defaultTemplate = (spec: Draft | undefined): void => defaultPodSpec(at(at(spec, 'template'), 'spec'));

const isHugePages = (name: string): boolean => name.startsWith('hugepages-');
const forWholePod = (name: string): boolean => name === 'cpu' || name === 'memory' || isHugePages(name);

/** What the containers ask for together: sums, and the largest of the init containers with the sidecars started before them. */
export function together(spec: Draft, list: 'requests' | 'limits'): Record<string, string> {
  const sum: Record<string, string> = {};
  const add = (to: Record<string, string>, c: Draft): void => {
    const from = at(at(c, 'resources'), list);
    for (const name in from) to[name] = addQuantities(to[name], String(from[name]));
  };
  const raise = (from: Record<string, string>): void => {
    for (const name in from) if (compareQuantities(from[name], sum[name]) > 0 || !(name in sum)) sum[name] = from[name]!;
  };
  for (const c of each(spec, 'containers')) add(sum, c);
  const sidecars: Record<string, string> = {};
  const peaks: Record<string, string>[] = [];
  for (const c of each(spec, 'initContainers')) {
    if (c.restartPolicy === 'Always') {
      add(sum, c);
      add(sidecars, c);
      peaks.push({ ...sidecars });
    } else {
      const peak = { ...sidecars };
      add(peak, c);
      peaks.push(peak);
    }
  }
  for (const peak of peaks) raise(peak);
  return sum;
}

function defaultPodResources(spec: Draft): void {
  const resources = at(spec, 'resources');
  if (!resources) return;
  const any = (list: string): boolean => Object.keys(at(resources, list) ?? {}).length > 0;
  if (any('limits') || any('requests')) {
    const limits = together(spec, 'limits');
    for (const name in limits) if (isHugePages(name) && !(name in (at(resources, 'requests') ?? {}))) fill(need(resources, 'limits'), { [name]: limits[name] });
  }
  if (!any('limits')) return;
  const requests: Draft = { ...at(resources, 'requests') };
  const asked = together(spec, 'requests');
  for (const name in asked) if (forWholePod(name) && !isHugePages(name)) fill(requests, { [name]: asked[name] });
  const limits = at(resources, 'limits')!;
  for (const name in limits) if (forWholePod(name)) fill(requests, { [name]: limits[name] });
  if (Object.keys(requests).length > 0) resources.requests = requests;
}

/** Defaults of a Pod itself, which templates do not get: requests from limits, service links, host ports. */
export function defaultPod(draft: Draft): void {
  const spec = need(draft, 'spec');
  const containers = [...each(spec, 'containers'), ...each(spec, 'initContainers')];
  for (const c of containers) {
    const limits = at(at(c, 'resources'), 'limits');
    if (limits) fillMap(need(need(c, 'resources'), 'requests'), limits);
  }
  defaultPodResources(spec);
  fill(spec, { enableServiceLinks: true });
  if (spec.hostNetwork) for (const c of containers) for (const port of each(c, 'ports')) fillZero(port, { hostPort: port.containerPort });
  defaultPodSpec(spec);
  if (Number(spec.terminationGracePeriodSeconds) < 0) spec.terminationGracePeriodSeconds = 1;
}
