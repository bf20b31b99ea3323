/** Loads every late piece of the engine at once: for Node, where nothing has to come over a network. */
import { loadAll } from '../machine/commands/everything.ts';

loadAll();
