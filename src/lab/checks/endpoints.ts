/** `endpoints`: a Service has as many ready endpoints as asked; a failure says why they are missing. */
import type { KubeObject } from '../../kube/api/wire.ts';
import type { Check, Probe, Verdict } from '../lab.ts';
import { called, no, ok, selectorText, subject } from '../words.ts';

export interface EndpointsSpec {
  readonly service: string;
  readonly namespace?: string;
  readonly ready: number;
}

type Labels = Readonly<Record<string, string>>;

function missing(service: KubeObject, selector: Labels, count: number, want: number, probe: Probe): Verdict {
  const namespace = service.metadata.namespace!;
  const name = service.metadata.name;
  if (!Object.keys(selector).length) return no(`${name} 서비스에 셀렉터가 없어서 엔드포인트가 생기지 않는다.`, `Service ${name} has no selector, so it gets no endpoints.`);
  const chosen = probe.read.labelled('pods', namespace, selector);
  if (!chosen.length) {
    const near = probe.read.list('pods', namespace).find((pod) => Object.keys(selector).some((key) => pod.metadata.labels?.[key] !== undefined)) ?? probe.read.list('pods', namespace)[0];
    const found = near ? { ko: `${near.metadata.name} 파드의 레이블은 ${selectorText(near.metadata.labels ?? {})}`, en: `Pod ${near.metadata.name} carries ${selectorText(near.metadata.labels ?? {})}` } : { ko: '파드가 하나도 없다', en: 'there is no Pod' };
    return no(`${name} 서비스는 ${selectorText(selector)} 파드를 고르는데, ${found.ko}.`, `Service ${name} selects ${selectorText(selector)}, but ${found.en}.`);
  }
  const waiting = chosen.find((pod) => !(pod['status'] as { conditions?: { type: string; status: string }[] } | undefined)?.conditions?.some((c) => c.type === 'Ready' && c.status === 'True'));
  if (waiting) return no(`준비된 엔드포인트 ${count}개. ${waiting.metadata.name} 파드가 아직 Ready 상태가 아니다.`, `${count} ready endpoint(s). Pod ${waiting.metadata.name} is not Ready.`);
  return no(`${name} 서비스에 준비된 엔드포인트가 ${count}개 있다. ${want}개 이상이어야 한다.`, `Service ${name} has ${count} ready endpoint(s). There should be at least ${want}.`);
}

export const endpoints: Check<EndpointsSpec> = {
  name: 'endpoints',
  fields: { service: 'text', namespace: 'text?', ready: 'number' },
  test(spec, probe) {
    const namespace = spec.namespace ?? 'default';
    const service = probe.read.get('services', namespace, spec.service);
    const what = called('services', spec.service);
    if (!service) return no(`${namespace} 네임스페이스에 ${subject(what.ko)} 없다.`, `There is no ${what.en} in namespace ${namespace}.`);
    const slices = probe.read.labelled('endpointslices.discovery.k8s.io', namespace, { 'kubernetes.io/service-name': spec.service });
    const ready = slices.flatMap((slice) => slice['endpoints'] as { conditions?: { ready?: boolean } }[] | undefined ?? []).filter((endpoint) => endpoint.conditions?.ready !== false).length;
    if (ready >= spec.ready) return ok;
    return missing(service, ((service['spec'] as { selector?: Labels }).selector ?? {}), ready, spec.ready, probe);
  },
};
