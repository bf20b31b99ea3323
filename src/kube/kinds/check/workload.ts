/**
 * What things that keep Pods running have in common: numbers or percentages, selectors with templates, revisions.
 */
import { percent } from '../../schema/names.ts';
import type { Faults } from '../faults.ts';
import type { LabelSelector, PodTemplateSpec } from '../types.ts';
import { checkSelector, selectorIsValid, selectsEverything } from './labels.ts';
import { checkAlways, checkMatch, checkTemplate } from './template.ts';

export type Amount = number | string | undefined;

/** A whole number of at least 0, or a percentage. */
export function checkAmount(e: Faults, path: string, value: Amount): void {
  if (typeof value === 'string') e.each(path, value, percent(value));
  else e.nonNegative(path, value ?? 0);
}

/** The number in it, of Pods or of per cent. */
export const amountOf = (value: Amount): number => (typeof value === 'number' ? value : /^[+-]?\d+%?$/.test(value ?? '') ? parseInt(value!, 10) : 0);

/** A percentage of at most 100. */
export function checkPercent(e: Faults, path: string, value: Amount): void {
  if (typeof value === 'string' && /^\d+%$/.test(value) && parseInt(value, 10) > 100) e.invalid(path, value, 'must not be greater than 100%');
}

/** Selector and template of a Deployment or ReplicaSet, which have to fit. */
export function checkSelectorAndTemplate(e: Faults, path: string, selector: LabelSelector | undefined, template: PodTemplateSpec = {}): void {
  if (!selector) e.required(`${path}.selector`);
  else {
    checkSelector(e, `${path}.selector`, selector);
    if (selectsEverything(selector)) e.invalid(`${path}.selector`, selector, 'empty selector is invalid for deployment');
  }
  if (selector && !selectorIsValid(selector)) {
    e.invalid(`${path}.selector`, selector, 'invalid label selector');
    return;
  }
  checkMatch(e, `${path}.template`, selector, template);
  checkTemplate(e, `${path}.template`, template);
  checkAlways(e, `${path}.template`, template, 'ReplicaSet');
}
