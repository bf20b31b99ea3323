/**
 * kubectl top: what nodes and Pods use now, as metrics.k8s.io tells.
 * Stands for k8s.io/kubectl/pkg/cmd/top and metricsutil.
 */
import type { KubeObject } from '../../kube/api/wire.ts';
import type { Running } from '../../machine/process.ts';
import { parseRfc3339 } from '../../sim/date.ts';
import type { Kubectl, Verb } from '../command.ts';
import { rec } from '../describe/read.ts';
import { CliError } from '../errors.ts';
import { SELECTOR, flags } from '../flags.ts';
import { compare, duration } from '../go.ts';
import { goSort } from '../print/go-sort.ts';
import { Tabs } from '../print/tabs.ts';
import { quantityValue } from '../quantity.ts';
import { parseSelector } from '../selector.ts';

const METRICS = '/apis/metrics.k8s.io/v1beta1';
const UNKNOWN = '<unknown>';
const MIB = 1024 * 1024;
const DELAY = 120_000;

type Usage = Readonly<Record<string, string>>;
interface Metrics extends KubeObject {
  readonly usage?: Usage;
  readonly containers?: readonly { readonly name: string; readonly usage: Usage }[];
}
interface Amounts {
  readonly name: string;
  /** In cores and bytes. */
  readonly cpu: number;
  readonly memory: number;
  readonly swap: number;
}

const amount = (usage: Usage, name: string): number => quantityValue(usage[name] ?? '0') ?? 0;
const amounts = (name: string, ...usages: readonly Usage[]): Amounts => {
  const sum = (of: string): number => usages.reduce((all, usage) => all + amount(usage, of), 0);
  return { name, cpu: sum('cpu'), memory: sum('memory'), swap: sum('swap') };
};
/** Thousandths, rounded up as a Quantity's MilliValue is. */
const milli = (value: number): number => Math.ceil(Math.round(value * 1e9) / 1e6);
const cores = (value: number): string => `${milli(value)}m`;
const mib = (value: number): string => `${Math.trunc(Math.ceil(value) / MIB)}Mi`;
const percent = (used: number, of: number): string => `${of ? Math.trunc((milli(used) / milli(of)) * 100) : 0}%`;

/** By name unless --sort-by says cpu or memory, the most first. */
const less = (by: string) => (a: Amounts, b: Amounts): boolean =>
  by === 'cpu' ? milli(a.cpu) > milli(b.cpu) : by === 'memory' ? Math.ceil(a.memory) > Math.ceil(b.memory) : a.name < b.name;

const cells = (words: readonly string[]): string => `${words.map((word) => `${word}\t`).join('')}\n`;

/** Checks what both commands have; returns the name that was given. Throws CliError. */
function check(k: Kubectl, selected: boolean, flag: string): string {
  const { args, flags: f } = k;
  if (args.length > 1) throw k.usage(`${k.verb.name} ${k.verb.use}`);
  const by = f.text('sort-by');
  if (by && by !== 'cpu' && by !== 'memory') throw new CliError('--sort-by accepts only cpu or memory');
  if (args.length && selected) throw new CliError(`only one of NAME or ${flag} can be provided`);
  const selector = parseSelector(f.text('selector'));
  if (typeof selector === 'string') throw new CliError(selector);
  return args[0] ?? '';
}

function* available(k: Kubectl): Running<void> {
  const groups = yield* k.discovery.groups();
  if (!groups.some((group) => group.name === 'metrics.k8s.io' && group.versions.some(({ version }) => version === 'v1beta1'))) throw new CliError('Metrics API not available');
}

/** One object by its name, or those of a list. */
function* read<T extends KubeObject>(k: Kubectl, path: string, name: string): Running<readonly T[]> {
  if (name) return [yield* k.client.object<T>({ path: `${path}/${name}` })];
  const f = k.flags;
  const query = { labelSelector: f.text('selector'), ...(f.has('field-selector') && { fieldSelector: f.text('field-selector') }) };
  return (yield* k.client.object<{ readonly items: readonly T[] }>({ path, query })).items;
}

