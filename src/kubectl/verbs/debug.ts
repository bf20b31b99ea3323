/**
 * kubectl debug: an ephemeral container, a copy of a Pod, or a Pod on a node to look around in.
 * Stands for k8s.io/kubectl/pkg/cmd/debug.
 */
import type { KubeObject } from '../../kube/api/wire.ts';
import type { Running } from '../../machine/process.ts';
import { printWarning } from '../client.ts';
import type { Kubectl, Verb } from '../command.ts';
import { kindText } from '../discovery.ts';
import { CliError, isReason } from '../errors.ts';
import { flags } from '../flags.ts';
import { quote, type Rec } from '../go.ts';
import { goFileError } from '../kubeconfig.ts';
import { applyStrategic } from '../patch/strategic-merge.ts';
import { twoWay } from '../patch/strategic-diff.ts';
import { containerNamed, type Container, type ContainerStatus, type Pod } from '../pods/containers.ts';
import { printLogs } from '../pods/logs.ts';
import { find, known, type Info } from '../resources.ts';
import { Writer } from '../write.ts';
import { parseYaml } from '../yaml/parse.ts';
import { YamlError } from '../yaml/scan.ts';
import { attachTo } from './attach.ts';
import { PROFILES, applyProfile, type Style } from './debug/profiles.ts';
import { REFERENCE } from './run.ts';
import { waitForPod } from './run-attached.ts';

/** What the command line asks for. */
interface Debug {
  readonly k: Kubectl;
  readonly command: readonly string[];
  readonly images: Readonly<Record<string, string>>;
  readonly custom: Rec | undefined;
}

const pairs = (list: readonly string[]): Record<string, string> => Object.fromEntries(list.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]));

/** --custom. Throws CliError. */
function customProfile(k: Kubectl): Rec | undefined {
  const file = k.flags.text('custom');
  if (!file) return undefined;
  let text: string;
  try {
    text = k.p.files.read(file);
  } catch (error) {
    throw new CliError(`must pass a container spec json file for custom profile: ${goFileError(error, 'open', file).message}`);
  }
  try {
    return parseYaml(text) as Rec;
  } catch (error) {
    if (error instanceof YamlError) throw new CliError(`${file} does not contain a valid container spec: ${error.message}`);
    throw error;
  }
}

/** The rules between flags. Throws CliError. */
function check({ k, command, images, custom }: Debug, names: readonly string[], attach: boolean): void {
  const { flags: f } = k;
  const [image, container, copy] = [f.text('image'), f.text('container'), f.text('copy-to')];
  const imageError = (text: string, of = ''): CliError => new CliError(`invalid image name ${quote(text)}${of}: invalid reference format`);
  if (attach && f.changed('attach') && !image && !container) throw new CliError('you must specify --container or create a new container using --image in order to attach.');
  if (copy) {
    if (!image && Object.keys(images).length === 0 && command.length === 0) throw new CliError('you must specify --image, --set-image or command arguments.');
    if (command.length && !container && !image) throw new CliError('you must specify an existing container or a new image when specifying args.');
  } else {
    for (const flag of ['replace', 'same-node']) if (f.on(flag)) throw new CliError(`--${flag} may only be used with --copy-to.`);
    if (Object.keys(images).length) throw new CliError('--set-image may only be used with --copy-to.');
    if (!image) throw new CliError('you must specify --image when not using --copy-to.');
  }
  if (image && !REFERENCE.test(image)) throw imageError(image);
  if (names.length === 0 && f.list('filename').length === 0) throw new CliError('NAME or filename is required for debug');
  if (!['', 'Always', 'IfNotPresent', 'Never'].includes(f.text('image-pull-policy'))) throw new CliError(`invalid image pull policy: ${f.text('image-pull-policy')}`);
  for (const [name, text] of Object.entries(images)) if (!REFERENCE.test(text)) throw imageError(text, ` for container ${quote(name)}`);
  const target = f.text('target');
  if (target && copy) throw new CliError('--target is incompatible with --copy-to. Use --share-processes instead.');
  if (target && !f.on('quiet')) k.out(`Targeting container ${quote(target)}. If you don't see processes from this container it may be because the container runtime doesn't support this feature.\n`);
  if (f.on('tty') && !f.on('stdin')) throw new CliError('-i/--stdin is required for containers with -t/--tty=true');
  if (custom && ['name', 'command', 'image', 'lifecycle', 'volumeDevices'].some((field) => custom[field] !== undefined)) throw new CliError('name, command, image, lifecycle and volume devices are not modifiable via custom profile');
  if (f.text('profile') === 'legacy') k.err('--profile=legacy is deprecated and planned to be removed in v1.39. It is recommended to specify other profile, for example "--profile=general".\n');
}

