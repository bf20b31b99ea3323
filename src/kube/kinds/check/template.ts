/**
 * Annotations of Pods, Pod templates, and the rules for templates of the things that keep Pods running.
 */
import type { ObjectMeta } from '../../api/wire.ts';
import { matches } from '../../control/selector.ts';
import type { Faults } from '../faults.ts';
import type { LabelSelector, PodSpec, PodTemplateSpec } from '../types.ts';
import { containersOf } from './containers-of.ts';
import { checkAnnotations, checkLabels, selectsEverything } from './labels.ts';
import { checkDescending } from './paths.ts';
import { checkPodSpec } from './pod-spec.ts';

type Annotations = Readonly<Record<string, string>>;

export const MIRROR = 'kubernetes.io/config.mirror';
const DELETION_COST = 'controller.kubernetes.io/pod-deletion-cost';
export const APPARMOR = 'container.apparmor.security.beta.kubernetes.io/';
export const SECCOMP = 'seccomp.security.alpha.kubernetes.io/pod';
export const SECCOMP_OF = 'container.seccomp.security.alpha.kubernetes.io/';

function checkSeccomp(e: Faults, path: string, profile: string): void {
  if (profile.startsWith('localhost/')) checkDescending(e, path, profile.slice('localhost/'.length));
  else if (!['runtime/default', 'docker/default', 'unconfined'].includes(profile)) e.invalid(path, profile, 'must be a valid seccomp profile');
}

/** Annotations that mean something to the server. */
export function checkPodAnnotations(e: Faults, path: string, annotations: Annotations | undefined, spec: PodSpec): void {
  if (!annotations) return;
  const mirror = annotations[MIRROR];
  if (mirror !== undefined && !spec.nodeName) e.invalid(`${path}[${MIRROR}]`, mirror, 'must set spec.nodeName if mirror pod annotation is set');
  const cost = annotations[DELETION_COST];
  if (cost !== undefined && !(/^(0|-?[1-9]\d*)$/.test(cost) && Math.abs(Number(cost) + 0.5) < 2 ** 31)) e.invalid(`${path}[${DELETION_COST}]`, cost, 'must be a 32bit integer');
  const profiles = Object.entries(annotations).filter(([key]) => key === SECCOMP || key.startsWith(SECCOMP_OF));
  for (const [key, profile] of profiles) checkSeccomp(e, `${path}.${key}`, profile);
  for (const [key, profile] of Object.entries(annotations)) {
    if (!key.startsWith(APPARMOR)) continue;
    const name = key.slice(APPARMOR.length);
    if (!containersOf(spec, '').some(([c]) => c.name === name)) e.invalid(`${path}[${key}]`, name, 'container not found');
    if (profile && profile !== 'runtime/default' && profile !== 'unconfined' && !profile.startsWith('localhost/')) e.invalid(`${path}[${key}]`, profile, `invalid AppArmor profile name: "${profile}"`);
  }
}

/** A template for Pods. */
export function checkTemplate(e: Faults, path: string, template: PodTemplateSpec): void {
  const metadata: Partial<ObjectMeta> = template.metadata ?? {};
  const spec = template.spec ?? {};
  checkLabels(e, `${path}.labels`, metadata.labels);
  checkAnnotations(e, `${path}.annotations`, metadata.annotations);
  checkPodAnnotations(e, `${path}.annotations`, metadata.annotations, spec);
  checkPodSpec(e, `${path}.spec`, spec, undefined, false);
  if (spec.ephemeralContainers?.length) e.forbidden(`${path}.spec.ephemeralContainers`, 'ephemeral containers not allowed in pod template');
}

/** Pods of these are always started anew. */
export function checkAlways(e: Faults, path: string, { spec = {} }: PodTemplateSpec, owner: string): void {
  if (spec.restartPolicy !== 'Always') e.unsupported(`${path}.spec.restartPolicy`, spec.restartPolicy ?? '', ['Always']);
  if (spec.activeDeadlineSeconds !== undefined) e.forbidden(`${path}.spec.activeDeadlineSeconds`, `activeDeadlineSeconds in ${owner} is not Supported`);
}

/** The selector has to find what the template makes; an empty one is complained about elsewhere. */
export function checkMatch(e: Faults, path: string, selector: LabelSelector | undefined, { metadata }: PodTemplateSpec): void {
  if (selector && selectsEverything(selector)) return;
  if (!matches(selector, metadata?.labels)) e.invalid(`${path}.metadata.labels`, metadata?.labels, '`selector` does not match template `labels`');
}
