/**
 * Updates of a Pod through its subresources: containers for debugging, and other amounts of resources (ValidatePodEphemeralContainersUpdate, ValidatePodResize).
 */
import { alike } from '../../control/alike.ts';
import { qosClass } from '../../node/qos.ts';
import type { Faults } from '../faults.ts';
import type { Container, Pod, ResourceRequirements } from '../types.ts';
import { difference } from './internal.ts';
import { checkAnnotationChanges } from './pod-update.ts';
import { MIRROR } from './template.ts';

/** Whether the Pod is one that a kubelet runs by itself; then nothing else counts. */
function isStatic(e: Faults, { metadata }: Pod, why: string): boolean {
  if (metadata.annotations?.[MIRROR] === undefined) return false;
  e.all.length = 0;
  e.forbidden('', why);
  return true;
}

/** Containers for debugging are added, and stay as they are. */
export function checkDebugging(e: Faults, now: Pod, old: Pod): void {
  checkAnnotationChanges(e, now, old);
  if (isStatic(e, old, 'static pods do not support ephemeral containers')) return;
  const path = 'spec.ephemeralContainers';
  for (const before of old.spec?.ephemeralContainers ?? []) {
    const after = now.spec?.ephemeralContainers?.find(({ name }) => name === before.name);
    if (!after) e.forbidden(path, `existing ephemeral containers "${before.name}" may not be removed\n`);
    else if (!alike(after, before)) e.forbidden(path, `existing ephemeral containers "${before.name}" may not be changed\n${difference(before, after, 'EphemeralContainer')}`);
  }
}

type Amounts = Readonly<Record<string, string>>;

function checkRemoved(e: Faults, path: string, now: ResourceRequirements = {}, old: ResourceRequirements = {}, what = 'resource'): void {
  for (const list of ['requests', 'limits'] as const) {
    if (Object.keys(old[list] ?? {}).some((name) => (now[list] as Amounts | undefined)?.[name] === undefined)) e.forbidden(`${path}.${list}`, `${what} ${list} cannot be removed`);
  }
}

const SIZES = ['cpu', 'memory'];

/** Amounts besides those that may change. */
const rest = (amounts: Amounts = {}): Amounts => Object.fromEntries(Object.entries(amounts).filter(([name]) => !SIZES.includes(name)));

const sameBut = (now: ResourceRequirements = {}, old: ResourceRequirements = {}): boolean => alike(rest(now.requests), rest(old.requests)) && alike(rest(now.limits), rest(old.limits));

function sameNames(e: Faults, list: 'containers' | 'initContainers', now: readonly Container[], old: readonly Container[]): void {
  if (now.length !== old.length) e.forbidden(`spec.${list}`, `${list} may not be added or removed on resize`);
  else for (const [i, { name }] of old.entries()) if (now[i]!.name !== name) e.forbidden(`spec.${list}[${i}].name`, `${list} may not be renamed or reordered on resize`);
}

/** CPU and memory change, and the class of the Pod stays. */
export function checkResize(e: Faults, pod: Pod, oldPod: Pod): void {
  const [now, old] = [pod.spec ?? {}, oldPod.spec ?? {}];
  if (isStatic(e, oldPod, 'static pods cannot be resized')) return;
  if (qosClass(oldPod) !== qosClass(pod)) e.invalid('spec', pod.status?.qosClass ?? '', 'Pod QOS Class may not change as a result of resizing');
  const running = oldPod.status?.containerStatuses?.find(({ state }) => state?.running);
  if (running && !running.resources) e.forbidden('spec', 'Pod running on node without support for resize');
  if (old.resources && !now.resources) e.forbidden('spec.resources', 'pod-level resources cannot be removed');
  else if (old.resources) checkRemoved(e, 'spec.resources', now.resources, old.resources, 'pod-level resource');
  const count = e.all.length;
  sameNames(e, 'containers', now.containers ?? [], old.containers ?? []);
  sameNames(e, 'initContainers', now.initContainers ?? [], old.initContainers ?? []);
  if (e.all.length > count) return;
  const pairs = (['initContainers', 'containers'] as const).flatMap((list) =>
    (old[list] ?? []).map((before, i) => ({ before, after: now[list]![i]!, at: `spec.${list}[${i}]`, first: list === 'initContainers' })));
  for (const { before, after, at } of pairs) checkRemoved(e, `${at}.resources`, after.resources, before.resources);
  for (const { before, after, first } of pairs) if (!first && !sameBut(after.resources, before.resources)) e.forbidden('spec', 'only cpu and memory resources are mutable');
  for (const { before, after, at, first } of pairs) {
    if (!first) continue;
    if (!sameBut(after.resources, before.resources)) e.forbidden(at, 'only cpu and memory resources for init or sidecar containers are mutable');
    const restarts = after.resizePolicy?.some(({ restartPolicy }) => restartPolicy === 'RestartContainer');
    if (restarts && after.restartPolicy !== 'Always' && !alike(after, before)) e.forbidden(at, 'non-sidecar init containers with a resize policy of RestartContainer cannot be resized');
  }
}
