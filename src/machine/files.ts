/**
 * Files of a machine: a tree of folders, files and symbolic links with owners and modes, with other trees mounted into it.
 * Stands for Linux' VFS. Trees are immutable and shared (a base image costs nothing per container); a write copies its path.
 */
import type { Millis } from '../sim/clock.ts';
import type { Program } from './process.ts';

/** The usual error names. */
export type Errno = 'ENOENT' | 'EEXIST' | 'ENOTDIR' | 'EISDIR' | 'EACCES' | 'ENOTEMPTY' | 'EROFS' | 'EINVAL' | 'ELOOP' | 'EXDEV' | 'ENOSPC' | 'EBUSY' | 'EPERM';

/** What strerror(3) says. */
export const STRERROR: Record<Errno, string> = {
  ENOENT: 'No such file or directory',
  EEXIST: 'File exists',
  ENOTDIR: 'Not a directory',
  EISDIR: 'Is a directory',
  EACCES: 'Permission denied',
  ENOTEMPTY: 'Directory not empty',
  EROFS: 'Read-only file system',
  EINVAL: 'Invalid argument',
  ELOOP: 'Too many levels of symbolic links',
  EXDEV: 'Invalid cross-device link',
  ENOSPC: 'No space left on device',
  EBUSY: 'Device or resource busy',
  EPERM: 'Operation not permitted',
};

export class FileError extends Error {
  readonly code: Errno;
  readonly path: string;
  constructor(code: Errno, path: string) {
    super(STRERROR[code]);
    this.code = code;
    this.path = path;
  }
}

export interface Stat {
  readonly type: 'file' | 'directory' | 'link' | 'device';
  /** Permission bits, e.g. 0o644. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Bytes. */
  readonly size: number;
  readonly modified: Millis;
  /** Of a link: where it points. */
  readonly target?: string;
  /** Of an executable that is not a script: the program behind it. */
  readonly program?: Program;
  readonly inode: number;
}

/** File operations as one user in one working directory. Relative paths start there. All throw FileError. */
export interface Files {
  /** The absolute path, `.` and `..` resolved (links are not). */
  resolve(path: string): string;
  /** The absolute path with every link followed. */
  realpath(path: string): string;
  exists(path: string): boolean;
  /** undefined when nothing is there. `follow` (default true) looks through a link. */
  stat(path: string, follow?: boolean): Stat | undefined;
  /** Whether the user may read (4), write (2) or execute (1) it; false when it is not there. */
  may(path: string, bit: 1 | 2 | 4): boolean;
  read(path: string): string;
  write(path: string, text: string, mode?: number): void;
  append(path: string, text: string): void;
  /** Names in a folder, in order of code units. */
  list(path: string): readonly string[];
  mkdir(path: string, options?: { parents?: boolean; mode?: number }): void;
  /** Removes a file, link or empty folder; with `recursive` everything below. */
  remove(path: string, options?: { recursive?: boolean }): void;
  rename(from: string, to: string): void;
  symlink(target: string, path: string): void;
  chmod(path: string, mode: number): void;
  chown(path: string, uid: number, gid: number): void;
  touch(path: string, at?: Millis): void;
  /** Puts an executable there that runs `program`. */
  install(path: string, program: Program): void;
  /** Mounts another tree at a folder (a volume); `readOnly` makes writes fail with EROFS. */
  mount(path: string, tree: Tree, options?: { readOnly?: boolean }): void;
  unmount(path: string): void;
  /** The mounts, as /proc/mounts lists them. */
  mounts(): readonly { path: string; tree: Tree; readOnly: boolean }[];
}

/** A file system of its own, to be mounted in one or several places at once (an emptyDir shared by containers, a node's root). */
export interface Tree {
  /** What df and mount call it. */
  readonly source: string;
  readonly type: string;
  /** The files of this tree as root, with `/` as its own top. */
  readonly files: Files;
}
