/** Loads every late piece of the engine at once: for Node, where nothing has to come over a network. */
import '../kube/api/custom/index.ts';
import '../kube/api/openapi.ts';
import '../kube/kinds/checks.ts';
import '../images/late-programs.ts';
import '../kubectl/everything.ts';
import { loadAll } from '../machine/commands/everything.ts';

loadAll();
