/**
 * The volumes of one Pod: set up, refreshed, and mounted into its containers.
 * Stands for pkg/kubelet/volumemanager and the in-tree volume plugins.
 * Unlike Kubernetes: emptyDir, hostPath, local and hostPath PersistentVolumes, and what comes from the API; other kinds say that they are not supported.
 */
import type { Millis } from '../../sim/clock.ts';
import type { Computer } from '../../machine/computer.ts';
import { FileError, type Tree } from '../../machine/files.ts';
import { bindTree, newTree } from '../../machine/tree.ts';
import type { Container, PersistentVolume, PersistentVolumeClaim, Pod, Volume } from '../kinds/types.ts';
import { AtomicVolume } from './atomic-volume.ts';
import { ConfigError } from './environment.ts';
import { expand } from './expand.ts';
import { fromApi, payloadOf, VolumeError, type VolumeSurroundings } from './projected.ts';
import type { Mount } from './runtime.ts';

const MADE = 0o755;

/** Looks after hostPath's `type`; makes what is to be made. Throws VolumeError. */
function checkHostPath(machine: Computer, path: string, type: string): void {
  const { files } = machine;
  const stat = files.stat(path);
  const wrong = (what: string): never => {
    throw new VolumeError(`hostPath type check failed: ${path} is not ${what}`);
  };
  switch (type) {
    case 'DirectoryOrCreate':
      if (!stat) return files.mkdir(path, { parents: true, mode: MADE });
      return stat.type === 'directory' ? undefined : wrong('a directory');
    case 'Directory': return stat?.type === 'directory' ? undefined : wrong('a directory');
    case 'FileOrCreate':
      if (!stat) return files.write(path, '', 0o644);
      return stat.type === 'file' ? undefined : wrong('a file');
    case 'File': return stat?.type === 'file' ? undefined : wrong('a file');
    case 'Socket': return wrong('a socket file');
    case 'CharDevice': return stat?.type === 'device' ? undefined : wrong('a character device');
    case 'BlockDevice': return wrong('a block device');
    default:
      if (!stat) files.mkdir(path, { parents: true, mode: MADE });
  }
}

function hostPath(machine: Computer, path: string, type: string): Tree {
  try {
    checkHostPath(machine, path, type);
    return bindTree(machine.files, path);
  } catch (error) {
    if (error instanceof FileError) throw new VolumeError(`${path}: ${error.message.toLowerCase()}`);
    throw error;
  }
}

/** Fields of a PersistentVolume that are no source. */
const COMMON = new Set('capacity accessModes claimRef persistentVolumeReclaimPolicy storageClassName volumeMode nodeAffinity mountOptions'.split(' '));

/** The tree behind a claim. Throws VolumeError. */
function claimed(machine: Computer, s: VolumeSurroundings, namespace: string, name: string): { tree: Tree; readOnly: boolean } {
  const claim = s.client.get<PersistentVolumeClaim>('persistentvolumeclaims', namespace, name);
  if (!claim) throw new VolumeError(`error getting PVC ${namespace}/${name}: persistentvolumeclaim "${name}" not found`);
  if (claim.status?.phase !== 'Bound' || !claim.spec?.volumeName) throw new VolumeError(`PVC ${namespace}/${name} is not bound`);
  const volume = s.client.get<PersistentVolume>('persistentvolumes', undefined, claim.spec.volumeName);
  if (!volume) throw new VolumeError(`error getting PV "${claim.spec.volumeName}": persistentvolume "${claim.spec.volumeName}" not found`);
  const { spec } = volume;
  const readOnly = (spec?.accessModes ?? []).every((mode) => mode === 'ReadOnlyMany');
  if (spec?.hostPath) return { tree: hostPath(machine, spec.hostPath.path ?? '', spec.hostPath.type ?? ''), readOnly };
  if (spec?.local) {
    const path = spec.local.path ?? '';
    if (!machine.files.exists(path)) throw new VolumeError(`MountVolume.NewMounter initialization failed for volume "${volume.metadata.name}" : path "${path}" does not exist`);
    return { tree: bindTree(machine.files, path), readOnly };
  }
  const kind = Object.keys(spec ?? {}).find((key) => !COMMON.has(key));
  throw new VolumeError(`a PersistentVolume of kind ${kind} is not supported here yet`);
}

interface Made {
  readonly tree: Tree;
  readonly readOnly: boolean;
  readonly atomic?: AtomicVolume;
}

export class PodVolumes {
  private readonly machine: Computer;
  private readonly epoch: number;
  private readonly made = new Map<string, Made>();

