/**
 * LimitRanges and ResourceQuotas: known names, amounts that fit one another, scopes (pkg/apis/core/validation).
 */
import { alike } from '../../../control/alike.ts';
import { labelKey } from '../../../schema/names.ts';
import { compareQuantities, milliOf, wholeOf } from '../../../schema/quantity.ts';
import { IMMUTABLE } from '../../faults.ts';
import type { Faults } from '../../faults.ts';
import type { LimitRange, LimitRangeItem, ResourceQuota, ResourceQuotaSpec } from '../../types.ts';
import { checkText } from '../labels.ts';
import { checkAmount, checkContainerResourceName, checkQuotaName, checkResourceName, isQuotaName, mayOvercommit } from '../resources.ts';
import type { Amounts } from '../resources.ts';
import { rules } from '../rules.ts';

const LIMIT_TYPES = ['Container', 'PersistentVolumeClaim', 'Pod'];
const MOST_MILLI = Number.MAX_SAFE_INTEGER;

function checkType(e: Faults, path: string, type: string): void {
  const count = e.all.length;
  checkText(e, path, type, labelKey);
  if (e.all.length === count && !type.includes('/') && !LIMIT_TYPES.includes(type)) e.invalid(path, type, 'must be a standard limit type or fully qualified');
}

function checkRatio(e: Faults, path: string, ratio: string, min: string | undefined, max: string | undefined): void {
  if (compareQuantities(ratio, '1') < 0) e.invalid(path, ratio, `ratio ${ratio} is less than 1`);
  if (min === undefined || max === undefined) return;
  const fine = [ratio, min, max].every((amount) => wholeOf(amount) < MOST_MILLI / 1000);
  const most = fine ? milliOf(max) / milliOf(min) : wholeOf(max) / wholeOf(min);
  if ((fine ? milliOf(ratio) / 1000 : wholeOf(ratio)) > most) e.invalid(path, ratio, `ratio ${ratio} is greater than max/min = ${Number.isFinite(most) ? most.toFixed(6) : '+Inf'}`);
}

function checkBounds(e: Faults, path: string, name: string, item: Readonly<Record<string, Amounts>>): void {
  const [min, max, limit, request, ratio] = ['min', 'max', 'default', 'defaultRequest', 'maxLimitRequestRatio'].map((list) => item[list]?.[name]);
  const above = (a: string | undefined, b: string | undefined): boolean => a !== undefined && b !== undefined && compareQuantities(a, b) > 0;
  const at = (list: string): string => `${path}.${list}[${name}]`;
  if (above(min, max)) e.invalid(at('min'), min, `min value ${min} is greater than max value ${max}`);
  if (above(min, request)) e.invalid(at('defaultRequest'), request, `min value ${min} is greater than default request value ${request}`);
  if (above(request, max)) e.invalid(at('defaultRequest'), request, `default request value ${request} is greater than max value ${max}`);
  if (above(request, limit)) e.invalid(at('defaultRequest'), request, `default request value ${request} is greater than default limit value ${limit}`);
  if (above(min, limit)) e.invalid(at('default'), min, `min value ${min} is greater than default value ${limit}`);
  if (above(limit, max)) e.invalid(at('default'), max, `default value ${limit} is greater than max value ${max}`);
  if (ratio !== undefined) checkRatio(e, at('maxLimitRequestRatio'), ratio, min, max);
  if (!mayOvercommit(name) && limit !== undefined && request !== undefined && compareQuantities(limit, request) !== 0) {
    e.invalid(at('defaultRequest'), request, `default value ${limit} must equal to defaultRequest value ${request} in ${name}`);
  }
}

function checkLimit(e: Faults, path: string, item: LimitRangeItem): void {
  const { type = '' } = item;
  const ofPods = type === 'Pod';
  const lists: Record<string, Amounts> = {};
  const take = (list: keyof LimitRangeItem & string): void => {
    const amounts = (item[list] ?? {}) as Amounts;
    lists[list] = amounts;
    for (const name in amounts) (ofPods || type === 'Container' ? checkContainerResourceName : checkResourceName)(e, `${path}.${list}[${name}]`, name);
  };
  take('max');
  take('min');
  for (const list of ['default', 'defaultRequest'] as const) {
    if (!ofPods) take(list);
    else if (Object.keys(item[list] ?? {}).length > 0) e.forbidden(`${path}.${list}`, "may not be specified when `type` is 'Pod'");
  }
  if (type === 'PersistentVolumeClaim' && item.min?.storage === undefined && item.max?.storage === undefined) {
    e.required(`${path}.limits`, 'either minimum or maximum storage value is required, but neither was provided');
  }
  take('maxLimitRequestRatio');
  for (const name of new Set(Object.values(lists).flatMap((amounts) => Object.keys(amounts)))) checkBounds(e, path, name, lists);
}

export const limitRange = rules<LimitRange>({
  check(e, { spec }) {
    const limits = spec?.limits ?? [];
    for (const [i, item] of limits.entries()) {
      const at = `spec.limits[${i}]`;
      checkType(e, `${at}.type`, item.type ?? '');
      if (limits.findIndex(({ type }) => type === item.type) < i) e.duplicate(`${at}.type`, item.type);
      checkLimit(e, at, item);
    }
  },
});

