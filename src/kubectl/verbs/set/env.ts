/**
 * kubectl set env: environment variables of Pod templates, set, removed, taken from ConfigMaps and Secrets, and listed.
 * Stands for set_env.go and its env package in k8s.io/kubectl/pkg/cmd/set.
 */
import type { KubeObject } from '../../../kube/api/wire.ts';
import type { Running } from '../../../machine/process.ts';
import { decode } from '../../base64.ts';
import { printWarning } from '../../client.ts';
import type { Kubectl, Verb } from '../../command.ts';
import { CliError } from '../../errors.ts';
import { flags } from '../../flags.ts';
import { compare, quote, sortedKeys, type Rec } from '../../go.ts';
import { dryRun } from '../../modes.ts';
import { printerFor } from '../../print/printer.ts';
import { quantityValue } from '../../quantity.ts';
import { known, type Info } from '../../resources.ts';
import { envNameErrors } from '../generate.ts';
import { BOTH_LOCAL, SELECTING, containersOf, isMeant, setAll, setTargets, withContainers, withPodSpec, type ContainerLike } from './setter.ts';

interface EnvVar {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: {
    readonly configMapKeyRef?: { readonly name: string; readonly key: string };
    readonly secretKeyRef?: { readonly name: string; readonly key: string };
    readonly fieldRef?: { readonly fieldPath: string };
    readonly resourceFieldRef?: { readonly containerName?: string; readonly resource: string; readonly divisor?: string };
  };
}

/** Resources, then variables. Throws CliError. */
function split(args: readonly string[]): { readonly resources: readonly string[]; readonly words: readonly string[] } {
  const isEnv = (word: string): boolean => /^.+=.*$/ms.test(word) || word.endsWith('-');
  const at = args.findIndex(isEnv);
  const words = at < 0 ? [] : args.slice(at);
  if (!words.every(isEnv)) throw new CliError(`all resources must be specified before environment changes: ${args.join(' ')}`);
  return { resources: at < 0 ? args : args.slice(0, at), words };
}

