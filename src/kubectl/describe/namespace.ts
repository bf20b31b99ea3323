/** Describes Namespaces with their quotas and limits, ResourceQuotas and LimitRanges. */
import { sortedKeys, type Rec } from '../go.ts';
import { amount, written } from './amounts.ts';
import type { Describer } from './describer.ts';
import { annotations, labels } from './parts.ts';
import { date, list, pairs, text, texts } from './read.ts';
import { Sheet } from './sheet.ts';

const SCOPES: Readonly<Record<string, string>> = {
  Terminating: 'Matches all pods that have an active deadline. These pods have a limited lifespan on a node before being actively terminated by the system.',
  NotTerminating: 'Matches all pods that do not have an active deadline. These pods usually include long running pods whose container command is not expected to terminate.',
  BestEffort: 'Matches all pods that do not have resource requirements set. These pods have a best effort quality of service.',
  NotBestEffort: 'Matches all pods that have at least one resource requirement set. These pods have a burstable or guaranteed quality of service.',
};

function scopes(sheet: Sheet, quota: Rec, level: number, bullet: string): void {
  const all = [...texts(quota, 'spec', 'scopes')].sort();
  if (!all.length) return;
  sheet.field(level, 'Scopes', all.join(', '));
  for (const scope of all) if (SCOPES[scope]) sheet.line(level, `${bullet}${SCOPES[scope]}`);
}

function usage(sheet: Sheet, quota: Rec, level: number): void {
  const hard = pairs(quota, 'status', 'hard');
  const used = pairs(quota, 'status', 'used');
  for (const name of sortedKeys(hard)) sheet.line(level, `${name}\t${used[name] ?? '0'}\t${hard[name]}`);
}

function limits(sheet: Sheet, range: Rec, prefix: string): void {
  for (const item of list(range, 'spec', 'limits')) {
    const fields = ['min', 'max', 'defaultRequest', 'default', 'maxLimitRequestRatio'] as const;
    const names = new Set(fields.flatMap((field) => Object.keys(pairs(item, field))));
    for (const name of [...names].sort()) sheet.line(0, `${prefix}${text(item, 'type')}\t${name}\t${fields.map((field) => pairs(item, field)[name] ?? '-').join('\t')}`);
  }
}

const LIMIT_HEAD = ['Type\tResource\tMin\tMax\tDefault Request\tDefault Limit\tMax Limit/Request Ratio', '----\t--------\t---\t---\t---------------\t-------------\t-----------------------'] as const;

export const namespace: Describer = function* (object, see) {
  const name = text(object, 'metadata', 'name');
  const quotas = yield* see.list(`/api/v1/namespaces/${name}/resourcequotas`);
  const ranges = yield* see.list(`/api/v1/namespaces/${name}/limitranges`);
  const sheet = new Sheet();
  sheet.field(0, 'Name', name);
  labels(sheet, 'Labels', pairs(object, 'metadata', 'labels'));
  annotations(sheet, 'Annotations', pairs(object, 'metadata', 'annotations'));
  sheet.field(0, 'Status', text(object, 'status', 'phase'));
  const conditions = list(object, 'status', 'conditions');
  if (conditions.length) {
    sheet.line(0, 'Conditions:');
    sheet.line(1, 'Type\tStatus\tLastTransitionTime\tReason\tMessage');
    sheet.line(1, '----\t------\t------------------\t------\t-------');
  }
  for (const one of conditions) sheet.line(1, [text(one, 'type'), text(one, 'status'), date(text(one, 'lastTransitionTime')), text(one, 'reason'), text(one, 'message')].join('\t'));
  sheet.line(0, '');
  sheet.line(0, quotas.length ? 'Resource Quotas' : 'No resource quota.');
  for (const quota of quotas) {
    sheet.field(1, 'Name', text(quota, 'metadata', 'name'));
    scopes(sheet, quota, 1, '* ');
    sheet.line(1, 'Resource\tUsed\tHard');
    sheet.line(1, '--------\t---\t---');
    usage(sheet, quota, 1);
  }
  sheet.line(0, '');
  if (!ranges.length) sheet.line(0, 'No LimitRange resource.');
  else {
    sheet.line(0, `Resource Limits\n ${LIMIT_HEAD[0]}`);
    sheet.line(0, ` ${LIMIT_HEAD[1]}`);
  }
  for (const range of ranges) limits(sheet, range, ' ');
  return sheet.text();
};

export const resourceQuota: Describer = function* (object) {
  const sheet = new Sheet();
  sheet.field(0, 'Name', text(object, 'metadata', 'name'));
  sheet.field(0, 'Namespace', text(object, 'metadata', 'namespace'));
  scopes(sheet, object, 0, ' * ');
  sheet.line(0, 'Resource\tUsed\tHard');
  sheet.line(0, '--------\t----\t----');
  const hard = pairs(object, 'status', 'hard');
  const used = pairs(object, 'status', 'used');
  for (const name of sortedKeys(hard)) sheet.line(0, `${name}\t${written(amount(used[name]))}\t${hard[name]}`);
  return sheet.text();
};

export const limitRange: Describer = function* (object) {
  const sheet = new Sheet();
  sheet.field(0, 'Name', text(object, 'metadata', 'name'));
  sheet.field(0, 'Namespace', text(object, 'metadata', 'namespace'));
  for (const line of LIMIT_HEAD) sheet.line(0, line);
  limits(sheet, object, '');
  return sheet.text();
};
