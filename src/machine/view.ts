/**
 * Files as one user sees them from one working directory, across the mounts of a machine: Linux' VFS and its permission checks.
 * Unlike Linux: `..` after a symbolic link is resolved by name; supplementary groups count only where a process was given them; ACLs do not exist; root passes every check.
 */
import type { Millis } from '../sim/clock.ts';
import type { Files, Stat, Tree } from './files.ts';
import { FileError } from './files.ts';
import type { Program, Sink, Source, User } from './process.ts';
import { byteLength } from './bytes.ts';
import type { FileNode, FileTree, Node, Reader } from './tree.ts';
import { Bind, typeOf } from './tree.ts';

/** The superuser. */
export const ROOT: User = { name: 'root', uid: 0, gid: 0, home: '/root', shell: '/bin/bash' };

/** The mounts of a machine: `top` is its root, `mounts` go by absolute path. */
export interface Mounts {
  readonly top: Tree;
  readonly mounts: Map<string, { readonly tree: Tree; readonly readOnly: boolean }>;
  /** The root itself is read-only. */
  sealed?: boolean;
}

/** On whose behalf files are used. The streams are there for a process: /dev/stdout and the like. */
export interface Viewer extends Reader {
  readonly user: User;
  readonly cwd: string;
  readonly umask: number;
  readonly stdin?: Source;
  readonly stdout?: Sink;
  readonly stderr?: Sink;
  readonly tty?: { readonly input?: Source; readonly output?: Sink } | undefined;
  readonly random?: { hex(count: number): string; below(n: number): number };
}

/** Where a path leads: `names` from the top of `tree`; `node` is undefined when only the folder exists. */
interface Place {
  readonly path: string;
  readonly tree: FileTree;
  readonly names: readonly string[];
  readonly node: Node | undefined;
  readonly readOnly: boolean;
}

const MOST_LINKS = 40;

/** An absolute path without `.`, `..` and doubled slashes. */
export function normalise(path: string): string {
  if (!/\/\.|\/\/|.\/$/.test(path)) return path;
  const out: string[] = [];
  for (const name of path.split('/')) {
    if (name === '..') out.pop();
    else if (name !== '' && name !== '.') out.push(name);
  }
  return `/${out.join('/')}`;
}

const join = (folder: string, path: string): string => normalise(path[0] === '/' ? path : `${folder === '/' ? '' : folder}/${path}`);

export class View implements Files {
  private readonly table: Mounts;
  private readonly viewer: Viewer;

  constructor(table: Mounts, viewer: Viewer) {
    this.table = table;
    this.viewer = viewer;
  }

  resolve(path: string): string {
    return join(this.viewer.cwd, path);
  }

  realpath(path: string): string {
    const place = this.find(path, true);
    if (!place.node) throw new FileError('ENOENT', path);
    return place.path;
  }

  exists(path: string): boolean {
    try {
      return this.find(path, true).node !== undefined;
    } catch {
      return false;
    }
  }

