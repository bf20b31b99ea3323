/**
 * Every admission plugin that is on, in the real server's order.
 * Unlike Kubernetes: PodTopologyLabels and the webhook plugins are missing.
 */
import { certificateApproval, certificateSigning, certificateSubjectRestriction } from './certificates.ts';
import type { Plugin } from './chain.ts';
import { claimResize, defaultIngressClass, defaultStorageClass, storageObjectInUse } from './classes.ts';
import { limitRanger } from './limit-ranger.ts';
import { namespaceLifecycle } from './namespace-lifecycle.ts';
import { defaultTolerationSeconds, priority, runtimeClass, taintNodesByCondition } from './pod-defaults.ts';
import { podSecurity } from './pod-security.ts';
import { resourceQuota } from './resource-quota.ts';
import { serviceAccount } from './service-account.ts';

export const plugins: readonly Plugin[] = [
  namespaceLifecycle, limitRanger, serviceAccount, taintNodesByCondition, podSecurity, priority, defaultTolerationSeconds, defaultStorageClass, storageObjectInUse, claimResize, runtimeClass,
  certificateApproval, certificateSigning, certificateSubjectRestriction, defaultIngressClass, resourceQuota,
];
