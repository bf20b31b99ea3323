/**
 * Sets the number of replicas by what the Pods use, every 15 seconds.
 * Stands for pkg/controller/podautoscaler.
 */
import { labelSelector } from '../../api/selector.ts';
import type { Status } from '../../api/wire.ts';
import type { HorizontalPodAutoscaler, HorizontalPodAutoscalerCondition, HorizontalPodAutoscalerStatus, MetricStatus, Pod } from '../../kinds/types.ts';
import type { Millis } from '../../../sim/clock.ts';
import { alike } from '../alike.ts';
import { setCondition } from '../condition.ts';
import type { Client, Controller } from '../controller.ts';
import { listedOf, scalePath } from '../listed.ts';
import { split } from '../owner.ts';
import { propose, type Proposal } from './metrics.ts';
import { limit, remember, stabilise, type History, type Move } from './pace.ts';

const HPAS = 'horizontalpodautoscalers.autoscaling';
const PERIOD: Millis = 15_000;

/** autoscaling/v1 Scale. */
interface Scale {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec?: { readonly replicas?: number };
  readonly status?: { readonly replicas?: number; readonly selector?: string };
}

/** An autoscaler that could not go on; its status and events say why. */
class Stuck extends Error {}

/** One look at an autoscaler. */
class Look {
  private readonly hpa: HorizontalPodAutoscaler;
  private readonly client: Client;
  private readonly history: History;
  private conditions: readonly HorizontalPodAutoscalerCondition[];
  private readonly selectors: Map<string, string>;

  constructor(hpa: HorizontalPodAutoscaler, client: Client, history: History, selectors: Map<string, string>) {
    this.hpa = hpa;
    this.client = client;
    this.history = history;
    this.selectors = selectors;
    this.conditions = hpa.status?.conditions ?? [];
  }

  /** Scales what is to be scaled. */
  take(): void {
    const { hpa, client, history } = this;
    const { scaleTargetRef, minReplicas: least = 1, maxReplicas: most = 0, behavior } = hpa.spec!;
    const { name: target = '', kind = '', apiVersion = '' } = scaleTargetRef!;
    const resource = listedOf(apiVersion, kind, client);
    if (!resource) {
      const slash = apiVersion.indexOf('/');
      return this.lost(`no matches for kind ${JSON.stringify(kind)} in group ${JSON.stringify(apiVersion.slice(0, Math.max(0, slash)))}`);
    }
    const path = scalePath(resource, hpa.metadata.namespace!, target);
    const answer = client.request('GET', path);
    if (answer.code >= 300) return this.lost((answer.body as Status).message ?? '');
    this.set('AbleToScale', 'True', 'SucceededGetScale', "the HPA controller was able to get the target's current scale");
    const scale = answer.body as Scale;
    const current = scale.spec?.replicas ?? 0;
    if (!history.recommended.length) history.recommended = [{ at: client.now, count: current }];
    let desired = 0;
    let reason = '';
    let metrics: readonly MetricStatus[] = [];
    let rescale = true;
    if (current === 0) {
      rescale = false;
      this.set('ScalingActive', 'False', 'ScalingDisabled', 'scaling is disabled since the replica count of the target is zero');
    } else if (current > most) {
      reason = 'Current number of replicas above Spec.MaxReplicas';
      desired = most;
    } else if (current < least) {
      reason = 'Current number of replicas below Spec.MinReplicas';
      desired = least;
    } else {
      const found = this.measure(scale, current);
      metrics = found.statuses;
      if (found.replicas === undefined) return this.write(current, hpa.status?.desiredReplicas ?? 0, metrics, false);
      if (found.replicas > current) reason = `${found.name} above target`;
      else if (found.replicas < current) reason = 'All metrics below target';
      desired = this.normalise({ current, desired: found.replicas, least, most, now: client.now });
      rescale = desired !== current;
    }
    if (rescale) {
      const { code, body } = client.request('PUT', path, { ...scale, spec: { ...scale.spec, replicas: desired } });
      if (code >= 300) {
        const { message } = body as Status;
        client.event(hpa, 'Warning', 'FailedRescale', `New size: ${desired}; reason: ${reason}; error: ${message}`);
        this.set('AbleToScale', 'False', 'FailedUpdateScale', `the HPA controller was unable to update the target scale: ${message}`);
        return this.write(current, hpa.status?.desiredReplicas ?? 0, metrics, false);
      }
      this.set('AbleToScale', 'True', 'SucceededRescale', `the HPA controller was able to update the target scale to ${desired}`);
      client.event(hpa, 'Normal', 'SuccessfulRescale', `New size: ${desired}; reason: ${reason}`);
      remember(history, behavior, { current, desired, least, most, now: client.now }, desired);
    } else desired = current;
    this.write(current, desired, metrics, rescale);
  }

  private set(type: string, status: string, reason: string, message: string): void {
    this.conditions = setCondition(this.conditions, { type, status, reason, message, lastTransitionTime: this.client.stamp });
  }

  private lost(message: string): void {
    const { client, hpa } = this;
    client.event(hpa, 'Warning', 'FailedGetScale', message);
    this.set('AbleToScale', 'False', 'FailedGetScale', `the HPA controller was unable to get the target's current scale: ${message}`);
    this.save({ ...hpa.status, conditions: this.conditions });
  }

