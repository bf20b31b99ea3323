/** Describes Services, Endpoints, EndpointSlices, Ingresses, IngressClasses and NetworkPolicies. */
import type { Running } from '../../machine/process.ts';
import { isMap, type Rec } from '../go.ts';
import type { Describer, See } from './describer.ts';
import { events, eventsOf } from './events.ts';
import { annotations, endpoints, formatLabels, formatSelector, heading, labels } from './parts.ts';
import { list, pairs, rec, text, texts } from './read.ts';
import { Sheet } from './sheet.ts';

const slicesOf = (see: See, namespace: string, service: string): Running<readonly Rec[]> =>
  see.list(`/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`, { labelSelector: `kubernetes.io/service-name=${service}` });

export const service: Describer = function* (object, see) {
  const slices = yield* slicesOf(see, text(object, 'metadata', 'namespace'), text(object, 'metadata', 'name'));
  const found = see.events ? yield* eventsOf(see, object) : undefined;
  const spec = rec(object, 'spec');
  const sheet = new Sheet();
  const optional = (label: string, given: string): void => void (given && sheet.field(0, label, given));
  heading(sheet, object);
  sheet.field(0, 'Selector', formatLabels(pairs(spec, 'selector')));
  sheet.field(0, 'Type', text(spec, 'type'));
  optional('IP Family Policy', text(spec, 'ipFamilyPolicy'));
  sheet.field(0, 'IP Families', texts(spec, 'ipFamilies').join(',') || '<none>');
  sheet.field(0, 'IP', text(spec, 'clusterIP'));
  sheet.field(0, 'IPs', texts(spec, 'clusterIPs').join(',') || '<none>');
  optional('External IPs', texts(spec, 'externalIPs').join(','));
  optional('Desired LoadBalancer IP', text(spec, 'loadBalancerIP'));
  optional('External Name', text(spec, 'externalName'));
  optional('LoadBalancer Ingress', list(object, 'status', 'loadBalancer', 'ingress').map((one) => (text(one, 'ip') ? `${text(one, 'ip')}${one['ipMode'] === undefined ? '' : ` (${text(one, 'ipMode')})`}` : text(one, 'hostname'))).join(', '));
  for (const port of list(spec, 'ports')) {
    const name = text(port, 'name') || '<unset>';
    const protocol = text(port, 'protocol');
    sheet.line(0, `Port:\t${name}\t${text(port, 'port')}/${protocol}`);
    sheet.field(0, 'TargetPort', `${text(port, 'targetPort')}/${protocol}`);
    optional('AppProtocol', text(port, 'appProtocol'));
    if (port['nodePort']) sheet.line(0, `NodePort:\t${name}\t${text(port, 'nodePort')}/${protocol}`);
    sheet.field(0, 'Endpoints', endpoints(slices, text(port, 'name')));
  }
  sheet.field(0, 'Session Affinity', text(spec, 'sessionAffinity'));
  optional('External Traffic Policy', text(spec, 'externalTrafficPolicy'));
  optional('Internal Traffic Policy', text(spec, 'internalTrafficPolicy'));
  optional('HealthCheck NodePort', text(spec, 'healthCheckNodePort'));
  optional('LoadBalancer Source Ranges', texts(spec, 'loadBalancerSourceRanges').join(','));
  optional('Traffic Distribution', text(spec, 'trafficDistribution'));
  events(sheet, found, see.unix);
  return sheet.text();
};

export const endpointsObject: Describer = function* (object, see) {
  const found = see.events ? yield* eventsOf(see, object) : undefined;
  const sheet = new Sheet();
  heading(sheet, object);
  sheet.line(0, 'Subsets:');
  for (const subset of list(object, 'subsets')) {
    for (const [label, field] of [['Addresses', 'addresses'], ['NotReadyAddresses', 'notReadyAddresses']] as const) sheet.field(1, label, list(subset, field).map((one) => text(one, 'ip')).join(',') || '<none>');
    if (list(subset, 'ports').length) {
      sheet.line(1, 'Ports:');
      sheet.line(2, 'Name\tPort\tProtocol');
      sheet.line(2, '----\t----\t--------');
      for (const port of list(subset, 'ports')) sheet.line(2, `${text(port, 'name') || '<unset>'}\t${text(port, 'port')}\t${text(port, 'protocol')}`);
    }
    sheet.line(0, '');
  }
  events(sheet, found, see.unix);
  return sheet.text();
};

