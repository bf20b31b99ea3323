/**
 * Our kubectl as a program of this computer, for any kubeconfig: `npm run -s kubectl -- ARGS…`. Node only.
 * Its process is made of Node's files, streams and HTTP instead of a simulated machine's.
 * Unlike kubectl: exec, attach, cp, port-forward and proxy need a simulated machine.
 */
import '../kubectl/everything.ts';
import { kubectl } from '../kubectl/kubectl.ts';
import { runHere } from './host-process.ts';

process.exitCode = await runHere(kubectl.main, ['kubectl', ...process.argv.slice(2)]);
