/**
 * One Pod on one node: what is to be, what is there, and the status that says so.
 * Stands for the pod manager's, the status manager's and the reason cache's entries about a Pod.
 */
import { rfc3339 } from '../../sim/date.ts';
import { bindTree, newTree } from '../../machine/tree.ts';
import { alike } from '../control/alike.ts';
import { ApiError } from '../control/controller.ts';
import type { Container as Spec, ContainerStatus, Pod, PodStatus } from '../kinds/types.ts';
import { Backoff } from './backoff.ts';
import { conditionsOf, ownCondition } from './conditions.ts';
import type { Recorder } from './image-store.ts';
import { hostsFile, namesOf, resolvFile } from './pod-files.ts';
import { Prober } from './prober.ts';
import type { VolumeSurroundings } from './projected.ts';
import type { Container, Mount, Sandbox } from './runtime.ts';
import type { SeenPod } from './seen.ts';
import { aboutPod, type Station } from './station.ts';
import { statusFor, type Reason } from './status.ts';
import { PodVolumes } from './volumes.ts';

const NO_REASONS: ReadonlyMap<string, Reason> = new Map();

const terminal = (phase: string | undefined): boolean => phase === 'Succeeded' || phase === 'Failed';

export class PodState {
  readonly station: Station;
  readonly uid: string;
  /** From a file on the node, not from the API. */
  readonly isStatic: boolean;
  /** What is to be. */
  pod: Pod;
  /** Of a static Pod: its image in the API. */
  mirror: Pod | undefined;
  sandbox: Sandbox | undefined;
  sandboxes = 0;
  /** Newest first; of each name at most one that has ended. */
  containers: Container[] = [];
  readonly volumes: PodVolumes;
  readonly prober: Prober;
  /** Why containers could not be started the last time, by name. */
  reasons: ReadonlyMap<string, Reason> = NO_REASONS;
  /** The status that was made last. */
  status: PodStatus | undefined;
  /** Nothing runs any more and nothing will: a terminal phase may be told. */
  stopped = false;
  /** The status that the API is about to show is our own. */
  private writing = false;
  private backoffs: Map<string, Backoff> | undefined;
  private files: readonly Mount[] | undefined;
  private addresses: readonly string[] = [];
  /** Called when a result of a probe means that the Pod is to be looked at. */
  private readonly attention: () => void;

  constructor(station: Station, pod: Pod, isStatic: boolean, attention: () => void) {
    this.station = station;
    this.pod = pod;
    this.uid = pod.metadata.uid!;
    this.isStatic = isStatic;
    this.attention = attention;
    this.volumes = new PodVolumes(station.machine, station.epoch);
    const state = this;
    this.prober = new Prober(station, {
      get pod() {
        return state.pod;
      },
      get podIP() {
        return state.podIP ?? station.address;
      },
      container: (name) => this.running(name),
      recorder: (spec) => this.recorder(spec),
      changed: () => this.probed(),
    });
  }

  get podIP(): string | undefined {
    return this.pod.spec?.hostNetwork ? this.station.address : (this.addresses[0] ?? this.status?.podIP);
  }

  get seen(): SeenPod {
    if (this.sandbox?.ready && this.sandbox.address !== '') this.addresses = [this.sandbox.address];
    return { ...(this.sandbox && { sandbox: this.sandbox }), addresses: this.addresses, containers: this.containers };
  }

  get surroundings(): VolumeSurroundings {
    return { client: this.station.client, host: this.station.host, podIP: this.podIP };
  }

  /** The newest container of a name. */
  latest(name: string | undefined): Container | undefined {
    return this.containers.find((c) => c.name === name);
  }

  running(name: string): Container | undefined {
    return this.containers.find((c) => c.name === name && c.state === 'running');
  }

  /** The spec of a container by its name. */
  spec(name: string): Spec | undefined {
    const { containers = [], initContainers = [], ephemeralContainers = [] } = this.pod.spec ?? {};
    return [...containers, ...initContainers, ...(ephemeralContainers as readonly Spec[])].find((c) => c.name === name);
  }

  /** Keeps why a container could not be started, or that it could. */
  setReason(name: string, reason: Reason | undefined): void {
    if (!reason && !this.reasons.has(name)) return;
    const reasons = new Map(this.reasons);
    if (reason) reasons.set(name, reason);
    else reasons.delete(name);
    this.reasons = reasons;
  }

  /** The pauses between starts of a container; another image begins anew. */
  backoff(spec: Spec): Backoff {
    this.backoffs ??= new Map();
    const key = `${spec.name} ${spec.image}`;
    let backoff = this.backoffs.get(key);
    if (!backoff) this.backoffs.set(key, (backoff = new Backoff()));
    return backoff;
  }

  /** Forgets all but one ended container of each name, and their logs with them. */
  prune(): void {
    const ended = new Set<string>();
    this.containers = this.containers.filter((c) => {
      if (c.state !== 'exited' || !ended.has(c.name)) {
        if (c.state === 'exited') ended.add(c.name);
        return true;
      }
      this.station.runtime.remove(c);
      return false;
    });
  }

  /** Writes Events about a container, or about the Pod itself. */
  recorder(spec?: Spec): Recorder {
    const { containers = [], initContainers = [] } = this.pod.spec ?? {};
    const among = (all: readonly Spec[]): boolean => all.some((c) => c.name === spec?.name);
    const list = !spec ? '' : among(containers) ? 'containers' : among(initContainers) ? 'initContainers' : 'ephemeralContainers';
    return (type, reason, message) => {
      this.quietly(() => this.station.client.event(this.pod, type, reason, message, spec && `spec.${list}{${spec.name}}`));
    };
  }

