/**
 * Warnings about labels of nodes that have been given up (pkg/api/node/util.go).
 */
import { labelValue } from '../../schema/names.ts';
import type { LabelSelector, NodeSelectorTerm } from '../types.ts';

const use = (name: string): string => `use "${name}" instead`;
const LABELS = new Map(Object.entries({
  'beta.kubernetes.io/arch': `deprecated since v1.14; ${use('kubernetes.io/arch')}`,
  'beta.kubernetes.io/os': `deprecated since v1.14; ${use('kubernetes.io/os')}`,
  'failure-domain.beta.kubernetes.io/region': `deprecated since v1.17; ${use('topology.kubernetes.io/region')}`,
  'failure-domain.beta.kubernetes.io/zone': `deprecated since v1.17; ${use('topology.kubernetes.io/zone')}`,
  'beta.kubernetes.io/instance-type': `deprecated since v1.17; ${use('node.kubernetes.io/instance-type')}`,
  'app.kubernetes.io/created-by': 'deprecated since v1.9',
  'scheduler.alpha.kubernetes.io/preferAvoidPods': 'deprecated since v1.22; use Taints and Tolerations instead',
  'node-role.kubernetes.io/master': use('node-role.kubernetes.io/control-plane'),
}));

/** `path: text` of a label that is given up; `named` puts the label before the text. */
export function labelWarnings(path: string, label: string, named = false): readonly string[] {
  const text = LABELS.get(label);
  return text === undefined ? [] : [`${path}: ${named ? `${label} is ` : ''}${text}`];
}

/** A selector of nodes by their labels. */
export const selectorWarnings = (path: string, selector: LabelSelector | undefined): readonly string[] => [
  ...(selector?.matchExpressions ?? []).flatMap(({ key = '' }, i) => labelWarnings(`${path}.matchExpressions[${i}].key`, key, true)),
  ...Object.keys(selector?.matchLabels ?? {}).flatMap((label) => labelWarnings(`${path}.matchLabels.${label}`, label)),
];

/** A term of a node selector; `values` looks at the values, too. */
export const termWarnings = (path: string, { matchExpressions = [] }: NodeSelectorTerm, values: boolean): readonly string[] =>
  matchExpressions.flatMap(({ key = '', values: list = [] }, i) => [
    ...labelWarnings(`${path}.matchExpressions[${i}].key`, key, true),
    ...(values ? list.flatMap((value, j) => labelValue(value).map((text) => `${path}.matchExpressions[${i}].values[${j}]: ${value} is invalid, ${text}`)) : []),
  ]);