const node: Verb = {
  name: 'node',
  use: '[NAME | -l label]',
  aliases: ['nodes', 'no'],
  flags: [...SELECTOR, ...flags("sort-by=''", 'no-headers=false', 'use-protocol-buffers=true', 'show-capacity=false', 'show-swap=false')],
  complete: 'nodes',
  *run(k) {
    const { flags: f } = k;
    const name = check(k, f.text('selector') !== '', '--selector');
    yield* available(k);
    const metrics = yield* read<Metrics>(k, `${METRICS}/nodes`, name);
    if (!metrics.length) throw new CliError('metrics not available yet');
    const nodes = yield* read<KubeObject>(k, '/api/v1/nodes', name);
    const limits = new Map(nodes.map((one) => [one.metadata.name, rec(one, 'status', f.on('show-capacity') ? 'capacity' : 'allocatable') as Usage]));
    const swaps = new Map(nodes.map((one) => [one.metadata.name, rec(one, 'status', 'nodeInfo', 'swap')['capacity'] as number | undefined]));
    const swap = f.on('show-swap');
    const tabs = new Tabs();
    if (!f.on('no-headers')) tabs.write(cells(['NAME', 'CPU(cores)', 'CPU(%)', 'MEMORY(bytes)', 'MEMORY(%)', ...(swap ? ['SWAP(bytes)', 'SWAP(%)'] : [])]));
    for (const used of goSort(metrics.map((one) => amounts(one.metadata.name, one.usage ?? {})), less(f.text('sort-by')))) {
      const limit = limits.get(used.name);
      const capacity = swaps.get(used.name);
      const share = (value: number, of: string): readonly string[] => (limit?.[of] === undefined ? [] : [percent(value, amount(limit, of))]);
      const swapped = capacity === undefined ? [UNKNOWN, UNKNOWN] : [mib(used.swap), percent(used.swap, capacity)];
      tabs.write(cells([used.name, cores(used.cpu), ...share(used.cpu, 'cpu'), mib(used.memory), ...share(used.memory, 'memory'), ...(swap ? swapped : [])]));
      limits.delete(used.name);
    }
    for (const missing of limits.keys()) tabs.write(cells([missing, ...Array<string>(swap ? 6 : 4).fill(UNKNOWN)]));
    k.out(tabs.flush());
  },
};

/** Why are there no metrics? Throws when there are Pods that should have some. */
function* explainNone(k: Kubectl, name: string): Running<void> {
  const pods = yield* read<KubeObject>(k, `/api/v1/namespaces/${k.namespace.name}/pods`, name);
  if (!pods.length) return;
  for (const { metadata } of pods) {
    const age = k.p.date - (parseRfc3339(metadata.creationTimestamp ?? '') ?? k.p.date);
    if (age > DELAY) throw new CliError(`Metrics not available for pod ${metadata.namespace}/${metadata.name}, age: ${duration(age)}`);
  }
  throw new CliError('metrics not available yet');
}

const pod: Verb = {
  name: 'pod',
  use: '[NAME | -l label]',
  aliases: ['pods', 'po'],
  flags: [...SELECTOR, ...flags("field-selector=''", "sort-by=''", 'containers=false', 'A all-namespaces=false', 'no-headers=false', 'use-protocol-buffers=true', 'sum=false', 'show-swap=false')],
  complete: 'pods',
  *run(k) {
    const { flags: f } = k;
    const name = check(k, f.text('selector') !== '' || f.text('field-selector') !== '', 'selector');
    yield* available(k);
    const spaces = f.on('all-namespaces');
    const containers = f.on('containers');
    const swap = f.on('show-swap');
    const metrics = yield* read<Metrics>(k, `${METRICS}${spaces ? '' : `/namespaces/${k.namespace.name}`}/pods`, name);
    if (!metrics.length) {
      yield* explainNone(k, name);
      return k.err(spaces ? 'No resources found\n' : `No resources found in ${k.namespace.name} namespace.\n`);
    }
    const tabs = new Tabs();
    const by = f.text('sort-by');
    const columns = ['NAME', 'CPU(cores)', 'MEMORY(bytes)', ...(swap ? ['SWAP(bytes)'] : [])];
    const head = [...(spaces ? ['NAMESPACE'] : []), ...(containers ? ['POD'] : []), ...columns];
    if (!f.on('no-headers')) tabs.write(cells(head));
    const used = ({ cpu, memory, swap: swapped }: Amounts): readonly string[] => [cores(cpu), mib(memory), ...(swap ? [mib(swapped)] : [])];
    const all = metrics.map((one) => ({ ...amounts(one.metadata.name, ...(one.containers ?? []).map(({ usage }) => usage)), namespace: one.metadata.namespace ?? '', containers: one.containers ?? [] }));
    const byName = (a: (typeof all)[number], b: (typeof all)[number]): number => (spaces && compare(a.namespace, b.namespace)) || compare(a.name, b.name);
    for (const one of goSort(all, (a, b) => (by ? less(by)(a, b) : byName(a, b) < 0))) {
      const space = spaces ? [one.namespace] : [];
      if (!containers) tabs.write(cells([...space, one.name, ...used(one)]));
      else for (const part of goSort(one.containers.map(({ name: container, usage }) => amounts(container, usage)), less(by))) tabs.write(cells([...space, one.name, part.name, ...used(part)]));
    }
    if (f.on('sum')) {
      const width = f.on('no-headers') ? columns.length : head.length;
      const blank = (count: number): readonly string[] => Array<string>(count).fill('');
      tabs.write(cells([...blank(width - 2), '________', '________']));
      tabs.write(cells([...blank(width - 3), '', ...used(amounts('', ...metrics.flatMap((one) => (one.containers ?? []).map(({ usage }) => usage))))]));
    }
    k.out(tabs.flush());
  },
};

export const top: Verb = { name: 'top', use: '[flags]', suggest: ['stats'], group: 'strict', verbs: [node, pod] };
