/**
 * The file descriptors of a shell and its redirections: files, devices, here documents, copies, process substitutions, /dev/tcp.
 */
import { FileError } from '../files.ts';
import { NetError } from '../network.ts';
import { endlessSource, nothing, nowhere, sinkTo, textSource } from '../pipe.ts';
import type { Running, Sink, Source } from '../process.ts';
import { randomBytes } from '../view.ts';
import { expandInto, expandString, expandText } from './expand.ts';
import { ShellError } from './failure.ts';
import type { Redirection, Word } from './parse.ts';
import type { Shell } from './shell.ts';
import { pipeTo } from './substitution.ts';

/** One open file: what can be read from it, what can be written to it. */
export interface Fd {
  readonly source?: Source | undefined;
  readonly sink?: Sink | undefined;
}

/** By number; a hole is closed. */
export type Fds = readonly (Fd | undefined)[];

/** The descriptors with redirections applied, and what to close after the command. Throws ShellError. */
export function* redirect(sh: Shell, redirects: readonly Redirection[], from: Fds = sh.fds): Running<{ fds: Fds; close: () => void }> {
  const fds = [...from];
  const opened: (() => void)[] = [];
  const close = (): void => {
    for (const end of opened.splice(0)) end();
  };
  try {
    for (const item of redirects) yield* apply(sh, item, fds, opened);
  } catch (error) {
    close();
    throw error;
  }
  return { fds, close };
}

function* apply(sh: Shell, item: Redirection, fds: (Fd | undefined)[], opened: (() => void)[]): Running<void> {
  const reading = item.type !== 'Redirect' || item.operator === '<' || item.operator === '<&' || item.operator === '<>';
  let number = item.descriptor?.type === 'FileDescriptor' ? item.descriptor.value : reading ? 0 : 1;
  if (item.descriptor?.type === 'FileDescriptorVariable') {
    const { name } = item.descriptor;
    if (item.type === 'Redirect' && item.target?.text === '-') number = Number(sh.variable(name));
    else {
      number = 10;
      while (fds[number]) number++;
      sh.assign(name, String(number));
    }
  }
  if (item.type === 'HereDoc') {
    let text = item.operator === '<<-' ? item.body.text.replace(/^\t+/gm, '') : item.body.text;
    if (!item.closing && text !== '' && !text.endsWith('\n')) text += '\n';
    fds[number] = { source: textSource(item.delimiter?.quoted ? text : yield* expandText(sh, text)) };
    return;
  }
  if (item.type === 'HereString') {
    fds[number] = { source: textSource(`${yield* expandString(sh, item.target!)}\n`) };
    return;
  }
  const { operator } = item;
  const word = item.target!;
  if (word.parts?.length === 1 && word.parts[0]!.type === 'ProcessSubstitution') {
    fds[number] = yield* pipeTo(sh, word.parts[0]!, opened);
    return;
  }
  const target = yield* single(sh, word);
  if (operator === '>&' || operator === '<&') {
    if (target === '-') {
      fds[number] = undefined;
      return;
    }
    const copied = /^(\d+)(-?)$/.exec(target);
    if (copied) {
      const source = fds[Number(copied[1])];
      if (!source) throw new ShellError(`${target}: Bad file descriptor`, sh.dialect.name === 'bash' ? 1 : 2);
      fds[number] = source;
      if (copied[2]) fds[Number(copied[1])] = undefined;
      return;
    }
    if (operator === '<&' || item.descriptor) throw new ShellError(`${target}: ambiguous redirect`, 1);
  }
  const both = operator === '&>' || operator === '&>>' || operator === '>&';
  const fd =
    yield *
    open(
      sh,
      target,
      operator === '<' ? 'read' : operator === '>>' || operator === '&>>' ? 'append' : operator === '<>' ? 'both' : operator === '>|' ? 'force' : 'write',
      fds,
      opened,
    );
  fds[number] = fd;
  if (both) fds[2] = fd;
}

function* single(sh: Shell, word: Word): Running<string> {
  const fields: string[] = [];
  yield* expandInto(sh, word, fields);
  if (fields.length !== 1) throw new ShellError(`${word.text}: ambiguous redirect`, 1);
  return fields[0]!;
}

/** Opens a path. Throws ShellError in the dialect's words. */
export function* open(sh: Shell, path: string, how: 'read' | 'write' | 'append' | 'force' | 'both', fds: Fds, opened: (() => void)[] = []): Running<Fd> {
  const writing = how !== 'read';
  const tcp = sh.dialect.name === 'bash' ? /^\/dev\/tcp\/([^/]+)\/(\d+)$/.exec(path) : null;
  try {
    if (tcp) {
      const connection = yield* sh.p.dial(tcp[1]!, Number(tcp[2]));
      opened.push(() => connection.close());
      return { source: connection.input, sink: connection.output };
    }
    const files = sh.p.files;
    const stat = files.stat(path);
    const real = stat ? files.realpath(path) : files.resolve(path);
    if (stat?.type === 'device' || real.startsWith('/dev/fd/')) {
      const device = deviceAt(sh, real, fds);
      if (device) return device;
    }
    if (path === '') throw new FileError('ENOENT', path);
    if (!writing) return { source: textSource(files.read(path)) };
    if (stat?.type === 'directory') throw new FileError('EISDIR', path);
    if (how === 'write' && stat?.type === 'file' && sh.options.has('noclobber')) throw new ShellError(`${path}: cannot overwrite existing file`, 1);
    if (how === 'append' || how === 'both') files.append(path, '');
    else files.write(path, '');
    const sink = sinkTo((text) => files.append(real, text));
    return how === 'both' ? { source: textSource(files.read(path)), sink } : { sink };
  } catch (error) {
    if (error instanceof FileError) throw new ShellError(sh.dialect.redirection(path, error.message, writing), sh.dialect.name === 'dash' ? 2 : 1);
    if (error instanceof NetError) throw new ShellError(`connect: ${error.message}\n${sh.dialect.prefix(sh)}${path}: ${error.message}`, 1);
    throw error;
  }
}

function deviceAt(sh: Shell, path: string, fds: Fds): Fd | undefined {
  const { tty } = sh.p;
  switch (path) {
    case '/dev/null':
      return { source: nothing, sink: nowhere };
    case '/dev/zero':
      return { source: endlessSource((n) => '\0'.repeat(n)), sink: nowhere };
    case '/dev/random':
    case '/dev/urandom':
      return { source: endlessSource((n) => randomBytes(sh.p.random, n)), sink: nowhere };
    case '/dev/tty':
      if (!tty) throw new ShellError('/dev/tty: No such device or address', 1);
      return { source: tty.input, sink: tty.output };
    default: {
      const number = { '/dev/stdin': 0, '/dev/stdout': 1, '/dev/stderr': 2 }[path] ?? Number(/^\/dev\/fd\/(\d)$/.exec(path)?.[1] ?? NaN);
      return fds[number];
    }
  }
}