/** A container from the flags. */
function newContainer({ k, command }: Debug, name: string): Container {
  const { flags: f } = k;
  const env = Object.entries(pairs(f.list('env'))).map(([key, value]) => ({ name: key, value }));
  return {
    name, image: f.text('image'), ...(command.length && { [f.on('arguments-only') ? 'args' : 'command']: command }), ...(env.length && { env }), resources: {}, terminationMessagePolicy: 'File',
    ...(f.text('image-pull-policy') && { imagePullPolicy: f.text('image-pull-policy') }), ...(f.on('stdin') && { stdin: true }), ...(f.on('tty') && { tty: true }),
  };
}

function nameFor(k: Kubectl, pod: Pod): string {
  const given = k.flags.text('container');
  if (given) return given;
  let name: string;
  do name = `debugger-${k.p.random.letters(5)}`;
  while (containerNamed(pod, name));
  if (!k.flags.on('quiet')) k.out(`Defaulting debug container name to ${name}.\n`);
  return name;
}

const GROUPS = ['containers', 'initContainers', 'ephemeralContainers'] as const;

/** The Pod with what --custom says about one of its containers. */
function customised(pod: Pod, name: string, custom: Rec | undefined): Pod {
  if (!custom) return pod;
  const spec: Record<string, unknown> = { ...pod.spec };
  for (const group of GROUPS) {
    const list = spec[group] as readonly Container[] | undefined;
    const one = list?.find((c) => c.name === name);
    if (!one) continue;
    const whole = applyStrategic({ spec: { containers: [one] } }, { spec: { containers: [{ ...custom, name }] } }, 'Pod') as { readonly spec: { readonly containers: readonly Container[] } };
    spec[group] = list!.map((c) => (c.name === name ? whole.spec.containers[0]! : c));
  }
  return { ...pod, spec: spec as Pod['spec'] };
}

function finished(debug: Debug, pod: Pod, name: string, style: Style): Pod {
  return customised(applyProfile(debug.k.flags, pod, name, style), name, debug.custom);
}

/** A word of warning about capabilities that another user cannot use. */
function warnAboutUser(k: Kubectl, pod: Pod, name: string): void {
  const user = (pod.spec['securityContext'] as { readonly runAsUser?: number } | undefined)?.runAsUser;
  const own = containerNamed(pod, name)?.['securityContext'] as { readonly runAsUser?: number; readonly privileged?: boolean; readonly capabilities?: { readonly add?: readonly string[] } } | undefined;
  if (!user || !own || own.runAsUser === 0 || (!own.privileged && !own.capabilities?.add?.length)) return;
  k.err('Warning: Non-root user is configured for the entire target Pod, and some capabilities granted by debug profile may not work. Please consider using "--custom" with a custom profile that specifies "securityContext.runAsUser: 0".\n');
}

type Made = readonly [pod: Pod, container: string];

