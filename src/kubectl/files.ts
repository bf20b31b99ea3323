/**
 * Where manifests come from: files, folders, patterns, standard input, URLs.
 * Stands for cli-runtime's file and URL visitors.
 * Unlike Kubernetes: `-k` needs the kustomize room, which is not furnished yet.
 */
import { FileError, STRERROR } from '../machine/files.ts';
import { NetError } from '../machine/network.ts';
import type { Process, Running } from '../machine/process.ts';
import { nameServer } from './client.ts';
import type { Kubectl } from './command.ts';
import { CliError, requestError } from './errors.ts';
import { goFileError } from './kubeconfig.ts';
import { quote } from './go.ts';

export interface Source {
  readonly kind: 'file' | 'stdin' | 'url' | 'kustomize' | 'text';
  /** As errors call it. */
  readonly name: string;
  /** Of kind text: what stands there. */
  readonly text?: string;
}

export interface Located {
  readonly sources: readonly Source[];
  /** One file, not a folder that is walked. */
  readonly singleFile: boolean;
  /** A folder gave more than one file. */
  readonly folder: boolean;
  readonly stdin: boolean;
  readonly errors: readonly Error[];
}

const EXTENSIONS = ['.json', '.yaml', '.yml'];

/** Looks up what `-f` and `-k` name. */
export function findFiles(p: Process, names: readonly string[], recursive: boolean, kustomize: string): Located {
  const sources: Source[] = [];
  const errors: Error[] = [];
  let [singleFile, folder, stdin] = [false, false, false];
  for (const name of names) {
    if (name === '-') {
      if (stdin) errors.push(new CliError('standard input cannot be used for multiple arguments'));
      stdin = true;
      sources.push({ kind: 'stdin', name: 'STDIN' });
      continue;
    }
    if (/^https?:\/\//.test(name)) {
      sources.push({ kind: 'url', name });
      continue;
    }
    const found = p.files.exists(name) || p.files.stat(name) ? [name] : glob(p, name);
    if (found.length === 0) {
      errors.push(new CliError(`the path ${quote(name)} does not exist`));
      continue;
    }
    if (!recursive && found.length === 1) singleFile = true;
    for (const path of found) {
      const list = walk(p, path, recursive);
      if (list.length > 1) folder = true;
      sources.push(...list.map((file): Source => ({ kind: 'file', name: file })));
    }
    if (sources.length === 0 && errors.length === 0) errors.push(new CliError(`error reading [${found.join(' ')}]: recognized file extensions are [${EXTENSIONS.join(' ')}]`));
  }
  if (kustomize) sources.push({ kind: 'kustomize', name: kustomize });
  return { sources, singleFile, folder, stdin, errors };
}

/** The files of a folder in order of their names, or the file itself. */
function walk(p: Process, path: string, recursive: boolean): string[] {
  if (p.files.stat(path)?.type !== 'directory') return [path];
  const out: string[] = [];
  for (const name of p.files.list(path)) {
    const inner = `${path === '.' ? '' : path.replace(/\/*$/, '/')}${name}`.replace(/^\.\//, '');
    const type = p.files.stat(inner, false)?.type;
    if (type === 'directory') {
      if (recursive) out.push(...walk(p, inner, true));
    } else if (EXTENSIONS.includes(/\.[^.]*$/.exec(name)?.[0] ?? '')) out.push(inner);
  }
  return out;
}

/** Names that fit a pattern of filepath.Glob. */
function glob(p: Process, pattern: string): string[] {
  if (!/[*?[\\]/.test(pattern)) return [];
  let found = [pattern.startsWith('/') ? '/' : ''];
  for (const part of pattern.split('/').filter((one) => one !== '')) {
    const fits = new RegExp(`^${part.replace(/[.+^${}()|]/g, '\\$&').replaceAll('*', '[^/]*').replaceAll('?', '[^/]')}$`);
    found = found.flatMap((base) => {
      const folder = base || '.';
      if (p.files.stat(folder)?.type !== 'directory') return [];
      return p.files.list(folder).filter((name) => fits.test(name)).map((name) => (base === '' ? name : base === '/' ? `/${name}` : `${base}/${name}`));
    });
  }
  return found;
}

/** The text of a source. Throws CliError. */
export function* readSource(k: Kubectl, source: Source): Running<string> {
  if (source.kind === 'text') return source.text!;
  if (source.kind === 'stdin') return yield* k.p.readAll();
  if (source.kind === 'url') return yield* download(k, source.name);
  if (source.kind === 'kustomize') throw new CliError('-k is not supported here yet');
  try {
    return k.p.files.read(source.name);
  } catch (error) {
    if (error instanceof FileError && error.code === 'EISDIR') throw new CliError(`read ${source.name}: ${STRERROR.EISDIR.toLowerCase()}`);
    throw goFileError(error, 'open', source.name);
  }
}

const TRIES = 3;

function* download(k: Kubectl, url: string): Running<string> {
  for (let i = 1; ; i++) {
    try {
      const reply = yield* k.p.fetch({ method: 'GET', url });
      if (reply.status === 200) return typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body);
      if (reply.status < 500 || i === TRIES) throw new CliError(`unable to read URL ${quote(url)}, server reported ${reply.status} ${reply.reason}, status code=${reply.status}`);
    } catch (error) {
      if (!(error instanceof NetError)) throw error;
      if (i === TRIES) throw new CliError(requestError('GET', url, error, nameServer(k.p)).message);
    }
    yield* k.p.sleep(1000);
  }
}
