/**
 * What a Pod may learn about itself: fieldRef and resourceFieldRef, in variables and in files.
 * Stands for pkg/fieldpath and pkg/api/v1/resource (ExtractContainerResourceValue).
 */
import type { Container, ObjectFieldSelector, Pod, ResourceFieldSelector } from '../kinds/types.ts';
import { milliOf as milli } from '../schema/quantity.ts';

/** What is true of the node, for fields that the Pod itself does not know. */
export interface Host {
  readonly address: string;
  /** Allocatable amounts: the limit of a container that has none. */
  readonly allocatable: Readonly<Record<string, string>>;
}

/** Go's strconv.Quote, as far as labels and annotations need it. */
const quoted = (text: string): string =>
  `"${text.replace(/[\\"]/g, (c) => `\\${c}`).replace(/\n/g, '\\n').replace(/\t/g, '\\t').replace(/\r/g, '\\r')}"`;

const lines = (map: Readonly<Record<string, string>> | undefined): string =>
  Object.keys(map ?? {}).sort().map((key) => `${key}=${quoted(map![key]!)}`).join('\n');

/** The text behind a fieldRef; undefined when the path is not supported. */
export function fieldValue(ref: ObjectFieldSelector, pod: Pod, host: Host, podIP: string | undefined): string | undefined {
  const path = ref.fieldPath ?? '';
  const part = /^(metadata\.(?:labels|annotations))\['(.*)'\]$/.exec(path);
  const { metadata, spec } = pod;
  if (part) return (part[1] === 'metadata.labels' ? metadata.labels : metadata.annotations)?.[part[2]!] ?? '';
  switch (path) {
    case 'metadata.labels': return lines(metadata.labels);
    case 'metadata.annotations': return lines(metadata.annotations);
    case 'metadata.name': return metadata.name;
    case 'metadata.namespace': return metadata.namespace ?? '';
    case 'metadata.uid': return metadata.uid ?? '';
    case 'spec.nodeName': return spec?.nodeName ?? '';
    case 'spec.serviceAccountName': return spec?.serviceAccountName ?? '';
    case 'status.hostIP':
    case 'status.hostIPs': return host.address;
    case 'status.podIP':
    case 'status.podIPs': return podIP ?? '';
    default: return undefined;
  }
}

/** The number behind a resourceFieldRef, rounded up to its divisor; undefined when the container or the resource is unknown. */
export function resourceValue(ref: ResourceFieldSelector, pod: Pod, container: Container | undefined, host: Host): string | undefined {
  const name = ref.containerName;
  const about = name ? [...(pod.spec?.containers ?? []), ...(pod.spec?.initContainers ?? [])].find((c) => c.name === name) : container;
  const [kind, ...rest] = (ref.resource ?? '').split('.');
  const resource = rest.join('.');
  if (!about || (kind !== 'limits' && kind !== 'requests') || !resource) return undefined;
  const set = about.resources?.[kind] as Readonly<Record<string, string>> | undefined;
  const amount = set?.[resource] ?? (kind === 'limits' ? host.allocatable[resource] : undefined) ?? '0';
  const divisor = ref.divisor && milli(ref.divisor) > 0 ? milli(ref.divisor) : 1000;
  return String(Math.ceil(milli(amount) / divisor));
}
