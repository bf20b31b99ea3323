/**
 * StatefulSets: strategy, claims, template, and the few fields that may change.
 */
import { alike } from '../../../control/alike.ts';
import { dnsLabel } from '../../../schema/names.ts';
import type { Faults } from '../../faults.ts';
import type { PodTemplateSpec, StatefulSet, StatefulSetSpec, Volume } from '../../types.ts';
import { checkClaimSpec, claimWarnings } from '../claim.ts';
import { checkAnnotations, checkLabels, checkSelector, checkText, selectorIsValid, selectsEverything } from '../labels.ts';
import { workloadWarnings } from '../pod-warnings.ts';
import { rules } from '../rules.ts';
import { checkCounts } from '../status-counts.ts';
import { checkAlways, checkMatch, checkPodAnnotations, checkTemplate } from '../template.ts';

const UPDATE = "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden";

function checkStrategy(e: Faults, path: string, { type = '', rollingUpdate }: NonNullable<StatefulSetSpec['updateStrategy']>): void {
  const shown = rollingUpdate ? { Partition: rollingUpdate.partition ?? 0, MaxUnavailable: rollingUpdate.maxUnavailable ?? null } : null;
  if (type === 'OnDelete') {
    if (rollingUpdate) e.invalid(`${path}.rollingUpdate`, shown, "only allowed for updateStrategy 'RollingUpdate'");
  } else if (type === 'RollingUpdate') e.nonNegative(`${path}.rollingUpdate.partition`, rollingUpdate?.partition);
  else if (!type) e.required(path);
  else e.invalid(path, { Type: type, RollingUpdate: shown }, "must be 'RollingUpdate' or 'OnDelete'");
}

/** The template as the Pods will have it: with the volumes of the claims, and names that the controller sets. */
function asMade({ template = {}, volumeClaimTemplates: claims = [] }: StatefulSetSpec): PodTemplateSpec {
  const { hostname: _h, subdomain: _s, ...spec } = template.spec ?? {};
  const made: Volume[] = claims.map(({ metadata }) => ({ name: metadata.name, persistentVolumeClaim: { claimName: metadata.name } }));
  if (claims.length === 0) return { ...template, spec };
  return { ...template, spec: { ...spec, volumes: [...made, ...(spec.volumes ?? []).filter((v) => !made.some((m) => m.name === v.name))] } };
}

function checkSpec(e: Faults, spec: StatefulSetSpec, isNew: boolean): void {
  const { podManagementPolicy: management, persistentVolumeClaimRetentionPolicy: retention, selector } = spec;
  if (!management) e.required('spec.podManagementPolicy');
  else if (management !== 'OrderedReady' && management !== 'Parallel') e.invalid('spec.podManagementPolicy', management, "must be 'OrderedReady' or 'Parallel'");
  checkStrategy(e, 'spec.updateStrategy', spec.updateStrategy ?? {});
  for (const field of ['whenDeleted', 'whenScaled'] as const) e.optional(`spec.persistentVolumeClaimRetentionPolicy.${field}`, retention?.[field], ['Retain', 'Delete']);
  if (isNew) for (const [i, claim] of (spec.volumeClaimTemplates ?? []).entries()) checkClaimSpec(e, `spec.volumeClaimTemplates[${i}].spec`, claim.spec ?? {});
  e.nonNegative('spec.replicas', spec.replicas);
  e.nonNegative('spec.minReadySeconds', spec.minReadySeconds);
  e.nonNegative('spec.ordinals.start', spec.ordinals?.start);
  if (isNew && spec.serviceName) checkText(e, 'spec.serviceName', spec.serviceName, dnsLabel);
  if (!selector) e.required('spec.selector');
  else {
    checkSelector(e, 'spec.selector', selector);
    if (selectsEverything(selector)) e.invalid('spec.selector', selector, 'empty selector is invalid for statefulset');
  }
  const template = asMade(spec);
  if (selector && !selectorIsValid(selector)) e.invalid('spec.selector', selector, '');
  else {
    checkMatch(e, 'spec.template', selector, template);
    checkTemplate(e, 'spec.template', template);
    // the real one looks at these twice
    checkLabels(e, 'spec.template.labels', template.metadata?.labels);
    checkAnnotations(e, 'spec.template.annotations', template.metadata?.annotations);
    checkPodAnnotations(e, 'spec.template.annotations', template.metadata?.annotations, template.spec ?? {});
  }
  checkAlways(e, 'spec.template', template, 'StatefulSet');
}

export const statefulSet = rules<StatefulSet>({
  check(e, { spec = {} }, old) {
    checkSpec(e, spec, !old);
    if (!old) return;
    const { replicas, template, updateStrategy, minReadySeconds, ordinals, revisionHistoryLimit, persistentVolumeClaimRetentionPolicy } = old.spec ?? {};
    const rest = { ...spec, replicas, template, updateStrategy, minReadySeconds, ordinals, revisionHistoryLimit, persistentVolumeClaimRetentionPolicy };
    if (!alike(rest, old.spec)) e.forbidden('spec', UPDATE);
  },
  status: (e, { status }, old) => checkCounts(e, status, old.status, {
    counts: ['replicas', 'readyReplicas', 'currentReplicas', 'updatedReplicas', 'availableReplicas', 'observedGeneration', 'collisionCount'],
    within: ['readyReplicas', 'currentReplicas', 'updatedReplicas', 'availableReplicas'],
    ready: 'status.readyReplicas',
  }),
  warn: (now, old) => [
    ...workloadWarnings(now, old, false),
    ...(now.spec?.volumeClaimTemplates ?? []).flatMap(({ spec = {} }, i) => claimWarnings(`spec.volumeClaimTemplates[${i}]${old ? '.Spec' : ''}`, spec)),
    ...((now.spec?.revisionHistoryLimit ?? 0) < 0 ? ['spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is recommended'] : []),
  ],
});