export const endpointSlice: Describer = function* (object, see) {
  const found = see.events ? yield* eventsOf(see, object) : undefined;
  const sheet = new Sheet();
  heading(sheet, object);
  sheet.field(0, 'AddressType', text(object, 'addressType'));
  const ports = list(object, 'ports');
  if (!ports.length) sheet.line(0, 'Ports: <unset>');
  else {
    sheet.line(0, 'Ports:');
    sheet.line(1, 'Name\tPort\tProtocol');
    sheet.line(1, '----\t----\t--------');
    for (const port of ports) sheet.line(1, `${text(port, 'name') || '<unset>'}\t${text(port, 'port') || '<unset>'}\t${text(port, 'protocol')}`);
  }
  const all = list(object, 'endpoints');
  sheet.line(0, all.length ? 'Endpoints:' : 'Endpoints: <none>');
  for (const one of all) {
    sheet.field(1, '- Addresses', texts(one, 'addresses').join(', ') || '<none>');
    sheet.line(2, 'Conditions:');
    sheet.field(3, 'Ready', text(one, 'conditions', 'ready') || '<unset>');
    sheet.field(2, 'Hostname', one['hostname'] === undefined ? '<unset>' : text(one, 'hostname'));
    if (isMap(one['targetRef'])) sheet.field(2, 'TargetRef', `${text(one, 'targetRef', 'kind')}/${text(one, 'targetRef', 'name')}`);
    sheet.field(2, 'NodeName', one['nodeName'] === undefined ? '<unset>' : text(one, 'nodeName'));
    sheet.field(2, 'Zone', one['zone'] === undefined ? '<unset>' : text(one, 'zone'));
  }
  events(sheet, found, see.unix);
  return sheet.text();
};

function* backend(see: See, namespace: string, of: Rec): Running<string> {
  const to = of['service'];
  if (isMap(to)) {
    const name = text(to, 'name');
    const port = rec(to, 'port');
    const label = `${name}:${text(port, 'name') || text(port, 'number')}`;
    const slices = yield* slicesOf(see, namespace, name);
    const target = yield* see.get(`/api/v1/namespaces/${namespace}/services/${name}`);
    if (!target) return `${label} (<error: services "${name}" not found>)`;
    const wanted = list(target, 'spec', 'ports').find((one) => (port['number'] ? one['port'] === port['number'] : text(one, 'name') === text(port, 'name')));
    return `${label} (${endpoints(slices, wanted ? text(wanted, 'name') : '')})`;
  }
  const resource = of['resource'];
  return isMap(resource) ? `APIGroup: ${text(resource, 'apiGroup') || '<none>'}, Kind: ${text(resource, 'kind')}, Name: ${text(resource, 'name')}` : '';
}

export const ingress: Describer = function* (object, see) {
  const found = see.events ? yield* eventsOf(see, object) : undefined;
  const namespace = text(object, 'metadata', 'namespace');
  const spec = rec(object, 'spec');
  const sheet = new Sheet();
  sheet.field(0, 'Name', text(object, 'metadata', 'name'));
  labels(sheet, 'Labels', pairs(object, 'metadata', 'labels'));
  sheet.field(0, 'Namespace', namespace);
  sheet.field(0, 'Address', list(object, 'status', 'loadBalancer', 'ingress').map((one) => text(one, 'ip') || text(one, 'hostname')).join(','));
  sheet.field(0, 'Ingress Class', text(spec, 'ingressClassName') || '<none>');
  const fallback = isMap(spec['defaultBackend']) ? yield* backend(see, namespace, spec['defaultBackend']) : '<default>';
  sheet.field(0, 'Default backend', fallback);
  const tls = list(spec, 'tls');
  if (tls.length) sheet.line(0, 'TLS:');
  for (const one of tls) sheet.line(1, text(one, 'secretName') ? `${text(one, 'secretName')} terminates ${texts(one, 'hosts').join(',')}` : `SNI routes ${texts(one, 'hosts').join(',')}`);
  sheet.line(0, 'Rules:\n  Host\tPath\tBackends');
  sheet.line(1, '----\t----\t--------');
  const rules = list(spec, 'rules').filter((rule) => isMap(rule['http']));
  for (const rule of rules) {
    sheet.line(1, `${text(rule, 'host') || '*'}\t`);
    for (const path of list(rule, 'http', 'paths')) sheet.line(2, `\t${text(path, 'path')} \t${yield* backend(see, namespace, rec(path, 'backend'))}`);
  }
  if (!rules.length) sheet.line(1, `*\t*\t${fallback}`);
  annotations(sheet, 'Annotations', pairs(object, 'metadata', 'annotations'));
  events(sheet, found, see.unix);
  return sheet.text();
};

