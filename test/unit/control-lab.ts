/** A real cluster without a learner's machine, to tell stories through the API: what controllers and the scheduler make of objects, step by step. */
import { parseAllDocuments } from 'yaml';
import { createRegistry } from '../../src/images/index.ts';
import type { KubeObject, Request, Response, Status } from '../../src/kube/api/wire.ts';
import { createCluster, type Cluster, type NodeOrder } from '../../src/kube/cluster.ts';
import { pathOf } from '../../src/kube/control/client.ts';
import { resourceNamed, resourceOf } from '../../src/kube/schema/schema.ts';
import { Kernel } from '../../src/machine/kernel.ts';
import type { Computer } from '../../src/machine/computer.ts';
import { Agenda } from '../../src/sim/clock.ts';
import { Trace } from '../../src/sim/trace.ts';
import '../../src/world/everything.ts';

export const EPOCH = Date.UTC(2026, 10, 24, 10);
const ADMIN = { name: 'kubernetes-admin', groups: ['system:masters', 'system:authenticated'] };

interface Event extends KubeObject {
  readonly involvedObject: { readonly kind: string; readonly name: string };
  readonly type: string;
  readonly reason: string;
  readonly message: string;
  readonly count?: number;
  readonly source?: { readonly component?: string };
}

/** An object whose fields a test looks into without ceremony. */
export type Loose = KubeObject & { readonly [field: string]: any };

export class Lab {
  readonly agenda = new Agenda();
  readonly trace: Trace;
  readonly cluster: Cluster;

  constructor(nodes: number | readonly NodeOrder[] = 2, seed = 'lab') {
    const { agenda } = this;
    this.trace = new Trace(() => agenda.now);
    const kernel = new Kernel({ agenda, epoch: EPOCH, seed });
    const orders = typeof nodes === 'number' ? Array.from({ length: nodes }, (_, i) => ({ name: `k8s-node${i + 1}` })) : nodes;
    this.cluster = createCluster({ agenda, kernel, epoch: EPOCH, seed, trace: this.trace, registry: createRegistry, nodes: orders });
    agenda.run(60_000);
  }

  /** Lets time pass. */
  after(ms: number): this {
    this.agenda.run(this.agenda.now + ms);
    return this;
  }

  /** Lets time pass until something holds; throws when it does not within `limit` milliseconds. */
  until(holds: (lab: this) => unknown, limit = 120_000, step = 100): this {
    const end = this.agenda.now + limit;
    while (!holds(this)) {
      if (this.agenda.now >= end) throw new Error(`it never holds: ${holds}`);
      this.after(step);
    }
    return this;
  }

  ask(method: Request['method'], path: string, body?: unknown, type = method === 'PATCH' ? 'application/strategic-merge-patch+json' : 'application/json'): Response {
    const answer = this.cluster.api.handle({ method, path, body, user: ADMIN, headers: { 'content-type': type, 'user-agent': 'kubectl' } });
    if (answer.code >= 300) throw new Error((answer.body as Status).message);
    return answer;
  }

  /** Creates the objects of a manifest. */
  create(yaml: string): this {
    for (const document of parseAllDocuments(yaml)) {
      const object = document.toJS() as KubeObject;
      this.ask('POST', pathOf(resourceOf(object.apiVersion, object.kind)!, object.metadata.namespace ?? 'default'), object);
    }
    return this;
  }

  private path(resource: string, name: string, namespace = 'default'): string {
    return pathOf(resourceNamed(resource)!, namespace, name);
  }

  patch(resource: string, name: string, body: unknown, namespace?: string): this {
    const custom = resource === 'nodes' || resource.startsWith('persistentvolumes') ? 'application/merge-patch+json' : undefined;
    this.ask('PATCH', this.path(resource, name, namespace), body, custom);
    return this;
  }

  delete(resource: string, name: string, options: unknown = {}, namespace?: string): this {
    this.ask('DELETE', this.path(resource, name, namespace), options);
    return this;
  }

  get(resource: string, name: string, namespace: string | undefined = 'default'): Loose | undefined {
    return this.cluster.api.read.get<Loose>(resource, resourceNamed(resource)!.namespaced ? namespace : undefined, name);
  }

  list(resource: string, namespace = 'default'): readonly Loose[] {
    return this.cluster.api.read.list<Loose>(resource, resourceNamed(resource)!.namespaced ? namespace : undefined);
  }

  /** Names, sorted. */
  names(resource: string, namespace?: string): readonly string[] {
    return this.list(resource, namespace).map((o) => o.metadata.name);
  }

  /** Pods with this prefix that are Ready, sorted. */
  ready(prefix = ''): readonly string[] {
    return this.list('pods').filter((p) => p.metadata.name.startsWith(prefix) && condition(p, 'Ready') === 'True').map((p) => p.metadata.name);
  }

  /** `Reason message` of an object's events, in order, with how often when more than once. */
  events(name: string, namespace = 'default'): readonly string[] {
    const mine = this.cluster.api.read.list<Event>('events', namespace).filter((e) => e.involvedObject.name === name && e.source?.component !== 'kubelet');
    mine.sort((a, b) => Number(a.metadata.resourceVersion) - Number(b.metadata.resourceVersion));
    return mine.map((e) => `${e.reason} ${e.message}${(e.count ?? 1) > 1 ? ` (x${e.count})` : ''}`);
  }

  machine(name: string): Computer {
    return this.cluster.machine(name) as Computer;
  }
}

/** The status of a condition. */
export const condition = (object: Loose | undefined, type: string): string | undefined => object?.['status']?.conditions?.find((c: { type: string }) => c.type === type)?.status;

/** `Type=Status Reason` of all conditions. */
export const conditions = (object: Loose | undefined): readonly string[] => (object?.['status']?.conditions ?? []).map((c: { type: string; status: string; reason?: string }) => `${c.type}=${c.status}${c.reason ? ` ${c.reason}` : ''}`);

/** A Deployment's manifest. */
export const deployment = (name: string, image: string, replicas: number, more = ''): string => `
apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}, labels: {app: ${name}}}
spec:
  replicas: ${replicas}
  selector: {matchLabels: {app: ${name}}}
  template:
    metadata: {labels: {app: ${name}}}
    spec:
      terminationGracePeriodSeconds: 1
      containers: [{name: main, image: "${image}"}]
${more}`;
