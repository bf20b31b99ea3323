/**
 * The environment of a container: links to Services, envFrom, env with its sources and `$(NAME)` references.
 * Stands for makeEnvironmentVariables of pkg/kubelet/kubelet_pods.go and pkg/kubelet/envvars.
 * Unlike Kubernetes: variables stand in the order in which they were declared; fileKeyRef is not supported here yet.
 */
import { decode64 } from '../../machine/commands/base64.ts';
import { fromBytes } from '../../machine/commands/bytes.ts';
import type { Reader } from '../api/server.ts';
import type { ConfigMap, Container, Pod, Secret, Service } from '../kinds/types.ts';
import { fieldValue, resourceValue, type Host } from './downward.ts';
import { expand } from './expand.ts';

/** A container cannot be configured: its message becomes that of CreateContainerConfigError. */
export class ConfigError extends Error {}

/** What a value of a Secret or of binaryData stands for. */
export const plain = (code: string): string => fromBytes(decode64(code).bytes);

const variable = (name: string): string => name.toUpperCase().replace(/-/g, '_');

/** The variables that tell of a Service: `WEB_SERVICE_HOST`, and those that Docker links had. */
function serviceLinks(service: Service, into: Map<string, string>): void {
  const name = variable(service.metadata.name);
  const address = service.spec!.clusterIP!;
  const ports = service.spec!.ports ?? [];
  into.set(`${name}_SERVICE_HOST`, address);
  ports.forEach((port, i) => {
    if (i === 0) into.set(`${name}_SERVICE_PORT`, String(port.port));
    if (port.name) into.set(`${name}_SERVICE_PORT_${variable(port.name)}`, String(port.port));
  });
  ports.forEach((port, i) => {
    const protocol = port.protocol ?? 'TCP';
    const url = `${protocol.toLowerCase()}://${address}:${port.port}`;
    const prefix = `${name}_PORT_${port.port}_${protocol}`;
    if (i === 0) into.set(`${name}_PORT`, url);
    into.set(prefix, url);
    into.set(`${prefix}_PROTO`, protocol.toLowerCase());
    into.set(`${prefix}_PORT`, String(port.port));
    into.set(`${prefix}_ADDR`, address);
  });
}

/** Variables of the Services that a Pod of this namespace is told about. */
export function serviceVariables(read: Reader, namespace: string, links: boolean): ReadonlyMap<string, string> {
  const out = new Map<string, string>();
  const master = read.get<Service>('services', 'default', 'kubernetes');
  const all = links ? read.list<Service>('services', namespace) : [];
  for (const service of master && !all.includes(master) ? [master, ...all] : all) {
    const address = service.spec?.clusterIP;
    if (address && address !== 'None') serviceLinks(service, out);
  }
  return out;
}

/** Text values of a ConfigMap or Secret by key; undefined when there is none. */
export function textsOf(read: Reader, kind: 'configmap' | 'secret', namespace: string, name: string): Readonly<Record<string, string>> | undefined {
  if (kind === 'configmap') {
    const found = read.get<ConfigMap>('configmaps', namespace, name);
    return found && ((found.data as Record<string, string> | undefined) ?? {});
  }
  const found = read.get<Secret>('secrets', namespace, name);
  if (!found) return undefined;
  const out: Record<string, string> = {};
  for (const key in found.data) out[key] = plain((found.data as Record<string, string>)[key]!);
  return out;
}

/** What a container is told besides what its image says. Throws ConfigError when something it needs is not there. */
export function environmentOf(read: Reader, pod: Pod, container: Container, host: Host, podIP: string | undefined): Map<string, string> {
  const namespace = pod.metadata.namespace!;
  const services = serviceVariables(read, namespace, pod.spec?.enableServiceLinks !== false);
  const out = new Map<string, string>();
  const texts = (kind: 'configmap' | 'secret', name: string, optional: boolean): Readonly<Record<string, string>> | undefined => {
    const found = textsOf(read, kind, namespace, name);
    if (!found && !optional) throw new ConfigError(`${kind} "${name}" not found`);
    return found;
  };
  for (const from of container.envFrom ?? []) {
    const ref = from.configMapRef ?? from.secretRef;
    if (!ref) continue;
    const found = texts(from.configMapRef ? 'configmap' : 'secret', ref.name ?? '', ref.optional === true);
    for (const key of Object.keys(found ?? {}).sort()) out.set((from.prefix ?? '') + key, found![key]!);
  }
  const value = (name: string): string | undefined => out.get(name) ?? services.get(name);
  for (const { name, value: text, valueFrom: from } of container.env ?? []) {
    let result = '';
    if (text) result = expand(text, value);
    else if (from?.fieldRef) {
      const found = fieldValue(from.fieldRef, pod, host, podIP);
      if (found === undefined) throw new ConfigError(`unsupported fieldPath: ${from.fieldRef.fieldPath}`);
      result = found;
    } else if (from?.resourceFieldRef) {
      const found = resourceValue(from.resourceFieldRef, pod, container, host);
      if (found === undefined) throw new ConfigError(`unsupported container resource : ${from.resourceFieldRef.resource}`);
      result = found;
    } else if (from?.configMapKeyRef || from?.secretKeyRef) {
      const ref = (from.configMapKeyRef ?? from.secretKeyRef)!;
      const optional = ref.optional === true;
      const found = texts(from.configMapKeyRef ? 'configmap' : 'secret', ref.name ?? '', optional);
      const entry = found?.[ref.key ?? ''];
      if (entry === undefined) {
        if (optional) continue;
        throw new ConfigError(`couldn't find key ${ref.key} in ${from.configMapKeyRef ? 'ConfigMap' : 'Secret'} ${namespace}/${ref.name}`);
      }
      result = entry;
    } else if (from?.fileKeyRef) throw new ConfigError('env from fileKeyRef is not supported here yet');
    out.set(name!, result);
  }
  for (const [name, text] of services) if (!out.has(name)) out.set(name, text);
  return out;
}
