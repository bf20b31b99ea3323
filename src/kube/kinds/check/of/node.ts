/**
 * Nodes, their leases, and the runtimes they offer (pkg/apis/core, coordination and node, validation.go).
 * Leaves out annotations and the kubelet configuration of long ago.
 */
import { dnsLabel } from '../../../schema/names.ts';
import { NEGATIVE } from '../../faults.ts';
import type { Faults } from '../../faults.ts';
import type { Lease, Node, RuntimeClass, Scheduling } from '../../types.ts';
import { checkTaints, checkTolerations } from '../affinity.ts';
import { labelWarnings } from '../deprecated.ts';
import { checkImmutable } from '../immutable.ts';
import { checkCidr, parseCidr } from '../ip.ts';
import { checkLabels, needText } from '../labels.ts';
import { checkAmount, checkContainerResourceName, checkRequirements } from '../resources.ts';
import { rules } from '../rules.ts';

const FEATURE = /^[A-Z][a-zA-Z0-9]*(\/[a-zA-Z][a-zA-Z0-9]*)*$/;
const FEATURE_FORM = "must start with an UpperCamelCase segment, with subsequent segments separated by '/' (e.g., MyFeature or MyFeature/mySubFeature), and contain only alphanumeric characters and slashes";

function checkFeatures(e: Faults, { status }: Node): void {
  const at = 'status.declaredFeatures';
  const list = status?.declaredFeatures ?? [];
  for (const [i, name] of list.entries()) {
    const next = list[i + 1];
    if (!FEATURE.test(name)) e.invalid(`${at}[${i}]`, name, `invalid feature name "${name}": ${FEATURE_FORM}`);
    if (next === name) e.duplicate(`${at}[${i + 1}]`, next);
    else if (next !== undefined && name > next) e.invalid(`${at}[${i + 1}]`, next, 'list must be sorted alphabetically');
  }
}

function checkAmounts(e: Faults, { status }: Node): void {
  for (const list of ['capacity', 'allocatable'] as const) {
    for (const [name, amount] of Object.entries(status?.[list] ?? {})) checkAmount(e, `status.${list}.${name}`, name, amount);
  }
}

function checkRanges(e: Faults, ranges: readonly string[]): void {
  for (const [i, range] of ranges.entries()) checkCidr(e, `spec.podCIDRs[${i}]`, range);
  if (ranges.length < 2) return;
  const families = new Set(ranges.map((range) => parseCidr(range)?.ip.v6));
  if (ranges.length > 2 || families.size < 2) e.invalid('spec.podCIDRs', ranges, 'may specify no more than one CIDR for each IP family');
}

function checkChange(e: Faults, now: Node, old: Node): void {
  const [spec, before] = [now.spec ?? {}, old.spec ?? {}];
  checkAmounts(e, now);
  checkFeatures(e, now);
  const seen = new Set<string>();
  for (const [i, { type = '', address = '' }] of (now.status?.addresses ?? []).entries()) {
    const key = `${type} ${address}`;
    if (seen.has(key)) e.duplicate(`status.addresses[${i}]`, { Type: type, Address: address });
    seen.add(key);
  }
  const [ranges, given] = [spec.podCIDRs ?? [], before.podCIDRs ?? []];
  if (given.length > 0 && (ranges.length !== given.length || given.some((range, i) => range !== ranges[i]))) {
    e.forbidden('spec.podCIDRs', 'node updates may not change podCIDR except from "" to valid');
  }
  if (before.providerID && before.providerID !== spec.providerID) e.forbidden('spec.providerID', 'node updates may not change providerID except from "" to valid');
  checkTaints(e, 'metadata.taints', spec.taints ?? []);
  if ((spec.externalID ?? '') !== (before.externalID ?? '')) e.forbidden('spec.externalID', 'may not be updated');
}

export const node = rules<Node>({
  check(e, now, old) {
    checkTaints(e, 'metadata.taints', now.spec?.taints ?? []);
    checkAmounts(e, now);
    checkFeatures(e, now);
    checkRanges(e, now.spec?.podCIDRs ?? []);
    if (old) checkChange(e, now, old);
  },
  status: checkChange,
  warn: ({ spec }) => [
    ...(spec?.configSource ? ['spec.configSource: the feature is removed'] : []),
    ...(spec?.externalID ? ['spec.externalID: this field is deprecated, and is unused by Kubernetes'] : []),
  ],
});

export const lease = rules<Lease>({
  anyFinalizer: true,
  check(e, { spec: { leaseDurationSeconds: seconds, leaseTransitions: transitions } = {} }) {
    if (seconds !== undefined && seconds <= 0) e.invalid('spec.leaseDurationSeconds', seconds, 'must be greater than 0');
    if (transitions !== undefined && transitions < 0) e.invalid('spec.leaseTransitions', transitions, NEGATIVE);
  },
});

function checkPlacement(e: Faults, scheduling: Scheduling): void {
  checkLabels(e, 'scheduling.nodeSelector', scheduling.nodeSelector);
  const tolerations = scheduling.tolerations ?? [];
  checkTolerations(e, 'scheduling.tolerations', tolerations);
  const seen = new Set<string>();
  for (const [i, { key = '', operator = '', value = '', effect = '', tolerationSeconds = null }] of tolerations.entries()) {
    const same = JSON.stringify([key, operator, value, effect]);
    if (seen.has(same)) e.duplicate(`scheduling.tolerations[${i}]`, { Key: key, Operator: operator, Value: value, Effect: effect, TolerationSeconds: tolerationSeconds });
    seen.add(same);
  }
}

export const runtimeClass = rules<RuntimeClass>({
  anyFinalizer: true,
  check(e, { handler, overhead, scheduling }, old) {
    needText(e, 'handler', handler, dnsLabel);
    if (overhead) checkRequirements(e, 'overhead', { limits: overhead.podFixed }, checkContainerResourceName);
    if (scheduling) checkPlacement(e, scheduling);
    if (old) checkImmutable(e, 'handler', handler, old.handler);
  },
  warn: ({ scheduling }) => Object.keys(scheduling?.nodeSelector ?? {}).flatMap((key) => labelWarnings('scheduling.nodeSelector', key)),
});