  /** /etc/hosts, /etc/hostname and /etc/resolv.conf of this Pod, made once per sandbox. */
  podFiles(): readonly Mount[] {
    if (this.files) return this.files;
    const names = this.station.names();
    const tree = newTree({ source: '/dev/sda1', type: 'ext4', time: () => this.station.agenda.now });
    const { files } = tree;
    files.write('/hosts', hostsFile(this.pod, names, this.sandbox?.address ?? ''), 0o644);
    files.write('/hostname', `${namesOf(this.pod, names).hostname}\n`, 0o644);
    files.write('/resolv.conf', resolvFile(this.pod, names), 0o644);
    return (this.files = ['hosts', 'hostname', 'resolv.conf'].map((name) => ({ path: `/etc/${name}`, tree: bindTree(files, `/${name}`), readOnly: false })));
  }

  /** Another sandbox: other files. */
  forgetFiles(): void {
    this.files = undefined;
  }

  /** Makes the status from what is there now. */
  makeStatus(final: boolean): PodStatus {
    const { station, prober } = this;
    return statusFor(this.pod, {
      seen: this.seen, old: this.status, reasons: this.reasons, terminal: final, isStatic: this.isStatic,
      started: (name, id) => prober.started(name, id),
      ready: (name, id) => prober.ready(name, id),
      hostIP: station.address, epoch: station.epoch, now: station.agenda.now,
    });
  }

  /** Keeps a status and tells the API, if it says something new. */
  setStatus(status: PodStatus): void {
    const same = this.status !== undefined && alike(this.status, status);
    this.status = status;
    if (!same) this.tell();
  }

  /** Writes the kept status to the API. A Pod that is not there any more needs none. */
  tell(): void {
    const { client } = this.station;
    const { namespace, name } = this.pod.metadata;
    const now = client.get<Pod>('pods', namespace, name);
    if (!now || !this.status || (this.isStatic ? !this.mirror || now.metadata.uid !== this.mirror.metadata.uid : now.metadata.uid !== this.uid)) return;
    let status: PodStatus = this.status;
    const before = now.status;
    // A Pod has not ended as long as something of it may run.
    if (terminal(status.phase) && !terminal(before?.phase) && !this.stopped) {
      const { reason: _, message: __, ...rest } = status;
      status = { ...rest, phase: before?.phase ?? 'Pending', ...(before?.reason && { reason: before.reason }), ...(before?.message && { message: before.message }) };
    }
    const keep = before?.nominatedNodeName ? { nominatedNodeName: before.nominatedNodeName } : {};
    if (alike(before, { ...status, ...keep })) return;
    this.writing = true;
    const sent = this.quietly(() => client.updateStatus({ ...now, status: { ...status, ...keep } }));
    this.writing = false;
    if (!sent) return this.station.resend(this);
    this.station.note('status', this.pod, { phase: status.phase, ready: status.conditions?.find((c) => c.type === 'Ready')?.status });
  }

  /** The API shows this status. If it is somebody else's work, ours follows before long. */
  shown(status: PodStatus | undefined): void {
    if (this.writing || !this.status || this.stopped) return;
    const own = (all: PodStatus | undefined) => all?.conditions?.filter((one) => ownCondition(one.type)).map((one) => one.status);
    if (!alike(own(status), own(this.status))) this.station.resend(this);
  }

  /** Only says that the sandbox is there, before any container is started. */
  sandboxReady(): void {
    if (!this.status) return;
    const stamp = rfc3339(this.station.epoch + this.station.agenda.now);
    const conditions = (this.status.conditions ?? []).map((c) =>
      c.type === 'PodReadyToStartContainers' && c.status !== 'True' ? { ...c, status: 'True', lastTransitionTime: stamp } : c);
    this.setStatus({ ...this.status, conditions });
  }

  /** Takes probes' results over into the kept status at once, without looking at anything else. */
  private probed(): void {
    const { status, prober } = this;
    if (status && !this.stopped) {
      const fresh = (s: ContainerStatus): ContainerStatus => {
        const id = s.containerID?.slice('containerd://'.length) ?? '';
        const spec = this.spec(s.name!);
        const once = (this.pod.spec?.initContainers ?? []).some((c) => c === spec) && spec?.restartPolicy !== 'Always';
        if (!s.state?.running || once) return s;
        const started = prober.started(s.name!, id);
        const ready = started && prober.ready(s.name!, id);
        return started === s.started && ready === s.ready ? s : { ...s, started, ready };
      };
      const containerStatuses = status.containerStatuses?.map(fresh);
      const initContainerStatuses = status.initContainerStatuses?.map(fresh);
      const stamp = rfc3339(this.station.epoch + this.station.agenda.now);
      const all = [...(initContainerStatuses ?? []), ...(containerStatuses ?? [])];
      const conditions = conditionsOf(this.pod, all, status.phase ?? 'Pending', this.sandbox?.ready === true, status.conditions ?? [], stamp);
      this.setStatus({ ...status, ...(containerStatuses && { containerStatuses }), ...(initContainerStatuses && { initContainerStatuses }), conditions });
    }
    this.attention();
  }

  /** Does something with the API, which may be away or refuse. */
  quietly(act: () => void): boolean {
    try {
      act();
      return true;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      return false;
    }
  }

  /** `pods/default/web`, for notes. */
  get about(): string {
    return aboutPod(this.pod);
  }
}
