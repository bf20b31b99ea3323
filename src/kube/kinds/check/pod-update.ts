/**
 * What an update of a Pod may change (ValidatePodUpdate).
 */
import { alike } from '../../control/alike.ts';
import { between } from '../../schema/names.ts';
import type { Faults } from '../faults.ts';
import { difference } from './internal.ts';
import type { Container, NodeAffinity, NodeSelectorTerm, Pod, PodSpec } from '../types.ts';
import { checkTolerations } from './affinity.ts';
import { APPARMOR, MIRROR, checkPodAnnotations } from './template.ts';

const CHANGEABLE = [
  '`spec.containers[*].image`', '`spec.initContainers[*].image`', '`spec.activeDeadlineSeconds`', '`spec.tolerations` (only additions to existing tolerations)',
  '`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)',
].join(',');

/** Annotations that stay, or that nobody may add. */
export function checkAnnotationChanges(e: Faults, now: Pod, old: Pod): void {
  const before = old.metadata.annotations ?? {};
  const after = now.metadata.annotations ?? {};
  const path = 'metadata.annotations';
  for (const key in before) {
    if (after[key] === before[key]) continue;
    if (key.startsWith(APPARMOR)) e.forbidden(`${path}[${key}]`, 'may not remove or update AppArmor annotations');
    if (key === MIRROR) e.forbidden(`${path}[${key}]`, 'may not remove or update mirror pod annotation');
  }
  for (const key in after) {
    if (key in before) continue;
    if (key.startsWith(APPARMOR)) e.forbidden(`${path}[${key}]`, 'may not add AppArmor annotations');
    if (key === MIRROR) e.forbidden(`${path}[${key}]`, 'may not add mirror pod annotation');
  }
  checkPodAnnotations(e, path, after, now.spec ?? {});
}

function checkContainerChanges(e: Faults, path: string, now: readonly Container[], old: readonly Container[]): boolean {
  if (now.length !== old.length) {
    e.forbidden(path, 'pod updates may not add or remove containers');
    return false;
  }
  for (const [i, { image = '' }] of now.entries()) {
    if (!image) e.required(`${path}[${i}].image`);
    if (image.trim() !== image) e.invalid(`${path}[${i}].image`, image, 'must not have leading or trailing whitespace');
  }
  return true;
}

function checkDeadline(e: Faults, now: number | undefined, old: number | undefined): boolean {
  const path = 'spec.activeDeadlineSeconds';
  if (now === undefined) {
    if (old !== undefined) e.invalid(path, null, 'must not update from a positive integer to nil value');
    return true;
  }
  if (now < 0 || now > 2_147_483_647) e.invalid(path, now, between(0, 2_147_483_647));
  else if (old !== undefined && old < now) e.invalid(path, now, 'must be less than or equal to previous value');
  else return true;
  return false;
}

function checkAdded(e: Faults, now: PodSpec, old: PodSpec): void {
  const tolerations = now.tolerations ?? [];
  const kept = (old.tolerations ?? []).every((t) => tolerations.some((n) => alike({ ...t, tolerationSeconds: n.tolerationSeconds }, n)));
  if (!kept) e.forbidden('spec.tolerations', 'existing toleration can not be modified except its tolerationSeconds');
  else checkTolerations(e, 'spec.tolerations', tolerations);
  for (const [i, { name }] of (now.schedulingGates ?? []).entries()) {
    if (!old.schedulingGates?.some((gate) => gate.name === name)) e.forbidden(`spec.schedulingGates[${i}].name`, `only deletion is allowed, but found new scheduling gate '${name}'`);
  }
}

const startsWith = (now: readonly unknown[] = [], old: readonly unknown[] = []): boolean => alike(now.slice(0, old.length), old);

function onlyAdds(now: NodeSelectorTerm, old: NodeSelectorTerm): boolean {
  const nothing = !old.matchExpressions?.length && !old.matchFields?.length;
  if (nothing && (now.matchExpressions?.length || now.matchFields?.length)) return false;
  return startsWith(now.matchExpressions, old.matchExpressions) && startsWith(now.matchFields, old.matchFields);
}

/** A Pod that waits behind a gate may have its node constraints tightened. Returns the spec with them as they were. */
function checkGated(e: Faults, now: PodSpec, old: PodSpec): PodSpec {
  let spec = now;
  if (!alike(now.nodeSelector, old.nodeSelector)) {
    if (Object.entries(old.nodeSelector ?? {}).some(([key, value]) => now.nodeSelector?.[key] !== value)) {
      e.invalid('spec.nodeSelector', now.nodeSelector, 'only additions to spec.nodeSelector are allowed (no mutations or deletions)');
    }
    spec = { ...spec, nodeSelector: old.nodeSelector };
  }
  const after = now.affinity?.nodeAffinity;
  const before = old.affinity?.nodeAffinity;
  if (alike(after, before)) return spec;
  const terms = (of: NodeAffinity | undefined): readonly NodeSelectorTerm[] => of?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  const path = 'spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms';
  if (terms(before).length > 0 && terms(before).length !== terms(after).length) e.invalid(path, terms(after), 'no additions/deletions to non-empty NodeSelectorTerms list are allowed');
  else for (const [i, term] of terms(before).entries()) if (!onlyAdds(terms(after)[i]!, term)) e.invalid(`${path}[${i}]`, terms(after)[i], 'only additions are allowed (no mutations or deletions)');
  return { ...spec, affinity: { ...spec.affinity, nodeAffinity: before } };
}

/** The changes of an update, after the new Pod by itself was looked at. */
export function checkPodUpdate(e: Faults, pod: Pod, oldPod: Pod): void {
  const now = pod.spec ?? {};
  const old = oldPod.spec ?? {};
  checkAnnotationChanges(e, pod, oldPod);
  if (!checkContainerChanges(e, 'spec.containers', now.containers ?? [], old.containers ?? [])) return;
  if (!checkContainerChanges(e, 'spec.initContainers', now.initContainers ?? [], old.initContainers ?? [])) return;
  if (!checkDeadline(e, now.activeDeadlineSeconds, old.activeDeadlineSeconds)) return;
  checkAdded(e, now, old);
  if (alike(now, old)) return;
  const images = (of: readonly Container[] | undefined, from: readonly Container[] | undefined): readonly Container[] | undefined => of?.map((c, i) => ({ ...c, image: from?.[i]?.image }));
  let rest: PodSpec = {
    ...now,
    containers: images(now.containers, old.containers),
    initContainers: images(now.initContainers, old.initContainers),
    activeDeadlineSeconds: old.activeDeadlineSeconds,
    schedulingGates: old.schedulingGates,
    tolerations: old.tolerations,
  };
  if ((old.terminationGracePeriodSeconds ?? 0) < 0 && rest.terminationGracePeriodSeconds === 1) rest = { ...rest, terminationGracePeriodSeconds: old.terminationGracePeriodSeconds };
  if (old.schedulingGates?.length) rest = checkGated(e, rest, old);
  if (!alike(rest, old)) e.forbidden('spec', `pod updates may not change fields other than ${CHANGEABLE}\n${difference(old, rest, 'PodSpec')}`);
}
