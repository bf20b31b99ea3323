/**
 * Which container of a Pod is meant.
 * Stands for k8s.io/kubectl/pkg/cmd/util/podcmd.
 */
import type { KubeObject } from '../../kube/api/wire.ts';
import { CliError } from '../errors.ts';
import { quote } from '../go.ts';

export interface Container {
  readonly name: string;
  readonly image?: string;
  readonly tty?: boolean;
  readonly stdin?: boolean;
  readonly [field: string]: unknown;
}

/** A Pod as the API sends it, as far as kubectl looks into it. */
export interface Pod extends KubeObject {
  readonly spec: { readonly containers: readonly Container[]; readonly initContainers?: readonly Container[]; readonly ephemeralContainers?: readonly Container[]; readonly nodeName?: string; readonly [field: string]: unknown };
  readonly status?: {
    readonly phase?: string;
    readonly podIP?: string;
    readonly conditions?: readonly { readonly type: string; readonly status: string; readonly lastTransitionTime?: string }[];
    readonly containerStatuses?: readonly ContainerStatus[];
    readonly initContainerStatuses?: readonly ContainerStatus[];
    readonly ephemeralContainerStatuses?: readonly ContainerStatus[];
  };
}

export interface ContainerStatus {
  readonly name: string;
  readonly restartCount?: number;
  readonly state?: { readonly running?: unknown; readonly terminated?: { readonly exitCode: number; readonly reason?: string; readonly message?: string }; readonly waiting?: { readonly reason?: string; readonly message?: string } };
}

export const DEFAULT_CONTAINER = 'kubectl.kubernetes.io/default-container';

/** `web, side, prepare (init)`. */
export const containerNames = ({ spec }: Pod): string =>
  [...spec.containers.map((c) => c.name), ...(spec.ephemeralContainers ?? []).map((c) => `${c.name} (ephem)`), ...(spec.initContainers ?? []).map((c) => `${c.name} (init)`)].join(', ');

/** The container of that name. */
export const containerNamed = ({ spec }: Pod, name: string): Container | undefined => [...spec.containers, ...(spec.initContainers ?? []), ...(spec.ephemeralContainers ?? [])].find((c) => c.name === name);

export const unfit = (pod: Pod, name: string): CliError => new CliError(`container ${name} is not valid for pod ${pod.metadata.name} out of: ${containerNames(pod)}`);

/** Are there others that could have been meant? */
export const hasOthers = ({ spec }: Pod): boolean => spec.containers.length > 1 || (spec.initContainers ?? []).length > 0 || (spec.ephemeralContainers ?? []).length > 0;

/** The sentence about a container that was taken because none was named. */
export const defaulted = (pod: Pod, name: string): string => `Defaulted container ${quote(name)} out of: ${containerNames(pod)}\n`;

/** The named container, or the one to take. Throws CliError. `warn` hears that others could have been meant. */
export function containerOf(pod: Pod, name: string, warn: (text: string) => void): Container {
  if (pod.spec.containers.length === 0) throw new CliError(`pod ${pod.metadata.namespace}/${pod.metadata.name} does not have any containers`);
  const wanted = name || pod.metadata.annotations?.[DEFAULT_CONTAINER] || '';
  if (wanted) {
    const found = containerNamed(pod, wanted);
    if (!found) throw unfit(pod, wanted);
    return found;
  }
  const first = pod.spec.containers[0]!;
  if (hasOthers(pod)) warn(defaulted(pod, first.name));
  return first;
}