export const ingressClass: Describer = function* (object, see) {
  const found = see.events ? yield* eventsOf(see, object) : undefined;
  const sheet = new Sheet();
  sheet.field(0, 'Name', text(object, 'metadata', 'name'));
  labels(sheet, 'Labels', pairs(object, 'metadata', 'labels'));
  annotations(sheet, 'Annotations', pairs(object, 'metadata', 'annotations'));
  sheet.field(0, 'Controller', text(object, 'spec', 'controller'));
  const parameters = rec(object, 'spec')['parameters'];
  if (isMap(parameters)) {
    sheet.line(0, 'Parameters:');
    if (text(parameters, 'apiGroup')) sheet.field(1, 'APIGroup', text(parameters, 'apiGroup'));
    sheet.field(1, 'Kind', text(parameters, 'kind'));
    sheet.field(1, 'Name', text(parameters, 'name'));
  }
  events(sheet, found, see.unix);
  return sheet.text();
};

const PAD = '    ';

function peers(sheet: Sheet, rules: readonly Rec[], way: 'From' | 'To'): void {
  if (!rules.length) sheet.line(0, `${PAD}<none> (Selected pods are isolated for ${way === 'From' ? 'ingress' : 'egress'} connectivity)`);
  rules.forEach((rule, i) => {
    const ports = list(rule, 'ports');
    if (!ports.length) sheet.line(0, `${PAD}To Port: <any> (traffic allowed to all ports)`);
    for (const port of ports) {
      const protocol = text(port, 'protocol') || 'TCP';
      const number = port['port'] === undefined ? '<nil>' : text(port, 'port');
      sheet.line(0, port['endPort'] === undefined ? `${PAD}To Port: ${number}/${protocol}` : `${PAD}To Port Range: ${number}-${text(port, 'endPort')}/${protocol}`);
    }
    const all = list(rule, way.toLowerCase());
    if (!all.length) sheet.line(0, `${PAD}${way}: <any> (traffic not restricted by ${way === 'From' ? 'source' : 'destination'})`);
    for (const peer of all) {
      sheet.line(0, `${PAD}${way}:`);
      if (isMap(peer['namespaceSelector'])) sheet.line(1, `${PAD}NamespaceSelector: ${formatSelector(peer['namespaceSelector'])}`);
      if (isMap(peer['podSelector'])) sheet.line(1, `${PAD}PodSelector: ${formatSelector(peer['podSelector'])}`);
      if (isMap(peer['ipBlock'])) {
        sheet.line(1, `${PAD}IPBlock:`);
        sheet.line(2, `${PAD}CIDR: ${text(peer, 'ipBlock', 'cidr')}`);
        sheet.line(2, `${PAD}Except: ${texts(peer, 'ipBlock', 'except').join(', ')}`);
      }
    }
    if (i < rules.length - 1) sheet.line(0, `${PAD}----------`);
  });
}

export const networkPolicy: Describer = function* (object) {
  const spec = rec(object, 'spec');
  const sheet = new Sheet();
  sheet.field(0, 'Name', text(object, 'metadata', 'name'));
  sheet.field(0, 'Namespace', text(object, 'metadata', 'namespace'));
  sheet.field(0, 'Created on', text(object, 'metadata', 'creationTimestamp').replace('T', ' ').replace('Z', ' +0000 UTC'));
  labels(sheet, 'Labels', pairs(object, 'metadata', 'labels'));
  annotations(sheet, 'Annotations', pairs(object, 'metadata', 'annotations'));
  sheet.line(0, 'Spec:');
  const chosen = formatSelector(rec(spec, 'podSelector'));
  sheet.line(1, `PodSelector:     ${chosen === '<none>' ? '<none> (Allowing the specific traffic to all pods in this namespace)' : chosen}`);
  const types = texts(spec, 'policyTypes');
  for (const [type, way, field] of [['Ingress', 'From', 'ingress'], ['Egress', 'To', 'egress']] as const) {
    if (!types.includes(type)) {
      sheet.line(1, `Not affecting ${field} traffic`);
      continue;
    }
    sheet.line(1, `Allowing ${field} traffic:`);
    peers(sheet, list(spec, field), way);
  }
  sheet.line(1, `Policy Types: ${types.join(', ') || '<none>'}`);
  return sheet.text();
};
