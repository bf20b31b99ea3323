/**
 * kubectl cp: files to and from containers, packed by tar at the other end.
 * Stands for k8s.io/kubectl/pkg/cmd/cp. Unlike Kubernetes: --retries changes nothing, connections here do not break in the middle.
 */
import type { Running } from '../../machine/process.ts';
import { packTar, unpackTar, TarError, type TarEntry } from '../../machine/tar-format.ts';
import type { Kubectl, Verb } from '../command.ts';
import { CliError, Exit } from '../errors.ts';
import { flags } from '../flags.ts';
import { quote } from '../go.ts';
import { goFileError } from '../kubeconfig.ts';
import { containerNamed, containerOf, unfit, type Pod } from '../pods/containers.ts';
import { session } from '../pods/session.ts';
import { known } from '../resources.ts';

/** One side of a copy. */
interface Spec {
  readonly namespace: string;
  /** Empty: a file here. */
  readonly pod: string;
  readonly file: string;
}

const withoutSlash = (path: string): string => (path !== '/' && path.endsWith('/') ? path.slice(0, -1) : path);

/** A path without `.`, `..` and doubled slashes: Go's path.Clean. */
function clean(path: string): string {
  const out: string[] = [];
  const rooted = path.startsWith('/');
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..' && out.length && out.at(-1) !== '..') out.pop();
    else if (part !== '..' || !rooted) out.push(part);
  }
  return `${rooted ? '/' : ''}${out.join('/')}` || '.';
}
const folderOf = (path: string): string => clean(path.slice(0, path.lastIndexOf('/') + 1));
const baseOf = (path: string): string => clean(path).split('/').at(-1) || '/';
const join = (...parts: readonly string[]): string => clean(parts.filter((part) => part !== '').join('/'));

