/**
 * kubectl attach: joins the main process of a container.
 * Stands for k8s.io/kubectl/pkg/cmd/attach.
 */
import type { Running } from '../../machine/process.ts';
import type { Kubectl, Verb } from '../command.ts';
import { CliError } from '../errors.ts';
import { flags } from '../flags.ts';
import { attachable } from '../pods/select.ts';
import { containerOf, type Container, type Pod } from '../pods/containers.ts';
import { session, terminalFor } from '../pods/session.ts';
import { find } from '../resources.ts';

export interface AttachOptions {
  readonly stdin: boolean;
  readonly tty: boolean;
  readonly quiet: boolean;
  readonly detachKeys: string;
  /** `kubectl attach`. */
  readonly command: string;
}

/** The container to attach to. Throws CliError. */
export const attachContainer = (k: Kubectl, pod: Pod, name: string, quiet: boolean): Container => containerOf(pod, name, (text) => quiet || k.err(text));

/** Attaches to a container until it ends. */
export function* attachTo(k: Kubectl, pod: Pod, container: Container, options: AttachOptions): Running<void> {
  const { stdin, quiet } = options;
  let wanted = options.tty;
  if (wanted && !container.tty) {
    wanted = false;
    if (!quiet) k.err(`error: Unable to use a TTY - container ${container.name} did not allocate one\n`);
  } else if (container.tty) wanted = true;
  const tty = terminalFor(k, stdin, wanted, quiet);
  if (!quiet) {
    k.err('All commands and output from this session will be recorded in container logs, including credentials and sensitive information passed through the command prompt.\n');
    k.err("If you don't see a command prompt, try pressing enter.\n");
  }
  yield* session(k, { pod, container: container.name, subresource: 'attach', stdin, ...(tty && { tty, detachKeys: options.detachKeys }) });
  if (quiet || !stdin || !tty) return;
  const again = `'${options.command} ${pod.metadata.name} -c ${container.name} -n ${pod.metadata.namespace} -i -t'`;
  const ephemeral = pod.spec.ephemeralContainers?.some((one) => one.name === container.name);
  k.out(ephemeral ? `Session ended, the ephemeral container will not be restarted but may be reattached using ${again} if it is still running\n` : `Session ended, resume using ${again} command\n`);
}

export const attach: Verb = {
  name: 'attach',
  use: '(POD | TYPE/NAME) -c CONTAINER',
  flags: flags('pod-running-timeout=1m0s', "c container=''", 'i stdin=false', 't tty=false', 'q quiet=false', "detach-keys='ctrl-p,ctrl-q'"),
  complete: 'pods',
  *run(k) {
    const { flags: f, args } = k;
    const { name: namespace } = k.namespace;
    void k.client.target;
    if (args.length === 0) throw new CliError('at least 1 argument is required for attach');
    if (args.length > 2) throw new CliError(`expected POD, TYPE/NAME, or TYPE NAME, (at most 2 arguments) saw ${args.length}: [${args.join(' ')}]`);
    const timeout = f.number('pod-running-timeout');
    if (timeout <= 0) throw new CliError('--pod-running-timeout must be higher than zero');
    const found = yield* find(k, { namespace, args: args.length === 2 || args[0]!.includes('/') ? args : ['pods', args[0]!] });
    const pod = yield* attachable(k, (yield* found.all())[0]!.object!, timeout);
    const phase = pod.status?.phase ?? '';
    if (phase === 'Succeeded' || phase === 'Failed') throw new CliError(`cannot attach a container in a completed pod; current phase is ${phase}`);
    let container: Container;
    try {
      container = attachContainer(k, pod, f.text('container'), f.on('quiet'));
    } catch (error) {
      if (error instanceof CliError) throw new CliError(`cannot attach to the container: ${error.message}`);
      throw error;
    }
    yield* attachTo(k, pod, container, { stdin: f.on('stdin'), tty: f.on('tty'), quiet: f.on('quiet'), detachKeys: f.text('detach-keys'), command: k.path });
  },
};
