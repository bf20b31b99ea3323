/** Describes PodDisruptionBudgets, HorizontalPodAutoscalers and PriorityClasses. */
import { isMap, quote, type Rec } from '../go.ts';
import type { Describer } from './describer.ts';
import { events, eventsOf } from './events.ts';
import { formatLabels, formatSelector, heading } from './parts.ts';
import { count, date, list, pairs, rec, text } from './read.ts';
import { Sheet } from './sheet.ts';

export const podDisruptionBudget: Describer = function* (object, see) {
  const found = see.events ? yield* eventsOf(see, object) : undefined;
  const spec = rec(object, 'spec');
  const sheet = new Sheet();
  sheet.field(0, 'Name', text(object, 'metadata', 'name'));
  sheet.field(0, 'Namespace', text(object, 'metadata', 'namespace'));
  if (spec['minAvailable'] !== undefined) sheet.field(0, 'Min available', text(spec, 'minAvailable'));
  else if (spec['maxUnavailable'] !== undefined) sheet.field(0, 'Max unavailable', text(spec, 'maxUnavailable'));
  sheet.field(0, 'Selector', isMap(spec['selector']) ? formatSelector(spec['selector']) : '<unset>');
  sheet.line(0, 'Status:');
  for (const [label, field] of [['Allowed disruptions', 'disruptionsAllowed'], ['Current', 'currentHealthy'], ['Desired', 'desiredHealthy'], ['Total', 'expectedPods']] as const) sheet.field(2, label, count(object, 'status', field));
  events(sheet, found, see.unix);
  return sheet.text();
};

/** One metric of an autoscaler: what it is, now and wanted. */
function metricLine(metric: Rec, now: Rec): string {
  const value = (of: Rec, kind: string, field: string): string => text(rec(of, kind, 'current'), field) || '<unknown>';
  const target = (kind: string, field: string): string => text(metric, kind, 'target', field);
  const resource = (kind: 'resource' | 'containerResource', where: string): string => {
    const name = `resource ${text(metric, kind, 'name')}${where} on pods`;
    if (rec(metric, kind, 'target')['averageValue'] !== undefined) return `${name}:\t${value(now, kind, 'averageValue')} / ${target(kind, 'averageValue')}`;
    const utilisation = rec(now, kind, 'current')['averageUtilization'];
    const current = utilisation === undefined ? '<unknown>' : `${String(utilisation)}% (${value(now, kind, 'averageValue')})`;
    return `${name}  (as a percentage of request):\t${current} / ${target(kind, 'averageUtilization') ? `${target(kind, 'averageUtilization')}%` : '<auto>'}`;
  };
  switch (text(metric, 'type')) {
    case 'Resource': return resource('resource', '');
    case 'ContainerResource': return resource('containerResource', ` of container "${text(metric, 'containerResource', 'container')}"`);
    case 'Pods': return `${quote(text(metric, 'pods', 'metric', 'name'))} on pods:\t${value(now, 'pods', 'averageValue')} / ${target('pods', 'averageValue')}`;
    case 'Object': {
      const average = target('object', 'type') === 'AverageValue';
      const field = average ? 'averageValue' : 'value';
      return `"${text(metric, 'object', 'metric', 'name')}" on ${text(metric, 'object', 'describedObject', 'kind')}/${text(metric, 'object', 'describedObject', 'name')} (target ${average ? 'average value' : 'value'}):\t${value(now, 'object', field)} / ${target('object', field)}`;
    }
    case 'External': {
      const average = rec(metric, 'external', 'target')['averageValue'] !== undefined;
      const field = average ? 'averageValue' : 'value';
      return `${quote(text(metric, 'external', 'metric', 'name'))} (target ${average ? 'average value' : 'value'}):\t${value(now, 'external', field)} / ${target('external', field)}`;
    }
    default: return `<unknown metric type ${quote(text(metric, 'type'))}>`;
  }
}

function behavior(sheet: Sheet, title: string, rules: Rec): void {
  sheet.line(1, `${title}:`);
  if (rules['stabilizationWindowSeconds'] !== undefined) sheet.line(2, `Stabilization Window: ${text(rules, 'stabilizationWindowSeconds')} seconds`);
  if (!list(rules, 'policies').length) return;
  sheet.line(2, `Select Policy: ${text(rules, 'selectPolicy') || 'Max'}`);
  sheet.line(2, 'Policies:');
  for (const one of list(rules, 'policies')) sheet.line(3, `- Type: ${text(one, 'type')}\tValue: ${text(one, 'value')}\tPeriod: ${text(one, 'periodSeconds')} seconds`);
}

export const horizontalPodAutoscaler: Describer = function* (object, see) {
  const found = see.events ? yield* eventsOf(see, object) : undefined;
  const spec = rec(object, 'spec');
  const kind = text(spec, 'scaleTargetRef', 'kind');
  const sheet = new Sheet();
  heading(sheet, object);
  sheet.field(0, 'CreationTimestamp', date(text(object, 'metadata', 'creationTimestamp')));
  sheet.field(0, 'Reference', `${kind}/${text(spec, 'scaleTargetRef', 'name')}`);
  sheet.field(0, 'Metrics', '( current / target )');
  list(spec, 'metrics').forEach((metric, i) => sheet.line(1, metricLine(metric, list(object, 'status', 'currentMetrics')[i] ?? {})));
  sheet.field(0, 'Min replicas', spec['minReplicas'] === undefined ? '<unset>' : count(spec, 'minReplicas'));
  sheet.field(0, 'Max replicas', count(spec, 'maxReplicas'));
  if (isMap(spec['behavior'])) {
    sheet.line(0, 'Behavior:');
    for (const [title, field] of [['Scale Up', 'scaleUp'], ['Scale Down', 'scaleDown']] as const) if (isMap(spec['behavior'][field])) behavior(sheet, title, spec['behavior'][field]);
  }
  sheet.field(0, `${kind} pods`, `${count(object, 'status', 'currentReplicas')} current / ${count(object, 'status', 'desiredReplicas')} desired`);
  const conditions = list(object, 'status', 'conditions');
  if (conditions.length) {
    sheet.line(0, 'Conditions:');
    sheet.line(1, 'Type\tStatus\tReason\tMessage');
    sheet.line(1, '----\t------\t------\t-------');
  }
  for (const one of conditions) sheet.line(1, [text(one, 'type'), text(one, 'status'), text(one, 'reason'), text(one, 'message')].join('\t'));
  events(sheet, found, see.unix);
  return sheet.text();
};

export const priorityClass: Describer = function* (object, see) {
  const found = see.events ? yield* eventsOf(see, object) : undefined;
  const sheet = new Sheet();
  sheet.field(0, 'Name', text(object, 'metadata', 'name'));
  sheet.field(0, 'Value', count(object, 'value'));
  sheet.field(0, 'GlobalDefault', object['globalDefault'] === true);
  sheet.field(0, 'PreemptionPolicy', text(object, 'preemptionPolicy'));
  sheet.field(0, 'Description', text(object, 'description'));
  sheet.field(0, 'Annotations', formatLabels(pairs(object, 'metadata', 'annotations')));
  events(sheet, found, see.unix);
  return sheet.text();
};
