/**
 * Brings one container of a Pod to life: its image, its configuration, the container itself, its postStart hook.
 * Stands for startContainer of pkg/kubelet/kuberuntime and GenerateRunContainerOptions.
 * Unlike Kubernetes: capabilities, seccomp, AppArmor, devices and sysctls are kept in the spec but change nothing.
 */
import type { Millis } from '../../sim/clock.ts';
import type { Computer } from '../../machine/computer.ts';
import type { Signal } from '../../machine/process.ts';
import { DEFAULT_PATH } from '../../machine/find.ts';
import type { Container as Spec, EphemeralContainer, Pod } from '../kinds/types.ts';
import { ConfigError, environmentOf } from './environment.ts';
import { expand } from './expand.ts';
import { pause, type Steps } from './fiber.ts';
import type { LocalImage, Recorder } from './image-store.ts';
import { runHook } from './handler.ts';
import { userOf } from './identity.ts';
import { namesOf } from './pod-files.ts';
import type { Container, ContainerConfig, Mount, Sandbox } from './runtime.ts';
import { between, type Station } from './station.ts';
import type { Reason } from './status.ts';
import type { PodVolumes } from './volumes.ts';

/** Milliseconds to create a container, and to start it. */
const CREATE: readonly [Millis, Millis] = [10, 20];
const START: readonly [Millis, Millis] = [65, 30];

/** What is known of the Pod while one of its containers is started. */
export interface Setting {
  readonly pod: Pod;
  readonly sandbox: Sandbox;
  readonly volumes: PodVolumes;
  /** /etc/hosts and the like. */
  readonly files: readonly Mount[];
  readonly podIP: string | undefined;
  /** The newest container of a name, whatever its state. */
  container(name: string): Container | undefined;
  recorder(container: Spec): Recorder;
  /** A container was made; keep it. */
  keep(container: Container): void;
  /** Its main process runs: probes begin anew. */
  started(container: Container): void;
  /** Its main process has ended. */
  ended(container: Container): void;
  /** Ends a container whose postStart hook has failed. */
  kill(container: Container, message: string): Steps;
}

function configOf(station: Station, setting: Setting, spec: Spec, image: LocalImage, attempt: number): ContainerConfig {
  const { pod, sandbox, volumes, podIP } = setting;
  const own = environmentOf(station.client, pod, spec, station.host, podIP);
  const value = (name: string): string | undefined => own.get(name);
  const user = userOf(pod, spec, image.image);
  const env = new Map([['PATH', DEFAULT_PATH], ...Object.entries(image.image.env ?? {}), ['HOSTNAME', sandbox.hostname], ...own]);
  if (spec.tty) env.set('TERM', env.get('TERM') ?? 'xterm');
  if (!env.has('HOME')) env.set('HOME', user.home);
  const target = (spec as EphemeralContainer).targetContainerName;
  const targeted = target === undefined ? undefined : setting.container(target);
  if (target !== undefined && targeted?.state !== 'running') throw new ConfigError(`unable to find target container ${target}`);
  const processesOf: Computer | undefined = pod.spec?.hostPID ? station.machine : (sandbox.pause ?? targeted?.machine);
  return {
    name: spec.name!, attempt, requested: spec.image ?? '', image: image.image, reference: image.reference, imageRef: image.imageRef,
    command: spec.command?.map((word) => expand(word, value)),
    args: spec.args?.map((word) => expand(word, value)),
    env, workingDir: spec.workingDir, user, groups: user.groups,
    mounts: [...setting.files, ...volumes.mounts(spec, own)],
    readOnlyRoot: spec.securityContext?.readOnlyRootFilesystem === true,
    stdin: spec.stdin === true, tty: spec.tty === true,
    stopSignal: ((spec.lifecycle as { stopSignal?: string } | undefined)?.stopSignal ?? image.image.stopSignal ?? 'SIGTERM') as Signal,
    messagePath: spec.terminationMessagePath ?? '/dev/termination-log',
    messageFromLog: spec.terminationMessagePolicy === 'FallbackToLogsOnError',
    processesOf,
  };
}

/** Starts a container; returns why that failed, if it did. `key` is the fiber's. */
export function* startContainer(station: Station, key: string, setting: Setting, spec: Spec): Steps<Reason | undefined> {
  const { agenda, random, images, runtime, fibers } = station;
  const { pod, sandbox } = setting;
  const record = setting.recorder(spec);
  const now = (): Millis => agenda.now;
  const fail = (reason: string, message: string): Reason => {
    record('Warning', 'Failed', `Error: ${message}`);
    return { reason, message };
  };
  const policy = spec.imagePullPolicy ?? 'IfNotPresent';
  const image = yield* images.ensure(spec.image ?? '', policy, pod.metadata.uid!, record, () => fibers.poke(key));
  if ('reason' in image) {
    record('Warning', 'Failed', `Error: ${image.reason}`);
    return image;
  }
  station.note('pull', pod, { container: spec.name, image: image.reference });
  const last = setting.container(spec.name!);
  let config: ContainerConfig;
  try {
    config = configOf(station, setting, spec, image, last ? last.attempt + 1 : 0);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return fail('CreateContainerConfigError', error.message);
  }
  yield* pause(now, between(random, ...CREATE));
  if (!config.command && !config.args && !image.image.entrypoint && !image.image.cmd) {
    return fail('CreateContainerError', `failed to generate container "${runtime.newId()}" spec: failed to generate spec: no command specified`);
  }
  const container = runtime.create(sandbox, config);
  setting.keep(container);
  record('Normal', 'Created', 'Container created');
  station.note('create', pod, { container: spec.name, id: container.id, attempt: container.attempt });
  yield* pause(now, between(random, ...START));
  const failed = runtime.start(container, () => setting.ended(container));
  if (failed !== undefined) return fail('RunContainerError', failed);
  setting.started(container);
  record('Normal', 'Started', 'Container started');
  station.note('start', pod, { container: spec.name, id: container.id, command: container.main?.args ?? [] });
  const hook = spec.lifecycle?.postStart;
  if (!hook) return undefined;
  const message = yield* runHook(station, key, hook, pod, spec, container, setting.podIP ?? station.address);
  if (message === undefined) return undefined;
  record('Warning', 'FailedPostStartHook', 'PostStartHook failed');
  yield* setting.kill(container, 'FailedPostStartHook');
  return { reason: 'PostStartHookError', message };
}

/** The hostname that a Pod's sandbox gets. */
export const hostnameOf = (station: Station, pod: Pod): string => namesOf(pod, station.names()).hostname;
