/**
 * Where Pods may run: node and Pod affinity, tolerations, spreading (pkg/apis/core/validation).
 */
import { dnsLabel, dnsSubdomain, labelKey, labelValue } from '../../schema/names.ts';
import type { Faults } from '../faults.ts';
import type { Affinity, LabelSelector, NodeAffinity, NodeSelector, NodeSelectorRequirement, NodeSelectorTerm, PodAffinityTerm, PodAffinity, Taint, Toleration, TopologySpreadConstraint } from '../types.ts';
import { checkSelector, checkText } from './labels.ts';

const IN = "must be specified when `operator` is 'In' or 'NotIn'";
const NO_OPERATOR = 'not a valid selector operator';
const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution';
const PREFERRED = 'preferredDuringSchedulingIgnoredDuringExecution';

function checkRequirement(e: Faults, path: string, { key = '', operator = '', values = [] }: NodeSelectorRequirement, strict: boolean): void {
  if (operator === 'In' || operator === 'NotIn') {
    if (values.length === 0) e.required(`${path}.values`, IN);
  } else if (operator === 'Exists' || operator === 'DoesNotExist') {
    if (values.length > 0) e.forbidden(`${path}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
  } else if (operator === 'Gt' || operator === 'Lt') {
    if (values.length !== 1) e.required(`${path}.values`, "must be specified single value when `operator` is 'Lt' or 'Gt'");
  } else e.invalid(`${path}.operator`, operator, NO_OPERATOR);
  checkText(e, `${path}.key`, key, labelKey);
  if (strict) for (const [i, value] of values.entries()) checkText(e, `${path}.values[${i}]`, value, labelValue);
}

function checkFieldRequirement(e: Faults, path: string, { key = '', operator = '', values = [] }: NodeSelectorRequirement): void {
  if (operator === 'In' || operator === 'NotIn') {
    if (values.length !== 1) e.required(`${path}.values`, "must be only one value when `operator` is 'In' or 'NotIn' for node field selector");
  } else e.invalid(`${path}.operator`, operator, NO_OPERATOR);
  if (key !== 'metadata.name') e.invalid(`${path}.key`, key, 'not a valid field selector key');
  else for (const [i, value] of values.entries()) checkText(e, `${path}.values[${i}]`, value, dnsSubdomain);
}

function checkTerm(e: Faults, path: string, { matchExpressions = [], matchFields = [] }: NodeSelectorTerm, strict: boolean): void {
  for (const [i, requirement] of matchExpressions.entries()) checkRequirement(e, `${path}.matchExpressions[${i}]`, requirement, strict);
  for (const [i, requirement] of matchFields.entries()) checkFieldRequirement(e, `${path}.matchFields[${i}]`, requirement);
}

/** At least one term, each of which makes sense. */
export function checkNodeSelector(e: Faults, path: string, { nodeSelectorTerms }: NodeSelector): void {
  const terms = nodeSelectorTerms ?? [];
  if (terms.length === 0) e.required(`${path}.nodeSelectorTerms`, 'must have at least one node selector term');
  for (const [i, term] of terms.entries()) checkTerm(e, `${path}.nodeSelectorTerms[${i}]`, term, true);
}

function checkWeight(e: Faults, path: string, weight = 0): void {
  if (weight <= 0 || weight > 100) e.invalid(`${path}.weight`, weight, 'must be in the range 1-100');
}

function checkNodeAffinity(e: Faults, path: string, { [REQUIRED]: required, [PREFERRED]: preferred = [] }: NodeAffinity): void {
  if (required) checkNodeSelector(e, `${path}.${REQUIRED}`, required);
  for (const [i, { weight, preference = {} }] of preferred.entries()) {
    checkWeight(e, `${path}.${PREFERRED}[${i}]`, weight);
    checkTerm(e, `${path}.${PREFERRED}[${i}].preference`, preference, false);
  }
}

const UNSET = 'must not be specified when labelSelector is not set';

function checkKeys(e: Faults, path: string, keys: readonly string[], selector: LabelSelector | undefined): void {
  if (keys.length === 0) return;
  if (!selector) e.forbidden(path, UNSET);
  else for (const [i, key] of keys.entries()) checkText(e, `${path}[${i}]`, key, labelKey);
}

function checkLabelKeys(e: Faults, path: string, match: readonly string[], mismatch: readonly string[], selector: LabelSelector | undefined): void {
  checkKeys(e, `${path}.matchLabelKeys`, match, selector);
  checkKeys(e, `${path}.mismatchLabelKeys`, mismatch, selector);
  const seen = new Set(Object.keys(selector?.matchLabels ?? {}));
  for (const { key = '' } of selector?.matchExpressions ?? []) {
    const i = match.lastIndexOf(key);
    if (i >= 0 && seen.has(key)) e.invalid(`${path}[${i}]`, key, 'exists in both matchLabelKeys and labelSelector');
    seen.add(key);
  }
  for (const [i, key] of match.entries()) if (mismatch.includes(key)) e.invalid(`${path}.matchLabelKeys[${i}]`, key, 'exists in both matchLabelKeys and mismatchLabelKeys');
}

function checkPodTerm(e: Faults, path: string, term: PodAffinityTerm): void {
  checkSelector(e, `${path}.labelSelector`, term.labelSelector);
  checkSelector(e, `${path}.namespaceSelector`, term.namespaceSelector);
  for (const name of term.namespaces ?? []) checkText(e, `${path}.namespace`, name, dnsLabel);
  checkLabelKeys(e, path, term.matchLabelKeys ?? [], term.mismatchLabelKeys ?? [], term.labelSelector);
  const { topologyKey = '' } = term;
  if (!topologyKey) e.required(`${path}.topologyKey`, 'can not be empty');
  checkText(e, `${path}.topologyKey`, topologyKey, labelKey);
}

function checkPodAffinity(e: Faults, path: string, { [REQUIRED]: required = [], [PREFERRED]: preferred = [] }: PodAffinity): void {
  for (const [i, term] of required.entries()) checkPodTerm(e, `${path}.${REQUIRED}[${i}]`, term);
  for (const [i, { weight, podAffinityTerm = {} }] of preferred.entries()) {
    checkWeight(e, `${path}.${PREFERRED}[${i}]`, weight);
    checkPodTerm(e, `${path}.${PREFERRED}[${i}].podAffinityTerm`, podAffinityTerm);
  }
}

/** All three kinds of affinity. */
export function checkAffinity(e: Faults, path: string, { nodeAffinity, podAffinity, podAntiAffinity }: Affinity): void {
  if (nodeAffinity) checkNodeAffinity(e, `${path}.nodeAffinity`, nodeAffinity);
  if (podAffinity) checkPodAffinity(e, `${path}.podAffinity`, podAffinity);
  if (podAntiAffinity) checkPodAffinity(e, `${path}.podAntiAffinity`, podAntiAffinity);
}

const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];

/** What Pods put up with. */
export function checkTolerations(e: Faults, path: string, tolerations: readonly Toleration[]): void {
  for (const [i, { key = '', operator = '', value = '', effect = '', tolerationSeconds }] of tolerations.entries()) {
    const at = `${path}[${i}]`;
    if (key) checkText(e, `${at}.key`, key, labelKey);
    else if (operator !== 'Exists') e.invalid(`${at}.operator`, operator, 'operator must be Exists when `key` is empty, which means "match all values and all keys"');
    if (tolerationSeconds !== undefined && effect !== 'NoExecute') e.invalid(`${at}.effect`, effect, "effect must be 'NoExecute' when `tolerationSeconds` is set");
    if (operator === 'Equal' || operator === '') {
      const wrong = labelValue(value);
      if (wrong.length > 0) e.invalid(`${at}.operator`, value, wrong.join(';'));
    } else if (operator === 'Exists') {
      if (value) e.invalid(`${at}.operator`, value, "value must be empty when `operator` is 'Exists'");
    } else e.unsupported(`${at}.operator`, operator, operator === 'Lt' || operator === 'Gt' ? ['Equal', 'Exists', 'Lt', 'Gt'] : ['Equal', 'Exists']);
    if (effect) e.optional(`${at}.effect`, effect, EFFECTS);
  }
}

/** What nodes keep Pods away with. */
export function checkTaints(e: Faults, path: string, taints: readonly Taint[]): void {
  const seen = new Set<string>();
  for (const [i, { key = '', value = '', effect = '', timeAdded }] of taints.entries()) {
    const at = `${path}[${i}]`;
    checkText(e, `${at}.key`, key, labelKey);
    const wrong = labelValue(value);
    if (wrong.length > 0) e.invalid(`${at}.value`, value, wrong.join(';'));
    e.oneOf(`${at}.effect`, effect, EFFECTS);
    const pair = `${key}:${effect}`;
    if (seen.has(pair)) e.duplicate(at, { Key: key, Value: value, Effect: effect, TimeAdded: timeAdded ?? null }, 'taints must be unique by key and effect pair');
    seen.add(pair);
  }
}

/** How Pods spread. */
export function checkSpread(e: Faults, path: string, constraints: readonly TopologySpreadConstraint[]): void {
  for (const [i, c] of constraints.entries()) {
    const at = `${path}[${i}]`;
    const { topologyKey = '', whenUnsatisfiable = '' } = c;
    e.positive(`${at}.maxSkew`, c.maxSkew);
    if (!topologyKey) e.required(`${at}.topologyKey`, 'can not be empty');
    e.optional(`${at}.whenUnsatisfiable`, whenUnsatisfiable, ['DoNotSchedule', 'ScheduleAnyway']);
    if (constraints.slice(i + 1).some((other) => other.topologyKey === c.topologyKey && other.whenUnsatisfiable === c.whenUnsatisfiable)) {
      e.duplicate(`${at}.{topologyKey, whenUnsatisfiable}`, `{${topologyKey}, ${whenUnsatisfiable}}`);
    }
    if (c.minDomains !== undefined) {
      e.positive(`${at}.minDomains`, c.minDomains);
      if (whenUnsatisfiable !== 'DoNotSchedule') e.invalid(`${at}.minDomains`, c.minDomains, `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${whenUnsatisfiable}`);
    }
    for (const field of ['nodeAffinityPolicy', 'nodeTaintsPolicy'] as const) e.optional(`${at}.${field}`, c[field], ['Honor', 'Ignore']);
    checkLabelKeys(e, at, c.matchLabelKeys ?? [], [], c.labelSelector);
    checkSelector(e, `${at}.labelSelector`, c.labelSelector);
  }
}
