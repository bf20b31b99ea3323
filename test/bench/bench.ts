/** `npm run bench`: the figures that the budgets are about. CPU milliseconds in Node, medians of several runs; kilobytes of the built pages. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { handIn, written } from '../../src/grade/hand-in.ts';
import { grade } from '../../src/grade/grader.ts';
import { Progress } from '../../src/lab/progress.ts';
import { parseTranscript } from '../../src/lab/transcript.ts';
import { loadLab } from '../../src/serve/labs.ts';
import { begin, replay } from '../../src/world/world.ts';
import type { Setup } from '../../src/world/recording.ts';
import { open, perform, typeLine } from '../typist.ts';

const SETUP: Setup = { seed: 'bench', epoch: '2026-11-24T00:00:00Z' };
const many = (count: number): Setup => ({ ...SETUP, nodes: Array.from({ length: count }, (_, i) => ({ name: `k8s-node${i + 1}`, cpu: '16', memory: '32Gi' })) });

/** CPU milliseconds of this process that `work` takes. */
function cpu(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const used = process.cpuUsage(before);
  return (used.user + used.system) / 1000;
}

function median(times: readonly number[]): number {
  return [...times].sort((a, b) => a - b)[times.length >> 1]!;
}

/** Prints the median of several runs; `prepare` is not counted. */
function figure<T>(name: string, budget: string, runs: number, prepare: () => T, work: (given: T) => void): void {
  const times = Array.from({ length: runs }, () => {
    const given = prepare();
    return cpu(() => work(given));
  });
  console.log(`${name.padEnd(58)} ${median(times).toFixed(1).padStart(9)} ms   (budget ${budget})`);
}

figure('boot to three Ready nodes with system Pods', '60 ms', 15, () => SETUP, (setup) => begin(setup, 'bench'));
for (const [pods, nodes, budget] of [[300, 3, '300 ms'], [1000, 30, '1000 ms']] as const) {
  figure(`Deployment of ${pods} nginx Pods Ready on ${nodes} nodes`, budget, 5, () => begin({ ...many(nodes) }, 'bench'), (world) => {
    world.press({ keys: `kubectl create deployment web --image=nginx --replicas=${pods}\r` });
    for (let s = 0; s < 300; s++) {
      world.advance(1000);
      const ready = (world.read.get('deployments.apps', 'default', 'web')?.['status'] as { readyReplicas?: number } | undefined)?.readyReplicas;
      if (ready === pods) return;
    }
    throw new Error(`${pods} Pods were not ready after five minutes`);
  });
}
{
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  const world = begin(many(30), 'bench');
  world.press({ keys: 'kubectl create deployment web --image=nginx --replicas=1000\r' });
  world.advance(300_000);
  globalThis.gc?.();
  console.log(`${'heap of 1,000 Pods on 30 nodes'.padEnd(58)} ${((process.memoryUsage().heapUsed - before) / 1e6).toFixed(1).padStart(9)} MB   (budget 60 MB)`);
  if (!world.now) console.log('');
}
figure('one idle virtual hour of the three-node cluster', '20 ms', 9, () => begin(SETUP, 'bench'), (world) => world.advance(3_600_000));

function longLab(): ReturnType<typeof begin> {
  const world = begin(SETUP, 'bench');
  for (let i = 0; i < 200; i++) {
    world.press({ keys: `${i % 10 === 0 ? `kubectl create deployment d${i} --image=nginx --replicas=2` : i % 5 === 0 ? 'kubectl describe node k8s-node1 | tail -5' : i % 3 === 0 ? 'kubectl get all' : 'kubectl get pods -o wide'}\r` });
    world.advance(18_000);
  }
  return world;
}
const long = longLab().record();
figure('replay of a 60-minute lab of 200 commands', '150 ms', 7, () => long, (recording) => replay(recording));
{
  const lab = loadLab('checkpoint-first');
  const progress = open(lab);
  perform(progress, parseTranscript(lab.solution).steps);
  const text = written(handIn(progress, { name: 'bench' }, []));
  figure('grading of 100 hand-ins', '20000 ms', 1, () => text, (one) => {
    for (let i = 0; i < 100; i++) grade('x', one, () => lab, 'test');
  });
  console.log(`${'a hand-in of a short checkpoint'.padEnd(58)} ${(text.length / 1000).toFixed(1).padStart(9)} kB`);
}
{
  const progress = new Progress(begin(many(30), 'bench'), { ...loadLab('checkpoint-first'), tasks: [] });
  typeLine(progress, 'kubectl create deployment web --image=nginx --replicas=1000');
  progress.advance(progress.world.now + 240_000);
  figure('kubectl get pods of 1,000, typed into the terminal', '15 ms', 9, () => progress, (one) => typeLine(one, 'kubectl get pods'));
}

const DIST = fileURLToPath(new URL('../../dist/', import.meta.url));
if (existsSync(DIST)) {
  const zipped = (path: string): number => gzipSync(readFileSync(path)).length / 1000;
  const assets = readdirSync(join(DIST, '_astro')).map((name) => [name, zipped(join(DIST, '_astro', name))] as const);
  for (const [name, size] of assets.filter(([file]) => file.endsWith('.js')).sort(([, a], [, b]) => b - a).slice(0, 12)) console.log(`${name.padEnd(58)} ${size.toFixed(1).padStart(9)} kB gzip`);
  console.log(`${'home, HTML alone'.padEnd(58)} ${zipped(join(DIST, 'index.html')).toFixed(1).padStart(9)} kB gzip`);
}
