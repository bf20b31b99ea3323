/**
 * Endpoints and EndpointSlices: addresses of the right family, ports, hints (pkg/apis/core and pkg/apis/discovery, validation.go).
 */
import { alike } from '../../../control/alike.ts';
import { dnsLabel, dnsSubdomain, labelKey, labelValue, portNumber } from '../../../schema/names.ts';
import type { Faults } from '../../faults.ts';
import type { DiscoveryEndpointPort, Endpoint, EndpointAddress, EndpointPort, Endpoints, EndpointSlice } from '../../types.ts';
import { checkImmutable } from '../immutable.ts';
import { checkCanonicalIp, checkEndpointIp, checkIp, familyOf, ipWarnings } from '../ip.ts';
import { checkLabels, checkText } from '../labels.ts';
import { rules } from '../rules.ts';

const PROTOCOLS = ['SCTP', 'TCP', 'UDP'];
const TYPES = ['FQDN', 'IPv4', 'IPv6'];
const MOST = { endpoints: 1000, addresses: 100, ports: 20_000, hints: 8, topology: 16 };

function checkPort(e: Faults, path: string, { name, port = 0, protocol, appProtocol }: EndpointPort, named: boolean): void {
  if (name) checkText(e, `${path}.name`, name, dnsLabel);
  else if (named) e.required(`${path}.name`);
  e.each(`${path}.port`, port, portNumber(port));
  e.oneOf(`${path}.protocol`, protocol, PROTOCOLS);
  if (appProtocol !== undefined) checkText(e, `${path}.appProtocol`, appProtocol, labelKey);
}

function checkAddress(e: Faults, path: string, { ip = '', hostname, nodeName }: EndpointAddress): void {
  checkIp(e, `${path}.ip`, ip);
  if (hostname) checkText(e, `${path}.hostname`, hostname, dnsLabel);
  if (nodeName !== undefined) checkText(e, `${path}.nodeName`, nodeName, dnsSubdomain);
  checkEndpointIp(e, `${path}.ip`, ip);
}

/** Endpoints of a Service. */
export const endpoints = rules<Endpoints>({
  check(e, { subsets = [] }, old) {
    if (old && alike(old.subsets ?? [], subsets)) return;
    for (const [i, { addresses = [], notReadyAddresses = [], ports = [] }] of subsets.entries()) {
      const at = `subsets[${i}]`;
      if (addresses.length + notReadyAddresses.length === 0) e.required(at, 'must specify `addresses` or `notReadyAddresses`');
      for (const [j, address] of addresses.entries()) checkAddress(e, `${at}.addresses[${j}]`, address);
      for (const [j, address] of notReadyAddresses.entries()) checkAddress(e, `${at}.notReadyAddresses[${j}]`, address);
      for (const [j, port] of ports.entries()) checkPort(e, `${at}.ports[${j}]`, port, ports.length > 1);
    }
  },
  warn: ({ subsets = [] }) =>
    subsets.flatMap((subset, i) =>
      (['addresses', 'notReadyAddresses'] as const).flatMap((list) => (subset[list] ?? []).flatMap(({ ip = '' }, j) => ipWarnings(`subsets[${i}].${list}[${j}].ip`, ip)))),
});

function checkDomain(e: Faults, path: string, address: string): void {
  const name = address.endsWith('.') ? address.slice(0, -1) : address;
  const wrong = dnsSubdomain(name);
  if (!address) e.required(path);
  else if (wrong.length > 0) e.invalid(path, name, wrong.join(','));
  else if (!name.includes('.')) e.invalid(path, name, 'should be a domain with at least two segments separated by dots');
  else {
    const label = name.split('.').find((part) => dnsLabel(part).length > 0);
    if (label !== undefined) e.invalid(path, label, dnsLabel(label).join(','));
  }
}

