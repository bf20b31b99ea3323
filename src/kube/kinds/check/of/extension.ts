/**
 * APIServices (kube-aggregator's pkg/apis/apiregistration/validation).
 */
import { dns1035Label, dnsSubdomain, portNumber } from '../../../schema/names.ts';
import { base64Length } from '../../base64.ts';
import type { APIService } from '../../types.ts';
import { checkText } from '../labels.ts';
import { rules } from '../rules.ts';

export const apiService = rules<APIService>({
  anyFinalizer: true,
  check(e, { metadata, spec = {} }) {
    const { group = '', version = '', groupPriorityMinimum: minimum = 0, versionPriority: priority = 0, service, caBundle, insecureSkipTLSVerify: insecure } = spec;
    const name = `${version}.${group}`;
    if (metadata.name !== name) e.invalid('metadata.name', metadata.name, `must be \`spec.version+"."+spec.group\`: "${name}"`);
    if (!group && version !== 'v1') e.required('spec.group', 'only v1 may have an empty group and it better be legacy kube');
    if (group) checkText(e, 'spec.group', group, dnsSubdomain);
    checkText(e, 'spec.version', version, dns1035Label);
    if (minimum <= 0 || minimum > 20_000) e.invalid('spec.groupPriorityMinimum', minimum, 'must be positive and less than 20000');
    if (priority <= 0 || priority > 1000) e.invalid('spec.versionPriority', priority, 'must be positive and less than 1000');
    if (!service) {
      if (caBundle) e.invalid('spec.caBundle', `${base64Length(caBundle)} bytes`, 'local APIServices may not have a caBundle');
      if (insecure) e.invalid('spec.insecureSkipTLSVerify', true, 'local APIServices may not have insecureSkipTLSVerify');
      return;
    }
    if (!service.namespace) e.required('spec.service.namespace');
    if (!service.name) e.required('spec.service.name');
    const wrong = portNumber(service.port ?? 0);
    if (wrong.length) e.invalid('spec.service.port', service.port ?? 0, `port is not valid: ${wrong.join(', ')}`);
    if (insecure && caBundle) e.invalid('spec.insecureSkipTLSVerify', true, 'may not be true if caBundle is present');
  },
});
