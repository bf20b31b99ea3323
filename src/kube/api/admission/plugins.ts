/**
 * Every admission plugin that is on, in order.
 */
import type { Plugin } from './chain.ts';
import { namespaceLifecycle } from './namespace-lifecycle.ts';

export const plugins: readonly Plugin[] = [namespaceLifecycle];
