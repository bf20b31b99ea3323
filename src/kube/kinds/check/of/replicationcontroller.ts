/**
 * ReplicationControllers, PodTemplates and ControllerRevisions.
 */
import { carries } from '../labels.ts';
import type { ControllerRevision, PodTemplate, ReplicationController } from '../../types.ts';
import { checkImmutable } from '../immutable.ts';
import { nameWarnings, templateWarnings } from '../pod-warnings.ts';
import { rules } from '../rules.ts';
import { checkCounts } from '../status-counts.ts';
import { checkAlways, checkTemplate } from '../template.ts';

export const replicationController = rules<ReplicationController>({
  check(e, { spec = {} }) {
    const { selector = {}, template } = spec;
    e.nonNegative('spec.minReadySeconds', spec.minReadySeconds);
    if (Object.keys(selector).length === 0) e.required('spec.selector');
    if (spec.replicas === undefined) e.required('spec.replicas');
    e.nonNegative('spec.replicas', spec.replicas);
    if (!template) return e.required('spec.template');
    if (!carries(template.metadata?.labels, selector)) e.invalid('spec.template.metadata.labels', template.metadata?.labels, '`selector` does not match template `labels`');
    checkTemplate(e, 'spec.template', template);
    checkAlways(e, 'spec.template', template, 'ReplicationController');
  },
  status: (e, { status }, old) => checkCounts(e, status, old.status, {
    counts: ['replicas', 'fullyLabeledReplicas', 'readyReplicas', 'availableReplicas', 'observedGeneration'],
    within: ['fullyLabeledReplicas', 'readyReplicas', 'availableReplicas'],
    ready: 'readyReplicas',
  }),
  // the real one looks at the template that was there before
  warn: ({ metadata, spec }, old) => [
    ...(old ? [] : nameWarnings(metadata.name)),
    ...(metadata.generation === old?.metadata.generation ? [] : templateWarnings('spec.template', (old ? old.spec : spec)?.template ?? {})),
  ],
});

export const podTemplate = rules<PodTemplate>({
  check: (e, { template = {} }) => checkTemplate(e, 'template', template),
  warn: ({ metadata, template = {} }, old) => (metadata.generation === old?.metadata.generation && old ? [] : templateWarnings('template', template)),
});

export const controllerRevision = rules<ControllerRevision>({
  check(e, { revision, data }, old) {
    e.nonNegative('revision', revision);
    if (old) checkImmutable(e, 'data', data, old.data);
    else if (data === undefined || data === null) e.required('data', 'data is mandatory');
    else if (typeof data !== 'object' || Array.isArray(data)) e.required('data', 'data must be a valid JSON object');
  },
});
