/**
 * Webhook configurations and admission policies (pkg/registry/admissionregistration).
 */
import type { Draft } from '../../api/kind.ts';
import { alike } from '../../control/alike.ts';
import { AGE, col, define, int, NAME } from '../define.ts';
import { at, each, fill } from '../draft.ts';
import { statusOnly } from '../reset.ts';
import { selectorText } from '../selectors.ts';
import type {
  MutatingAdmissionPolicy, MutatingAdmissionPolicyBinding, MutatingWebhookConfiguration, ValidatingAdmissionPolicy, ValidatingAdmissionPolicyBinding, ValidatingWebhookConfiguration,
} from '../types.ts';

const GROUP = 'admissionregistration.k8s.io';

const webhooks = (mutating: boolean) => define<MutatingWebhookConfiguration & ValidatingWebhookConfiguration>({
  resource: `${mutating ? 'mutating' : 'validating'}webhookconfigurations.${GROUP}`,
  columns: [NAME, int('Webhooks', (c) => c.webhooks?.length), AGE],
  generation: (now, old) => !alike(now.webhooks, old.webhooks),
  default(draft) {
    for (const hook of each(draft, 'webhooks')) {
      fill(hook, { failurePolicy: 'Fail', matchPolicy: 'Equivalent', namespaceSelector: {}, objectSelector: {}, timeoutSeconds: 10 });
      if (mutating) fill(hook, { reinvocationPolicy: 'Never' });
      fill(at(at(hook, 'clientConfig'), 'service'), { port: 443 });
      for (const rule of each(hook, 'rules')) fill(rule, { scope: '*' });
    }
  },
});

export const mutatingWebhookConfiguration = webhooks(true);
export const validatingWebhookConfiguration = webhooks(false);

function defaultMatch(match: Draft | undefined): void {
  fill(match, { matchPolicy: 'Equivalent', namespaceSelector: {}, objectSelector: {} });
  for (const list of ['resourceRules', 'excludeResourceRules']) for (const rule of each(match, list)) fill(rule, { scope: '*' });
}

function defaultPolicy(draft: Draft): void {
  const spec = at(draft, 'spec');
  fill(spec, { failurePolicy: 'Fail' });
  defaultMatch(at(spec, 'matchConstraints'));
}

const defaultBinding = (draft: Draft): void => defaultMatch(at(at(draft, 'spec'), 'matchResources'));

type Policy = ValidatingAdmissionPolicy | MutatingAdmissionPolicy;
const paramKind = ({ spec }: Policy): string => (spec?.paramKind ? `${spec.paramKind.apiVersion}/${spec.paramKind.kind}` : '<unset>');

type Binding = ValidatingAdmissionPolicyBinding | MutatingAdmissionPolicyBinding;
function paramRef({ spec }: Binding): string {
  const ref = spec?.paramRef;
  if (!ref) return '<unset>';
  if (ref.name) return `${ref.namespace || '*'}/${ref.name}`;
  return ref.selector ? selectorText(ref.selector) : '<unset>';
}

const bindingColumns = [NAME, col<Binding>('PolicyName', (b) => b.spec?.policyName ?? ''), col<Binding>('ParamRef', paramRef), AGE];

export const validatingAdmissionPolicy = define<ValidatingAdmissionPolicy>({
  resource: `validatingadmissionpolicies.${GROUP}`,
  columns: [NAME, int('Validations', (p) => p.spec?.validations?.length), col('ParamKind', paramKind), AGE],
  default: defaultPolicy,
  prepare: statusOnly,
});

export const validatingAdmissionPolicyBinding = define<ValidatingAdmissionPolicyBinding>({
  resource: `validatingadmissionpolicybindings.${GROUP}`, columns: bindingColumns, default: defaultBinding,
});

export const mutatingAdmissionPolicy = define<MutatingAdmissionPolicy>({
  resource: `mutatingadmissionpolicies.${GROUP}`,
  columns: [NAME, int('Mutations', (p) => p.spec?.mutations?.length), col('ParamKind', paramKind), AGE],
  default: defaultPolicy,
});

export const mutatingAdmissionPolicyBinding = define<MutatingAdmissionPolicyBinding>({
  resource: `mutatingadmissionpolicybindings.${GROUP}`, columns: bindingColumns, default: defaultBinding,
});
