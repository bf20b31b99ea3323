/**
 * Devices and claims to them (pkg/registry/resource).
 * Unlike Kubernetes: no driver publishes devices and the scheduler allocates none.
 */
import type { Draft } from '../../api/kind.ts';
import { AGE, col, define, NAME } from '../define.ts';
import { at, each, fillZero } from '../draft.ts';
import { statusOnly } from '../reset.ts';
import type { DeviceClass, ResourceClaim, ResourceClaimTemplate, ResourceSlice } from '../types.ts';

const GROUP = 'resource.k8s.io';

function state({ metadata, status }: ResourceClaim): string {
  if (!status?.allocation) return metadata.deletionTimestamp ? 'deleted' : 'pending';
  return [...(metadata.deletionTimestamp ? ['deleted'] : []), 'allocated', ...(status.reservedFor?.length ? ['reserved'] : [])].join(',');
}

function defaultClaimSpec(spec: Draft | undefined): void {
  for (const request of each(at(spec, 'devices'), 'requests')) {
    for (const one of [at(request, 'exactly'), ...each(request, 'firstAvailable')]) {
      fillZero(one, { allocationMode: 'ExactCount' });
      if (one?.allocationMode === 'ExactCount') fillZero(one, { count: 1 });
    }
  }
}

export const resourceClaim = define<ResourceClaim>({
  resource: `resourceclaims.${GROUP}`,
  generation: false,
  columns: [NAME, col('State', state), AGE],
  default: (draft) => defaultClaimSpec(at(draft, 'spec')),
  prepare: statusOnly,
});

export const resourceClaimTemplate = define<ResourceClaimTemplate>({
  resource: `resourceclaimtemplates.${GROUP}`,
  generation: false,
  columns: [NAME, AGE],
  default: (draft) => defaultClaimSpec(at(at(draft, 'spec'), 'spec')),
});

export const deviceClass = define<DeviceClass>({ resource: `deviceclasses.${GROUP}`, columns: [NAME, AGE] });

export const resourceSlice = define<ResourceSlice>({
  resource: `resourceslices.${GROUP}`,
  columns: [NAME, col('Node', (s) => s.spec?.nodeName ?? ''), col('Driver', (s) => s.spec?.driver ?? ''), col('Pool', (s) => s.spec?.pool?.name ?? ''), AGE],
  selectable: { 'spec.nodeName': (s) => s.spec?.nodeName ?? '', 'spec.driver': (s) => s.spec?.driver ?? '' },
});
