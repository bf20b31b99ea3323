/**
 * metadata.managedFields: who set which field, by which request.
 * Stands for k8s.io/apimachinery/pkg/util/managedfields.
 */
import type { Exchange } from './exchange.ts';
import type { Draft } from './kind.ts';
import type { KubeObject } from './wire.ts';

export function trackCreate(_x: Exchange, _draft: Draft): void {}

export function trackUpdate(_x: Exchange, now: KubeObject, _old: KubeObject): KubeObject {
  return now;
}