function checkSliceAddress(e: Faults, path: string, i: number, address: string, type: string | undefined): void {
  const at = `${path}[${i}]`;
  if (type === 'FQDN') return checkDomain(e, at, address);
  if (type !== 'IPv4' && type !== 'IPv6') return;
  const count = e.all.length;
  if (type === 'IPv4') checkIp(e, at, address);
  else checkCanonicalIp(e, at, address);
  if (e.all.length > count) return;
  if (familyOf(address) !== type) e.invalid(path, address, `must be an ${type} address`);
  checkEndpointIp(e, at, address);
}

function checkHints(e: Faults, path: string, hints: readonly { readonly name?: string }[], validator: typeof labelValue): boolean {
  if (hints.length > MOST.hints) {
    e.tooMany(path, hints.length, MOST.hints);
    return false;
  }
  const names = hints.map(({ name = '' }) => name);
  for (const [i, name] of names.entries()) {
    if (names.indexOf(name) < i) e.duplicate(`${path}[${i}].name`, name);
    checkText(e, `${path}[${i}].name`, name, validator);
  }
  return true;
}

function checkEndpoint(e: Faults, path: string, { addresses, nodeName, deprecatedTopology, hostname, hints }: Endpoint, type: string | undefined): void {
  const list = addresses ?? [];
  if (list.length === 0) e.required(`${path}.addresses`, 'must contain at least 1 address');
  else if (list.length > MOST.addresses) e.tooMany(`${path}.addresses`, list.length, MOST.addresses);
  for (const [i, address] of list.entries()) checkSliceAddress(e, `${path}.addresses`, i, address, type);
  if (nodeName !== undefined) checkText(e, `${path}.nodeName`, nodeName, dnsSubdomain);
  const size = Object.keys(deprecatedTopology ?? {}).length;
  if (size > MOST.topology) e.tooMany(`${path}.deprecatedTopology`, size, MOST.topology);
  checkLabels(e, `${path}.deprecatedTopology`, deprecatedTopology);
  if (hostname !== undefined) checkText(e, `${path}.hostname`, hostname, dnsLabel);
  if (hints && checkHints(e, `${path}.hints.forZones`, hints.forZones ?? [], labelValue)) checkHints(e, `${path}.hints.forNodes`, hints.forNodes ?? [], dnsSubdomain);
}

function checkSlicePorts(e: Faults, ports: readonly DiscoveryEndpointPort[]): void {
  if (ports.length > MOST.ports) return e.tooMany('ports', ports.length, MOST.ports);
  const names = new Set<string>();
  for (const [i, { name = '', protocol, appProtocol }] of ports.entries()) {
    if (name) checkText(e, `ports[${i}].name`, name, dnsLabel);
    if (names.has(name)) e.duplicate(`ports[${i}].name`, name);
    names.add(name);
    if (protocol === undefined) e.required(`ports[${i}].protocol`);
    else e.optional(`ports[${i}].protocol`, protocol, PROTOCOLS);
    if (appProtocol !== undefined) checkText(e, `ports[${i}].appProtocol`, appProtocol, labelKey);
  }
}

function checkEndpoints(e: Faults, list: readonly Endpoint[], type: string | undefined): void {
  if (list.length > MOST.endpoints) e.tooMany('endpoints', list.length, MOST.endpoints);
  else for (const [i, endpoint] of list.entries()) checkEndpoint(e, `endpoints[${i}]`, endpoint, type);
}

/** Some of the endpoints of a Service. */
export const endpointSlice = rules<EndpointSlice>({
  check(e, { addressType, ports, endpoints: list }, old) {
    e.oneOf('addressType', addressType, TYPES);
    checkSlicePorts(e, ports ?? []);
    if (!old || !alike(old.endpoints ?? [], list ?? [])) checkEndpoints(e, list ?? [], addressType);
    if (old) checkImmutable(e, 'addressType', addressType, old.addressType);
  },
  warn: ({ addressType, endpoints: list }, old) => [
    ...(addressType === 'FQDN' && !old ? ['spec.addressType: FQDN endpoints are deprecated'] : []),
    ...(list ?? []).flatMap(({ addresses }, i) => (addresses ?? []).flatMap((ip, j) => ipWarnings(`endpoints[${i}].addresses[${j}]`, ip))),
  ],
});
