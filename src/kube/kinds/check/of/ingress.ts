/**
 * Ingresses and IngressClasses (pkg/apis/networking/validation).
 */
import { bytes, dnsLabel, dnsSubdomain, pathSegment, portName, portNumber, wildcardSubdomain } from '../../../schema/names.ts';
import type { Faults } from '../../faults.ts';
import type { HTTPIngressPath, Ingress, IngressBackend, IngressClass, IngressClassParametersReference, TypedLocalObjectReference } from '../../types.ts';
import { checkImmutable } from '../immutable.ts';
import { checkIp, parseIp } from '../ip.ts';
import { checkText } from '../labels.ts';
import { checkDomainPath } from '../paths.ts';
import { rules } from '../rules.ts';

const CLASS = 'kubernetes.io/ingress.class';
const MOST_CONTROLLER = 250;
const NOT_IN_PATHS = ['//', '/./', '/../', '%2f', '%2F'];
const NOT_AT_THE_END = ['/..', '/.'];
const PATH_TYPES = ['Exact', 'ImplementationSpecific', 'Prefix'];

function checkHost(e: Faults, path: string, host: string): void {
  checkText(e, path, host, host.includes('*') ? wildcardSubdomain : dnsSubdomain);
}

function checkReference(e: Faults, path: string, { apiGroup, kind, name }: TypedLocalObjectReference): void {
  if (typeof apiGroup === 'string') checkText(e, `${path}.apiGroup`, apiGroup, dnsSubdomain);
  for (const [field, value] of [['kind', kind], ['name', name]] as const) {
    if (!value) e.required(`${path}.${field}`);
    else checkText(e, `${path}.${field}`, value, pathSegment);
  }
}

function checkBackend(e: Faults, path: string, { resource, service }: IngressBackend): void {
  if (resource && service) e.invalid(path, '', 'cannot set both resource and service backends');
  else if (resource) checkReference(e, `${path}.resource`, resource);
  else if (!service) e.invalid(path, '', 'resource or service backend is required');
  else {
    if (!service.name) e.required(`${path}.service.name`);
    else checkText(e, `${path}.service.name`, service.name, dnsLabel);
    const { name, number } = service.port ?? {};
    if (name && number) e.invalid(path, '', 'cannot set both port name & port number');
    else if (name) checkText(e, `${path}.service.port.name`, name, portName);
    else if (number) e.each(`${path}.service.port.number`, number, portNumber(number));
    else e.required(path, 'port name or number is required');
  }
}

function checkPath(e: Faults, at: string, { path = '', pathType, backend = {} }: HTTPIngressPath): void {
  if (typeof pathType !== 'string') return e.required(`${at}.pathType`, 'pathType must be specified');
  if (!PATH_TYPES.includes(pathType)) e.unsupported(`${at}.pathType`, pathType, PATH_TYPES);
  else {
    const free = pathType === 'ImplementationSpecific';
    if (!path.startsWith('/') && !(free && path === '')) e.invalid(`${at}.path`, path, 'must be an absolute path');
    if (!free) {
      for (const part of NOT_IN_PATHS) if (path.includes(part)) e.invalid(`${at}.path`, path, `must not contain '${part}'`);
      for (const end of NOT_AT_THE_END) if (path.endsWith(end)) e.invalid(`${at}.path`, path, `cannot end with '${end}'`);
    }
  }
  checkBackend(e, `${at}.backend`, backend);
}

function checkSpec(e: Faults, { rules: list = [], tls = [], defaultBackend, ingressClassName }: NonNullable<Ingress['spec']>, secretsAsBefore: boolean): void {
  if (list.length === 0 && !defaultBackend) e.invalid('spec', null, 'either `defaultBackend` or `rules` must be specified');
  if (defaultBackend) checkBackend(e, 'spec.defaultBackend', defaultBackend);
  for (const [i, { host, http }] of list.entries()) {
    const at = `spec.rules[${i}]`;
    if (host) {
      if (parseIp(host)) e.invalid(`${at}.host`, host, 'must be a DNS name, not an IP address');
      checkHost(e, `${at}.host`, host);
    }
    if (!http) continue;
    const paths = http.paths ?? [];
    if (paths.length === 0) e.required(`${at}.http.paths`);
    for (const [j, path] of paths.entries()) checkPath(e, `${at}.http.paths[${j}]`, path);
  }
  for (const [i, { hosts = [], secretName }] of tls.entries()) {
    for (const [j, host] of hosts.entries()) checkHost(e, `spec.tls[${i}].hosts[${j}]`, host);
    if (secretName && !secretsAsBefore) checkText(e, `spec.tls[${i}].secretName`, secretName, dnsSubdomain);
  }
  if (ingressClassName !== undefined) checkText(e, 'spec.ingressClassName', ingressClassName, dnsSubdomain);
}

export const ingress = rules<Ingress>({
  check(e, { metadata, spec = {} }, old) {
    checkSpec(e, spec, old?.spec?.tls?.some(({ secretName }) => secretName && dnsSubdomain(secretName).length > 0) ?? false);
    const annotation = metadata.annotations?.[CLASS];
    if (!old && annotation !== undefined && spec.ingressClassName !== undefined && annotation !== spec.ingressClassName) {
      e.invalid(`annotations.${CLASS}`, annotation, 'must match `ingressClassName` when both are specified');
    }
  },
  status(e, { status }, old) {
    const before = (old.status?.loadBalancer?.ingress ?? []).map(({ ip = '' }) => ip);
    for (const [i, { ip, hostname }] of (status?.loadBalancer?.ingress ?? []).entries()) {
      const at = `status.loadBalancer.ingress[${i}]`;
      if (ip) checkIp(e, `${at}.ip`, ip, before);
      if (!hostname) continue;
      checkText(e, `${at}.hostname`, hostname, dnsSubdomain);
      if (parseIp(hostname)) e.invalid(`${at}.hostname`, hostname, 'must be a DNS name, not an IP address');
    }
  },
  warn: ({ metadata, spec }, old) =>
    !old && metadata.annotations?.[CLASS] !== undefined && spec?.ingressClassName === undefined
      ? [`annotation "${CLASS}" is deprecated, please use 'spec.ingressClassName' instead`]
      : [],
});

function checkParameters(e: Faults, path: string, parameters: IngressClassParametersReference): void {
  checkReference(e, path, parameters);
  const { scope, namespace } = parameters;
  if (scope === undefined) e.required(`${path}.scope`);
  else if (scope === 'Cluster') {
    if (namespace !== undefined) e.forbidden(`${path}.namespace`, "`parameters.scope` is set to 'Cluster'");
  } else if (scope !== 'Namespace') e.unsupported(`${path}.scope`, scope, ['Cluster', 'Namespace']);
  else if (namespace === undefined) e.required(`${path}.namespace`, "`parameters.scope` is set to 'Namespace'");
  else checkText(e, `${path}.namespace`, namespace, dnsLabel);
}

export const ingressClass = rules<IngressClass>({
  check(e, { spec: { controller = '', parameters } = {} }, old) {
    if (old) checkImmutable(e, 'spec.controller', controller, old.spec?.controller ?? '');
    if (bytes(controller) > MOST_CONTROLLER) e.tooLong('spec.controller', MOST_CONTROLLER);
    checkDomainPath(e, 'spec.controller', controller);
    if (parameters) checkParameters(e, 'spec.parameters', parameters);
  },
});
