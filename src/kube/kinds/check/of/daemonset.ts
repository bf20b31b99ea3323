/**
 * DaemonSets: selector, template, strategy.
 */
import { alike } from '../../../control/alike.ts';
import { matches } from '../../../control/selector.ts';
import type { Faults } from '../../faults.ts';
import type { DaemonSet, DaemonSetUpdateStrategy } from '../../types.ts';
import { checkImmutable } from '../immutable.ts';
import { checkSelector, selectorIsValid, selectsEverything } from '../labels.ts';
import { templateWarnings } from '../pod-warnings.ts';
import { rules } from '../rules.ts';
import { checkCounts } from '../status-counts.ts';
import { checkAlways, checkTemplate } from '../template.ts';
import { amountOf, checkAmount, checkPercent } from '../workload.ts';

function checkStrategy(e: Faults, path: string, { type = '', rollingUpdate }: DaemonSetUpdateStrategy): void {
  if (type === 'OnDelete') return;
  if (type !== 'RollingUpdate') {
    const shown = rollingUpdate ? { MaxUnavailable: rollingUpdate.maxUnavailable ?? 0, MaxSurge: rollingUpdate.maxSurge ?? 0 } : null;
    return e.unsupported(path, { Type: type, RollingUpdate: shown }, ['RollingUpdate', 'OnDelete']);
  }
  if (!rollingUpdate) return e.required(`${path}.rollingUpdate`);
  const { maxUnavailable, maxSurge } = rollingUpdate;
  const at = `${path}.rollingUpdate`;
  checkAmount(e, `${at}.maxUnavailable`, maxUnavailable);
  checkAmount(e, `${at}.maxSurge`, maxSurge);
  checkPercent(e, `${at}.maxUnavailable`, maxUnavailable);
  checkPercent(e, `${at}.maxSurge`, maxSurge);
  const [down, up] = [amountOf(maxUnavailable) !== 0, amountOf(maxSurge) !== 0];
  if (down && up) e.invalid(`${at}.maxSurge`, maxSurge, 'may not be set when maxUnavailable is non-zero');
  else if (!down && !up) e.required(`${at}.maxUnavailable`, 'cannot be 0 when maxSurge is 0');
}

export const daemonSet = rules<DaemonSet>({
  check(e, { spec = {} }, old) {
    const { selector, template = {} } = spec;
    if (old) checkImmutable(e, 'spec.selector', selector, old.spec?.selector);
    checkSelector(e, 'spec.selector', selector);
    if ((!selector || selectorIsValid(selector)) && !matches(selector, template.metadata?.labels)) {
      e.invalid('spec.template.metadata.labels', template.metadata?.labels, '`selector` does not match template `labels`');
    }
    if (selector && selectsEverything(selector)) e.invalid('spec.selector', selector, 'empty selector is invalid for daemonset');
    checkTemplate(e, 'spec.template', template);
    checkAlways(e, 'spec.template', template, 'DaemonSet');
    e.nonNegative('spec.minReadySeconds', spec.minReadySeconds);
    checkStrategy(e, 'spec.updateStrategy', spec.updateStrategy ?? {});
    e.nonNegative('spec.revisionHistoryLimit', spec.revisionHistoryLimit);
  },
  status: (e, { status }, old) => checkCounts(e, status, old.status, {
    counts: [
      'currentNumberScheduled', 'numberMisscheduled', 'desiredNumberScheduled', 'numberReady', 'observedGeneration', 'updatedNumberScheduled', 'numberAvailable', 'numberUnavailable',
      'collisionCount',
    ],
  }),
  warn: ({ spec }, old) => (alike(spec?.template, old?.spec?.template) ? [] : templateWarnings('spec.template', spec?.template ?? {})),
});