/** A path without what would lead out of its folder. */
function withoutShortcuts(path: string): string {
  const rest = path.replace(/^(?:\.\.\/)+/, '');
  return rest === '.' || rest === '..' ? '' : rest.replace(/^\//, '');
}

/** `[[namespace/]pod:]file/path`. Throws CliError. */
function parse(argument: string): Spec {
  const bad = new CliError('filespec must match the canonical format: [[namespace/]pod:]file/path');
  const at = argument.indexOf(':');
  if (at === 0) throw bad;
  if (at < 0) return { namespace: '', pod: '', file: withoutSlash(argument) };
  const pieces = argument.slice(0, at).split('/');
  if (pieces.length > 2) throw bad;
  return { namespace: pieces.length === 2 ? pieces[0]! : '', pod: pieces.at(-1)!, file: withoutSlash(argument.slice(at + 1)).replaceAll('\\', '/') };
}

interface Streams {
  readonly input?: string;
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
}

/** Runs a command in the container. Throws what exec throws. */
function* execute(k: Kubectl, spec: Spec, command: readonly string[], streams: Streams): Running<void> {
  const namespace = spec.namespace || k.namespace.name;
  const pod = yield* k.client.object<Pod>({ path: `/api/v1/namespaces/${namespace}/pods/${spec.pod}` });
  const phase = pod.status?.phase ?? '';
  if (phase === 'Succeeded' || phase === 'Failed') throw new CliError(`cannot exec into a container in a completed pod; current phase is ${phase}`);
  let container = k.flags.text('container');
  if (container === '') container = containerOf(pod, '', streams.stderr).name;
  else if (!containerNamed(pod, container)) throw unfit(pod, container);
  yield* session(k, { pod, container, subresource: 'exec', command, stdin: streams.input !== undefined, ...streams });
}

const silent = (): void => undefined;

function* isFolder(k: Kubectl, spec: Spec): Running<boolean> {
  try {
    yield* execute(k, spec, ['test', '-d', spec.file], { stdout: silent, stderr: silent });
    return true;
  } catch (error) {
    if (known(error) || error instanceof Exit) return false;
    throw error;
  }
}

/** What a file or folder here becomes in an archive, under the name that it shall have there. */
function pack(k: Kubectl, path: string, name: string, out: TarEntry[]): void {
  const { p } = k;
  const stat = p.files.stat(path, false);
  if (!stat) return;
  const head = { name, mode: stat.mode, modified: Math.floor((p.date - p.now + stat.modified) / 1000) };
  if (stat.type === 'directory') {
    const names = p.files.list(path);
    if (names.length === 0) out.push({ ...head, type: 'directory' });
    for (const one of names) pack(k, join(path, one), join(name, one), out);
  } else if (stat.type === 'link') out.push({ ...head, type: 'link', target: stat.target! });
  else out.push({ ...head, type: 'file', text: p.files.read(path) });
}

function* toPod(k: Kubectl, from: Spec, to: Spec): Running<void> {
  if (!k.p.files.exists(from.file)) throw new CliError(`${from.file} doesn't exist in local filesystem`);
  const file = (yield* isFolder(k, to)) ? join(to.file, baseOf(from.file)) : to.file;
  const entries: TarEntry[] = [];
  pack(k, clean(from.file), baseOf(file), entries);
  const folder = folderOf(file);
  const command = ['tar', ...(k.flags.on('no-preserve') ? ['--no-same-permissions', '--no-same-owner'] : []), '-xmf', '-', ...(folder ? ['-C', folder] : [])];
  yield* execute(k, to, command, { input: packTar(entries), stdout: (text) => k.out(text), stderr: (text) => k.err(text) });
}

/** Puts what an archive holds into a local folder or file. Throws CliError. */
function unpack(k: Kubectl, entries: readonly TarEntry[], prefix: string, from: Spec, to: Spec): void {
  const { files } = k.p;
  let told = false;
  for (const entry of entries) {
    if (!entry.name.startsWith(prefix)) throw new CliError('tar contents corrupted');
    const path = join(to.file, withoutSlash(entry.name.slice(prefix.length)));
    const relative = path === clean(to.file) ? '.' : clean(to.file) === '.' ? path : path.startsWith(`${clean(to.file)}/`) ? path.slice(clean(to.file).length + 1) : '..';
    if (relative !== '.' && relative !== withoutShortcuts(relative)) {
      k.err(`warning: file ${quote(path)} is outside target destination, skipping\n`);
      continue;
    }
    try {
      files.mkdir(folderOf(path) || '.', { parents: true });
      if (entry.type === 'directory') files.mkdir(path, { parents: true });
      else if (entry.type === 'file') files.write(path, entry.text!);
    } catch (error) {
      throw goFileError(error, entry.type === 'directory' ? 'mkdir' : 'open', path);
    }
    if (entry.type !== 'link') continue;
    const advice = told ? '' : ` (consider using "kubectl exec -n ${quote(from.namespace)} ${quote(from.pod)} -- tar cf - ${quote(from.file)} | tar xf -")`;
    k.err(`warning: skipping symlink: ${quote(path)} -> ${quote(entry.target!)}${advice}\n`);
    told = true;
  }
}

function* fromPod(k: Kubectl, from: Spec, to: Spec): Running<void> {
  let archive = '';
  let failure: unknown;
  try {
    yield* execute(k, from, ['tar', 'cf', '-', from.file], { stdout: (text) => (archive += text), stderr: (text) => k.out(text) });
  } catch (error) {
    failure = error;
  }
  // An archive that came to its end is taken, whatever tar says then.
  if (failure !== undefined && !archive.endsWith('\0'.repeat(1024))) throw failure;
  try {
    unpack(k, unpackTar(archive), withoutShortcuts(clean(from.file.replace(/^[/\\]+/, ''))), from, to);
  } catch (error) {
    if (error instanceof TarError) throw new CliError('unexpected EOF');
    throw error;
  }
}

export const cp: Verb = {
  name: 'cp',
  use: '<file-spec-src> <file-spec-dest>',
  flags: flags("c container=''", 'no-preserve=false', 'retries=0'),
  complete: 'files',
  *run(k) {
    void k.namespace;
    void k.client.target;
    if (k.args.length !== 2) throw new CliError('source and destination are required');
    const [from, to] = [parse(k.args[0]!), parse(k.args[1]!)];
    if (from.pod && to.pod) throw new CliError('one of src or dest must be a local file specification');
    if (!from.file || !to.file) throw new CliError('filepath can not be empty');
    if (from.pod) yield* fromPod(k, from, to);
    else if (to.pod) yield* toPod(k, from, to);
    else throw new CliError('one of src or dest must be a remote file specification');
  },
};
