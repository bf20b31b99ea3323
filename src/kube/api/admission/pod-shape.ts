/**
 * The parts of Pods that admission looks at, as mutable drafts and as finished objects.
 */
import type { Draft } from '../kind.ts';
import type { Exchange } from '../exchange.ts';
import type { KubeObject } from '../wire.ts';

export interface ContainerDraft {
  name?: string;
  image?: string;
  restartPolicy?: string;
  resources?: { requests?: Record<string, string>; limits?: Record<string, string> };
  volumeMounts?: { name: string; mountPath: string; readOnly?: boolean }[];
}

export interface PodSpecDraft {
  serviceAccountName?: string;
  serviceAccount?: string;
  automountServiceAccountToken?: boolean;
  imagePullSecrets?: { name?: string }[];
  initContainers?: ContainerDraft[];
  containers?: ContainerDraft[];
  ephemeralContainers?: ContainerDraft[];
  volumes?: Draft[];
  tolerations?: Toleration[];
  priorityClassName?: string;
  priority?: number;
  preemptionPolicy?: string;
  activeDeadlineSeconds?: number;
  runtimeClassName?: string;
  overhead?: Record<string, string>;
  nodeSelector?: Record<string, string>;
  resources?: { requests?: Record<string, string>; limits?: Record<string, string> };
  affinity?: Draft;
}

export interface Toleration {
  key?: string;
  operator?: string;
  value?: string;
  effect?: string;
  tolerationSeconds?: number;
}

export interface MetaDraft {
  name?: string;
  generateName?: string;
  namespace?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  finalizers?: string[];
}

/** A Pod that is being made or changed. */
export interface PodDraft {
  metadata?: MetaDraft;
  spec?: PodSpecDraft;
}

/** A finished Pod. */
export interface PodObject extends KubeObject {
  readonly spec: PodSpecDraft;
  readonly status?: { readonly phase?: string };
}

/** Whether the request is about Pods themselves. */
export const isPods = (x: Exchange): boolean => x.stored.groupResource === 'pods';
/** Whether the Pod mirrors a static one. */
export const isMirror = (pod: PodDraft): boolean => pod.metadata?.annotations?.['kubernetes.io/config.mirror'] !== undefined;
