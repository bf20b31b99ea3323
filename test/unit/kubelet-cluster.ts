/** A real cluster without a learner's machine, to look at kubelets, images and the network: the API server's answers, commands in containers. */
import { parseAllDocuments } from 'yaml';
import { createRegistry } from '../../src/images/index.ts';
import type { KubeObject, Request, Response, Status } from '../../src/kube/api/wire.ts';
import { createCluster, type Cluster } from '../../src/kube/cluster.ts';
import type { Pod } from '../../src/kube/kinds/types.ts';
import { pathOf } from '../../src/kube/control/client.ts';
import { resourceOf } from '../../src/kube/schema/schema.ts';
import { Kernel } from '../../src/machine/kernel.ts';
import type { Computer } from '../../src/machine/computer.ts';
import { sinkTo } from '../../src/machine/pipe.ts';
import { bash } from '../../src/machine/shell/index.ts';
import { Agenda } from '../../src/sim/clock.ts';
import { Trace } from '../../src/sim/trace.ts';
import '../../src/world/everything.ts';

const EPOCH = Date.UTC(2026, 10, 24, 10);
const ADMIN = { name: 'kubernetes-admin', groups: ['system:masters', 'system:authenticated'] };

/** What a command said. */
export interface Said {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number;
}

export class Bench {
  readonly agenda = new Agenda();
  readonly cluster: Cluster;

  constructor(nodes = 1, seed = 'bench') {
    const { agenda } = this;
    const trace = new Trace(() => agenda.now);
    const kernel = new Kernel({ agenda, epoch: EPOCH, seed });
    const names = Array.from({ length: nodes }, (_, i) => ({ name: `k8s-node${i + 1}` }));
    this.cluster = createCluster({ agenda, kernel, epoch: EPOCH, seed, trace, registry: createRegistry, nodes: names });
    agenda.run(40_000);
  }

  /** Lets time pass. */
  after(ms: number): this {
    this.agenda.run(this.agenda.now + ms);
    return this;
  }

  /** Lets time pass until something holds; throws when it does not within ten minutes. */
  until(holds: () => unknown, step = 100, limit = 600_000): this {
    const end = this.agenda.now + limit;
    while (!holds()) {
      if (this.agenda.now >= end) throw new Error(`it never holds: ${holds}`);
      this.after(step);
    }
    return this;
  }

  ask(method: Request['method'], path: string, body?: unknown, query?: Request['query']): Response {
    return this.cluster.api.handle({ method, path, body, query, user: ADMIN, headers: { 'content-type': method === 'PATCH' ? 'application/merge-patch+json' : 'application/json' } });
  }

  /** Creates the objects of a manifest. */
  create(yaml: string): this {
    for (const document of parseAllDocuments(yaml)) {
      const object = document.toJS() as KubeObject;
      const resource = resourceOf(object.apiVersion, object.kind)!;
      const answer = this.ask('POST', pathOf(resource, object.metadata.namespace ?? 'default'), object);
      if (answer.code >= 300) throw new Error((answer.body as Status).message);
    }
    return this;
  }

  patch(path: string, body: unknown): this {
    const answer = this.ask('PATCH', path, body);
    if (answer.code >= 300) throw new Error((answer.body as Status).message);
    return this;
  }

  pod(name: string, namespace = 'default'): Pod | undefined {
    return this.cluster.api.read.get<Pod>('pods', namespace, name);
  }

  /** `Ready=True` */
  condition(name: string, type: string): string | undefined {
    return this.pod(name)?.status?.conditions?.find((one) => one.type === type)?.status;
  }

  ready(...names: readonly string[]): this {
    return this.until(() => names.every((name) => this.condition(name, 'Ready') === 'True'));
  }

  /** `Reason: message` of an object's events, oldest first; with how often when more than once. */
  events(name: string): readonly string[] {
    const all = this.cluster.api.read.list<KubeObject & { involvedObject: { name: string }; reason: string; message: string; count?: number; source?: { component?: string } }>('events', 'default');
    const mine = all.filter((event) => event.involvedObject.name === name && event.source?.component === 'kubelet');
    mine.sort((a, b) => Number(a.metadata.resourceVersion) - Number(b.metadata.resourceVersion));
    return mine.map((event) => `${event.reason}: ${event.message}${(event.count ?? 1) > 1 ? ` (x${event.count})` : ''}`);
  }

  /** A command in a container. */
  exec(name: string, command: readonly string[] | string, query: Request['query'] = {}): Said {
    const argv = typeof command === 'string' ? ['sh', '-c', command] : command;
    const { code, body, feed } = this.ask('GET', `/api/v1/namespaces/default/pods/${name}/exec`, undefined, { command: argv, stdout: 'true', stderr: 'true', ...query });
    if (!feed) return { stdout: '', stderr: typeof body === 'string' ? body : (body as Status).message!, code };
    const said = { stdout: '', stderr: '', code: -1 };
    const hear = (): void => {
      for (let item = feed.take() as { stdout?: string; stderr?: string; status?: Status } | undefined; item !== undefined; item = feed.take() as typeof item) {
        said.stdout += item.stdout ?? '';
        said.stderr += item.stderr ?? '';
        if (!item.status) continue;
        const exit = item.status.details?.causes?.find((cause) => cause.reason === 'ExitCode');
        said.code = item.status.status === 'Success' ? 0 : Number(exit?.message ?? 126);
        if (!exit && item.status.message) said.stderr += item.status.message;
      }
    };
    this.until(() => (hear(), said.code >= 0 || feed.ended), 50);
    return said;
  }

  /** What a command in a container wrote to its standard output, without the last newline. */
  out(name: string, command: readonly string[] | string, query: Request['query'] = {}): string {
    return this.exec(name, command, query).stdout.replace(/\n$/, '');
  }

  logs(name: string, query: Request['query'] = {}): string {
    const { body } = this.ask('GET', `/api/v1/namespaces/default/pods/${name}/log`, undefined, query);
    return typeof body === 'string' ? body : (body as Status).message!;
  }

  /** A command line of a node's shell. */
  node(name: string, line: string): string {
    const machine = this.cluster.machine(name)! as Computer;
    let said = '';
    const sink = sinkTo((text) => void (said += text));
    const process = machine.start(bash, ['bash', '-c', line], { stdout: sink, stderr: sink });
    this.until(() => process.exit !== undefined, 50);
    return said.replace(/\n$/, '');
  }
}

/** A Pod of one container, as a manifest. `more` goes into the container, `spec` into the Pod's spec. */
export function podOf(name: string, image: string, more: Readonly<Record<string, unknown>> = {}, spec: Readonly<Record<string, unknown>> = {}, labels: Readonly<Record<string, string>> = {}): string {
  return JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name, labels }, spec: { containers: [{ name: 'main', image, ...more }], ...spec } });
}