/** What to set and what to remove; `-` reads lines from standard input. Throws CliError. */
function* changes(k: Kubectl, words: readonly string[]): Running<{ readonly env: EnvVar[]; readonly gone: readonly string[] }> {
  const env: EnvVar[] = [];
  const named = new Set<string>();
  const gone: string[] = [];
  for (const word of words) {
    const at = word.indexOf('=');
    if (word === '-') {
      for (const line of (yield* k.p.readAll()).split('\n')) {
        const text = line.replace(/#.*/, '');
        const equal = text.indexOf('=');
        if (equal >= 0) env.push({ name: text.slice(0, equal), value: text.slice(equal + 1) });
      }
    } else if (at >= 0) {
      const name = word.slice(0, at);
      const errors = envNameErrors(name);
      if (errors.length) throw new CliError(`${quote(name)} is not a valid key name: ${errors.join(';')}`);
      named.add(name);
      env.push({ name, value: word.slice(at + 1) });
    } else if (word.endsWith('-')) gone.push(word.slice(0, -1));
    else throw new CliError(`unknown environment variable: ${word}`);
  }
  if (gone.some((name) => named.has(name))) throw new CliError('can not both modify and remove the same environment variable in the same command');
  return { env, gone };
}

/** Variables that come from a ConfigMap's or Secret's keys. Throws CliError. */
function* imported(k: Kubectl): Running<EnvVar[]> {
  const keys = k.flags.list('keys');
  const out: EnvVar[] = [];
  for (const { object } of yield* setTargets(k, k.flags.on('local') ? [] : [k.flags.text('from')])) {
    const ref = object!.kind === 'Secret' ? 'secretKeyRef' : object!.kind === 'ConfigMap' ? 'configMapKeyRef' : undefined;
    if (!ref) throw new CliError('unsupported resource specified in --from');
    for (const key of sortedKeys((object!['data'] ?? {}) as Rec)) {
      if (keys.length && !keys.includes(key)) continue;
      const name = key.replace(/[^a-zA-Z0-9_]/g, '_').toUpperCase();
      if (name !== key) printWarning(k.p, `key ${key} transferred to ${name}`);
      out.push({ name, valueFrom: { [ref]: { name: object!.metadata.name, key } } });
    }
  }
  return out;
}

const shown = (variable: EnvVar): EnvVar => (variable.value === '' ? { name: variable.name } : variable);

/** The variables after a change, in their order. */
function updated(before: readonly EnvVar[], env: readonly EnvVar[], gone: readonly string[]): EnvVar[] {
  const covered = new Set(gone);
  const out: EnvVar[] = [];
  for (const variable of before) {
    if (covered.has(variable.name)) continue;
    const newer = env.find((one) => one.name === variable.name);
    if (newer) covered.add(variable.name);
    out.push(newer ? shown(newer) : variable);
  }
  for (const variable of env) {
    if (covered.has(variable.name)) continue;
    covered.add(variable.name);
    out.push(shown(variable));
  }
  return out;
}

function reference(from: NonNullable<EnvVar['valueFrom']>): string {
  if (from.configMapKeyRef) return `configmap ${from.configMapKeyRef.name}, key ${from.configMapKeyRef.key}`;
  if (from.secretKeyRef) return `secret ${from.secretKeyRef.name}, key ${from.secretKeyRef.key}`;
  if (from.fieldRef) return `field path ${from.fieldRef.fieldPath}`;
  const field = from.resourceFieldRef;
  return field ? `resource field ${field.containerName ? `${field.containerName}/` : ''}${field.resource}` : 'invalid valueFrom';
}

const formatted = (map: Readonly<Record<string, string>> = {}): string => sortedKeys(map).map((key) => `${key}=${quote(map[key]!)}`).join('\n');

function fieldValue(object: KubeObject, path: string): string {
  const { metadata } = object;
  const part = /^(.+)\['(.*)'\]$/.exec(path);
  if (part) {
    if (part[1] === 'metadata.annotations') return metadata.annotations?.[part[2]!] ?? '';
    if (part[1] === 'metadata.labels') return metadata.labels?.[part[2]!] ?? '';
    throw new CliError(`fieldPath ${quote(path)} does not support subscript`);
  }
  const fields: Record<string, string> = { 'metadata.annotations': formatted(metadata.annotations), 'metadata.labels': formatted(metadata.labels), 'metadata.name': metadata.name, 'metadata.namespace': metadata.namespace ?? '', 'metadata.uid': metadata.uid ?? '' };
  if (!Object.hasOwn(fields, path)) throw new CliError(`unsupported fieldPath: ${path}`);
  return fields[path]!;
}

/** What a reference stands for. Throws CliError. */
function* resolve(k: Kubectl, from: NonNullable<EnvVar['valueFrom']>, object: KubeObject, container: ContainerLike): Running<string> {
  const ref = from.secretKeyRef ?? from.configMapKeyRef;
  if (ref) {
    const secret = from.secretKeyRef !== undefined;
    const holder = yield* k.client.object({ path: `/api/v1/namespaces/${k.namespace.name}/${secret ? 'secrets' : 'configmaps'}/${ref.name}` });
    const value = ((holder['data'] ?? {}) as Readonly<Record<string, string>>)[ref.key];
    if (value === undefined) throw new CliError(`key ${ref.key} not found in ${secret ? 'secret' : 'config map'} ${ref.name}`);
    return secret ? (decode(value) ?? '') : value;
  }
  if (from.fieldRef) return fieldValue(object, from.fieldRef.fieldPath);
  const field = from.resourceFieldRef;
  const at = /^(limits|requests)\.(.+)$/.exec(field?.resource ?? '');
  if (!field || !at) throw new CliError(field ? `Unsupported container resource : ${field.resource}` : 'invalid valueFrom');
  const amount = ((container['resources'] as Readonly<Record<string, Readonly<Record<string, string>>>> | undefined)?.[at[1]!])?.[at[2]!] ?? '0';
  const divisor = quantityValue(field.divisor ?? '1') || 1;
  return String(Math.ceil((quantityValue(amount) ?? 0) / divisor));
}

/** --list: what each container has. */
function* list(k: Kubectl, infos: readonly Info[], change: (object: KubeObject) => KubeObject): Running<void> {
  const pattern = k.flags.text('containers');
  for (const info of infos) {
    let after: KubeObject;
    try {
      after = change(info.object!);
    } catch (error) {
      if (error instanceof CliError) continue;
      throw error;
    }
    const containers: ContainerLike[] = [];
    withPodSpec(after, (spec) => {
      containers.push(...containersOf(spec).filter((c) => isMeant(c.name, pattern)));
      return spec;
    });
    for (const container of containers) {
      const failures = new Map<string, string[]>();
      k.out(`# ${after.kind} ${after.metadata.name}, container ${container.name}\n`);
      for (const variable of (container['env'] ?? []) as readonly EnvVar[]) {
        const from = variable.valueFrom;
        if (!from) k.out(`${variable.name}=${variable.value ?? ''}\n`);
        else if (!k.flags.on('resolve')) k.out(`# ${variable.name} from ${reference(from)}\n`);
        else {
          try {
            k.out(`${variable.name}=${yield* resolve(k, from, after, container)}\n`);
          } catch (error) {
            if (!known(error)) throw error;
            k.out(`# ${variable.name} from ${reference(from)}\n`);
            failures.set(error.message, [...(failures.get(error.message) ?? []), variable.name]);
          }
        }
      }
      for (const text of [...failures].map(([why, names]) => `error retrieving reference for ${[...names].sort().join(', ')}: ${why}\n`).sort(compare)) k.err(text);
    }
  }
}

export const env: Verb = {
  name: 'env',
  use: 'RESOURCE/NAME KEY_1=VAL_1 ... KEY_N=VAL_N',
  flags: [
    ...SELECTING.filter((flag) => flag.name !== 'record'),
    ...flags("c containers='*'", "from=''", "prefix=''", 'e env=[]:array', 'keys=[]', 'list=false', 'resolve=false', 'overwrite=true'),
  ],
  complete: 'resources',
  *run(k) {
    const { flags: f } = k;
    if (f.on('all') && f.text('selector')) throw new CliError('cannot set --all and --selector at the same time');
    const { resources, words } = split(k.args);
    const mode = dryRun(k);
    yield* printerFor(k);
    void k.namespace;
    if (f.on('local') && mode === 'server') throw new CliError(BOTH_LOCAL);
    if (f.list('filename').length === 0 && resources.length === 0) throw new CliError('one or more resources must be specified as <resource> <name> or <resource>/<name>');
    if (f.on('list') && f.text('output')) throw new CliError('--list and --output may not be specified together');
    if (f.list('keys').length && !f.text('from')) throw new CliError('when specifying --keys, a configmap or secret must be provided with --from');
    const given = yield* changes(k, [...f.list('env'), ...words]);
    const all = [...given.env, ...(f.text('from') ? yield* imported(k) : [])].map((one) => ({ ...one, name: f.text('prefix') + one.name }));
    const infos = yield* setTargets(k, resources);
    const pattern = f.text('containers');
    const change = (object: KubeObject): KubeObject => withPodSpec(object, (spec) => {
      if (!containersOf(spec).some((c) => isMeant(c.name, pattern))) {
        printWarning(k.p, `${object.kind}/${object.metadata.name} does not have any containers matching ${quote(pattern)}`);
        return spec;
      }
      return withContainers(spec, (c) => {
        if (!isMeant(c.name, pattern)) return c;
        const before = (c['env'] ?? []) as readonly EnvVar[];
        const clash = f.on('overwrite') ? undefined : all.map((one) => before.find((old) => old.name === one.name && (old.value ?? '') !== (one.value ?? ''))).find((old) => old);
        if (clash) throw new CliError(`'${clash.name}' already has a value (${clash.value ?? ''}), and --overwrite is false`);
        const after = updated(before, all, given.gone);
        const { env: _, ...rest } = c;
        return { ...rest, name: c.name, ...(after.length && { env: after }) };
      });
    });
    if (f.on('list')) return yield* list(k, infos, change);
    yield* setAll(k, infos, {
      operation: 'env updated', failed: 'failed to patch env update to pod template:', mode, change,
      check() {
        if (all.length === 0 && words.length === 0) throw new CliError('at least one environment variable must be provided');
      },
    });
  },
};