  private normalise(move: Move): number {
    const { behavior } = this.hpa.spec!;
    const stable = stabilise(this.history, behavior, move);
    this.set('AbleToScale', 'True', stable.reason, stable.message);
    const allowed = limit(this.history, behavior, { ...move, desired: stable.replicas });
    this.set('ScalingLimited', allowed.replicas === stable.replicas ? 'False' : 'True', allowed.reason, allowed.message);
    return allowed.replicas;
  }

  /** The most that any metric calls for; undefined when that cannot be said. */
  private measure({ status }: Scale, current: number): { readonly replicas: number | undefined; readonly name: string; readonly statuses: readonly MetricStatus[] } {
    const { hpa, client } = this;
    const specs = hpa.spec!.metrics ?? [];
    let failed = 0;
    let first: Extract<Proposal, { reason: string }> | undefined;
    let best: Extract<Proposal, { replicas: number }> | undefined;
    const statuses: MetricStatus[] = [];
    try {
      const pods = this.podsOf(status?.selector ?? '');
      for (const spec of specs) {
        const proposal = propose(client, { hpa, current, selector: status!.selector!, pods }, spec);
        if ('replicas' in proposal) {
          statuses.push(proposal.status);
          if (!best || proposal.replicas > best.replicas) best = proposal;
        } else {
          client.event(hpa, 'Warning', proposal.reason, proposal.message);
          statuses.push({ type: '' });
          failed++;
          first ??= proposal;
        }
      }
    } catch (error) {
      if (!(error instanceof Stuck)) throw error;
      client.event(hpa, 'Warning', 'FailedComputeMetricsReplicas', error.message);
      return { replicas: undefined, name: '', statuses };
    }
    if (first && (failed >= specs.length || (best?.replicas ?? 0) < current)) {
      this.set('ScalingActive', 'False', first.reason, `the HPA was unable to compute the replica count: ${first.message}`);
      client.event(hpa, 'Warning', 'FailedComputeMetricsReplicas', `invalid metrics (${failed} invalid out of ${specs.length}), first error is: ${first.full}`);
      return { replicas: undefined, name: '', statuses };
    }
    const name = best?.name ?? '';
    this.set('ScalingActive', 'True', 'ValidMetricFound', `the HPA was able to successfully calculate a replica count from ${name}`);
    return { replicas: best?.replicas ?? 0, name, statuses };
  }

  /** The Pods that a selector means, which no other autoscaler may mean too. */
  private podsOf(selector: string): readonly Pod[] {
    const { hpa, client, selectors } = this;
    const { namespace, name } = hpa.metadata;
    const fail = (event: string, reason: string, message: string, condition = message): never => {
      client.event(hpa, 'Warning', event, message);
      this.set('ScalingActive', 'False', reason, condition);
      throw new Stuck(message);
    };
    if (!selector) fail('SelectorRequired', 'InvalidSelector', 'selector is required', "the HPA target's scale is missing a selector");
    selectors.set(`${namespace}/${name}`, selector);
    const pods = client.list<Pod>('pods', namespace);
    const selected = labelSelector(selector);
    const mine = pods.filter((pod) => selected.matches(pod.metadata.labels));
    const others = [...selectors.keys()].sort().filter((key) => split(key)[0] === namespace && mine.some((pod) => labelSelector(selectors.get(key)).matches(pod.metadata.labels)));
    if (others.length > 1) fail('AmbiguousSelector', 'AmbiguousSelector', `pods by selector ${selector} are controlled by multiple HPAs: [${others.map((key) => `{${split(key)[1]} ${namespace}}`).join(' ')}]`);
    return mine;
  }

  private write(currentReplicas: number, desiredReplicas: number, currentMetrics: readonly MetricStatus[], rescaled: boolean): void {
    const { hpa, client, conditions } = this;
    const lastScaleTime = rescaled ? client.stamp : hpa.status?.lastScaleTime;
    this.save({ currentReplicas, desiredReplicas, ...(lastScaleTime !== undefined && { lastScaleTime }), ...(currentMetrics.length && { currentMetrics }), conditions });
  }

  private save(status: HorizontalPodAutoscalerStatus): void {
    if (!alike(status, this.hpa.status)) this.client.updateStatus({ ...this.hpa, status });
  }
}

/** The controller, with the histories of all autoscalers. */
export function createAutoscaler(): Controller {
  const due = new Map<string, Millis>();
  const histories = new Map<string, History>();
  const selectors = new Map<string, string>();
  return {
    name: 'horizontal-pod-autoscaler',
    user: 'system:serviceaccount:kube-system:horizontal-pod-autoscaler',
    watches: { [HPAS]: 'self' },
    reconcile(key, client) {
      const [namespace, name] = split(key);
      const hpa = client.get<HorizontalPodAutoscaler>(HPAS, namespace, name);
      if (!hpa) {
        due.delete(key);
        histories.delete(key);
        selectors.delete(key);
        return undefined;
      }
      const at = due.get(key);
      if (at === undefined || at > client.now) {
        if (at === undefined) due.set(key, client.now + PERIOD);
        return due.get(key)! - client.now;
      }
      due.set(key, client.now + PERIOD);
      const history = histories.get(key) ?? { recommended: [], up: [], down: [] };
      histories.set(key, history);
      new Look(hpa, client, history, selectors).take();
      return PERIOD;
    },
  };
}
