/**
 * How fast an autoscaler may go: the recommendations of the last minutes, and the policies of spec.behavior.
 * Stands for the stabilisation and the scaling rules in pkg/controller/podautoscaler/horizontal.go.
 */
import type { HorizontalPodAutoscalerBehavior, HPAScalingRules } from '../../kinds/types.ts';

/** Down only to the highest recommendation of this time, unless the behaviour says otherwise; seconds. */
const STABLE = 300;

/** A number at a time, in virtual milliseconds. */
interface Dated {
  readonly at: number;
  readonly count: number;
}

/** What an autoscaler remembers. */
export interface History {
  recommended: readonly Dated[];
  up: readonly Dated[];
  down: readonly Dated[];
}

/** A number of replicas and why it is not another one. */
export interface Limited {
  readonly replicas: number;
  readonly reason: string;
  readonly message: string;
}

/** What is asked: from `current` to `desired` replicas. */
export interface Move {
  readonly current: number;
  readonly desired: number;
  readonly least: number;
  readonly most: number;
  readonly now: number;
}

/** The recommendation that counts among those of the stabilisation windows; remembers the new one. */
export function stabilise(history: History, behavior: HorizontalPodAutoscalerBehavior | undefined, { current, desired, now }: Move): Limited {
  const upFrom = now - (behavior ? (behavior.scaleUp?.stabilizationWindowSeconds ?? 0) : 0) * 1000;
  const downFrom = now - (behavior?.scaleDown?.stabilizationWindowSeconds ?? STABLE) * 1000;
  let low = desired;
  let high = desired;
  for (const { at, count } of history.recommended) {
    if (at > upFrom) low = Math.min(low, count);
    if (at > downFrom) high = Math.max(high, count);
  }
  history.recommended = [...history.recommended.filter(({ at }) => at >= upFrom || at >= downFrom), { at: now, count: desired }];
  const replicas = behavior ? Math.min(Math.max(current, low), high) : high;
  if (replicas === desired) return { replicas, reason: 'ReadyForNewScale', message: 'recommended size matches current size' };
  return behavior && desired >= current
    ? { replicas, reason: 'ScaleUpStabilized', message: 'recent recommendations were lower than current one, applying the lowest recent recommendation' }
    : { replicas, reason: 'ScaleDownStabilized', message: 'recent recommendations were higher than current one, applying the highest recent recommendation' };
}

const sumSince = (events: readonly Dated[], seconds: number, now: number): number => events.reduce((sum, { at, count }) => (at > now - seconds * 1000 ? sum + count : sum), 0);

/** The number of replicas that the policies allow now. */
function policyLimit(history: History, { selectPolicy, policies = [] }: HPAScalingRules, { current, now }: Move, sign: 1 | -1): number {
  if (selectPolicy === 'Disabled') return current;
  const limits = policies.map(({ type, value = 0, periodSeconds = 0 }) => {
    const start = current - sumSince(history.up, periodSeconds, now) + sumSince(history.down, periodSeconds, now);
    if (type === 'Pods') return start + sign * value;
    return sign > 0 ? Math.ceil(start * (1 + value / 100)) : Math.trunc(start * (1 - value / 100));
  });
  // The largest change is the highest number on the way up, the lowest on the way down.
  return (selectPolicy === 'Min') === (sign > 0) ? Math.min(...limits) : Math.max(...limits);
}

const WITHIN = { reason: 'DesiredWithinRange', message: 'the desired count is within the acceptable range' };
const FEW = { reason: 'TooFewReplicas', message: 'the desired replica count is less than the minimum replica count' };
const MANY = { reason: 'TooManyReplicas', message: 'the desired replica count is more than the maximum replica count' };
const FAST_UP = { reason: 'ScaleUpLimit', message: 'the desired replica count is increasing faster than the maximum scale rate' };
const FAST_DOWN = { reason: 'ScaleDownLimit', message: 'the desired replica count is decreasing faster than the maximum scale rate' };

/** What of a move is allowed. */
export function limit(history: History, behavior: HorizontalPodAutoscalerBehavior | undefined, move: Move): Limited {
  const { current, desired, least, most } = move;
  if (!behavior) {
    const rate = Math.max(2 * current, 4);
    const top = Math.min(most, rate);
    if (desired < least) return { replicas: least, ...FEW };
    return desired > top ? { replicas: top, ...(most > rate ? FAST_UP : MANY) } : { replicas: desired, ...WITHIN };
  }
  if (desired > current) {
    const rate = Math.max(current, policyLimit(history, behavior.scaleUp ?? {}, move, 1));
    const top = Math.min(most, rate);
    if (desired > top) return { replicas: top, ...(most > rate ? FAST_UP : MANY) };
  } else if (desired < current) {
    const rate = Math.min(current, policyLimit(history, behavior.scaleDown ?? {}, move, -1));
    const bottom = Math.max(least, rate);
    if (desired < bottom) return { replicas: bottom, ...(least < rate ? FAST_DOWN : FEW) };
  }
  return { replicas: desired, ...WITHIN };
}

const longest = ({ policies = [] }: HPAScalingRules = {}): number => Math.max(0, ...policies.map((p) => p.periodSeconds ?? 0));

/** Remembers a change of the number of replicas. */
export function remember(history: History, behavior: HorizontalPodAutoscalerBehavior | undefined, { current, now }: Move, replicas: number): void {
  if (!behavior) return;
  const kept = (events: readonly Dated[], rules: HPAScalingRules | undefined, count: number): readonly Dated[] => [...events.filter(({ at }) => at >= now - longest(rules) * 1000), { at: now, count }];
  if (replicas > current) history.up = kept(history.up, behavior.scaleUp, replicas - current);
  else history.down = kept(history.down, behavior.scaleDown, current - replicas);
}
