/**
 * Puts commands into a file system and remembers which command a program is, for completion.
 */
import type { Files } from './files.ts';
import type { Command, Program } from './process.ts';

const known = new WeakMap<Program, Command>();

/** Installs each command as an executable in a folder. */
export function installCommands(files: Files, commands: readonly Command[], folder = '/usr/bin'): void {
  for (const command of commands) {
    known.set(command.main, command);
    files.install(`${folder}/${command.name}`, command.main);
  }
}

/** The command whose program this is. */
export const commandFor = (program: Program): Command | undefined => known.get(program);