function* ephemeral(debug: Debug, info: Info): Running<Made> {
  const { k } = debug;
  const pod = info.object as Pod;
  const name = nameFor(k, pod);
  const target = k.flags.text('target');
  const container: Container = { ...newContainer(debug, name), ...(target && { targetContainerName: target }) };
  const after = finished(debug, { ...pod, spec: { ...pod.spec, ephemeralContainers: [...(pod.spec.ephemeralContainers ?? []), container] } }, name, 'ephemeral');
  warnAboutUser(k, after, name);
  try {
    return [(yield* new Writer(k, { subresource: 'ephemeralcontainers' }).patch(info, 'strategic', twoWay(pod, after, 'Pod'))) as Pod, name];
  } catch (error) {
    if (isReason(error, 'NotFound') && !(error as { readonly status?: { readonly details?: { readonly name?: string } } }).status?.details?.name) throw new CliError(`ephemeral containers are disabled for this cluster (error from server: ${quote((error as Error).message)})`);
    throw error;
  }
}

/** --copy-to. */
function* copied(debug: Debug, info: Info): Running<Made> {
  const { k, images, command } = debug;
  const { flags: f } = k;
  const pod = info.object as Pod;
  const { namespace, annotations, labels } = pod.metadata;
  const { ephemeralContainers: _, nodeName, shareProcessNamespace, ...rest } = pod.spec;
  let spec: Pod['spec'] = {
    ...rest, ...(f.on('same-node') && nodeName && { nodeName }),
    ...(f.changed('share-processes') ? { shareProcessNamespace: f.on('share-processes') } : shareProcessNamespace !== undefined && { shareProcessNamespace }),
    containers: rest.containers.map((c) => ({ ...c, ...((images[c.name] ?? images['*']) && { image: images[c.name] ?? images['*']! }) })),
  };
  const copy = (): Pod => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name: f.text('copy-to'), namespace: namespace!, ...(labels && { labels }), ...(annotations && { annotations }) }, spec });
  let name = f.text('container');
  let result: Pod;
  if (!containerNamed(copy(), name) && !f.text('image')) {
    if (Object.keys(images).length === 0) throw new CliError('you must specify image when creating new container');
    result = copy();
    name = '';
  } else {
    const there = containerNamed(copy(), name);
    if (!there) name ||= nameFor(k, copy());
    const wanted = newContainer(debug, name);
    const { image, resources: __, terminationMessagePolicy, ...own } = wanted;
    const { stdin: _in, tty: _tty, ...before } = there ?? { name, resources: {}, terminationMessagePolicy };
    if (command.length && !f.on('arguments-only')) delete (before as { args?: unknown }).args;
    const container: Container = { ...before, ...own, ...(image && { image }), name };
    spec = there ? { ...spec, ...Object.fromEntries(GROUPS.map((group) => [group, (spec[group] as readonly Container[] | undefined)?.map((c) => (c.name === name ? container : c))]).filter(([, list]) => list)) } : { ...spec, containers: [...spec.containers, container] };
    result = finished(debug, copy(), name, 'copy');
    warnAboutUser(k, result, name);
  }
  const writer = new Writer(k, {});
  const created = (yield* writer.create({ mapping: info.mapping, namespace: namespace! }, result)) as Pod;
  if (f.on('replace')) yield* writer.remove(info, { gracePeriodSeconds: 0 });
  return [created, name];
}

function* onNode(debug: Debug, info: Info): Running<Made> {
  const { k } = debug;
  const name = k.flags.text('container') || 'debugger';
  const pod = `node-debugger-${info.name}-${k.p.random.letters(5)}`;
  if (!k.flags.on('quiet')) k.out(`Creating debugging pod ${pod} with container ${name} on node ${info.name}.\n`);
  const object: Pod = {
    apiVersion: 'v1', kind: 'Pod', metadata: { name: pod, labels: { 'app.kubernetes.io/managed-by': 'kubectl-debug' } },
    spec: { containers: [newContainer(debug, name)], restartPolicy: 'Never', nodeName: info.name, tolerations: [{ operator: 'Exists' }] },
  };
  const mapping = { group: '', version: 'v1', resource: 'pods', kind: 'Pod', namespaced: true };
  const created = (yield* new Writer(k, {}).create({ mapping, namespace: k.namespace.name }, finished(debug, object, name, 'node'))) as Pod;
  return [created, created.spec.containers[0]!.name];
}

