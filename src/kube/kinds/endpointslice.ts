/**
 * EndpointSlices (pkg/registry/discovery/endpointslice and pkg/apis/discovery).
 */
import { alike } from '../control/alike.ts';
import { AGE, col, define, NAME, several } from './define.ts';
import { each, fill } from './draft.ts';
import type { EndpointSlice } from './types.ts';

/** The content of a slice, without its metadata. */
const content = ({ metadata: _, ...rest }: EndpointSlice): object => rest;

export const endpointSlice = define<EndpointSlice>({
  resource: 'endpointslices.discovery.k8s.io',
  columns: [
    NAME,
    col('AddressType', (s) => s.addressType ?? ''),
    col('Ports', (s) => several((s.ports ?? []).map((p) => String(p.port ?? p.name ?? '*')), 3, '<unset>')),
    col('Endpoints', (s) => several((s.endpoints ?? []).flatMap((e) => e.addresses ?? []), 3, '<unset>')),
    AGE,
  ],
  default(draft) {
    for (const port of each(draft, 'ports')) fill(port, { name: '', protocol: 'TCP' });
  },
  generation: (now, old) => !alike(content(now), content(old)) || !alike(now.metadata.labels, old.metadata.labels),
});