const OF_PODS = ['pods', 'cpu', 'memory', 'limits.cpu', 'limits.memory', 'requests.cpu', 'requests.memory'];
const EXISTING = ['Terminating', 'NotTerminating', 'BestEffort', 'NotBestEffort', 'CrossNamespacePodAffinity'];
/** What a quota with that scope can be about. */
const SCOPES = new Map<string, readonly string[]>([
  ...['Terminating', 'NotTerminating', 'NotBestEffort', 'PriorityClass', 'CrossNamespacePodAffinity'].map((scope) => [scope, OF_PODS] as const),
  ['BestEffort', ['pods']],
  ['VolumeAttributesClass', ['persistentvolumeclaims', 'requests.storage']],
]);
const APART = [['BestEffort', 'NotBestEffort'], ['Terminating', 'NotTerminating']] as const;

function checkHard(e: Faults, path: string, hard: Amounts | undefined): void {
  for (const name in hard) {
    checkQuotaName(e, `${path}[${name}]`, name);
    checkAmount(e, `${path}[${name}]`, name, hard[name]!);
  }
}

/** Calls `misfit` for each resource that has nothing to do with the scope. */
function eachMisfit(scope: string, hard: Amounts | undefined, misfit: () => void): void {
  const fitting = SCOPES.get(scope);
  if (fitting) for (const name of Object.keys(hard ?? {}).sort()) if (isQuotaName(name) && !fitting.includes(name)) misfit();
}

function checkScopes(e: Faults, { hard, scopes = [], scopeSelector }: ResourceQuotaSpec): void {
  const conflict = (all: readonly string[]): void => {
    for (const pair of APART) if (pair.every((scope) => all.includes(scope))) e.invalid('spec.scopes', scopes, 'conflicting scopes');
  };
  for (const scope of scopes) {
    if (!SCOPES.has(scope)) e.invalid('spec.scopes', scopes, 'unsupported scope');
    eachMisfit(scope, hard, () => e.invalid('spec.scopes', scopes, 'unsupported scope applied to resource'));
  }
  conflict(scopes);
  if (!scopeSelector) return;
  const list = scopeSelector.matchExpressions ?? [];
  const at = 'spec.scopeSelector.matchExpressions';
  for (const { scopeName = '', operator = '', values = [] } of list) {
    if (!SCOPES.has(scopeName)) e.invalid(`${at}.scopeName`, scopeName, 'unsupported scope');
    eachMisfit(scopeName, hard, () => {
      const shown = { MatchExpressions: list.map((r) => ({ ScopeName: r.scopeName ?? '', Operator: r.operator ?? '', Values: r.values ?? null })) };
      e.invalid(at, shown, 'unsupported scope applied to resource');
    });
    if (EXISTING.includes(scopeName) && operator !== 'Exists') {
      const names = ['Terminating', 'NotTerminating', 'BestEffort', 'NotBestEffort'].map((scope) => `ResourceQuotaScope${scope}`).join(', ');
      e.invalid(`${at}.operator`, operator, `must be 'Exists' when scope is any of ${names} or ResourceQuotaScopeCrossNamespacePodAffinity`);
    }
    if (operator === 'In' || operator === 'NotIn') {
      if (values.length === 0) e.required(`${at}.values`, "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector");
    } else if (operator === 'Exists' || operator === 'DoesNotExist') {
      if (values.length > 0) e.invalid(`${at}.values`, values, "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector");
    } else e.invalid(`${at}.operator`, operator, 'not a valid selector operator');
  }
  conflict(list.map(({ scopeName = '' }) => scopeName));
}

const COMPUTED = ['cpu', 'memory', 'storage', 'ephemeral-storage'];

export const resourceQuota = rules<ResourceQuota>({
  check(e, { spec = {} }, old) {
    checkHard(e, 'spec.hard', spec.hard);
    checkScopes(e, spec);
    const sorted = (scopes: readonly string[] = []): readonly string[] => [...new Set(scopes)].sort();
    if (old && !alike(sorted(spec.scopes), sorted(old.spec?.scopes))) e.invalid('spec.scopes', spec.scopes, IMMUTABLE);
  },
  status(e, { status }) {
    checkHard(e, 'status.hard', status?.hard);
    checkHard(e, 'status.used', status?.used);
  },
  warn({ spec }, old) {
    const hard: Amounts = spec?.hard ?? {};
    if (old) return [];
    return COMPUTED.flatMap((name) => {
      const request = hard[`requests.${name}`] === undefined && (name === 'cpu' || name === 'memory') ? name : `requests.${name}`;
      const [asked, limit] = [hard[request], hard[`limits.${name}`]];
      return asked !== undefined && limit !== undefined && compareQuantities(asked, limit) > 0 ? [`ResourceQuota ${request} (${asked}) should be less than limits.${name} (${limit})`] : [];
    });
  },
});
