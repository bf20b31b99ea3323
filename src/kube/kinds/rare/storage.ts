/**
 * The kinds around CSI: drivers, their nodes and capacities, attachments, classes of attributes (pkg/registry/storage).
 */
import { AGE, col, define, int, NAME } from '../define.ts';
import { empty, fill, need } from '../draft.ts';
import { statusOnly } from '../reset.ts';
import type { CSIDriver, CSINode, CSIStorageCapacity, VolumeAttachment, VolumeAttributesClass } from '../types.ts';

const GROUP = 'storage.k8s.io';
const common = { generation: false } as const;

export const csiDriver = define<CSIDriver>({
  ...common,
  resource: `csidrivers.${GROUP}`,
  columns: [
    NAME,
    col('AttachRequired', (d) => d.spec?.attachRequired ?? true, 'boolean'),
    col('PodInfoOnMount', (d) => d.spec?.podInfoOnMount ?? false, 'boolean'),
    col('StorageCapacity', (d) => d.spec?.storageCapacity ?? false, 'boolean'),
    col('TokenRequests', (d) => d.spec?.tokenRequests?.map((t) => t.audience).join(',') ?? '<unset>'),
    col('RequiresRepublish', (d) => d.spec?.requiresRepublish ?? false, 'boolean'),
    col('Modes', (d) => d.spec?.volumeLifecycleModes?.join(',') || '<none>'),
    AGE,
  ],
  default(draft) {
    const spec = need(draft, 'spec');
    if (empty(spec, 'volumeLifecycleModes')) spec.volumeLifecycleModes = ['Persistent'];
    fill(spec, {
      attachRequired: true, podInfoOnMount: false, storageCapacity: false, fsGroupPolicy: 'ReadWriteOnceWithFSType', requiresRepublish: false, seLinuxMount: false,
    });
  },
});

export const csiNode = define<CSINode>({ ...common, resource: `csinodes.${GROUP}`, columns: [NAME, int('Drivers', (n) => n.spec?.drivers?.length), AGE] });

/** Its table has the columns that kinds without own ones have. */
export const csiStorageCapacity = define<CSIStorageCapacity>({ ...common, resource: `csistoragecapacities.${GROUP}` });

export const volumeAttachment = define<VolumeAttachment>({
  ...common,
  resource: `volumeattachments.${GROUP}`,
  columns: [
    NAME,
    { ...col<VolumeAttachment>('Attacher', (a) => a.spec?.attacher ?? ''), format: 'name' },
    col('PV', (a) => a.spec?.source?.persistentVolumeName ?? ''),
    col('Node', (a) => a.spec?.nodeName ?? ''),
    col('Attached', (a) => a.status?.attached ?? false, 'boolean'),
    AGE,
  ],
  prepare: statusOnly,
});

export const volumeAttributesClass = define<VolumeAttributesClass>({
  resource: `volumeattributesclasses.${GROUP}`,
  generation: false,
  columns: [NAME, col('DriverName', (c) => c.driverName ?? ''), AGE],
});
