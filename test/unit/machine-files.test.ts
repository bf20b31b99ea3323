/** Files: trees that share, views with permissions, links, mounts, devices. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FileError } from '../../src/machine/files.ts';
import { Kernel } from '../../src/machine/kernel.ts';
import { Namespace } from '../../src/machine/namespace.ts';
import type { User } from '../../src/machine/process.ts';
import { bindTree, newTree, viewOf } from '../../src/machine/tree.ts';
import { Agenda } from '../../src/sim/clock.ts';

const student: User = { name: 'student', uid: 1000, gid: 1000, home: '/home/student', shell: '/bin/bash' };

const fails = (code: string, run: () => unknown): void => {
  assert.throws(run, (error: unknown) => error instanceof FileError && error.code === code);
};

test('a fork shares its origin until one of both is written to', () => {
  const base = newTree();
  base.files.mkdir('/etc/app', { parents: true });
  base.files.write('/etc/app/a', '1');
  const one = base.fork();
  const two = base.fork();
  one.files.write('/etc/app/a', '2');
  base.files.append('/etc/app/a', '!');
  assert.deepEqual([base.files.read('/etc/app/a'), one.files.read('/etc/app/a'), two.files.read('/etc/app/a')], ['1!', '2', '1']);
});

test('names, links and missing paths give the errors of Linux', () => {
  const { files } = newTree();
  files.mkdir('/a/b', { parents: true });
  files.write('/a/f', 'text');
  files.symlink('b', '/a/l');
  files.symlink('/loop', '/loop');
  files.write('/a/l/g', 'x');
  assert.equal(files.realpath('/a/l/../l/g'), '/a/b/g');
  assert.deepEqual(files.list('/a'), ['b', 'f', 'l']);
  assert.equal(files.stat('/a/l', false)?.target, 'b');
  assert.equal(files.stat('/a/nope'), undefined);
  fails('ENOENT', () => files.read('/nope'));
  fails('ENOTDIR', () => files.read('/a/f/x'));
  fails('EISDIR', () => files.read('/a'));
  fails('ELOOP', () => files.read('/loop'));
  fails('EEXIST', () => files.mkdir('/a'));
  fails('ENOTEMPTY', () => files.remove('/a'));
  fails('ENOENT', () => files.write('/no/file', ''));
  files.rename('/a/f', '/a/b/h');
  assert.equal(files.read('/a/b/h'), 'text');
  fails('EINVAL', () => files.rename('/a', '/a/b/c'));
  files.remove('/a', { recursive: true });
  assert.deepEqual(files.list('/'), ['loop']);
});

test('permissions hold for users and not for root', () => {
  const tree = newTree();
  tree.files.mkdir('/home/student', { parents: true });
  tree.files.chown('/home/student', 1000, 1000);
  tree.files.write('/secret', 'x', 0o600);
  tree.files.mkdir('/tmp', { mode: 0o777 });
  tree.files.chmod('/tmp', 0o1777);
  tree.files.write('/tmp/root', '');
  const mine = viewOf(tree, student, '/home/student');
  mine.write('note', 'hi');
  assert.equal(mine.stat('note')?.uid, 1000);
  assert.equal(mine.stat('/home/student/note')?.mode, 0o644);
  fails('EACCES', () => mine.read('/secret'));
  fails('EACCES', () => mine.write('/x', ''));
  fails('EPERM', () => mine.remove('/tmp/root'));
  fails('EPERM', () => mine.chmod('/secret', 0o666));
  assert.equal(mine.may('/secret', 4), false);
  assert.equal(tree.files.may('/secret', 4), true);
});

test('a mounted tree is seen in every place, read-only where asked', () => {
  const shared = newTree({ type: 'tmpfs' });
  const [a, b] = [newTree().files, newTree().files];
  a.mount('/var/data', shared);
  b.mount('/data', shared, { readOnly: true });
  a.write('/var/data/x', '1');
  assert.equal(b.read('/data/x'), '1');
  assert.deepEqual(b.list('/'), ['data']);
  fails('EROFS', () => b.write('/data/x', '2'));
  fails('EBUSY', () => a.remove('/var/data'));
  fails('EXDEV', () => a.rename('/var/data/x', '/x'));
  a.mount('/etc/x', bindTree(shared.files, '/x'));
  assert.equal(a.read('/etc/x'), '1');
  a.write('/etc/x', '3');
  assert.equal(shared.files.read('/x'), '3');
  a.unmount('/etc/x');
  assert.equal(a.exists('/etc/x'), false);
});

test('sizes count bytes of UTF-8', () => {
  const { files } = newTree();
  files.write('/ko', '안녕\n\udcff');
  assert.equal(files.stat('/ko')?.size, 8);
});

test('/proc and /dev are there on a machine', () => {
  const agenda = new Agenda();
  const kernel = new Kernel({ agenda, epoch: 0, seed: 's' });
  const machine = kernel.boot({ hostname: 'box', net: new Namespace('box') });
  machine.start(function* (p) {
    assert.equal(p.files.read('/proc/self/cmdline'), 'sh\0-c\0');
    assert.equal(p.files.read('/proc/1/comm'), 'sh\n');
    assert.match(p.files.read('/proc/meminfo'), /^MemTotal: {8}4194304 kB$/m);
    p.files.write('/dev/null', 'gone');
    assert.equal(p.files.read('/dev/null'), '');
    assert.match(p.files.read('/proc/mounts'), /^proc \/proc proc rw,relatime 0 0$/m);
    return 0;
  }, ['sh', '-c'], {});
  agenda.run(1);
  assert.equal(kernel.now, 1);
});