const statusOf = (pod: Pod, name: string): ContainerStatus | undefined => [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? []), ...(pod.status?.ephemeralContainerStatuses ?? [])].find((one) => one.name === name);

/** Waits for the container and attaches; shows its log when it has ended. */
function* attachWhenUp(k: Kubectl, made: KubeObject, name: string): Running<void> {
  const { flags: f } = k;
  const { namespace = '', name: podName } = made.metadata;
  const pod = yield* waitForPod(k, namespace, podName, Infinity, (one) => {
    const state = statusOf(one, name)?.state;
    const message = state?.waiting?.message;
    if (message && !f.on('quiet')) printWarning(k.p, `container ${name}: ${message}`);
    return state?.running !== undefined || state?.terminated !== undefined;
  });
  const logs = (): Running<void> => printLogs(k, [{ pod: podName, namespace, container: name }], { query: {}, follow: false, prefix: false, ignoreErrors: false, timeout: 0 });
  if (statusOf(pod, name)?.state?.terminated) return yield* logs();
  try {
    yield* attachTo(k, pod, containerNamed(pod, name)!, { stdin: f.on('stdin'), tty: f.on('tty'), quiet: f.on('quiet'), detachKeys: '', command: 'kubectl attach' });
  } catch (error) {
    if (!known(error)) throw error;
    k.err(`warning: couldn't attach to pod/${podName}, falling back to streaming logs: ${error.message}\n`);
    yield* logs();
  }
}

export const debug: Verb = {
  name: 'debug',
  use: '(POD | TYPE[[.VERSION].GROUP]/NAME) [ -- COMMAND [args...] ]',
  flags: flags('f filename=[]', 'arguments-only=false', 'attach=false', "c container=''", "copy-to=''", 'replace=false', 'env=[]:map', "image=''", 'keep-labels=false', 'keep-annotations=false', 'keep-liveness=false', 'keep-readiness=false',
    'keep-startup=false', 'keep-init-containers=true', 'set-image=[]:map', "image-pull-policy=''", 'i stdin=false', 'q quiet=false', 'same-node=false', 'share-processes=true', "target=''", 't tty=false', "profile='general'", "custom=''"),
  complete: 'pods',
  *run(k) {
    const { flags: f } = k;
    const names = f.dash >= 0 && k.args.length > f.dash ? k.args.slice(0, f.dash) : k.args;
    const attach = f.changed('attach') ? f.on('attach') : f.on('stdin');
    const { name: namespace, explicit } = k.namespace;
    if (!PROFILES.includes(f.text('profile'))) throw new CliError(`unknown profile: ${f.text('profile')}`);
    const given: Debug = { k, command: f.dash >= 0 ? k.args.slice(f.dash) : [], images: pairs(f.list('set-image')), custom: customProfile(k) };
    void k.client.target;
    check(given, names, attach);
    const args = names.length && !names.some((name) => name.includes('/')) ? ['pods', ...names] : names;
    const found = yield* find(k, { namespace, enforce: explicit, files: f.list('filename'), args });
    yield* found.each(function* (info) {
      const kind = info.object!.kind;
      if (kind !== 'Node' && kind !== 'Pod') throw new CliError(`${quote(kindText(info.mapping))} not supported by debug`);
      const [pod, container] = yield* (kind === 'Node' ? onNode(given, info) : f.text('copy-to') ? copied(given, info) : ephemeral(given, info));
      if (attach && container) yield* attachWhenUp(k, pod, container);
    });
  },
};