  constructor(machine: Computer, epoch: number) {
    this.machine = machine;
    this.epoch = epoch;
  }

  /** Whether every volume is there. */
  ready(pod: Pod): boolean {
    return (pod.spec?.volumes ?? []).every((volume) => this.made.has(volume.name!));
  }

  /** Tries to set up what is missing; returns volume and reason for each failure. */
  setUp(pod: Pod, s: VolumeSurroundings, now: Millis): readonly { readonly volume: string; readonly why: string }[] {
    const failed: { volume: string; why: string }[] = [];
    for (const volume of pod.spec?.volumes ?? []) {
      if (this.made.has(volume.name!)) continue;
      try {
        this.made.set(volume.name!, this.make(volume, pod, s, now));
      } catch (error) {
        if (!(error instanceof VolumeError)) throw error;
        failed.push({ volume: volume.name!, why: error.message });
      }
    }
    return failed;
  }

  /** Brings the files that come from the API up to date; what cannot be made keeps its old files. */
  refresh(pod: Pod, s: VolumeSurroundings, now: Millis): void {
    for (const volume of pod.spec?.volumes ?? []) {
      const atomic = this.made.get(volume.name!)?.atomic;
      if (!atomic) continue;
      try {
        atomic.replace(payloadOf(volume, pod, s), now);
      } catch (error) {
        if (!(error instanceof VolumeError)) throw error;
      }
    }
  }

  /** The mounts of a container. Throws ConfigError. */
  mounts(container: Container, env: ReadonlyMap<string, string>): readonly Mount[] {
    return (container.volumeMounts ?? []).map(({ name, mountPath, readOnly, subPath, subPathExpr }) => {
      const made = this.made.get(name!);
      if (!made) throw new ConfigError(`cannot find volume "${name}" to mount into container "${container.name}"`);
      let below = subPath ?? '';
      if (subPathExpr) {
        below = expand(subPathExpr, (variable) => env.get(variable));
        if (below.includes('$(')) throw new ConfigError(`missing value for "${/\$\(([^)]*)/.exec(below)?.[1]}"`);
      }
      const path = mountPath!.startsWith('/') ? mountPath! : `/${mountPath}`;
      return { path, tree: below ? part(made, below) : made.tree, readOnly: readOnly === true || made.readOnly };
    });
  }

  private make(volume: Volume, pod: Pod, s: VolumeSurroundings, now: Millis): Made {
    const fsGroup = pod.spec?.securityContext?.fsGroup;
    if (volume.emptyDir) {
      const memory = volume.emptyDir.medium === 'Memory';
      const tree = newTree({ source: memory ? 'tmpfs' : '/dev/sda1', type: memory ? 'tmpfs' : 'ext4', time: () => s.client.now });
      tree.mark([], { mode: fsGroup === undefined ? 0o777 : 0o2777, ...(fsGroup !== undefined && { gid: fsGroup }), modified: now });
      return { tree, readOnly: false };
    }
    if (volume.hostPath) return { tree: hostPath(this.machine, volume.hostPath.path ?? '', volume.hostPath.type ?? ''), readOnly: false };
    if (fromApi(volume)) {
      const type = volume.configMap ? 'ext4' : 'tmpfs';
      const atomic = new AtomicVolume(payloadOf(volume, pod, s), { now, epoch: this.epoch, type, ...(fsGroup !== undefined && { gid: fsGroup }) });
      return { tree: atomic.tree, readOnly: true, atomic };
    }
    const namespace = pod.metadata.namespace!;
    if (volume.persistentVolumeClaim) {
      const { tree, readOnly } = claimed(this.machine, s, namespace, volume.persistentVolumeClaim.claimName ?? '');
      return { tree, readOnly: readOnly || volume.persistentVolumeClaim.readOnly === true };
    }
    if (volume.ephemeral) return claimed(this.machine, s, namespace, `${pod.metadata.name}-${volume.name}`);
    const kind = Object.keys(volume).find((key) => key !== 'name');
    throw new VolumeError(`volumes of kind ${kind} are not supported here yet`);
  }
}

/** A path below a volume; made as a folder where it is missing. */
function part(made: Made, below: string): Tree {
  if (made.atomic) {
    const frozen = made.atomic.frozen(below);
    return frozen ? bindTree(frozen.files, `/${below.split('/').filter(Boolean).at(-1)}`) : newTree({ source: '/dev/sda1', type: 'ext4' });
  }
  const { files } = made.tree;
  const path = `/${below}`;
  if (!files.exists(path)) files.mkdir(path, { parents: true, mode: 0o750 });
  return bindTree(files, path);
}
