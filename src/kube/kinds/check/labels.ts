/**
 * Labels, annotations and selectors (apimachinery's meta/v1/validation and api/validation).
 */
import { bytes, labelKey, labelValue } from '../../schema/names.ts';
import type { Validator } from '../../schema/names.ts';
import type { Faults } from '../faults.ts';
import type { LabelSelector } from '../types.ts';

type Labels = Readonly<Record<string, string>>;

/** A text that has to satisfy a validator. */
export const checkText = (e: Faults, path: string, value: string, validator: Validator): void => e.each(path, value, validator(value));

/** A text that has to be there and to satisfy a validator. */
export function needText(e: Faults, path: string, value: string | undefined, validator: Validator): void {
  if (!value) e.required(path);
  else checkText(e, path, value, validator);
}

/** Keys and values of labels. */
export function checkLabels(e: Faults, path: string, labels: Labels | undefined): void {
  for (const key in labels) {
    checkText(e, path, key, labelKey);
    checkText(e, path, labels[key]!, labelValue);
  }
}

const MOST_ANNOTATIONS = 256 * 1024;

/** Keys and the total size of annotations. */
export function checkAnnotations(e: Faults, path: string, annotations: Labels | undefined): void {
  let size = 0;
  for (const key in annotations) {
    e.each(path, key, labelKey(key.toLowerCase()));
    size += bytes(key) + bytes(annotations[key]!);
  }
  if (size > MOST_ANNOTATIONS) e.tooLong(path, MOST_ANNOTATIONS);
}

/** A label selector. */
export function checkSelector(e: Faults, path: string, selector: LabelSelector | undefined): void {
  if (!selector) return;
  checkLabels(e, `${path}.matchLabels`, selector.matchLabels);
  for (const [i, { key = '', operator, values = [] }] of (selector.matchExpressions ?? []).entries()) {
    const at = `${path}.matchExpressions[${i}]`;
    if (operator === 'In' || operator === 'NotIn') {
      if (values.length === 0) e.required(`${at}.values`, "must be specified when `operator` is 'In' or 'NotIn'");
    } else if (operator === 'Exists' || operator === 'DoesNotExist') {
      if (values.length > 0) e.forbidden(`${at}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
    } else e.invalid(`${at}.operator`, operator ?? '', 'not a valid selector operator');
    checkText(e, `${at}.key`, key, labelKey);
    for (const [j, value] of values.entries()) checkText(e, `${at}.values[${j}]`, value, labelValue);
  }
}

/** Whether a selector asks for nothing. */
export const selectsEverything = (selector: LabelSelector | undefined): boolean =>
  Object.keys(selector?.matchLabels ?? {}).length + (selector?.matchExpressions?.length ?? 0) === 0;

/** Whether a selector can be turned into requirements at all. */
export function selectorIsValid(selector: LabelSelector): boolean {
  for (const { key = '', operator, values = [] } of selector.matchExpressions ?? []) {
    if (labelKey(key).length > 0) return false;
    if (operator === 'In' || operator === 'NotIn' ? values.length === 0 : (operator !== 'Exists' && operator !== 'DoesNotExist') || values.length > 0) return false;
    if (values.some((value) => labelValue(value).length > 0)) return false;
  }
  for (const key in selector.matchLabels) if (labelKey(key).length > 0 || labelValue(selector.matchLabels[key]!).length > 0) return false;
  return true;
}

/** Whether labels hold all that is wanted; nothing wanted is always held. */
export function carries(labels: Labels | undefined, wanted: Labels): boolean {
  for (const key in wanted) if (labels?.[key] !== wanted[key]) return false;
  return true;
}
