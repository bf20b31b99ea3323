/**
 * A volume whose files come from the API: all of them change at once, by a link that is turned.
 * Stands for pkg/volume/util/atomic_writer.go: `..data` points to a folder with the time in its name, and each file is a link through it.
 */
import type { Millis } from '../../sim/clock.ts';
import { civil, digits } from '../../sim/date.ts';
import { FileTree, type FolderNode, type MadeFolderNode, type Node } from '../../machine/tree.ts';

/** A file of such a volume; a function makes its text when it is read. */
export interface VolumeFile {
  readonly text: string | (() => string);
  readonly mode: number;
  readonly uid?: number;
}

/** Path below the volume to file. */
export type Payload = ReadonlyMap<string, VolumeFile>;

const same = (a: Payload, b: Payload): boolean => {
  if (a.size !== b.size) return false;
  for (const [path, file] of a) {
    const other = b.get(path);
    if (!other || other.mode !== file.mode || (typeof file.text === 'string' && other.text !== file.text)) return false;
  }
  return true;
};

let inodes = 1_000_000;

export class AtomicVolume {
  readonly tree: FileTree;
  private payload: Payload;
  private made: Millis;
  private readonly first: Millis;
  private readonly epoch: number;
  private readonly gid: number;
  private nodes: Map<string, Node> | undefined;

  /** `source` is what mount shows: tmpfs for all but ConfigMaps; `gid` the Pod's fsGroup. */
  constructor(payload: Payload, options: { now: Millis; epoch: number; type: string; gid?: number }) {
    this.payload = payload;
    this.made = this.first = options.now;
    this.epoch = options.epoch;
    this.gid = options.gid ?? 0;
    const top: MadeFolderNode = {
      kind: 'made-folder', mode: 0o777 | (options.gid ? 0o2000 : 0), uid: 0, gid: this.gid, modified: this.made, inode: ++inodes,
      names: () => [...this.entries().keys()],
      get: (name) => this.entries().get(name),
    };
    this.tree = new FileTree({ source: options.type === 'tmpfs' ? 'tmpfs' : '/dev/sda1', type: options.type, top });
  }

  /** Puts new files in place of the old ones; false when they are the same. */
  replace(payload: Payload, now: Millis): boolean {
    if (same(this.payload, payload)) return false;
    this.payload = payload;
    this.made = now;
    this.tree.top.modified = now;
    this.nodes = undefined;
    return true;
  }

  /** What stands there now as a tree that will not change: what a subPath gets. `undefined`: there is no such path. */
  frozen(path: string): FileTree | undefined {
    const tree = new FileTree({ source: this.tree.source, type: this.tree.type });
    const names = path.split('/').filter(Boolean);
    const node = this.tree.at([`..${this.stamp()}`, ...names], { pid: 0 });
    if (!node) return undefined;
    tree.put([], names.at(-1)!, node);
    return tree;
  }

  /** `2026_11_24_22_35_40.604217720` */
  private stamp(): string {
    const at = this.epoch + this.made;
    const c = civil(at);
    const nanos = (Math.floor(at) * 7919) % 1_000_000;
    return `${c.year}_${[c.month, c.day, c.hour, c.minute, c.second].map((n) => digits(n)).join('_')}.${digits(c.millisecond, 3)}${digits(nanos, 6)}`;
  }

  /** The names in the volume, made at the first look after a change. */
  private entries(): Map<string, Node> {
    if (this.nodes) return this.nodes;
    const nodes = new Map<string, Node>();
    const stamp = `..${this.stamp()}`;
    const folder = (): FolderNode => ({ kind: 'folder', owner: this, entries: new Map(), mode: 0o755, uid: 0, gid: this.gid, modified: this.made, inode: ++inodes });
    const link = (target: string, modified: Millis): Node => ({ kind: 'link', target, mode: 0o777, uid: 0, gid: 0, modified, inode: ++inodes });
    const data = folder();
    nodes.set('..data', link(stamp, this.made));
    nodes.set(stamp, data);
    for (const [path, file] of this.payload) {
      const names = path.split('/').filter(Boolean);
      let at = data;
      for (const name of names.slice(0, -1)) {
        let next = at.entries.get(name);
        if (next?.kind !== 'folder') at.entries.set(name, (next = folder()));
        at = next as FolderNode;
      }
      const meta = { mode: file.mode, uid: file.uid ?? 0, gid: this.gid, modified: this.made, inode: ++inodes };
      const { text } = file;
      at.entries.set(names.at(-1)!, typeof text === 'string' ? { kind: 'file', text, ...meta } : { kind: 'made', make: text, ...meta });
      if (!nodes.has(names[0]!)) nodes.set(names[0]!, link(`..data/${names[0]}`, this.first));
    }
    return (this.nodes = nodes);
  }
}
