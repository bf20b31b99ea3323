/** kubectl create namespace, quota, priorityclass, poddisruptionbudget. */
import { CliError } from '../../errors.ts';
import { BAD_QUANTITY, canonical } from '../../quantity.ts';
import { parseSelector } from '../../selector.ts';
import { sortedKeys } from '../../go.ts';
import { generator, type Made } from './object.ts';

export const namespace = generator({
  name: 'namespace', use: 'NAME [--dry-run=server|client|none]', aliases: ['ns'], resource: 'namespaces', cluster: true,
  *make(_k, name, meta) {
    if (!name) throw new CliError('name must be specified');
    return { kind: 'Namespace', apiVersion: 'v1', metadata: meta(), spec: {}, status: {} };
  },
});

/** `cpu=1,memory=1Gi` as a map of canonical quantities. Throws CliError. */
export function quantities(text: string): Record<string, string> {
  const out: Record<string, string> = {};
  for (const part of text.split(',')) {
    const pair = part.split('=');
    if (pair.length !== 2) throw new CliError(`Invalid argument syntax ${part}, expected <resource>=<value>`);
    const value = canonical(pair[1]!);
    if (value === undefined) throw new CliError(BAD_QUANTITY);
    out[pair[0]!] = value;
  }
  return Object.fromEntries(sortedKeys(out).map((key) => [key, out[key]!]));
}

export const quota = generator({
  name: 'quota', use: 'NAME [--hard=key1=value1,key2=value2] [--scopes=Scope1,Scope2] [--dry-run=server|client|none]', aliases: ['resourcequota'], resource: 'resourcequotas', failed: 'quota:',
  flags: ["hard=''", "scopes=''"],
  *make(k, name, meta) {
    if (!name) throw new CliError('name must be specified');
    const hard = k.flags.text('hard');
    const scopes = k.flags.text('scopes');
    const spec = { ...(hard && { hard: quantities(hard) }), ...(scopes && { scopes: scopes.split(',') }) };
    if (scopes.split(',').includes('') && scopes) throw new CliError('invalid resource quota scope ""');
    return { kind: 'ResourceQuota', apiVersion: 'v1', metadata: meta(), spec, status: {} } as Made;
  },
});

export const priorityclass = generator({
  name: 'priorityclass', use: 'NAME --value=VALUE --global-default=BOOL [--dry-run=server|client|none]', aliases: ['pc'], resource: 'priorityclasses', cluster: true, failed: 'priorityclass:',
  flags: ["description=''", 'global-default=false', "preemption-policy='PreemptLowerPriority'", 'value=0:int32'],
  *make(k, _name, meta) {
    const description = k.flags.text('description');
    return {
      kind: 'PriorityClass', apiVersion: 'scheduling.k8s.io/v1', metadata: meta(), value: k.flags.number('value'), ...(k.flags.on('global-default') && { globalDefault: true }),
      ...(description && { description }), preemptionPolicy: k.flags.text('preemption-policy'),
    } as Made;
  },
});

const OPERATORS: Readonly<Record<string, string>> = { in: 'In', notin: 'NotIn', exists: 'Exists', '!': 'DoesNotExist', '!=': 'NotIn' };

/** A selector's text as a LabelSelector. Throws CliError. */
export function labelSelector(text: string): Readonly<Record<string, unknown>> {
  const parsed = parseSelector(text);
  if (typeof parsed === 'string') throw new CliError(`couldn't parse the selector string "${text}": ${parsed}`);
  const matchLabels: Record<string, string> = {};
  const matchExpressions: unknown[] = [];
  for (const { key, operator, values } of parsed) {
    if (operator === '=') matchLabels[key] = values[0]!;
    else if (operator === '!=') throw new CliError('"!=" is not a valid label selector operator');
    else if (operator === '>' || operator === '<') throw new CliError(`"${operator === '>' ? 'gt' : 'lt'}" isn't supported in label selectors`);
    else matchExpressions.push({ key, operator: OPERATORS[operator], ...(values.length && { values: [...values].sort() }) });
  }
  return { ...(Object.keys(matchLabels).length && { matchLabels }), ...(matchExpressions.length && { matchExpressions }) };
}

const intOrString = (text: string): number | string => (/^\d+$/.test(text) ? Number(text) : text);

export const poddisruptionbudget = generator({
  name: 'poddisruptionbudget', use: 'NAME --selector=SELECTOR --min-available=N [--dry-run=server|client|none]', aliases: ['pdb'], resource: 'poddisruptionbudgets', failed: 'poddisruptionbudgets:',
  flags: ["max-unavailable=''", "min-available=''", "selector=''"],
  *make(k, name, meta) {
    const [selector, most, least] = ['selector', 'max-unavailable', 'min-available'].map((flag) => k.flags.text(flag)) as [string, string, string];
    if (!name) throw new CliError('name must be specified');
    if (!selector) throw new CliError('a selector must be specified');
    if (!most && !least) throw new CliError('one of min-available or max-unavailable must be specified');
    if (most && least) throw new CliError('min-available and max-unavailable cannot be both specified');
    if (least && !/^[0-9]+%?$/.test(least)) throw new CliError('invalid format specified for min-available');
    if (most && !/^[0-9]+%?$/.test(most)) throw new CliError('invalid format specified for max-unavailable');
    return {
      kind: 'PodDisruptionBudget', apiVersion: 'policy/v1', metadata: meta(),
      spec: { ...(least ? { minAvailable: intOrString(least) } : {}), selector: labelSelector(selector), ...(most ? { maxUnavailable: intOrString(most) } : {}) },
      status: { disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 },
    };
  },
});
