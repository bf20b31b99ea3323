/**
 * kubectl autoscale: a HorizontalPodAutoscaler for a workload.
 * Stands for k8s.io/kubectl/pkg/cmd/autoscale.
 */
import type { KubeObject } from '../../kube/api/wire.ts';
import type { Running } from '../../machine/process.ts';
import type { Kubectl, Verb } from '../command.ts';
import { groupVersion, resourceText } from '../discovery.ts';
import { CliError } from '../errors.ts';
import { DRY_RUN, FILES, PRINT, RECORD, SAVE, flags, manager, type Flag } from '../flags.ts';
import { float, type Rec } from '../go.ts';
import { done, dryRun, remember, type DryRun } from '../modes.ts';
import { printerFor } from '../print/printer.ts';
import { canonical } from '../quantity.ts';
import { find, known, wantedOf, type Info } from '../resources.ts';
import { Writer } from '../write.ts';

const CPU_PERCENT: Flag = {
  name: 'cpu-percent', type: 'int32', value: '-1', deprecated: "Use --cpu with percentage or resource quantity format (e.g., '70%' for utilization or '500m' for milliCPU).",
};

/** What `70%` or `500m` aims at. Throws CliError. */
function target(given: string, resource: 'cpu' | 'memory'): Rec {
  const text = given.trim();
  if (text === '') throw new CliError('empty input');
  if (text.endsWith('%')) {
    const digits = text.slice(0, -1);
    const value = /^[+-]?\d+$/.test(digits) ? Number(digits) : NaN;
    if (!(value >= 0 && value <= 2147483647)) throw new CliError(`invalid percentage value: ${digits}`);
    return { type: 'Utilization', averageUtilization: value };
  }
  const plain = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text);
  const quantity = canonical(plain ? `${float(Number(text))}${resource === 'cpu' ? 'm' : 'Mi'}` : text);
  if (quantity === undefined) throw new CliError(`invalid resource ${resource} value: ${text}`);
  return { type: 'AverageValue', averageValue: quantity };
}

/** The autoscaler in the order of Go's structs. */
function autoscaler(k: Kubectl, info: Info, version: 'v1' | 'v2'): KubeObject {
  const { flags: f } = k;
  const { name, explicit } = k.namespace;
  const percent = f.number('cpu-percent');
  const metric = (resource: string, aim: Rec): Rec => ({ type: 'Resource', resource: { name: resource, target: aim } });
  const metrics = [
    ...(percent > 0 ? [metric('cpu', { type: 'Utilization', averageUtilization: percent })] : []),
    ...(f.text('cpu') ? [metric('cpu', target(f.text('cpu'), 'cpu'))] : []),
    ...(f.text('memory') ? [metric('memory', target(f.text('memory'), 'memory'))] : []),
  ];
  const more = version === 'v2' ? metrics.length && { metrics } : percent >= 0 && { targetCPUUtilizationPercentage: percent };
  return {
    kind: 'HorizontalPodAutoscaler', apiVersion: `autoscaling/${version}`, metadata: { name: f.text('name') || info.name, ...(explicit && { namespace: name }) },
    spec: {
      scaleTargetRef: { kind: info.mapping.kind, name: info.name, apiVersion: groupVersion(info.mapping) },
      ...(f.number('min') > 0 && { minReplicas: f.number('min') }), maxReplicas: f.number('max'), ...more,
    },
    status: version === 'v2' ? { desiredReplicas: 0, currentMetrics: null } : { currentReplicas: 0, desiredReplicas: 0 },
  };
}

function* make(k: Kubectl, object: KubeObject, version: 'v1' | 'v2', mode: DryRun): Running<void> {
  if (mode === 'client') return k.out((yield* printerFor(k, { operation: done('created', mode), ordered: true })).print(object));
  const writer = new Writer(k, { dryRun: mode === 'server', manager: k.flags.text('field-manager') });
  const mapping = { group: 'autoscaling', version, resource: 'horizontalpodautoscalers', kind: 'HorizontalPodAutoscaler', namespaced: true };
  const made = yield* writer.create({ mapping, namespace: k.namespace.name }, remember(object, k.flags.on('save-config'), true));
  k.out((yield* printerFor(k, { operation: done('autoscaled', mode), ordered: true })).print(made));
}

/** Why the first version of the API would not do either; undefined when it would. */
function unfitForV1(k: Kubectl): string | undefined {
  const { flags: f } = k;
  try {
    const { type } = target(f.text('cpu'), 'cpu');
    return f.text('memory') === '' && (f.number('cpu-percent') >= 0 || type === 'Utilization') ? undefined : '%!w(<nil>)';
  } catch (error) {
    if (error instanceof CliError) return error.message;
    throw error;
  }
}

export const autoscale: Verb = {
  name: 'autoscale',
  use: '(-f FILENAME | TYPE NAME | TYPE/NAME) [--min=MINPODS] --max=MAXPODS [--cpu=CPU] [--memory=MEMORY]',
  flags: [...RECORD, ...PRINT, ...DRY_RUN, ...FILES, ...SAVE, ...manager('kubectl-autoscale'), CPU_PERCENT, ...flags('min=-1:int32', 'max=-1:int32!', "cpu=''", "memory=''", "name=''")],
  complete: 'resources',
  *run(k) {
    const { flags: f } = k;
    const mode = dryRun(k);
    void k.namespace;
    const [min, max] = [f.number('min'), f.number('max')];
    if (max < 1) throw new CliError(`--max=MAXPODS is required and must be at least 1, max: ${max}`);
    if (max < min) throw new CliError(`--max=MAXPODS must be larger or equal to --min=MINPODS, max: ${max}, min: ${min}`);
    if (f.number('cpu-percent') > 0 && f.text('cpu')) throw new CliError('--cpu-percent and --cpu are mutually exclusive');
    if (f.text('cpu')) target(f.text('cpu'), 'cpu');
    if (f.text('memory')) target(f.text('memory'), 'memory');
    const found = yield* find(k, { ...wantedOf(k), args: k.args, keepGoing: true, flatten: true });
    let count = 0;
    yield* found.each(function* (info) {
      const resource = yield* k.discovery.resource(info.mapping);
      if (!resource?.subresources.some((one) => one.name === 'scale')) throw new CliError(`cannot autoscale a ${info.mapping.kind}: could not find scale subresource for ${resourceText(info.mapping)} in discovery information`);
      try {
        yield* make(k, autoscaler(k, info, 'v2'), 'v2', mode);
      } catch (error) {
        if (!known(error)) throw error;
        const unfit = unfitForV1(k);
        if (unfit !== undefined) throw new CliError(`failed to create autoscaling/v2 HPA and the configuration is incompatible with autoscaling/v1: ${unfit}`);
        yield* make(k, autoscaler(k, info, 'v1'), 'v1', mode);
      }
      count++;
    });
    if (count === 0) throw new CliError('no objects passed to autoscale');
  },
};
