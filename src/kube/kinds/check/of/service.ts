/**
 * Services: ports, types and what goes with them, addresses, traffic policies, and what may change later (validateService).
 */
import { dnsLabel, dnsSubdomain, labelKey, portNumber } from '../../../schema/names.ts';
import type { Faults } from '../../faults.ts';
import { isHeadless, needsHealthCheck } from '../../service-addresses.ts';
import type { LoadBalancerStatus, Service, ServicePort, ServiceSpec } from '../../types.ts';
import { checkPort } from '../handlers.ts';
import { checkCidr, checkEndpointIp, checkIp, cidrWarnings, ipWarnings } from '../ip.ts';
import { checkLabels, checkText } from '../labels.ts';
import { rules } from '../rules.ts';
import { checkClusterIps } from '../service-ips.ts';

const ONCE = 'may not change once set';
const LB_ONLY = "may only be used when `type` is 'LoadBalancer'";
const SOURCE_RANGES = 'service.beta.kubernetes.io/load-balancer-source-ranges';
const HINTS = 'service.kubernetes.io/topology-aware-hints';
const MODE = 'service.kubernetes.io/topology-mode';

function checkPorts(e: Faults, ports: readonly ServicePort[]): void {
  const names = new Set<string>();
  for (const [i, { name, port = 0, protocol, targetPort, appProtocol }] of ports.entries()) {
    const at = `spec.ports[${i}]`;
    if (!name) {
      if (ports.length > 1) e.required(`${at}.name`);
    } else {
      checkText(e, `${at}.name`, name, dnsLabel);
      if (names.has(name)) e.duplicate(`${at}.name`, name);
      names.add(name);
    }
    e.each(`${at}.port`, port, portNumber(port));
    e.oneOf(`${at}.protocol`, protocol, ['SCTP', 'TCP', 'UDP']);
    checkPort(e, `${at}.targetPort`, targetPort);
    if (appProtocol !== undefined) checkText(e, `${at}.appProtocol`, appProtocol, labelKey);
  }
}

function checkType(e: Faults, spec: ServiceSpec): void {
  if (spec.type === 'LoadBalancer' || spec.type === 'NodePort') {
    if (isHeadless(spec)) e.invalid('spec.clusterIPs[0]', 'None', `may not be set to 'None' for ${spec.type} services`);
  } else if (spec.type === 'ExternalName') {
    const not = 'may not be set for ExternalName services';
    if (spec.clusterIPs?.length) e.forbidden('spec.clusterIPs', not);
    if (spec.ipFamilies?.length) e.forbidden('spec.ipFamilies', not);
    if (spec.ipFamilyPolicy !== undefined) e.forbidden('spec.ipFamilyPolicy', not);
    const name = (spec.externalName ?? '').replace(/\.$/, '');
    if (name) checkText(e, 'spec.externalName', name, dnsSubdomain);
    else e.required('spec.externalName');
  }
}

function checkAffinity(e: Faults, { sessionAffinity, sessionAffinityConfig: config }: ServiceSpec): void {
  e.oneOf('spec.sessionAffinity', sessionAffinity, ['ClientIP', 'None']);
  const path = 'spec.sessionAffinityConfig';
  if (sessionAffinity === 'None' && config) e.forbidden(path, 'must not be set when session affinity is None');
  if (sessionAffinity !== 'ClientIP') return;
  const timeout = config?.clientIP?.timeoutSeconds;
  const missing = !config ? path : !config.clientIP ? `${path}.clientIP` : `${path}.clientIP.timeoutSeconds`;
  if (timeout === undefined) e.required(missing, 'when session affinity type is ClientIP');
  else if (timeout <= 0 || timeout > 86_400) e.invalid(`${path}.clientIP.timeoutSeconds`, timeout, 'must be greater than 0 and less than 86400');
}

/** Ports may share a number if their protocols differ. */
function checkRepeated(e: Faults, ports: readonly ServicePort[]): void {
  const seen = new Set<string>();
  const twice = (key: string): boolean => seen.has(key) || !seen.add(key);
  for (const [i, { nodePort, protocol }] of ports.entries()) if (nodePort && twice(`node ${protocol} ${nodePort}`)) e.duplicate(`spec.ports[${i}].nodePort`, nodePort);
  for (const [i, { port = 0, protocol = '' }] of ports.entries()) {
    if (twice(`${protocol} ${port}`)) e.duplicate(`spec.ports[${i}]`, { Name: '', Protocol: protocol, AppProtocol: null, Port: port, TargetPort: 0, NodePort: 0 });
  }
}

