/**
 * A Pod's sandbox: made with its network, and taken down. Stands for RunPodSandbox and StopPodSandbox with CNI.
 */
import type { Millis } from '../../sim/clock.ts';
import type { Program } from '../../machine/process.ts';
import { pause, type Steps } from './fiber.ts';
import { hostnameOf } from './start.ts';
import type { PodState } from './pod-state.ts';
import type { Protocol } from '../net/rules.ts';
import { between } from './station.ts';

const UP: readonly [Millis, Millis] = [110, 50];
const DOWN: readonly [Millis, Millis] = [130, 50];

/** The image that every sandbox is made from. */
export const PAUSE = 'registry.k8s.io/pause:3.10.2';

const idle: Program = function* (p) {
  let ended = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) p.trap(signal, () => (ended = true));
  while (!ended) yield;
  return 0;
};

/** Makes a sandbox; a text is why that failed. */
export function* startSandbox(state: PodState): Steps<string | undefined> {
  const { station, pod } = state;
  const { runtime, cni, images, random, agenda } = station;
  const attempt = state.sandboxes++;
  const id = runtime.newId();
  yield* pause(() => agenda.now, between(random, ...UP));
  const { namespace, name } = pod.metadata;
  const failed = (why: string): string => {
    state.recorder()('Warning', 'FailedCreatePodSandBox', `Failed to create pod sandbox: rpc error: code = Unknown desc = ${why}`);
    return why;
  };
  const pauseImage = images.find(PAUSE) ?? images.load(PAUSE);
  if (!pauseImage) return failed(`failed to start sandbox "${id}": failed to get sandbox image "${PAUSE}"`);
  let net = station.machine.net;
  let address = '';
  if (!pod.spec?.hostNetwork) {
    const ports = (pod.spec?.containers ?? []).flatMap((c) => c.ports ?? []).filter((p) => p.hostPort);
    const mappings = ports.map((p) => ({ hostPort: p.hostPort!, containerPort: p.containerPort!, protocol: (p.protocol ?? 'TCP') as Protocol }));
    const attached = cni.attach(id, `pod ${namespace}/${name}`, mappings);
    if (typeof attached === 'string') return failed(`failed to setup network for sandbox "${id}": ${attached}`);
    ({ net, address } = attached);
  }
  const shared = pod.spec?.shareProcessNamespace === true && !pod.spec.hostPID;
  state.sandbox = runtime.runSandbox({
    id, uid: state.uid, name, namespace: namespace!, attempt, net, address, hostname: hostnameOf(station, pod),
    shared, pauseImage: pauseImage.image.root(), pauseProgram: idle,
  });
  state.forgetFiles();
  station.note('create', pod, { sandbox: id, address });
  return undefined;
}

/** Takes the sandbox down; its containers have ended. */
export function* stopSandbox(state: PodState): Steps {
  const { sandbox, station } = state;
  if (!sandbox?.ready) return;
  yield* pause(() => station.agenda.now, between(station.random, ...DOWN));
  station.runtime.stopSandbox(sandbox);
  station.cni.detach(sandbox.id);
}