  stat(path: string, follow = true): Stat | undefined {
    let node: Node | undefined;
    try {
      node = this.find(path, follow).node;
    } catch (error) {
      if (error instanceof FileError && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return undefined;
      throw error;
    }
    if (!node) return undefined;
    const { mode, uid, gid, modified, inode } = node;
    const stat = { type: typeOf(node), mode, uid, gid, modified, inode };
    if (node.kind === 'file') return { ...stat, size: sizeOf(node), ...(node.program && { program: node.program }) };
    if (node.kind === 'link') return { ...stat, size: byteLength(node.target), target: node.target };
    return { ...stat, size: node.kind === 'folder' ? 4096 : 0 };
  }

  may(path: string, bit: 1 | 2 | 4): boolean {
    try {
      const { node, readOnly } = this.find(path, true);
      if (!node || (bit === 2 && readOnly)) return false;
      // Root may run only what somebody may run.
      return bit === 1 && this.viewer.user.uid === 0 && typeOf(node) !== 'directory' ? (node.mode & 0o111) !== 0 : may(this.viewer.user, node, bit);
    } catch {
      return false;
    }
  }

  read(path: string): string {
    const { node } = this.must(path);
    if (node.kind === 'folder' || node.kind === 'made-folder') throw new FileError('EISDIR', path);
    this.allow(node, 4, path);
    if (node.kind === 'file') return node.text;
    if (node.kind === 'made') return node.make(this.viewer);
    if (node.kind === 'device') return this.readDevice(node.name);
    throw new FileError('EINVAL', path);
  }

  write(path: string, text: string, mode = 0o666): void {
    this.save(path, () => text, mode);
  }

  append(path: string, text: string): void {
    this.save(path, (old) => old + text, 0o666, text);
  }

  list(path: string): readonly string[] {
    const { node, path: real } = this.must(path);
    if (node.kind !== 'folder' && node.kind !== 'made-folder') throw new FileError('ENOTDIR', path);
    this.allow(node, 4, path);
    const names = node.kind === 'folder' ? [...node.entries.keys()] : [...node.names(this.viewer)];
    const prefix = real === '/' ? '/' : `${real}/`;
    for (const mount of this.table.mounts.keys()) {
      const name = mount.slice(prefix.length);
      if (mount.startsWith(prefix) && !name.includes('/') && !names.includes(name)) names.push(name);
    }
    return names.sort();
  }

  mkdir(path: string, options: { parents?: boolean; mode?: number } = {}): void {
    const full = this.resolve(path);
    const there = this.find(full, true, options.parents);
    if (there.node) {
      if (options.parents && typeOf(there.node) === 'directory') return;
      throw new FileError('EEXIST', path);
    }
    if (options.parents) {
      const up = full.slice(0, full.lastIndexOf('/'));
      if (up !== '') this.mkdir(up, { parents: true });
    }
    const place = this.find(full, true);
    const { user, umask } = this.viewer;
    this.change(place, path, place.tree.newFolder((options.mode ?? 0o777) & ~umask, user.uid, user.gid));
  }

  remove(path: string, options: { recursive?: boolean } = {}): void {
    const place = this.find(path, false);
    if (!place.node) throw new FileError('ENOENT', path);
    if (place.path === '/' || this.table.mounts.has(place.path)) throw new FileError('EBUSY', path);
    if (typeOf(place.node) === 'directory') {
      for (const mount of this.table.mounts.keys()) if (mount.startsWith(`${place.path}/`)) throw new FileError('EBUSY', path);
      if (!options.recursive && place.node.kind === 'folder' && place.node.entries.size > 0) throw new FileError('ENOTEMPTY', path);
    }
    this.change(place, path, undefined);
  }

  rename(from: string, to: string): void {
    const source = this.find(from, false);
    const target = this.find(to, false);
    if (!source.node) throw new FileError('ENOENT', from);
    if (this.table.mounts.has(source.path) || this.table.mounts.has(target.path)) throw new FileError('EBUSY', from);
    if (source.tree !== target.tree) throw new FileError('EXDEV', from);
    if (source.path === target.path) return;
    if (`${target.path}/`.startsWith(`${source.path}/`)) throw new FileError('EINVAL', from);
    if (target.node) {
      if (typeOf(target.node) === 'directory' && typeOf(source.node) !== 'directory') throw new FileError('EISDIR', to);
      if (typeOf(target.node) !== 'directory' && typeOf(source.node) === 'directory') throw new FileError('ENOTDIR', to);
      if (target.node.kind === 'folder' && target.node.entries.size > 0) throw new FileError('ENOTEMPTY', to);
    }
    const node = source.node;
    this.change(source, from, undefined);
    this.change(target, to, node);
  }

  symlink(target: string, path: string): void {
    const place = this.find(path, false);
    if (place.node) throw new FileError('EEXIST', path);
    const { user } = this.viewer;
    const tree = place.tree;
    this.change(place, path, { kind: 'link', target, mode: 0o777, uid: user.uid, gid: user.gid, modified: tree.now, inode: tree.newInode() });
  }

  chmod(path: string, mode: number): void {
    this.mark(path, { mode: mode & 0o7777 });
  }

  chown(path: string, uid: number, gid: number): void {
    if (this.viewer.user.uid !== 0) throw new FileError('EPERM', path);
    this.mark(path, { uid, gid });
  }

  touch(path: string, at?: Millis): void {
    const place = this.find(path, true);
    if (!place.node) this.write(path, '');
    if (place.node?.kind === 'device') return;
    if (place.node && this.viewer.user.uid !== place.node.uid) this.allow(place.node, 2, path);
    const now = this.find(path, true);
    if (now.readOnly) throw new FileError('EROFS', path);
    now.tree.mark(now.names, { modified: at ?? now.tree.now });
  }

  install(path: string, program: Program): void {
    const full = this.resolve(path);
    this.mkdir(full.slice(0, full.lastIndexOf('/')) || '/', { parents: true });
    const place = this.find(full, true);
    const tree = place.tree;
    this.change(place, path, { kind: 'file', text: '\x7fELF', program, mode: 0o755, uid: 0, gid: 0, modified: 0, inode: tree.newInode() });
  }

  mount(path: string, tree: Tree, options: { readOnly?: boolean } = {}): void {
    const full = this.resolve(path);
    const up = full.slice(0, full.lastIndexOf('/'));
    if (up !== '') this.mkdir(up, { parents: true });
    this.table.mounts.set(up === '' ? full : join(this.realpath(up), full.slice(up.length + 1)), { tree, readOnly: options.readOnly ?? false });
  }

  unmount(path: string): void {
    if (!this.table.mounts.delete(this.resolve(path))) throw new FileError('EINVAL', path);
  }

  mounts(): readonly { path: string; tree: Tree; readOnly: boolean }[] {
    return [{ path: '/', tree: this.table.top, readOnly: this.table.sealed === true }, ...[...this.table.mounts].map(([path, mount]) => ({ path, ...mount }))];
  }

  /** Makes the root read-only, but for what is mounted below it. */
  seal(): void {
    this.table.sealed = true;
  }

  /** Where a path leads, with every link followed. Throws FileError. */
  place(path: string): Place {
    return this.find(path, true);
  }

  /** The same files on behalf of somebody else. */
  as(viewer: Viewer): View {
    return new View(this.table, viewer);
  }

  private must(path: string): Place & { node: Node } {
    const place = this.find(path, true);
    if (!place.node) throw new FileError('ENOENT', path);
    return place as Place & { node: Node };
  }

  /** Walks a path. With `lenient`, missing folders on the way give a place without a node. */
  private find(path: string, follow: boolean, lenient = false): Place {
    if (path === '') throw new FileError('ENOENT', path);
    let full = this.resolve(path);
    // A name followed by a slash is looked through.
    if (path.length > 1 && path.endsWith('/')) follow = true;
    for (let links = 0; links <= MOST_LINKS; links++) {
      const place = this.walk(full, path, follow, lenient);
      if (typeof place !== 'string') return place;
      full = place;
    }
    throw new FileError('ELOOP', path);
  }

  /** One walk along a path without links, or the path to walk instead when a link was met. */
  private walk(full: string, asked: string, follow: boolean, lenient: boolean): Place | string {
    let { tree, names } = base(this.table.top);
    let readOnly = this.table.sealed === true;
    let node: Node | undefined = tree.at(names, this.viewer);
    if (full === '/') return { path: '/', tree, names, node, readOnly };
    const { mounts } = this.table;
    let end = 0;
    do {
      const start = end + 1;
      end = full.indexOf('/', start);
      if (end < 0) end = full.length;
      const here = full.slice(0, end);
      const name = full.slice(start, end);
      const last = end === full.length;
      const mount = mounts.get(here);
      if (mount) {
        ({ tree, names } = base(mount.tree));
        readOnly = mount.readOnly;
        node = tree.at(names, this.viewer);
      } else {
        if (!node) throw new FileError('ENOENT', asked);
        if (node.kind === 'folder') {
          this.allow(node, 1, asked);
          node = node.entries.get(name);
        } else if (node!.kind === 'made-folder') node = node.get(name, this.viewer);
        else throw new FileError('ENOTDIR', asked);
        names = [...names, name];
      }
      if (!node && !last) {
        if (lenient) return { path: full, tree, names: [], node: undefined, readOnly };
        throw new FileError('ENOENT', asked);
      }
      if (node?.kind === 'link' && (follow || !last)) {
        return join(full.slice(0, start - 1) || '/', node.target) + full.slice(end);
      }
    } while (end < full.length);
    return { path: full, tree, names, node, readOnly };
  }

  /** Throws EACCES unless the viewer may read (4), write (2) or enter (1). */
  private allow(node: Node, bit: number, path: string): void {
    if (!may(this.viewer.user, node, bit)) throw new FileError('EACCES', path);
  }

  private save(path: string, make: (old: string) => string, mode: number, added?: string): void {
    const place = this.find(path, true);
    const { node, tree } = place;
    if (!node) {
      if (path.endsWith('/')) throw new FileError('EISDIR', path);
      const { user, umask } = this.viewer;
      const file: FileNode = { kind: 'file', text: make(''), mode: mode & ~umask, uid: user.uid, gid: user.gid, modified: tree.now, inode: tree.newInode() };
      return this.change(place, path, file);
    }
    if (typeOf(node) === 'directory') throw new FileError('EISDIR', path);
    this.allow(node, 2, path);
    if (node.kind === 'device') return this.writeDevice(node.name, added ?? make(''), path);
    if (place.readOnly) throw new FileError('EROFS', path);
    if (node.kind === 'made') {
      if (!node.accept) throw new FileError('EACCES', path);
      return node.accept(added ?? make(''));
    }
    if (node.kind !== 'file') throw new FileError('EINVAL', path);
    const { program: _, ...rest } = node;
    const next: FileNode = { ...rest, text: make(node.text), modified: tree.now };
    // A bind mount of a single file has no folder of its own: its names still lead there from the tree's top.
    tree.own(place.names.slice(0, -1)).entries.set(place.names.at(-1)!, next);
  }

  /** Puts or takes away an entry, after the checks on its folder. */
  private change(place: Place, asked: string, node: Node | undefined): void {
    if (place.readOnly) throw new FileError('EROFS', asked);
    const folderNames = place.names.slice(0, -1);
    const folder = place.tree.at(folderNames, this.viewer);
    if (!folder) throw new FileError('ENOENT', asked);
    if (folder.kind !== 'folder') throw new FileError(folder.kind === 'made-folder' ? 'EPERM' : 'ENOTDIR', asked);
    this.allow(folder, 2, asked);
    this.allow(folder, 1, asked);
    const { uid } = this.viewer.user;
    if (folder.mode & 0o1000 && place.node && uid !== 0 && uid !== place.node.uid && uid !== folder.uid) throw new FileError('EPERM', asked);
    place.tree.put(folderNames, place.names.at(-1)!, node);
  }

  private mark(path: string, change: { mode?: number; uid?: number; gid?: number }): void {
    const place = this.must(path);
    const { uid } = this.viewer.user;
    if (uid !== 0 && uid !== place.node.uid) throw new FileError('EPERM', path);
    if (place.readOnly) throw new FileError('EROFS', path);
    place.tree.mark(place.names, change);
  }

  private readDevice(name: string): string {
    const { stdin, random, tty } = this.viewer;
    if (name === 'zero' || name === 'full') return '\0'.repeat(65_536);
    if (name === 'random' || name === 'urandom') return randomBytes(random, 4096);
    const source = name === 'stdin' ? stdin : name === 'tty' ? tty?.input : undefined;
    let text = '';
    for (let piece = source?.take(); piece; piece = source?.take()) text += piece;
    return text;
  }

  private writeDevice(name: string, text: string, path: string): void {
    if (name === 'full') throw new FileError('ENOSPC', path);
    const { stdout, stderr, tty } = this.viewer;
    if (text !== '') (name === 'stdout' ? stdout : name === 'stderr' ? stderr : name === 'tty' ? tty?.output : undefined)?.write(text);
  }
}

/** `n` random bytes, those above 0x7f as lone surrogates. */
export function randomBytes(random: { below(n: number): number } | undefined, n: number): string {
  let out = '';
  for (let i = 0; i < n; i++) {
    const byte = random?.below(256) ?? 0;
    out += String.fromCharCode(byte < 0x80 ? byte : 0xdc00 + byte);
  }
  return out;
}

/** Whether a user may read (4), write (2) or execute (1) something with these owners and this mode. */
export function may(user: User, node: { readonly mode: number; readonly uid: number; readonly gid: number }, bit: number): boolean {
  if (user.uid === 0) return true;
  const shift = user.uid === node.uid ? 6 : user.gid === node.gid || user.groups?.includes(node.gid) ? 3 : 0;
  return ((node.mode >> shift) & bit) === bit;
}

function base(tree: Tree): { tree: FileTree; names: readonly string[] } {
  return tree instanceof Bind ? tree : { tree: tree as FileTree, names: [] };
}

const sizes = new WeakMap<FileNode, number>();

function sizeOf(node: FileNode): number {
  if (node.program) return 142_312;
  let size = sizes.get(node);
  if (size === undefined) sizes.set(node, (size = byteLength(node.text)));
  return size;
}
