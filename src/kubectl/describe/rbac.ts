/** Describes Roles, ClusterRoles and their bindings. Rules are broken down to one resource each and joined by verbs, as kubectl does. */
import type { Rec } from '../go.ts';
import type { Describer } from './describer.ts';
import { annotations, labels } from './parts.ts';
import { list, pairs, text, texts } from './read.ts';
import { Sheet } from './sheet.ts';

interface Rule {
  readonly resource: string;
  readonly names: string;
  readonly urls: string;
  readonly order: string;
  readonly verbs: string[];
}

const several = (all: readonly string[]): string => `[${all.join(' ')}]`;

function compact(rules: readonly Rec[]): readonly Rule[] {
  const byKey = new Map<string, Rule>();
  const add = (group: string, resource: string, name: string, url: string, verb: string): void => {
    const key = `${group}\n${resource}\n${name}\n${url}${url && `\n${verb}`}`;
    const known = byKey.get(key);
    if (!known) {
      const shown = resource && (group ? (resource.includes('/') ? resource.replace('/', `.${group}/`) : `${resource}.${group}`) : resource);
      byKey.set(key, { resource: shown, names: name, urls: url, order: `[${group}],[${resource}],[${name}],[${url}]`, verbs: [verb] });
    } else if (!known.verbs.includes(verb)) known.verbs.push(verb);
  };
  for (const rule of rules) {
    const names = texts(rule, 'resourceNames').length ? texts(rule, 'resourceNames') : [''];
    for (const group of texts(rule, 'apiGroups')) for (const resource of texts(rule, 'resources')) for (const verb of texts(rule, 'verbs')) for (const name of names) add(group, resource, name, '', verb);
    for (const url of texts(rule, 'nonResourceURLs')) for (const verb of texts(rule, 'verbs')) add('', '', '', url, verb);
  }
  const order = (rule: Rule): string => `${several(rule.verbs)},${rule.order}`;
  return [...byKey.values()].sort((a, b) => (order(a) < order(b) ? -1 : 1));
}

export const role: Describer = function* (object) {
  const sheet = new Sheet();
  sheet.field(0, 'Name', text(object, 'metadata', 'name'));
  labels(sheet, 'Labels', pairs(object, 'metadata', 'labels'));
  annotations(sheet, 'Annotations', pairs(object, 'metadata', 'annotations'));
  sheet.line(0, 'PolicyRule:');
  sheet.line(1, 'Resources\tNon-Resource URLs\tResource Names\tVerbs');
  sheet.line(1, '---------\t-----------------\t--------------\t-----');
  for (const rule of compact(list(object, 'rules'))) sheet.line(1, `${rule.resource}\t${several(rule.urls ? [rule.urls] : [])}\t${several(rule.names ? [rule.names] : [])}\t${several(rule.verbs)}`);
  return sheet.text();
};

export const binding: Describer = function* (object) {
  const sheet = new Sheet();
  sheet.field(0, 'Name', text(object, 'metadata', 'name'));
  labels(sheet, 'Labels', pairs(object, 'metadata', 'labels'));
  annotations(sheet, 'Annotations', pairs(object, 'metadata', 'annotations'));
  sheet.line(0, 'Role:');
  sheet.field(1, 'Kind', text(object, 'roleRef', 'kind'));
  sheet.field(1, 'Name', text(object, 'roleRef', 'name'));
  sheet.line(0, 'Subjects:');
  sheet.line(1, 'Kind\tName\tNamespace');
  sheet.line(1, '----\t----\t---------');
  for (const subject of list(object, 'subjects')) sheet.line(1, `${text(subject, 'kind')}\t${text(subject, 'name')}\t${text(subject, 'namespace')}`);
  return sheet.text();
};
