/** Pod templates of workloads, and how many of a workload's Pods are in which phase. */
import type { Running } from '../../machine/process.ts';
import { isMap, type Rec } from '../go.ts';
import type { See } from './describer.ts';
import { containers } from './containers.ts';
import { annotations, formatSelector, labels, selector, tolerations } from './parts.ts';
import { list, pairs, rec, text } from './read.ts';
import type { Sheet } from './sheet.ts';
import { volumes } from './volumes.ts';

/** Topology spread constraints, a line each, by key. */
export function spread(sheet: Sheet, spec: Rec, space: string): void {
  const all = [...list(spec, 'topologySpreadConstraints')].sort((a, b) => (text(a, 'topologyKey') < text(b, 'topologyKey') ? -1 : 1));
  if (!all.length) return;
  sheet.many('Topology Spread Constraints', all.map((one) => `${text(one, 'topologyKey')}:${text(one, 'whenUnsatisfiable')} when max skew ${text(one, 'maxSkew')} is exceeded${isMap(one['labelSelector']) ? ` for selector ${formatSelector(one['labelSelector'])}` : ''}`), space);
}

export function template(sheet: Sheet, of: Rec): void {
  const spec = rec(of, 'spec');
  sheet.line(0, 'Pod Template:');
  labels(sheet, 'Labels', pairs(of, 'metadata', 'labels'), '  ');
  if (Object.keys(pairs(of, 'metadata', 'annotations')).length) annotations(sheet, '  Annotations', pairs(of, 'metadata', 'annotations'));
  if (text(spec, 'serviceAccountName')) sheet.field(1, 'Service Account', text(spec, 'serviceAccountName'));
  if (list(spec, 'initContainers').length) containers(sheet, 'Init Containers', list(spec, 'initContainers'), [], '  ');
  containers(sheet, 'Containers', list(spec, 'containers'), [], '  ');
  volumes(sheet, spec, '  ');
  spread(sheet, spec, '  ');
  if (text(spec, 'priorityClassName')) sheet.field(1, 'Priority Class Name', text(spec, 'priorityClassName'));
  labels(sheet, 'Node-Selectors', pairs(spec, 'nodeSelector'), '  ');
  tolerations(sheet, '  Tolerations', list(spec, 'tolerations'));
}

/** `2 Running / 0 Waiting / 0 Succeeded / 0 Failed` of the Pods that a workload controls. */
export function* podsStatus(see: See, object: Rec): Running<string> {
  const labelSelector = isMap(rec(object, 'spec')['selector']) && ('matchLabels' in rec(object, 'spec', 'selector') || 'matchExpressions' in rec(object, 'spec', 'selector')) ? selector(rec(object, 'spec', 'selector')) : selector({ matchLabels: rec(object, 'spec', 'selector') });
  const pods = yield* see.list(`/api/v1/namespaces/${text(object, 'metadata', 'namespace')}/pods`, { labelSelector });
  const mine = pods.filter((pod) => list(pod, 'metadata', 'ownerReferences').some((owner) => owner['controller'] === true && owner['uid'] === text(object, 'metadata', 'uid')));
  const of = (phase: string): number => mine.filter((pod) => text(pod, 'status', 'phase') === phase).length;
  return `${of('Running')} Running / ${of('Pending')} Waiting / ${of('Succeeded')} Succeeded / ${of('Failed')} Failed`;
}
