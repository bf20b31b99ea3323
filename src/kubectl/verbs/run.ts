/**
 * kubectl run: one Pod from an image, perhaps attached to, perhaps with a Service.
 * Stands for k8s.io/kubectl/pkg/cmd/run.
 */
import type { KubeObject } from '../../kube/api/wire.ts';
import type { Running } from '../../machine/process.ts';
import type { Kubectl, Verb } from '../command.ts';
import { cascade, deleteOptions } from '../deletion.ts';
import { CliError, isNotFound } from '../errors.ts';
import { DRY_RUN, FILES, PRINT, RECORD, SAVE, flags, manager } from '../flags.ts';
import { quote } from '../go.ts';
import { RUN_ATTACHED } from '../late.ts';
import { done, dryRun, type DryRun } from '../modes.ts';
import type { Pod } from '../pods/containers.ts';
import { printerFor } from '../print/printer.ts';
import { known, type Info } from '../resources.ts';
import { Writer } from '../write.ts';
import { printDeleted } from './delete.ts';
import { OVERRIDES, createMade, envNameErrors, overridden, parseLabels, parsePairs, portNumber, serviceObject } from './generate.ts';

const DOMAIN = '(?:(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])(?:\\.(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9]))*|\\[[a-fA-F0-9:]+\\])(?::[0-9]+)?';
const COMPONENT = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
/** An image reference as Docker reads it. */
export const REFERENCE = new RegExp(`^(?:${DOMAIN}/)?${COMPONENT}(?:/${COMPONENT})*(?::\\w[\\w.-]{0,127})?(?:@[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,})?$`);

function environment(list: readonly string[]): { readonly name: string; readonly value: string }[] {
  return list.map((text) => {
    const at = text.indexOf('=');
    if (at <= 0 || envNameErrors(text.slice(0, at)).length) throw new CliError(`invalid env: ${text}`);
    const value = text.slice(at + 1);
    return { name: text.slice(0, at), ...(value !== '' && { value }) } as { readonly name: string; readonly value: string };
  });
}

/** The Pod in the order of Go's structs. Throws CliError. */
function podObject(k: Kubectl, name: string, restart: string): KubeObject {
  const { flags: f, args } = k;
  const env = environment(f.list('env'));
  const annotations = parsePairs(f.list('annotations'), 'annotations').pairs;
  const labels = f.text('labels') ? parseLabels(f.text('labels')) : { run: name };
  const rest = args.slice(1);
  const stdin = f.on('stdin');
  const container = {
    name, image: f.text('image'),
    ...(rest.length && { [f.on('command') ? 'command' : 'args']: rest }),
    ...(f.text('port') && { ports: [{ containerPort: portNumber(f.text('port')) }] }),
    ...(env.length && { env }),
    resources: {},
    ...(f.text('image-pull-policy') && { imagePullPolicy: f.text('image-pull-policy') }),
    ...(f.on('privileged') && { securityContext: { privileged: true } }),
    ...(stdin && { stdin: true, ...(!f.on('leave-stdin-open') && { stdinOnce: true }) }),
    ...(f.on('tty') && { tty: true }),
  };
  return {
    kind: 'Pod', apiVersion: 'v1', metadata: { name, labels, ...(Object.keys(annotations).length && { annotations }) },
    spec: { containers: [container], restartPolicy: restart, dnsPolicy: 'ClusterFirst' },
    status: {},
  };
}

/** The rules between flags and arguments. Throws CliError. */
function check(k: Kubectl, attached: boolean): void {
  const { flags: f, args } = k;
  if (args.length === 0 || f.dash === 0) throw k.usage('NAME is required for run');
  if (f.number('pod-running-timeout') <= 0) throw k.usage('--pod-running-timeout must be higher than zero');
  const image = f.text('image');
  if (image === '') throw new CliError('--image is required');
  if (!REFERENCE.test(image)) throw new CliError(`Invalid image name ${quote(image)}: invalid reference format`);
  if (f.on('tty') && !f.on('stdin')) throw k.usage('-i/--stdin is required for containers with -t/--tty=true');
  if (f.on('expose') && f.text('port') === '') throw k.usage('--port must be set when exposing a service');
  void k.namespace;
  if (!['', 'Always', 'OnFailure', 'Never'].includes(f.text('restart'))) throw k.usage(`invalid restart policy: ${f.text('restart')}`);
  if (!attached && f.on('rm')) throw k.usage('--rm should only be used for attached containers');
  if (attached && dryRun(k) !== 'none') throw k.usage("--dry-run=[server|client] can't be used with attached containers options (--attach, --stdin, or --tty)");
  if (!['', 'Always', 'IfNotPresent', 'Never'].includes(f.text('image-pull-policy'))) throw k.usage(`invalid image pull policy: ${f.text('image-pull-policy')}`);
  if (args[0] === '') throw new CliError('Parameter: name is required');
}

