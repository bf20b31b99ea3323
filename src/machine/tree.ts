/**
 * Trees of files: folders, files, symbolic links, devices and generated files, with path copying.
 * A fork shares everything with its origin and costs nothing; a write copies the folders on its way once, so a snapshot is a pointer.
 * Stands for a file system (and for overlayfs' layers). Unlike Linux: no hard links, no quotas.
 */
import type { Millis } from '../sim/clock.ts';
import type { Files, Tree, Stat } from './files.ts';
import { FileError } from './files.ts';
import type { Program, User } from './process.ts';
import { ROOT, View } from './view.ts';

interface Meta {
  mode: number;
  uid: number;
  gid: number;
  modified: Millis;
  readonly inode: number;
}

export interface FileNode extends Meta {
  readonly kind: 'file';
  readonly text: string;
  readonly program?: Program;
}

export interface FolderNode extends Meta {
  readonly kind: 'folder';
  /** The tree edition that may change this node in place. */
  readonly owner: object;
  readonly entries: Map<string, Node>;
}

export interface LinkNode extends Meta {
  readonly kind: 'link';
  readonly target: string;
}

/** A device: `name` says which (null, zero, urandom, tty, stdin, stdout, stderr). */
export interface DeviceNode extends Meta {
  readonly kind: 'device';
  readonly name: string;
}

/** A file whose text is made when it is read, as in /proc. */
export interface MadeNode extends Meta {
  readonly kind: 'made';
  make(reader: Reader): string;
  /** What a write does; without it writing fails. */
  accept?(text: string): void;
}

/** A folder whose entries are made when it is looked into. */
export interface MadeFolderNode extends Meta {
  readonly kind: 'made-folder';
  names(reader: Reader): readonly string[];
  get(name: string, reader: Reader): Node | undefined;
}

export type Node = FileNode | FolderNode | LinkNode | DeviceNode | MadeNode | MadeFolderNode;

/** Who looks: generated files such as /proc/self depend on it. */
export interface Reader {
  readonly pid: number;
}

/** What a stat says of a node. */
export const typeOf = (node: Node): Stat['type'] =>
  node.kind === 'folder' || node.kind === 'made-folder' ? 'directory' : node.kind === 'link' ? 'link' : node.kind === 'device' ? 'device' : 'file';

/** A tree of files of its own. */
export class FileTree implements Tree {
  readonly source: string;
  readonly type: string;
  top: FolderNode | MadeFolderNode;
  /** Hears the names of each folder that is about to change: inotify for the few who watch. */
  heard: ((folder: readonly string[]) => void) | undefined;
  private edition: object = {};
  private inodes: number;
  private rootView: Files | undefined;
  private readonly time: () => Millis;

  constructor(options: { source?: string; type?: string; time?: () => Millis; top?: MadeFolderNode } = {}, from?: FileTree) {
    this.source = options.source ?? 'overlay';
    this.type = options.type ?? 'overlay';
    this.time = options.time ?? ((): Millis => 0);
    this.inodes = from?.inodes ?? 2;
    this.top = from?.top ?? options.top ?? { kind: 'folder', owner: this.edition, entries: new Map(), mode: 0o755, uid: 0, gid: 0, modified: 0, inode: 2 };
  }

  get files(): Files {
    return (this.rootView ??= viewOf(this, ROOT, '/'));
  }

  /** An independent copy that shares everything until one of the two is written to. */
  fork(options: { source?: string; type?: string; time?: () => Millis } = {}): FileTree {
    this.edition = {};
    return new FileTree({ source: this.source, type: this.type, time: this.time, ...options }, this);
  }

  /** Virtual time, for `modified`. */
  get now(): Millis {
    return this.time();
  }

  newInode(): number {
    return ++this.inodes;
  }

  newFolder(mode: number, uid: number, gid: number): FolderNode {
    return { kind: 'folder', owner: this.edition, entries: new Map(), mode, uid, gid, modified: this.now, inode: this.newInode() };
  }

  /** What stands at these names from the top, links not followed. */
  at(names: readonly string[], reader: Reader): Node | undefined {
    let node: Node | undefined = this.top;
    for (const name of names) {
      if (!node) return undefined;
      node = node.kind === 'folder' ? node.entries.get(name) : node.kind === 'made-folder' ? node.get(name, reader) : undefined;
    }
    return node;
  }

  /** The folder at these names, made this tree's own so that it may be changed. */
  own(names: readonly string[]): FolderNode {
    if (this.top.kind !== 'folder') throw new FileError('EPERM', `/${names.join('/')}`);
    this.heard?.(names);
    let folder = this.top;
    if (folder.owner !== this.edition) this.top = folder = { ...folder, owner: this.edition, entries: new Map(folder.entries) };
    for (const name of names) {
      const child = folder.entries.get(name);
      if (child?.kind !== 'folder') throw new FileError(child ? 'ENOTDIR' : 'ENOENT', `/${names.join('/')}`);
      if (child.owner === this.edition) folder = child;
      else {
        const copy: FolderNode = { ...child, owner: this.edition, entries: new Map(child.entries) };
        folder.entries.set(name, copy);
        folder = copy;
      }
    }
    return folder;
  }

  /** Puts a node (or none) under a name of a folder, which counts as modified now. */
  put(folder: readonly string[], name: string, node: Node | undefined): void {
    const own = this.own(folder);
    if (node) own.entries.set(name, node);
    else own.entries.delete(name);
    own.modified = this.now;
  }

  /** Changes the mode, owner or time of what stands at these names. */
  mark(names: readonly string[], change: { mode?: number; uid?: number; gid?: number; modified?: Millis }): void {
    const node = this.at(names, { pid: 0 })!;
    if (node.kind === 'folder') Object.assign(this.own(names), change);
    else this.own(names.slice(0, -1)).entries.set(names.at(-1)!, { ...node, ...change });
  }
}

/** A part of a tree as a tree of its own: a hostPath or subPath volume, a file mounted from elsewhere. */
export class Bind implements Tree {
  readonly tree: FileTree;
  readonly names: readonly string[];
  readonly source: string;
  readonly type: string;

  constructor(tree: FileTree, names: readonly string[]) {
    this.tree = tree;
    this.names = names;
    this.source = tree.source;
    this.type = tree.type;
  }

  get files(): Files {
    return viewOf(this, ROOT, '/');
  }
}

/** An empty tree. `source` and `type` are what df and mount show; `time` dates its files. */
export const newTree = (options: { source?: string; type?: string; time?: () => Millis } = {}): FileTree => new FileTree(options);

/** The files of a tree as one user, with `/` as the tree's top. */
export const viewOf = (tree: Tree, user: User, cwd: string): Files => new View({ top: tree, mounts: new Map() }, { user, cwd, umask: 0o022, pid: 0 });

/** What stands at `path` in these files (a folder or a file), as a tree that can be mounted elsewhere: a bind mount. Throws FileError. */
export function bindTree(files: Files, path: string): Tree {
  if (!(files instanceof View)) throw new FileError('EINVAL', path);
  const place = files.place(path);
  if (!place.node) throw new FileError('ENOENT', path);
  return new Bind(place.tree, place.names);
}
