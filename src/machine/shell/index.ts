/** The shells of a machine, for images and machines to install. */
export { ash, bash, sh, shell } from './main.ts';
export type { ShellOptions } from './main.ts';
export { BUILTINS } from './builtins/index.ts';
export { commandFor, installCommands } from '../install.ts';
