/** Describes a Node with the Pods on it and what they ask for. */
import type { Rec } from '../go.ts';
import { sortedKeys } from '../go.ts';
import { ageAt } from '../../sim/human-duration.ts';
import { ZERO, add, amount, most, share, written, type Amount } from './amounts.ts';
import type { Describer } from './describer.ts';
import { events, eventsOf } from './events.ts';
import { annotations, labels, taints } from './parts.ts';
import { date, list, pairs, rec, text, texts } from './read.ts';
import { Sheet } from './sheet.ts';

const ROLE = 'node-role.kubernetes.io/';
const OLD_ROLE = 'kubernetes.io/role';
const STANDARD = new Set(['cpu', 'memory', 'ephemeral-storage', 'pods']);

function roles(node: Rec): string {
  const all = pairs(node, 'metadata', 'labels');
  const found = sortedKeys(all).flatMap((key) => (key.startsWith(ROLE) && key.length > ROLE.length ? [key.slice(ROLE.length)] : key === OLD_ROLE && all[key] ? [all[key]] : []));
  return [...new Set(found)].sort().join(',') || '<none>';
}

/** What a Pod asks for (`requests`) or may use at most (`limits`): containers together, or the hungriest init container, plus overhead. */
function asked(pod: Rec, of: 'requests' | 'limits', resource: string): Amount {
  const spec = rec(pod, 'spec');
  const whole = pairs(spec, 'resources', of)[resource];
  const one = (container: Rec): Amount => amount(pairs(container, 'resources', of)[resource]);
  let sum = list(spec, 'containers').map(one).reduce(add, ZERO);
  let sidecars = ZERO;
  let peak = ZERO;
  for (const container of list(spec, 'initContainers')) {
    if (container['restartPolicy'] === 'Always') {
      sidecars = add(sidecars, one(container));
      peak = most(peak, sidecars);
    } else peak = most(peak, add(one(container), sidecars));
  }
  sum = most(add(sum, sidecars), peak);
  const overhead = pairs(spec, 'overhead')[resource];
  if (whole !== undefined) sum = amount(whole);
  return overhead !== undefined && (of === 'requests' || sum.value) ? add(sum, amount(overhead)) : sum;
}

function resourcesTable(sheet: Sheet, node: Rec, pods: readonly Rec[], unix: number): void {
  const given = Object.keys(pairs(node, 'status', 'allocatable')).length ? pairs(node, 'status', 'allocatable') : pairs(node, 'status', 'capacity');
  const all = (resource: string): Amount => amount(given[resource]);
  sheet.field(0, 'Non-terminated Pods', `(${pods.length} in total)`);
  sheet.line(1, 'Namespace\tName\t\tCPU Requests\tCPU Limits\tMemory Requests\tMemory Limits\tAge');
  sheet.line(1, '---------\t----\t\t------------\t----------\t---------------\t-------------\t---');
  for (const pod of pods) {
    const cells = (['cpu', 'memory'] as const).flatMap((resource) => (['requests', 'limits'] as const).map((of) => share(asked(pod, of, resource), all(resource))));
    sheet.line(1, [text(pod, 'metadata', 'namespace'), text(pod, 'metadata', 'name'), '', ...cells, ageAt(unix, text(pod, 'metadata', 'creationTimestamp'))].join('\t'));
  }
  sheet.line(0, 'Allocated resources:\n  (Total limits may be over 100 percent, i.e., overcommitted.)');
  sheet.line(1, 'Resource\tRequests\tLimits');
  sheet.line(1, '--------\t--------\t------');
  const total = (of: 'requests' | 'limits', resource: string): Amount => pods.map((pod) => asked(pod, of, resource)).reduce(add, ZERO);
  const names = sortedKeys(given).filter((name) => !STANDARD.has(name));
  for (const name of ['cpu', 'memory', 'ephemeral-storage', ...names.filter((one) => one.startsWith('hugepages-'))]) {
    sheet.line(1, `${name}\t${share(total('requests', name), all(name))}\t${share(total('limits', name), all(name))}`);
  }
  for (const name of names.filter((one) => !one.startsWith('hugepages-'))) sheet.line(1, `${name}\t${written(total('requests', name))}\t${written(total('limits', name))}`);
}

