/**
 * kubectl exec: a process in a container, with this terminal or these pipes as its streams.
 * Stands for k8s.io/kubectl/pkg/cmd/exec.
 */
import type { Verb } from '../command.ts';
import { CliError } from '../errors.ts';
import { flags } from '../flags.ts';
import { containerOf } from '../pods/containers.ts';
import { attachable } from '../pods/select.ts';
import { session, terminalFor } from '../pods/session.ts';
import { find } from '../resources.ts';

export const exec: Verb = {
  name: 'exec',
  use: '(POD | TYPE/NAME) [-c CONTAINER] [flags] -- COMMAND [args...]',
  flags: flags("c container=''", 'f filename=[]', 'pod-running-timeout=1m0s', 'q quiet=false', 'i stdin=false', 't tty=false'),
  complete: 'pods',
  *run(k) {
    const { args, flags: f } = k;
    const files = f.list('filename');
    const name = args.length && f.dash !== 0 ? args[0]! : '';
    if (f.dash < 0 && (args.length > 1 || (args.length && files.length))) throw k.usage('exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] instead');
    const command = f.dash >= 0 ? args.slice(f.dash) : [];
    if (!name && !files.length) throw new CliError('pod, type/name or --filename must be specified');
    if (!command.length) throw new CliError('you must specify at least one command for the container');
    const found = yield* find(k, { namespace: k.namespace.name, files, args: !name ? [] : name.includes('/') ? [name] : ['pods', name] });
    const pod = yield* attachable(k, (yield* found.all())[0]!.object!, f.number('pod-running-timeout'));
    const phase = pod.status?.phase ?? '';
    if (phase === 'Succeeded' || phase === 'Failed') throw new CliError(`cannot exec into a container in a completed pod; current phase is ${phase}`);
    const quiet = f.on('quiet');
    const container = containerOf(pod, f.text('container'), (text) => quiet || k.err(text));
    const stdin = f.on('stdin');
    const tty = terminalFor(k, stdin, f.on('tty'), quiet);
    yield* session(k, { pod, container: container.name, subresource: 'exec', command, stdin, ...(tty && { tty }) });
  },
};
