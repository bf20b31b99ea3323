/**
 * Webhook configurations, admission policies and their bindings (pkg/apis/admissionregistration/validation).
 * Unlike Kubernetes: CEL expressions have to be there, but are not compiled.
 */
import { dns1035Label, dnsSubdomain, labelKey, pathSegment, portNumber } from '../../../schema/names.ts';
import type { Faults } from '../../faults.ts';
import type {
  ServiceReference, AuditAnnotation, MatchCondition, MatchResources, MutatingAdmissionPolicy, MutatingAdmissionPolicyBinding, MutatingWebhook, MutatingWebhookConfiguration,
  Mutation, NamedRuleWithOperations, ParamKind, ParamRef, ValidatingAdmissionPolicy, ValidatingAdmissionPolicyBinding, ValidatingWebhookConfiguration, Validation, Variable,
} from '../../types.ts';
import { checkSelector, checkText } from '../labels.ts';
import { rules } from '../rules.ts';

const OPERATIONS = ['*', 'CONNECT', 'CREATE', 'DELETE', 'UPDATE'];
const MUTATED = ['*', 'CONNECT', 'CREATE', 'UPDATE'];
const SCOPES = ['*', 'Cluster', 'Namespaced'];
const FAILURE = ['Fail', 'Ignore'];
const MATCH = ['Equivalent', 'Exact'];
const REINVOCATION = ['IfNeeded', 'Never'];
const EFFECTS = ['None', 'NoneOnDryRun'];
const VERSIONS = ['v1', 'v1beta1'];
const REASONS = ['Forbidden', 'Invalid', 'RequestEntityTooLarge'];
const BOTH = 'must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)';
const FORM = '; desired format: https://host[/path]';

type List = readonly string[];

/** A star goes with nothing else. */
function checkAlone(e: Faults, path: string, list: List, what: string, star = '*'): void {
  if (list.length > 1 && list.includes(star)) e.invalid(path, list, `if '${star}' is present, must not specify other ${what}`);
}

function checkResources(e: Faults, path: string, resources: List): void {
  if (resources.length === 0) e.required(path);
  const [wide, deep] = [new Set<string>(), new Set<string>()];
  let plain = false;
  for (const [i, text] of resources.entries()) {
    const slash = text.indexOf('/');
    if (text === '') e.required(`${path}[${i}]`);
    else if (slash < 0) plain = text !== '*';
    else {
      const [resource, part] = [text.slice(0, slash), text.slice(slash + 1)];
      if (wide.has(resource)) e.invalid(`${path}[${i}]`, text, `if '${resource}/*' is present, must not specify ${text}`);
      if (deep.has(part)) e.invalid(`${path}[${i}]`, text, `if '*/${part}' is present, must not specify ${text}`);
      if (part === '*') wide.add(resource);
      if (resource === '*') deep.add(part);
    }
  }
  checkAlone(e, path, resources, 'resources', '*/*');
  if (resources.includes('*') && plain) e.invalid(path, resources, "if '*' is present, must not specify other resources without subresources");
}

function checkRule(e: Faults, path: string, rule: NamedRuleWithOperations): void {
  const names = rule.resourceNames ?? [];
  for (const [i, name] of names.entries()) {
    checkText(e, `${path}.resourceNames[${i}]`, name, pathSegment);
    if (names.indexOf(name) < i) e.duplicate(`${path}.resourceNames[${i}]`, name);
  }
  const operations = rule.operations ?? [];
  if (operations.length === 0) e.required(`${path}.operations`);
  checkAlone(e, `${path}.operations`, operations, 'operations');
  for (const [i, operation] of operations.entries()) e.optional(`${path}.operations[${i}]`, operation, OPERATIONS);
  const versions = rule.apiVersions ?? [];
  if (!rule.apiGroups?.length) e.required(`${path}.apiGroups`);
  checkAlone(e, `${path}.apiGroups`, rule.apiGroups ?? [], 'API groups');
  if (versions.length === 0) e.required(`${path}.apiVersions`);
  checkAlone(e, `${path}.apiVersions`, versions, 'API versions');
  for (const [i, version] of versions.entries()) if (!version) e.required(`${path}.apiVersions[${i}]`);
  checkResources(e, `${path}.resources`, rule.resources ?? []);
  e.optional(`${path}.scope`, rule.scope, SCOPES);
}

