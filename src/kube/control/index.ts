/** The controllers of kube-controller-manager. To add one: a file beside this one, and its line here. */
import type { Controller } from './controller.ts';
import { createDaemonSetController } from './daemonset/daemonset.ts';
import { createDeploymentController } from './deployment/deployment.ts';
import { createEndpointsController } from './endpoints/endpoints.ts';
import { createMirroringController } from './endpoints/mirror.ts';
import { createEndpointSliceController } from './endpoints/slices.ts';
import { createGarbageCollector } from './garbage-collector.ts';
import { createNamespaceController } from './namespace.ts';
import { createNodeLifecycle } from './nodes/lifecycle.ts';
import { createNodeIpam, createPodCollector, createTtlController } from './nodes/small.ts';
import { createTaintEviction } from './nodes/taint-eviction.ts';
import { createReplicaSetController, createReplicationController } from './replicaset.ts';
import { createRootCaPublisher, createServiceAccountController } from './service-account.ts';
import { createVolumeBinder } from './volumes/binder.ts';
import { createClaimProtection, createVolumeProtection } from './volumes/protection.ts';

/** All of them, new. `authority` is the PEM of the cluster's CA. */
export const controllers = (authority: string): readonly Controller[] => [
  createNamespaceController(), createServiceAccountController(), createRootCaPublisher(authority), createGarbageCollector(),
  createDeploymentController(), createReplicaSetController(), createReplicationController(), createDaemonSetController(),
  createNodeLifecycle(), createTaintEviction(), createNodeIpam('10.244.0.0/16'), createTtlController(), createPodCollector(),
  createEndpointsController(), createEndpointSliceController(), createMirroringController(),
  createVolumeBinder(), createClaimProtection(), createVolumeProtection(),
];
