/**
 * From a command's name to the program behind it: PATH, permissions, `#!` lines. Stands for execve(2) and execvp(3).
 */
import type { Files } from './files.ts';
import type { Process } from './process.ts';

/** The search path where none is set. */
export const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

type Found = ReturnType<Process['find']>;

/** The program to run for a path, or for a name along `path`. */
export function findProgram(files: Files, command: string, path: string = DEFAULT_PATH): Found {
  if (command.includes('/')) return executable(files, command);
  let denied: Found | undefined;
  if (command !== '') {
    for (const folder of path.split(':')) {
      const found = executable(files, `${folder || '.'}/${command}`);
      if (typeof found === 'function') return found;
      if (found.error === 'permission denied') denied = found;
    }
  }
  return denied ?? { error: 'not found' };
}

/** Where a command is found along `path`; undefined when it is not. */
export function whichPath(files: Files, command: string, path: string = DEFAULT_PATH): string | undefined {
  if (command.includes('/')) return typeof executable(files, command) === 'function' ? command : undefined;
  for (const folder of path.split(':')) {
    const full = `${folder || '.'}/${command}`;
    if (typeof executable(files, full) === 'function') return full;
  }
  return undefined;
}

function executable(files: Files, path: string): Found {
  let stat;
  try {
    stat = files.stat(path);
  } catch {
    return { error: 'permission denied' };
  }
  if (!stat) return { error: 'not found' };
  if (stat.type === 'directory') return { error: 'is a directory' };
  if (stat.type !== 'file' || !files.may(path, 1)) return { error: 'permission denied' };
  if (stat.program) return stat.program;
  return script(files, path);
}

/** A file of text as a program: its `#!` interpreter, or a shell, gets the path as its first argument. */
function script(files: Files, path: string): Found {
  const text = files.read(path);
  const shebang = /^#![ \t]*(\S+)[ \t]*([^\n]*)/.exec(text);
  const interpreter = shebang?.[1] ?? (files.exists('/bin/bash') ? '/bin/bash' : '/bin/sh');
  if (interpreter === path) return { error: 'not found' };
  const found = executable(files, interpreter);
  if (typeof found !== 'function') return { error: 'not found' };
  const extra = shebang?.[2]?.trim();
  return (p) => p.exec(found, [interpreter, ...(extra ? [extra] : []), path, ...p.args.slice(1)]);
}