/** --expose: a Service of the same name. */
function* exposed(k: Kubectl, name: string, mode: DryRun): Running<KubeObject> {
  const labels = k.flags.text('labels') ? parseLabels(k.flags.text('labels')) : undefined;
  const port = portNumber(k.flags.text('port'));
  return yield* createMade(k, serviceObject({ name, ...(labels && { labels }), selector: labels ?? { run: name }, ports: [{ protocol: 'TCP', port, targetPort: port }] }), '', 'Service', 'v1', mode);
}

/** --rm: deletes what was made, without waiting. */
function* removeAll(k: Kubectl, made: readonly Info[], policy: string): Running<void> {
  const writer = new Writer(k, {});
  for (const info of made) {
    try {
      yield* writer.remove(info, deleteOptions(policy, -1));
      if (!k.flags.on('quiet')) printDeleted(k, info, 'none', -1, '');
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }
}

export const run: Verb = {
  name: 'run',
  use: 'NAME --image=image [--env="key=value"] [--port=port] [--dry-run=server|client] [--overrides=inline-json] [--command] -- [COMMAND] [args...]',
  flags: [
    ...FILES, ...PRINT, ...RECORD, ...DRY_RUN, ...SAVE, ...OVERRIDES, ...manager('kubectl-run'),
    ...flags("cascade='background'?background", 'force=false', 'grace-period=-1', 'timeout=0s', 'wait=false', 'annotations=[]:array', "image=''!", "image-pull-policy=''", 'rm=false', 'env=[]:array', "port=''", "l labels=''", 'i stdin=false',
      't tty=false', 'attach=false', 'leave-stdin-open=false', "restart='Always'", 'command=false', 'expose=false', 'q quiet=false', 'privileged=false', "detach-keys='ctrl-p,ctrl-q'", 'pod-running-timeout=1m0s'),
  ],
  complete: 'none',
  *run(k) {
    const { flags: f } = k;
    const mode = dryRun(k);
    const attached = f.changed('attach') ? f.on('attach') : f.on('stdin');
    const printer = yield* printerFor(k, { operation: done('created', mode), ordered: true });
    const policy = cascade(k);
    check(k, attached);
    const name = k.args[0]!;
    const restart = f.text('restart') || (f.on('stdin') ? 'OnFailure' : 'Always');
    const pod = yield* createMade(k, overridden(k, podObject(k, name, restart)), '', 'Pod', 'v1', mode);
    const made: KubeObject[] = [pod];
    let unmade: Error | undefined;
    if (f.on('expose')) {
      try {
        const service = yield* exposed(k, name, mode);
        made.push(service);
        k.out(printer.print(service));
        if (f.text('output') === 'yaml') k.out('---\n');
      } catch (error) {
        if (!known(error)) throw error;
        unmade = error;
      }
    }
    if (!attached) {
      k.out(printer.print(pod));
      if (unmade) throw unmade;
      return;
    }
    let failure: unknown;
    try {
      yield* (yield* k.p.need(RUN_ATTACHED))(k, pod as Pod, restart);
    } catch (error) {
      failure = error;
    }
    if (f.on('rm')) {
      const infos = made.map((object): Info => ({ mapping: { group: '', version: 'v1', resource: `${object.kind.toLowerCase()}s`, kind: object.kind, namespaced: true }, namespace: object.metadata.namespace!, name: object.metadata.name, version: '' }));
      yield* removeAll(k, infos, policy);
    }
    if (failure !== undefined) throw failure;
  },
};
