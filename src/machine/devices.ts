/**
 * The /dev of a machine: null, zero, full, random, urandom, tty, and the streams of whoever looks.
 * Stands for devtmpfs. Everything else that is put there is an ordinary file.
 */
import { FileTree } from './tree.ts';

let pattern: FileTree | undefined;

/** A fresh /dev. */
export function deviceTree(): FileTree {
  if (!pattern) {
    pattern = new FileTree({ source: 'tmpfs', type: 'tmpfs' });
    ['null', 'zero', 'full', 'random', 'urandom', 'tty', 'stdin', 'stdout', 'stderr'].forEach((name, i) =>
      pattern!.put([], name, { kind: 'device', name, mode: 0o666, uid: 0, gid: 0, modified: 0, inode: i + 4 }));
    pattern.put([], 'shm', pattern.newFolder(0o1777, 0, 0));
    pattern.put([], 'fd', pattern.newFolder(0o777, 0, 0));
    ['stdin', 'stdout', 'stderr'].forEach((name, fd) =>
      pattern!.put(['fd'], String(fd), { kind: 'device', name, mode: 0o666, uid: 0, gid: 0, modified: 0, inode: fd + 40 }));
  }
  return pattern.fork();
}