function checkSources(e: Faults, { metadata, spec = {} }: Service, old: Service | undefined): void {
  const isBalancer = spec.type === 'LoadBalancer';
  const annotation = metadata.annotations?.[SOURCE_RANGES];
  if (spec.loadBalancerSourceRanges?.length) {
    const path = 'spec.LoadBalancerSourceRanges';
    if (!isBalancer) e.forbidden(path, LB_ONLY);
    const before = old?.spec?.loadBalancerSourceRanges?.map((text) => text.trim());
    for (const [i, text] of spec.loadBalancerSourceRanges.entries()) checkCidr(e, `${path}[${i}]`, text.trim(), before);
  } else if (annotation !== undefined) {
    const path = `metadata.annotations[${SOURCE_RANGES}]`;
    if (!isBalancer) e.forbidden(path, LB_ONLY);
    if (old?.metadata.annotations?.[SOURCE_RANGES] !== annotation && annotation.trim()) for (const text of annotation.trim().split(',')) checkCidr(e, path, text.trim());
  }
}

function checkTraffic(e: Faults, spec: ServiceSpec): void {
  const { type, externalTrafficPolicy: policy, healthCheckNodePort: health = 0, internalTrafficPolicy, trafficDistribution } = spec;
  const outside = type === 'LoadBalancer' || type === 'NodePort' || (type === 'ClusterIP' && (spec.externalIPs?.length ?? 0) > 0);
  if (outside) e.oneOf('spec.externalTrafficPolicy', policy, ['Cluster', 'Local']);
  else if (policy) e.invalid('spec.externalTrafficPolicy', policy, 'may only be set for externally-accessible services');
  if (needsHealthCheck(spec)) {
    if (!health) e.required('spec.healthCheckNodePort');
    else e.each('spec.healthCheckNodePort', health, portNumber(health));
  } else if (health) e.invalid('spec.healthCheckNodePort', health, "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'");
  if (internalTrafficPolicy === undefined && (type === 'NodePort' || type === 'LoadBalancer' || type === 'ClusterIP')) e.required('spec.internalTrafficPolicy');
  e.optional('spec.internalTrafficPolicy', internalTrafficPolicy, ['Cluster', 'Local']);
  e.optional('spec.trafficDistribution', trafficDistribution, ['PreferClose', 'PreferSameZone', 'PreferSameNode']);
}

function checkClass(e: Faults, spec: ServiceSpec, old: ServiceSpec | undefined): void {
  const path = 'spec.loadBalancerClass';
  const { type, loadBalancerClass: name } = spec;
  if (old && old.type === 'LoadBalancer' && type === 'LoadBalancer' && old.loadBalancerClass !== name) e.invalid(path, name, ONCE);
  if (name === undefined) return;
  if (type === 'LoadBalancer') checkText(e, path, name, labelKey);
  else e.forbidden(path, LB_ONLY);
}

/** Addresses and families that a Service has once, it keeps. */
function checkChanges(e: Faults, now: ServiceSpec, old: ServiceSpec): void {
  const either = now.type === 'ExternalName' || old.type === 'ExternalName';
  const compare = (field: 'clusterIPs' | 'ipFamilies', unset: string, release: string, everyIndex: boolean): void => {
    const after: readonly string[] = now[field] ?? [];
    const before: readonly string[] = old[field] ?? [];
    const at = (i: number): string => `spec.${field}[${i}]`;
    if (before.length === after.length) {
      for (const [i, value] of before.entries()) if (value !== after[i]) e.invalid(at(everyIndex ? i : 0), after, ONCE);
      return;
    }
    if (before.length > after.length && (now.clusterIPs?.length ?? 0) === 0) e.invalid(at(0), after, unset);
    if (before.length > 0 && after.length > 0 && after[0] !== before[0]) e.invalid(at(0), everyIndex ? after : now.clusterIPs, ONCE);
    if (before.length > after.length && after.length === 1 && now.ipFamilyPolicy !== 'SingleStack') e.invalid('spec.ipFamilyPolicy', now.ipFamilyPolicy, `must be set to 'SingleStack' when releasing the secondary ${release}`);
  };
  if (!either && !(isHeadless(old) && isHeadless(now))) compare('clusterIPs', 'primary clusterIP can not be unset', 'clusterIP', true);
  if (!either && !isHeadless(old) && !isHeadless(now)) compare('ipFamilies', 'primary ipFamily can not be unset', 'ipFamily', false);
  checkClass(e, now, old);
  if (needsHealthCheck(old) && needsHealthCheck(now) && old.healthCheckNodePort !== now.healthCheckNodePort) e.forbidden('spec.healthCheckNodePort', 'field is immutable');
}

