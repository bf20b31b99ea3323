/** The shells of a machine, for images and machines to install. */
import type { Command } from '../process.ts';
import { su, sudo } from '../login.ts';
import { ssh } from '../ssh.ts';
import { bash, sh } from './main.ts';

export { ash, bash, sh, shell } from './main.ts';
export type { ShellOptions } from './main.ts';
export { BUILTINS } from './builtins/index.ts';
export { commandFor, installCommands } from '../install.ts';

/** The shells as commands, with what changes users and machines: what a Debian machine has besides the catalogue of commands. */
export const shells: readonly Command[] = [
  { name: 'bash', summary: 'GNU Bourne-Again shell', main: bash },
  { name: 'dash', summary: 'POSIX shell', main: sh },
  { name: 'sh', summary: 'POSIX shell', main: sh },
  ssh, su, sudo,
];
