/**
 * Probes and life-cycle hooks: exactly one way each, with sensible numbers.
 */
import { headerName, portName, portNumber } from '../../schema/names.ts';
import type { Faults } from '../faults.ts';
import type { Lifecycle, LifecycleHandler, Probe } from '../types.ts';

type Handler = Pick<Probe & LifecycleHandler, 'exec' | 'httpGet' | 'tcpSocket' | 'grpc' | 'sleep'>;

/** A port by its number or its name. */
export const checkPort = (e: Faults, path: string, port: number | string | undefined): void =>
  e.each(path, port ?? 0, typeof port === 'string' ? portName(port) : portNumber(port ?? 0));

const CHECKS: readonly (readonly [keyof Handler, (e: Faults, path: string, handler: Handler, grace: number | undefined) => void])[] = [
  ['exec', (e, path, { exec }) => {
    if (!exec?.command?.length) e.required(`${path}.command`);
  }],
  ['httpGet', (e, path, { httpGet: { path: url, port, scheme = '', httpHeaders = [] } = {} }) => {
    if (!url) e.required(`${path}.path`);
    checkPort(e, `${path}.port`, port);
    if (scheme !== 'HTTP' && scheme !== 'HTTPS') e.unsupported(`${path}.scheme`, scheme, ['HTTP', 'HTTPS']);
    for (const { name = '' } of httpHeaders) e.each(`${path}.httpHeaders`, name, headerName(name));
  }],
  ['tcpSocket', (e, path, { tcpSocket }) => checkPort(e, `${path}.port`, tcpSocket?.port)],
  ['grpc', (e, path, { grpc }) => checkPort(e, `${path}.port`, grpc?.port)],
  ['sleep', (e, path, { sleep: { seconds = 0 } = {} }, grace) => {
    if (grace !== undefined && (seconds < 0 || seconds > grace)) e.invalid(path, seconds, `must be non-negative and less than terminationGracePeriodSeconds (${grace})`);
  }],
];

function checkHandler(e: Faults, path: string, handler: Handler, grace: number | undefined): void {
  let found = 0;
  for (const [name, check] of CHECKS) {
    if (handler[name] === undefined) continue;
    if (found++ > 0) e.forbidden(`${path}.${name}`, 'may not specify more than 1 handler type');
    else check(e, `${path}.${name}`, handler, grace);
  }
  if (found === 0) e.required(path, 'must specify a handler type');
}

const NUMBERS = ['initialDelaySeconds', 'timeoutSeconds', 'periodSeconds', 'successThreshold', 'failureThreshold'] as const;

function checkProbe(e: Faults, path: string, probe: Probe): void {
  checkHandler(e, path, probe, undefined);
  for (const field of NUMBERS) e.nonNegative(`${path}.${field}`, probe[field]);
  const grace = probe.terminationGracePeriodSeconds;
  if (grace !== undefined && grace <= 0) e.invalid(`${path}.terminationGracePeriodSeconds`, grace, 'must be greater than 0');
}

/** The three probes of a container, in the order of the server. */
export function checkProbes(e: Faults, path: string, { livenessProbe, readinessProbe, startupProbe }: { livenessProbe?: Probe; readinessProbe?: Probe; startupProbe?: Probe }): void {
  for (const [name, probe] of [['livenessProbe', livenessProbe], ['readinessProbe', readinessProbe], ['startupProbe', startupProbe]] as const) {
    if (!probe) continue;
    const at = `${path}.${name}`;
    checkProbe(e, at, probe);
    if (name !== 'readinessProbe') {
      if (probe.successThreshold !== 1) e.invalid(`${at}.successThreshold`, probe.successThreshold ?? 0, 'must be 1');
    } else if (probe.terminationGracePeriodSeconds !== undefined) {
      e.invalid(`${at}.terminationGracePeriodSeconds`, probe.terminationGracePeriodSeconds, 'must not be set for readinessProbes');
    }
  }
}

/** What runs after the start and before the end of a container. */
export function checkLifecycle(e: Faults, path: string, { postStart, preStop }: Lifecycle, grace: number | undefined): void {
  if (postStart) checkHandler(e, `${path}.postStart`, postStart, grace);
  if (preStop) checkHandler(e, `${path}.preStop`, preStop, grace);
}
