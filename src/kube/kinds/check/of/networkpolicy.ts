/**
 * NetworkPolicies: peers, ports, blocks of addresses (pkg/apis/networking/validation).
 */
import { portName, portNumber } from '../../../schema/names.ts';
import type { Faults } from '../../faults.ts';
import type { IPBlock, NetworkPolicy, NetworkPolicyPeer, NetworkPolicyPort } from '../../types.ts';
import { checkCidr, cidrWarnings, holds, parseCidr } from '../ip.ts';
import { checkSelector } from '../labels.ts';
import { rules } from '../rules.ts';

const PROTOCOLS = ['TCP', 'UDP', 'SCTP'];
const TYPES = ['Ingress', 'Egress'];

function checkPort(e: Faults, path: string, { protocol, port, endPort }: NetworkPolicyPort): void {
  e.optional(`${path}.protocol`, protocol, PROTOCOLS);
  const end = `${path}.endPort`;
  if (port === undefined) {
    if (endPort !== undefined) e.invalid(end, endPort, 'may not be specified when `port` is not specified');
  } else if (typeof port === 'string') {
    if (endPort !== undefined) e.invalid(end, endPort, 'may not be specified when `port` is non-numeric');
    e.each(`${path}.port`, port, portName(port));
  } else {
    e.each(`${path}.port`, port, portNumber(port));
    if (endPort === undefined) return;
    if (endPort < port) e.invalid(end, port, 'must be greater than or equal to `port`');
    e.each(end, endPort, portNumber(endPort));
  }
}

function checkBlock(e: Faults, path: string, { cidr, except = [] }: IPBlock, before: readonly string[]): void {
  if (!cidr) return e.required(`${path}.cidr`);
  checkCidr(e, `${path}.cidr`, cidr, before);
  const outer = parseCidr(cidr);
  if (!outer) return;
  for (const [i, text] of except.entries()) {
    checkCidr(e, `${path}.except[${i}]`, text, before);
    const inner = parseCidr(text);
    if (inner && !holds(outer, inner)) e.invalid(`${path}.except[${i}]`, text, 'must be a strict subset of `cidr`');
  }
}

function checkPeer(e: Faults, path: string, { podSelector, namespaceSelector, ipBlock }: NetworkPolicyPeer, before: readonly string[]): void {
  checkSelector(e, `${path}.podSelector`, podSelector);
  checkSelector(e, `${path}.namespaceSelector`, namespaceSelector);
  if (ipBlock) checkBlock(e, `${path}.ipBlock`, ipBlock, before);
  if (!podSelector && !namespaceSelector && !ipBlock) e.required(path, 'must specify a peer');
  else if (ipBlock && (podSelector || namespaceSelector)) e.forbidden(path, 'may not specify both ipBlock and another peer');
}

/** The rules of both directions, each with the name of its list of peers. */
const directions = (spec: NonNullable<NetworkPolicy['spec']>) =>
  [['ingress', 'from', (spec.ingress ?? []).map(({ from, ports }) => [from ?? [], ports ?? []] as const)],
    ['egress', 'to', (spec.egress ?? []).map(({ to, ports }) => [to ?? [], ports ?? []] as const)]] as const;

/** All blocks of a policy, each with its path. */
function blocks(spec: NonNullable<NetworkPolicy['spec']>): readonly (readonly [string, IPBlock])[] {
  return directions(spec).flatMap(([list, side, all]) =>
    all.flatMap(([peers], i) => peers.flatMap(({ ipBlock }, j) => (ipBlock ? [[`spec.${list}[${i}].${side}[${j}].ipBlock`, ipBlock] as const] : []))));
}

export const networkPolicy = rules<NetworkPolicy>({
  check(e, { spec = {} }, old) {
    const before = blocks(old?.spec ?? {}).flatMap(([, { cidr = '', except = [] }]) => [cidr, ...except]);
    checkSelector(e, 'spec.podSelector', spec.podSelector);
    for (const [list, side, all] of directions(spec)) {
      for (const [i, [peers, ports]] of all.entries()) {
        for (const [j, port] of ports.entries()) checkPort(e, `spec.${list}[${i}].ports[${j}]`, port);
        for (const [j, peer] of peers.entries()) checkPeer(e, `spec.${list}[${i}].${side}[${j}]`, peer, before);
      }
    }
    const { policyTypes = [] } = spec;
    if (policyTypes.length > TYPES.length) e.invalid('spec.policyTypes', policyTypes, 'may not specify more than two policyTypes');
    else for (const [i, type] of policyTypes.entries()) e.optional(`spec.policyTypes[${i}]`, type, TYPES);
  },
  warn: ({ spec = {} }) =>
    blocks(spec).flatMap(([path, { cidr = '', except = [] }]) => [...cidrWarnings(`${path}.cidr`, cidr), ...except.flatMap((text, i) => cidrWarnings(`${path}.except[${i}]`, text))]),
});
