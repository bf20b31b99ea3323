/** The controllers of kube-controller-manager. To add one: a file beside this one, and its line here. */
import { createAutoscaler } from './autoscaler/autoscaler.ts';
import { createCertificateApprover, createCertificateCleaner, createCertificateSigner } from './certificates/certificates.ts';
import { createClusterRoleAggregation } from './cluster-role-aggregation.ts';
import type { Controller } from './controller.ts';
import { createCronJobController } from './cronjob/cronjob.ts';
import { createDaemonSetController } from './daemonset/daemonset.ts';
import { createDeploymentController } from './deployment/deployment.ts';
import { createDisruptionController } from './disruption.ts';
import { createEndpointsController } from './endpoints/endpoints.ts';
import { createMirroringController } from './endpoints/mirror.ts';
import { createEndpointSliceController } from './endpoints/slices.ts';
import { createGarbageCollector } from './garbage-collector.ts';
import { createJobController } from './job/job.ts';
import { createTtlAfterFinished } from './job/ttl.ts';
import { createNamespaceController } from './namespace.ts';
import { createNodeLifecycle } from './nodes/lifecycle.ts';
import { createNodeIpam, createPodCollector, createTtlController } from './nodes/small.ts';
import { createTaintEviction } from './nodes/taint-eviction.ts';
import { createQuotaController } from './quota.ts';
import { createReplicaSetController, createReplicationController } from './replicaset.ts';
import { createRootCaPublisher, createServiceAccountController } from './service-account.ts';
import { createStatefulSetController } from './statefulset/statefulset.ts';
import { createBootstrapSigner, createTokenCleaner, createTokenController } from './tokens.ts';
import { createVolumeBinder } from './volumes/binder.ts';
import { createEphemeralVolumeController } from './volumes/ephemeral.ts';
import { createClaimProtection, createVolumeProtection } from './volumes/protection.ts';

/** What the controllers are told of their cluster. */
export interface Settings {
  /** PEM of the cluster's authority, and the text that stands for its private key. */
  readonly authority: string;
  readonly secret: string;
  /** `10.244.0.0/16` */
  readonly podRange: string;
}

/** All of them, new; each has state of its own. */
export const controllers = ({ authority, secret, podRange }: Settings): readonly Controller[] => [
  createNamespaceController(), createServiceAccountController(), createRootCaPublisher(authority), createGarbageCollector(),
  createDeploymentController(), createReplicaSetController(), createReplicationController(), createDaemonSetController(),
  createStatefulSetController(), createJobController(), createCronJobController(), createTtlAfterFinished(), createDisruptionController(), createAutoscaler(),
  createQuotaController(), createClusterRoleAggregation(), createCertificateApprover(), createCertificateSigner(secret), createCertificateCleaner(),
  createTokenController(secret, authority), createBootstrapSigner(), createTokenCleaner(),
  createNodeLifecycle(), createTaintEviction(), createNodeIpam(podRange), createTtlController(), createPodCollector(),
  createEndpointsController(), createEndpointSliceController(), createMirroringController(),
  createVolumeBinder(), createClaimProtection(), createVolumeProtection(), createEphemeralVolumeController(),
];