function checkUrl(e: Faults, path: string, url: string): void {
  const m = /^(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?:\/\/(?:([^/?#@]*)@)?([^/?#]*))?[^?#]*(?:\?([^#]*))?(?:#(.*))?$/.exec(url);
  const [, scheme = '', user, host = '', query = '', fragment = ''] = m ?? [];
  if (scheme.toLowerCase() !== 'https') e.invalid(path, scheme, `'https' is the only allowed URL scheme${FORM}`);
  if (!host) e.invalid(path, host, `host must be specified${FORM}`);
  if (user !== undefined) e.invalid(path, user, 'user information is not permitted in the URL');
  if (fragment) e.invalid(path, fragment, 'fragments are not permitted in the URL');
  if (query) e.invalid(path, query, 'query parameters are not permitted in the URL');
}

function checkService(e: Faults, at: string, { name, namespace, path = '', port = 0 }: ServiceReference): void {
  // the real one mixes the two up
  if (!namespace) e.required(`${at}.name`);
  if (!name) e.required(`${at}.namespace`);
  const wrong = portNumber(port);
  if (wrong.length) e.invalid(`${at}.port`, port, `port is not valid: ${wrong.join(', ')}`);
  if (path === '' || path === '/') return;
  if (path === '//') return e.invalid(`${at}.path`, path, 'segment[0] may not be empty');
  if (!path.startsWith('/')) e.invalid(`${at}.path`, path, "must start with a '/'");
  for (const [i, step] of path.slice(1).replace(/\/$/, '').split('/').entries()) {
    if (!step) e.invalid(`${at}.path`, path, `segment[${i}] may not be empty`);
    else for (const text of dnsSubdomain(step)) e.invalid(`${at}.path`, path, `segment[${i}]: ${text}`);
  }
}

function checkFullName(e: Faults, path: string, name: string): void {
  const wrong = dnsSubdomain(name);
  if (!name) e.required(path);
  else if (wrong.length) e.invalid(path, name, wrong.join(','));
  else if (name.split('.').length < 3) e.invalid(path, name, 'should be a domain with at least three segments separated by dots');
}

function checkConditions(e: Faults, path: string, conditions: readonly MatchCondition[]): void {
  if (conditions.length > 64) e.tooMany(path, conditions.length, 64);
  for (const [i, { name = '', expression = '' }] of conditions.entries()) {
    if (!expression.trim()) e.required(`${path}[${i}].expression`);
    if (!name) e.required(`${path}[${i}].name`);
    else checkText(e, `${path}[${i}].name`, name, labelKey);
    if (name && conditions.findIndex((c) => c.name === name) < i) e.duplicate(`${path}[${i}].name`, name);
  }
}

function checkHook(e: Faults, path: string, hook: MutatingWebhook): void {
  checkFullName(e, `${path}.name`, hook.name ?? '');
  for (const [i, rule] of (hook.rules ?? []).entries()) checkRule(e, `${path}.rules[${i}]`, rule);
  e.optional(`${path}.failurePolicy`, hook.failurePolicy, FAILURE);
  e.optional(`${path}.matchPolicy`, hook.matchPolicy, MATCH);
  if (typeof hook.sideEffects !== 'string') e.required(`${path}.sideEffects`, `must specify one of ${EFFECTS.join(', ')}`);
  else e.optional(`${path}.sideEffects`, hook.sideEffects, EFFECTS);
  const { timeoutSeconds: seconds, clientConfig: { url, service } = {} } = hook;
  if (seconds !== undefined && (seconds > 30 || seconds < 1)) e.invalid(`${path}.timeoutSeconds`, seconds, 'the timeout value must be between 1 and 30 seconds');
  checkSelector(e, `${path}.namespaceSelector`, hook.namespaceSelector);
  checkSelector(e, `${path}.objectSelector`, hook.objectSelector);
  e.optional(`${path}.reinvocationPolicy`, hook.reinvocationPolicy, REINVOCATION);
  if ((url === undefined) === (service === undefined)) e.required(`${path}.clientConfig`, 'exactly one of url or service is required');
  else if (url !== undefined) checkUrl(e, `${path}.clientConfig.url`, url);
  else checkService(e, `${path}.clientConfig.service`, service!);
  checkConditions(e, `${path}.matchConditions`, hook.matchConditions ?? []);
}

function checkReviewVersions(e: Faults, path: string, versions: List): void {
  if (versions.length === 0) return e.required(path, `must specify one of ${VERSIONS.join(', ')}`);
  for (const [i, version] of versions.entries()) {
    if (versions.indexOf(version) < i) e.invalid(`${path}[${i}]`, version, 'duplicate version');
    else checkText(e, `${path}[${i}]`, version, dns1035Label);
  }
  if (!versions.some((version) => VERSIONS.includes(version))) e.invalid(path, versions, `must include at least one of ${VERSIONS.join(', ')}`);
}

/** Both sorts of configurations. */
export const webhookConfiguration = rules<MutatingWebhookConfiguration | ValidatingWebhookConfiguration>({
  anyFinalizer: true,
  check(e, { webhooks = [] }) {
    for (const [i, hook] of webhooks.entries()) {
      checkHook(e, `webhooks[${i}]`, hook);
      checkReviewVersions(e, `webhooks[${i}].admissionReviewVersions`, hook.admissionReviewVersions ?? []);
      if (hook.name && webhooks.findIndex(({ name }) => name === hook.name) < i) e.duplicate(`webhooks[${i}].name`, hook.name);
    }
  },
});

function checkMatch(e: Faults, path: string, match: MatchResources): void {
  e.oneOf(`${path}.matchPolicy`, match.matchPolicy, MATCH);
  for (const field of ['namespaceSelector', 'objectSelector'] as const) {
    if (!match[field]) e.required(`${path}.${field}`);
    else checkSelector(e, `${path}.${field}`, match[field]);
  }
  for (const list of ['resourceRules', 'excludeResourceRules'] as const) for (const [i, rule] of (match[list] ?? []).entries()) checkRule(e, `${path}.${list}[${i}]`, rule);
}

function checkParamKind(e: Faults, path: string, { apiVersion = '', kind = '' }: ParamKind): void {
  const parts = apiVersion.split('/');
  const [group, version] = parts.length === 2 ? [parts[0]!, parts[1]!] : ['', apiVersion];
  if (!apiVersion) e.required(`${path}.apiVersion`);
  else if (parts.length > 2) e.invalid(`${path}.apiVersion`, apiVersion, `unexpected GroupVersion string: ${apiVersion}`);
  else {
    if (group && dnsSubdomain(group).length) e.invalid(`${path}.apiVersion`, group, dnsSubdomain(group).join(','));
    if (!version) e.invalid(`${path}.apiVersion`, apiVersion, 'version must be specified');
    else if (dns1035Label(version).length) e.invalid(`${path}.apiVersion`, version, dns1035Label(version).join(','));
  }
  const wrong = dns1035Label(kind.toLowerCase());
  if (!kind) e.required(`${path}.kind`);
  else if (wrong.length) e.invalid(`${path}.kind`, kind, `may have mixed case, but should otherwise match: ${wrong.join(',')}`);
}

const RESERVED = 'true false null in as break const continue else for function if import let loop package namespace return var void while'.split(' ');

function checkVariable(e: Faults, path: string, { name = '', expression = '' }: Variable): void {
  if (!name.trim()) e.required(`${path}.name`, 'name is not specified');
  else if (!/^[_a-zA-Z][_a-zA-Z0-9]*$/.test(name) || RESERVED.includes(name)) e.invalid(`${path}.name`, name, 'must be a valid CEL identifier');
  if (!expression.trim()) e.required(`${path}.expression`, 'expression is not specified');
}

function checkValidation(e: Faults, path: string, { expression = '', message = '', messageExpression = '', reason }: Validation): void {
  if (!expression.trim()) e.required(`${path}.expression`, 'expression is not specified');
  if (messageExpression && !messageExpression.trim()) e.invalid(`${path}.messageExpression`, messageExpression, 'must be non-empty if specified');
  if (message && !message.trim()) e.invalid(`${path}.message`, message, 'must be non-empty if specified');
  else if (/[\n\r]/.test(message.trim())) e.invalid(`${path}.message`, message, 'must not contain line breaks');
  e.optional(`${path}.reason`, reason, REASONS);
}

function checkAnnotation(e: Faults, path: string, { key = '', valueExpression = '' }: AuditAnnotation, policy: string): void {
  const whole = `${policy}/${key}`;
  checkText(e, `${path}.key`, whole, labelKey);
  if (!valueExpression.trim()) e.required(`${path}.valueExpression`, 'valueExpression is not specified');
}

function checkMatching(e: Faults, { failurePolicy, paramKind, matchConstraints: match }: NonNullable<ValidatingAdmissionPolicy['spec']>): void {
  if (failurePolicy === undefined) e.required('spec.failurePolicy');
  else e.optional('spec.failurePolicy', failurePolicy, FAILURE);
  if (paramKind) checkParamKind(e, 'spec.paramKind', paramKind);
  if (!match) e.required('spec.matchConstraints');
  else {
    checkMatch(e, 'spec.matchConstraints', match);
    if (!match.resourceRules?.length) e.required('spec.matchConstraints.resourceRules');
  }
}

const NOTHING = 'validations or auditAnnotations must contain at least one item';

export const validatingAdmissionPolicy = rules<ValidatingAdmissionPolicy>({
  anyFinalizer: true,
  check(e, { metadata, spec = {} }) {
    const { variables = [], validations = [], auditAnnotations: annotations = [] } = spec;
    checkMatching(e, spec);
    checkConditions(e, 'spec.matchConditions', spec.matchConditions ?? []);
    for (const [i, variable] of variables.entries()) checkVariable(e, `spec.variables[${i}]`, variable);
    if (validations.length + annotations.length === 0) for (const list of ['validations', 'auditAnnotations']) e.required(`spec.${list}`, NOTHING);
    for (const [i, validation] of validations.entries()) checkValidation(e, `spec.validations[${i}]`, validation);
    for (const [i, annotation] of annotations.entries()) {
      checkAnnotation(e, `spec.auditAnnotations[${i}]`, annotation, metadata.name);
      if (annotations.findIndex(({ key }) => key === annotation.key) < i) e.duplicate(`spec.auditAnnotations[${i}].key`, annotation.key);
    }
  },
});

const PATCHES = [['JSONPatch', 'jsonPatch'], ['ApplyConfiguration', 'applyConfiguration']] as const;

function checkMutation(e: Faults, path: string, mutation: Mutation): void {
  const { patchType = '' } = mutation;
  e.oneOf(`${path}.patchType`, patchType, ['ApplyConfiguration', 'JSONPatch']);
  const wanted = PATCHES.find(([type]) => type === patchType);
  if (!wanted) return;
  const other = PATCHES.find((patch) => patch !== wanted)![1];
  const at = `${path}.${wanted[1]}`;
  const given = mutation[wanted[1]];
  if (!given) e.required(at, `must be specified when patchType is ${patchType}`);
  else if (!(given.expression ?? '').trim()) e.required(`${at}.expression`);
  if (mutation[other]) e.invalid(`${path}.${other}`, `{${other}}`, `must not be specified when patchType is ${patchType}`);
}

export const mutatingAdmissionPolicy = rules<MutatingAdmissionPolicy>({
  anyFinalizer: true,
  check(e, { spec = {} }) {
    const { mutations = [], variables = [], reinvocationPolicy, matchConstraints, matchConditions } = spec;
    checkMatching(e, spec);
    for (const { operations = [] } of matchConstraints?.resourceRules ?? []) {
      for (const operation of operations) e.optional('spec.matchConstraints.resourceRules.operations', operation, MUTATED);
    }
    checkConditions(e, 'spec.matchConditions', matchConditions ?? []);
    for (const [i, variable] of variables.entries()) checkVariable(e, `spec.variables[${i}]`, variable);
    if (mutations.length === 0) e.required('spec.mutations', 'mutations must contain at least one item');
    for (const [i, mutation] of mutations.entries()) checkMutation(e, `spec.mutations[${i}]`, mutation);
    e.oneOf('spec.reinvocationPolicy', reinvocationPolicy, REINVOCATION);
  },
});

function checkParamRef(e: Faults, path: string, { name, selector, parameterNotFoundAction }: ParamRef): void {
  const EXCLUSIVE = 'name and selector are mutually exclusive';
  if (name) checkText(e, `${path}.name`, name, pathSegment);
  if (name && selector) e.forbidden(`${path}.name`, EXCLUSIVE);
  checkSelector(e, `${path}.selector`, selector);
  if (name && selector) e.forbidden(`${path}.selector`, EXCLUSIVE);
  if (!name && !selector) e.required(path, 'one of name or selector must be specified');
  e.oneOf(`${path}.parameterNotFoundAction`, parameterNotFoundAction, ['Deny', 'Allow']);
}

function checkBinding(e: Faults, { policyName, paramRef, matchResources }: NonNullable<MutatingAdmissionPolicyBinding['spec']>): void {
  if (!policyName) e.required('spec.policyName');
  else checkText(e, 'spec.policyName', policyName, dnsSubdomain);
  if (paramRef) checkParamRef(e, 'spec.paramRef', paramRef);
  if (matchResources) checkMatch(e, 'spec.matchResources', matchResources);
}

export const validatingAdmissionPolicyBinding = rules<ValidatingAdmissionPolicyBinding>({
  anyFinalizer: true,
  check(e, { spec = {} }) {
    checkBinding(e, spec);
    const actions = spec.validationActions ?? [];
    const at = 'spec.validationActions';
    for (const [i, action] of actions.entries()) {
      e.optional(`${at}[${i}]`, action, ['Audit', 'Deny', 'Warn']);
      if (actions.indexOf(action) < i) e.duplicate(`${at}[${i}]`, action);
    }
    if (actions.includes('Deny') && actions.includes('Warn')) e.invalid(at, actions, BOTH);
    if (actions.length === 0) e.required(at, 'at least one validation action is required');
  },
});

export const mutatingAdmissionPolicyBinding = rules<MutatingAdmissionPolicyBinding>({ anyFinalizer: true, check: (e, { spec = {} }) => checkBinding(e, spec) });