export const node: Describer = function* (object, see) {
  const name = text(object, 'metadata', 'name');
  const pods = yield* see.list('/api/v1/pods', { fieldSelector: `spec.nodeName=${name},status.phase!=Succeeded,status.phase!=Failed` });
  const found = see.events ? [...(yield* eventsOf(see, object)), ...(yield* eventsOf(see, object, { uid: name }))] : undefined;
  const lease = yield* see.get(`/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/${name}`);
  const spec = rec(object, 'spec');
  const status = rec(object, 'status');
  const sheet = new Sheet();
  sheet.field(0, 'Name', name);
  sheet.field(0, 'Roles', roles(object));
  labels(sheet, 'Labels', pairs(object, 'metadata', 'labels'));
  annotations(sheet, 'Annotations', pairs(object, 'metadata', 'annotations'));
  sheet.field(0, 'CreationTimestamp', date(text(object, 'metadata', 'creationTimestamp')));
  taints(sheet, list(spec, 'taints'));
  sheet.field(0, 'Unschedulable', spec['unschedulable'] === true);
  if (lease) {
    sheet.line(0, 'Lease:');
    sheet.field(1, 'HolderIdentity', text(lease, 'spec', 'holderIdentity') || '<unset>');
    for (const [label, field] of [['AcquireTime', 'acquireTime'], ['RenewTime', 'renewTime']] as const) sheet.field(1, label, text(lease, 'spec', field) ? date(text(lease, 'spec', field)) : '<unset>');
  } else sheet.field(0, 'Lease', `Failed to get lease: leases.coordination.k8s.io "${name}" not found`);
  const conditions = list(status, 'conditions');
  if (conditions.length) {
    sheet.line(0, 'Conditions:\n  Type\tStatus\tLastHeartbeatTime\tLastTransitionTime\tReason\tMessage');
    sheet.line(1, '----\t------\t-----------------\t------------------\t------\t-------');
  }
  for (const one of conditions) sheet.line(1, `${text(one, 'type')} \t${text(one, 'status')} \t${date(text(one, 'lastHeartbeatTime'))} \t${date(text(one, 'lastTransitionTime'))} \t${text(one, 'reason')} \t${text(one, 'message')}`);
  sheet.line(0, 'Addresses:');
  for (const one of list(status, 'addresses')) sheet.field(1, text(one, 'type'), text(one, 'address'));
  for (const [label, field] of [['Capacity', 'capacity'], ['Allocatable', 'allocatable']] as const) {
    const all = pairs(status, field);
    if (Object.keys(all).length) sheet.line(0, `${label}:`);
    for (const resource of sortedKeys(all)) sheet.field(1, resource, all[resource]);
  }
  sheet.line(0, 'System Info:');
  for (const [label, field] of [
    ['Machine ID', 'machineID'], ['System UUID', 'systemUUID'], ['Boot ID', 'bootID'], ['Kernel Version', 'kernelVersion'], ['OS Image', 'osImage'],
    ['Operating System', 'operatingSystem'], ['Architecture', 'architecture'], ['Container Runtime Version', 'containerRuntimeVersion'], ['Kubelet Version', 'kubeletVersion'],
  ] as const) sheet.field(1, label, text(status, 'nodeInfo', field));
  if (text(spec, 'podCIDR')) sheet.field(0, 'PodCIDR', text(spec, 'podCIDR'));
  if (texts(spec, 'podCIDRs').length) sheet.field(0, 'PodCIDRs', texts(spec, 'podCIDRs').join(','));
  if (text(spec, 'providerID')) sheet.field(0, 'ProviderID', text(spec, 'providerID'));
  resourcesTable(sheet, object, pods, see.unix);
  events(sheet, found, see.unix);
  return sheet.text();
};
