/**
 * StorageClasses (pkg/registry/storage/storageclass and pkg/apis/storage).
 */
import { AGE, col, define, NAME } from './define.ts';
import { fill } from './draft.ts';
import type { StorageClass } from './types.ts';

const isDefault = ({ metadata: { annotations = {} } }: StorageClass): boolean =>
  ['', 'beta.'].some((stage) => annotations[`storageclass.${stage}kubernetes.io/is-default-class`] === 'true');

export const storageClass = define<StorageClass>({
  resource: 'storageclasses.storage.k8s.io',
  generation: false,
  columns: [
    { ...NAME, cell: (s) => s.metadata.name + (isDefault(s) ? ' (default)' : '') },
    col('Provisioner', (s) => s.provisioner ?? ''),
    col('ReclaimPolicy', (s) => s.reclaimPolicy ?? 'Delete'),
    col('VolumeBindingMode', (s) => s.volumeBindingMode ?? 'Immediate'),
    col('AllowVolumeExpansion', (s) => s.allowVolumeExpansion ?? false),
    AGE,
  ],
  default: (draft) => fill(draft, { reclaimPolicy: 'Delete', volumeBindingMode: 'Immediate' }),
});