function checkService(e: Faults, service: Service, oldService: Service | undefined): void {
  const spec = service.spec ?? {};
  const old = oldService?.spec;
  const ports = spec.ports ?? [];
  if (old) checkChanges(e, spec, old);
  const { [HINTS]: hints, [MODE]: mode } = service.metadata.annotations ?? {};
  if (mode !== undefined && hints !== undefined && mode !== hints) e.invalid(`metadata.annotations[${MODE}]`, mode, `must match annotations[${HINTS}] when both are specified`);
  if (ports.length === 0 && !isHeadless(spec) && spec.type !== 'ExternalName') e.required('spec.ports');
  checkType(e, spec);
  checkPorts(e, ports);
  checkLabels(e, 'spec.selector', spec.selector);
  checkAffinity(e, spec);
  checkClusterIps(e, spec, old);
  for (const [i, ip] of (spec.externalIPs ?? []).entries()) if (checkIp(e, `spec.externalIPs[${i}]`, ip, old?.externalIPs)) checkEndpointIp(e, `spec.externalIPs[${i}]`, ip);
  e.oneOf('spec.type', spec.type, ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort']);
  if (spec.type === 'ClusterIP') for (const [i, { nodePort }] of ports.entries()) if (nodePort) e.forbidden(`spec.ports[${i}].nodePort`, "may not be used when `type` is 'ClusterIP'");
  checkRepeated(e, ports);
  checkSources(e, service, oldService);
  if (spec.allocateLoadBalancerNodePorts !== undefined && spec.type !== 'LoadBalancer') e.forbidden('spec.allocateLoadBalancerNodePorts', LB_ONLY);
  if (spec.allocateLoadBalancerNodePorts === undefined && spec.type === 'LoadBalancer') e.required('allocateLoadBalancerNodePorts');
  checkClass(e, spec, undefined);
  checkTraffic(e, spec);
}

/** Where a load balancer can be reached, of a Service or an Ingress of a `type` that has one. */
function checkBalancer(e: Faults, path: string, { ingress = [] }: LoadBalancerStatus, old: LoadBalancerStatus | undefined, type: string | undefined): void {
  if (type !== 'LoadBalancer' && ingress.length > 0) {
    e.forbidden(`${path}.ingress`, "may only be used when `spec.type` is 'LoadBalancer'");
    return;
  }
  const before = (old?.ingress ?? []).map((i) => i.ip ?? '');
  for (const [i, { ip, ipMode, hostname }] of ingress.entries()) {
    const at = `${path}.ingress[${i}]`;
    if (ip) checkIp(e, `${at}.ip`, ip, before);
    if (ipMode === undefined) {
      if (ip) e.required(`${at}.ipMode`, 'must be specified when `ip` is set');
    } else if (!ip) e.forbidden(`${at}.ipMode`, 'may not be specified when `ip` is not set');
    else e.optional(`${at}.ipMode`, ipMode, ['Proxy', 'VIP']);
    if (hostname) checkText(e, `${at}.hostname`, hostname, dnsSubdomain);
  }
}

function serviceWarnings({ metadata, spec = {} }: Service): readonly string[] {
  const { type, clusterIP, clusterIPs = [], externalIPs = [], loadBalancerIP, externalName, trafficDistribution } = spec;
  const headless = type === 'ClusterIP' && clusterIP === 'None';
  return [
    ...(metadata.annotations?.[HINTS] === undefined ? [] : [`annotation ${HINTS} is deprecated, please use ${MODE} instead`]),
    ...(clusterIP && !headless ? clusterIPs.flatMap((ip, i) => ipWarnings(`spec.clusterIPs[${i}]`, ip)) : []),
    ...(headless && loadBalancerIP ? ['spec.loadBalancerIP is ignored for headless services'] : []),
    ...(headless && externalIPs.length ? ['spec.externalIPs is ignored for headless services'] : []),
    ...(headless && spec.sessionAffinity !== 'None' ? ['spec.SessionAffinity is ignored for headless services'] : []),
    ...externalIPs.flatMap((ip, i) => ipWarnings(`spec.externalIPs[${i}]`, ip)),
    ...(externalIPs.length && !headless && type !== 'ExternalName' ? ['spec.externalIPs is deprecated and may no longer be implemented in some clusters'] : []),
    ...(loadBalancerIP ? ipWarnings('spec.loadBalancerIP', loadBalancerIP) : []),
    ...(spec.loadBalancerSourceRanges ?? []).flatMap((range, i) => cidrWarnings(`spec.loadBalancerSourceRanges[${i}]`, range)),
    ...(type === 'ExternalName' && externalIPs.length ? ['spec.externalIPs is ignored when spec.type is "ExternalName"'] : []),
    ...(type !== 'ExternalName' && externalName ? ['spec.externalName is ignored when spec.type is not "ExternalName"'] : []),
    ...(trafficDistribution === 'PreferClose' ? ['spec.trafficDistribution: "PreferClose" is deprecated; use "PreferSameZone"'] : []),
  ];
}

export const service = rules<Service>({
  check: checkService,
  warn: serviceWarnings,
  status: (e, { spec, status }, old) => checkBalancer(e, 'status.loadBalancer', status?.loadBalancer ?? {}, old.status?.loadBalancer, spec?.type),
});
