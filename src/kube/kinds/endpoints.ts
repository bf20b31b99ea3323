/**
 * Endpoints, the forerunners of EndpointSlices (pkg/registry/core/endpoint and pkg/apis/core).
 */
import { AGE, col, define, NAME, several } from './define.ts';
import { each, fillZero } from './draft.ts';
import type { Endpoints } from './types.ts';

/** `[::1]:80` for IPv6. */
const join = (ip: string, port: number): string => `${ip.includes(':') ? `[${ip}]` : ip}:${port}`;

const list = ({ subsets = [] }: Endpoints): readonly string[] =>
  subsets.flatMap(({ addresses = [], ports = [] }) =>
    ports.length === 0 ? addresses.map((a) => a.ip ?? '') : ports.flatMap((p) => addresses.map((a) => join(a.ip ?? '', p.port ?? 0))));

export const endpoints = define<Endpoints>({
  resource: 'endpoints',
  generation: false,
  columns: [NAME, col('Endpoints', (e) => several(list(e), 3, e.subsets?.length ? '' : '<none>')), AGE],
  default(draft) {
    for (const subset of each(draft, 'subsets')) for (const port of each(subset, 'ports')) fillZero(port, { protocol: 'TCP' });
  },
});
