/** Under random trouble the cluster may do what it likes; once it is quiet, what is there is what was asked for. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Random } from '../../src/sim/random.ts';
import { condition, deployment, Lab, type Loose } from './control-lab.ts';

const DEPLOYMENTS = 'deployments.apps';
const MANIFESTS = '/etc/kubernetes/manifests';
const COMPONENTS = ['kube-scheduler', 'kube-controller-manager', 'kube-apiserver', 'etcd'];
const NODES = ['k8s-node1', 'k8s-node2', 'k8s-node3'];
const SEEDS = Array.from({ length: Number(process.env['CHAOS'] ?? 6) }, (_, i) => `chaos-${i + 1}`);

/** Everything that can go wrong, and its mending. */
class Trouble {
  readonly lab: Lab;
  private readonly random: Random;
  private readonly away = new Set<string>();
  private readonly silent = new Set<string>();
  private made = 0;

  constructor(seed: string) {
    this.lab = new Lab(3, seed);
    this.random = new Random(seed);
  }

  private pick<T>(list: readonly T[]): T | undefined {
    return list.length ? list[this.random.below(list.length)] : undefined;
  }

  step(): string {
    const { lab } = this;
    const names = lab.names(DEPLOYMENTS);
    const name = this.pick(names);
    const pod = this.pick(lab.names('pods'));
    const node = this.pick(NODES)!;
    const acts: readonly (readonly [string, () => void])[] = [
      ['create', () => {
        const fresh = `app-${++this.made}`;
        lab.create(deployment(fresh, 'registry.k8s.io/pause:3.10', 1 + this.random.below(6), this.random.below(3) === 0 ? '  strategy: {type: Recreate}' : ''));
        lab.create(`{apiVersion: v1, kind: Service, metadata: {name: ${fresh}}, spec: {selector: {app: ${fresh}}, ports: [{port: 80}]}}`);
      }],
      ['scale', () => name && lab.patch(DEPLOYMENTS, name, { spec: { replicas: this.random.below(8) } })],
      ['roll', () => name && lab.patch(DEPLOYMENTS, name, { spec: { template: { spec: { containers: [{ name: 'main', image: this.pick(['registry.k8s.io/pause:3.10', 'nginx:1.25', 'nginx:1.26']) }] } } } })],
      ['delete', () => name && names.length > 2 && lab.delete(DEPLOYMENTS, name, { propagationPolicy: this.pick(['Background', 'Foreground']) })],
      ['kill', () => pod && lab.delete('pods', pod, this.random.below(3) === 0 ? { gracePeriodSeconds: 0 } : {})],
      ['relabel', () => pod && lab.patch('pods', pod, { metadata: { labels: { app: this.pick(names) ?? 'none' } } })],
      ['cordon', () => lab.patch('nodes', node, { spec: { unschedulable: this.random.below(2) === 0 ? true : null } })],
      ['taint', () => lab.patch('nodes', node, { spec: { taints: this.random.below(2) === 0 ? [{ key: 'x', effect: this.pick(['NoSchedule', 'NoExecute']) }] : null } })],
      ['silence', () => this.silence(node)],
      ['component', () => this.component(this.pick(COMPONENTS)!)],
    ];
    const [what, act] = this.pick(acts)!;
    try {
      act();
    } catch (error) {
      // A cluster without its API server refuses; everything else is a mistake.
      if (!/refused|unable to return|not found/.test((error as Error).message)) throw error;
    }
    return what;
  }

  private silence(node: string): void {
    const kubelet = this.lab.cluster.kubelet(node)!;
    if (this.silent.has(node)) {
      if (this.away.has('kube-apiserver') || this.away.has('etcd')) return;
      this.silent.delete(node);
      kubelet.start();
    } else if (this.silent.size < 2) {
      kubelet.stop();
      this.silent.add(node);
    }
  }

  private component(name: string): void {
    const { files } = this.lab.machine('k8s-master');
    if (this.away.delete(name)) files.rename(`/root/${name}.yaml`, `${MANIFESTS}/${name}.yaml`);
    else {
      files.rename(`${MANIFESTS}/${name}.yaml`, `/root/${name}.yaml`);
      this.away.add(name);
    }
  }

  mend(): void {
    const { lab } = this;
    lab.after(5000);
    for (const name of [...this.away]) this.component(name);
    lab.until((l) => {
      try {
        for (const node of NODES) l.patch('nodes', node, { spec: { unschedulable: null, taints: null } });
        return true;
      } catch {
        return false;
      }
    }, 300_000, 1000);
    for (const node of [...this.silent]) this.silence(node);
    lab.after(900_000);
  }
}

const isUp = (pod: Loose): boolean => condition(pod, 'Ready') === 'True' && !pod.metadata.deletionTimestamp;

for (const seed of SEEDS) {
  test(`${seed}: what is there is what was asked for`, () => {
    const trouble = new Trouble(seed);
    const { lab } = trouble;
    const random = new Random(`${seed}/time`);
    const done: string[] = [];
    for (let i = 0; i < 40; i++) {
      done.push(trouble.step());
      lab.after(random.below(4) === 0 ? random.below(60_000) : random.below(3000));
    }
    trouble.mend();
    const told = done.join(' ');
    const pods = lab.list('pods');
    for (const node of lab.list('nodes')) assert.equal(condition(node, 'Ready'), 'True', `${node.metadata.name} is not Ready: ${told}`);
    for (const { metadata, spec, status } of lab.list(DEPLOYMENTS)) {
      assert.deepEqual([metadata.name, status.replicas ?? 0, status.updatedReplicas ?? 0, status.availableReplicas ?? 0], [metadata.name, spec.replicas, spec.replicas, spec.replicas], told);
      const set = lab.list('replicasets.apps').filter((rs) => rs.metadata.ownerReferences?.[0]?.uid === metadata.uid && rs['spec'].replicas > 0);
      const mine = pods.filter((pod) => set.some((rs) => pod.metadata.ownerReferences?.[0]?.uid === rs.metadata.uid));
      assert.equal(mine.length, spec.replicas, told);
      assert.ok(mine.every(isUp), told);
    }
    const owners = new Set([...lab.list(DEPLOYMENTS), ...lab.list('replicasets.apps')].map((o) => o.metadata.uid));
    for (const object of [...pods, ...lab.list('replicasets.apps')]) for (const ref of object.metadata.ownerReferences ?? []) assert.ok(owners.has(ref.uid), `${object.metadata.name} has lost its owner: ${told}`);
    const all = [...pods, ...lab.list('pods', 'kube-system')].filter((pod) => !pod['spec'].hostNetwork && pod['status'].podIP);
    assert.equal(new Set(all.map((pod) => pod['status'].podIP)).size, all.length, told);
    for (const service of lab.list('services')) {
      const { selector } = service['spec'];
      if (!selector) continue;
      const meant = pods.filter((pod) => isUp(pod) && pod.metadata.labels?.['app'] === selector.app).map((pod) => pod['status'].podIP).sort();
      const slices = lab.list('endpointslices.discovery.k8s.io').filter((s) => s.metadata.labels!['kubernetes.io/service-name'] === service.metadata.name);
      const found = slices.flatMap((s) => s['endpoints'] ?? []).filter((e: { conditions: { ready: boolean } }) => e.conditions.ready).map((e: { addresses: string[] }) => e.addresses[0]).sort();
      assert.deepEqual(found, meant, `${service.metadata.name}: ${told}`);
    }
  });
}
