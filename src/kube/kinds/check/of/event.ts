/**
 * Events as the core group takes them (pkg/apis/core/validation/events.go).
 * Unlike Kubernetes: those written through events.k8s.io are held to the same rules, not to the stricter ones of that group.
 */
import { bytes, dnsSubdomain, labelKey } from '../../../schema/names.ts';
import type { Faults } from '../../faults.ts';
import type { Event } from '../../types.ts';
import { checkText } from '../labels.ts';
import { rules } from '../rules.ts';

const MOST = { reportingInstance: 128, action: 128, reason: 128, message: 1024 };
const OTHER = 'does not match event.namespace';

/** Events of the newer kind say who reports them and what was done. */
function checkReport(e: Faults, event: Event): void {
  const { reportingComponent: component = '' } = event;
  if (!component) e.required('reportingComponent');
  checkText(e, 'reportingComponent', component, labelKey);
  for (const field of ['reportingInstance', 'action', 'reason', 'message'] as const) {
    const value = event[field] ?? '';
    if (!value && field !== 'message') e.required(field);
    if (bytes(value) > MOST[field]) e.invalid(field, '', `can have at most ${MOST[field]} characters`);
  }
}

export const event = rules<Event>({
  anyFinalizer: true,
  check(e, now) {
    const { metadata: { namespace = '' }, involvedObject: { namespace: other = '' } = {}, eventTime } = now;
    const path = 'involvedObject.namespace';
    if (!eventTime) {
      if (other ? namespace !== other : namespace && namespace !== 'default') e.invalid(path, other, OTHER);
    } else {
      if (!other && namespace !== 'default' && namespace !== 'kube-system') e.invalid(path, other, OTHER);
      checkReport(e, now);
    }
    checkText(e, 'namespace', namespace, dnsSubdomain);
  },
});
