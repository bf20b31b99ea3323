/** Describes a Pod. */
import { ageAt } from '../../sim/human-duration.ts';
import type { Describer } from './describer.ts';
import { containers, fieldsOf, resources } from './containers.ts';
import { events, eventsOf } from './events.ts';
import { annotations, controller, labels, tolerations } from './parts.ts';
import { date, list, pairs, rec, text } from './read.ts';
import { Sheet } from './sheet.ts';
import { spread } from './template.ts';
import { volumes } from './volumes.ts';

const MIRROR = 'kubernetes.io/config.mirror';

export const pod: Describer = function* (object, see) {
  const uid = pairs(object, 'metadata', 'annotations')[MIRROR];
  const found = see.events ? yield* eventsOf(see, object, { kind: false, ...(uid && { uid }) }) : undefined;
  const spec = rec(object, 'spec');
  const status = rec(object, 'status');
  const sheet = new Sheet();
  sheet.field(0, 'Name', text(object, 'metadata', 'name'));
  sheet.field(0, 'Namespace', text(object, 'metadata', 'namespace'));
  if (spec['priority'] !== undefined) sheet.field(0, 'Priority', text(spec, 'priority'));
  if (text(spec, 'priorityClassName')) sheet.field(0, 'Priority Class Name', text(spec, 'priorityClassName'));
  if (text(spec, 'runtimeClassName')) sheet.field(0, 'Runtime Class Name', text(spec, 'runtimeClassName'));
  if (text(spec, 'serviceAccountName')) sheet.field(0, 'Service Account', text(spec, 'serviceAccountName'));
  sheet.field(0, 'Node', text(spec, 'nodeName') ? `${text(spec, 'nodeName')}/${text(status, 'hostIP')}` : '<none>');
  if (text(status, 'startTime')) sheet.field(0, 'Start Time', date(text(status, 'startTime')));
  labels(sheet, 'Labels', pairs(object, 'metadata', 'labels'));
  annotations(sheet, 'Annotations', pairs(object, 'metadata', 'annotations'));
  const phase = text(status, 'phase');
  const deleted = text(object, 'metadata', 'deletionTimestamp');
  if (deleted && phase !== 'Failed' && phase !== 'Succeeded') {
    sheet.field(0, 'Status', `Terminating (lasts ${ageAt(see.unix, deleted)})`);
    sheet.field(0, 'Termination Grace Period', `${text(object, 'metadata', 'deletionGracePeriodSeconds')}s`);
  } else sheet.field(0, 'Status', phase);
  if (text(status, 'reason')) sheet.field(0, 'Reason', text(status, 'reason'));
  if (text(status, 'message')) sheet.field(0, 'Message', text(status, 'message'));
  const seccomp = rec(spec, 'securityContext', 'seccompProfile');
  if (seccomp['type']) sheet.field(0, 'SeccompProfile', text(seccomp, 'type'));
  if (seccomp['type'] === 'Localhost') sheet.field(0, 'LocalhostProfile', text(seccomp, 'localhostProfile'));
  sheet.field(0, 'IP', text(status, 'podIP'));
  const ips = list(status, 'podIPs');
  sheet.line(0, ips.length ? 'IPs:' : 'IPs:\t<none>');
  for (const one of ips) sheet.field(1, 'IP', text(one, 'ip'));
  if (controller(object)) sheet.field(0, 'Controlled By', controller(object));
  if (text(status, 'nominatedNodeName')) sheet.field(0, 'NominatedNodeName', text(status, 'nominatedNodeName'));
  if (spec['resources']) {
    sheet.line(0, 'Resources:');
    resources(sheet, rec(spec, 'resources'), 1);
  }
  const resolve = fieldsOf(object);
  if (list(spec, 'initContainers').length) containers(sheet, 'Init Containers', list(spec, 'initContainers'), list(status, 'initContainerStatuses'), '', resolve);
  containers(sheet, 'Containers', list(spec, 'containers'), list(status, 'containerStatuses'), '', resolve);
  if (list(spec, 'ephemeralContainers').length) containers(sheet, 'Ephemeral Containers', list(spec, 'ephemeralContainers'), list(status, 'ephemeralContainerStatuses'), '', resolve);
  const conditions = list(status, 'conditions');
  if (list(spec, 'readinessGates').length) {
    sheet.line(0, 'Readiness Gates:\n  Type\tStatus');
    for (const gate of list(spec, 'readinessGates')) sheet.line(1, `${text(gate, 'conditionType')} \t${text(conditions.find((one) => one['type'] === gate['conditionType']) ?? {}, 'status') || '<none>'} `);
  }
  if (conditions.length) sheet.line(0, 'Conditions:\n  Type\tStatus');
  for (const one of conditions) sheet.line(1, `${text(one, 'type')} \t${text(one, 'status')} `);
  volumes(sheet, spec, '');
  sheet.field(0, 'QoS Class', text(status, 'qosClass'));
  labels(sheet, 'Node-Selectors', pairs(spec, 'nodeSelector'));
  tolerations(sheet, 'Tolerations', list(spec, 'tolerations'));
  spread(sheet, spec, '');
  events(sheet, found, see.unix);
  return sheet.text();
};
