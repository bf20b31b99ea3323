/**
 * PriorityClasses and PodDisruptionBudgets (pkg/apis/scheduling and pkg/apis/policy, validation.go).
 */
import type { Faults } from '../../faults.ts';
import type { PodDisruptionBudget, PriorityClass } from '../../types.ts';
import { checkImmutable } from '../immutable.ts';
import { checkSelector } from '../labels.ts';
import { rules } from '../rules.ts';
import { checkAmount, checkPercent } from '../workload.ts';

const MOST = 1_000_000_000;
/** The classes that every cluster has. */
const OF_SYSTEM = new Map([['system-node-critical', 2 * MOST + 1000], ['system-cluster-critical', 2 * MOST]]);

function checkSystem(e: Faults, name: string, value: number, globalDefault: boolean): void {
  const known = OF_SYSTEM.get(name);
  const wrong =
    known === undefined ? `${name} is not a known system priority class`
    : known !== value ? `value of ${name} PriorityClass must be ${known}`
    : globalDefault ? `globalDefault of ${name} PriorityClass must be false`
    : '';
  if (wrong) e.forbidden('metadata.name', `priority class names with 'system-' prefix are reserved for system use only. error: ${wrong}`);
}

export const priorityClass = rules<PriorityClass>({
  check(e, { metadata, value = 0, globalDefault = false, preemptionPolicy }, old) {
    if (old) {
      if (value !== (old.value ?? 0)) e.forbidden('value', 'may not be changed in an update.');
      return checkImmutable(e, 'preemptionPolicy', preemptionPolicy, old.preemptionPolicy);
    }
    if (metadata.name.startsWith('system-')) checkSystem(e, metadata.name, value, globalDefault);
    else if (value > MOST) e.forbidden('value', `maximum allowed value of a user defined priority is ${MOST}`);
    if (preemptionPolicy !== undefined) e.oneOf('preemptionPolicy', preemptionPolicy, ['PreemptLowerPriority', 'Never']);
  },
});

export const podDisruptionBudget = rules<PodDisruptionBudget>({
  anyFinalizer: true,
  check(e, { spec = {} }) {
    const { minAvailable, maxUnavailable, selector, unhealthyPodEvictionPolicy } = spec;
    if (minAvailable !== undefined && maxUnavailable !== undefined) {
      const shown = { MinAvailable: minAvailable, Selector: selector ?? null, MaxUnavailable: maxUnavailable, UnhealthyPodEvictionPolicy: unhealthyPodEvictionPolicy ?? null };
      e.invalid('spec', shown, 'minAvailable and maxUnavailable cannot be both set');
    }
    for (const field of ['minAvailable', 'maxUnavailable'] as const) {
      if (spec[field] === undefined) continue;
      checkAmount(e, `spec.${field}`, spec[field]);
      checkPercent(e, `spec.${field}`, spec[field]);
    }
    checkSelector(e, 'spec.selector', selector);
    e.optional('spec.unhealthyPodEvictionPolicy', unhealthyPodEvictionPolicy, ['AlwaysAllow', 'IfHealthyBudget']);
  },
  status(e, { status }) {
    for (const field of ['disruptionsAllowed', 'currentHealthy', 'desiredHealthy', 'expectedPods'] as const) e.nonNegative(`status.${field}`, status?.[field]);
  },
});
