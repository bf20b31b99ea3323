/**
 * What Tab offers after `kubectl`: commands, flags, types, names, namespaces, contexts, containers.
 * Stands for cobra's __complete with kubectl's util/completion.
 */
import type { KubeObject } from '../kube/api/wire.ts';
import type { Completion, Process, Running } from '../machine/process.ts';
import { Kubectl } from './command.ts';
import { CliError } from './errors.ts';
import { choose, type Chosen } from './find.ts';
import { FlagError, Flags, HelpWanted, type Flag } from './flags.ts';
import { known, pathOf } from './resources.ts';
import { GET_FORMATS } from './verbs/get.ts';
import { FORMATS } from './print/printer.ts';

/** Completions for the last of `words`; undefined: files. */
export function* complete(words: readonly string[], p: Process): Running<readonly Completion[] | undefined> {
  const typed = words[words.length - 1] ?? '';
  const before = words.slice(1, -1);
  let chosen: Chosen;
  try {
    chosen = yield* choose(p, before);
  } catch (error) {
    if (error instanceof CliError) return [];
    throw error;
  }
  const flags = new Flags(chosen.flags);
  const awaited = waiting(chosen);
  try {
    flags.parse(awaited ? chosen.words.slice(0, -1) : chosen.words);
  } catch (error) {
    if (!(error instanceof FlagError) && !(error instanceof HelpWanted)) throw error;
  }
  const k = new Kubectl(p, chosen.path, chosen.verb, flags);
  try {
    const equals = /^--([\w-]+)=(.*)$/.exec(typed);
    if (equals) {
      const flag = chosen.flags.find((one) => one.name === equals[1]);
      const values = flag && (yield* flagValues(k, flag, equals[2]!));
      return values?.map(({ text, ...rest }) => ({ ...rest, text: `--${equals[1]!}=${text}` }));
    }
    if (awaited) return yield* flagValues(k, awaited, typed);
    if (typed.startsWith('-') && flags.dash < 0) return flagNames(chosen, typed);
    if (flags.dash >= 0) return undefined;
    if (chosen.verb.verbs && flags.args.length === 0) {
      const names = chosen.verb.verbs.filter((verb) => !verb.hidden && verb.name.startsWith(typed)).map((verb) => ({ text: verb.name }));
      if (names.length || !chosen.verb.run) return names;
    }
    return yield* wordsFor(k, typed);
  } catch (error) {
    if (known(error)) return [];
    throw error;
  }
}

/** The flag whose value is being typed. */
function waiting({ words, flags }: Chosen): Flag | undefined {
  const last = words[words.length - 1] ?? '';
  if (words.includes('--') || last.includes('=')) return undefined;
  const flag = last.startsWith('--') ? flags.find((one) => one.name === last.slice(2)) : last.startsWith('-') && last.length > 1 ? flags.find((one) => one.short === last[last.length - 1]) : undefined;
  return flag?.bare === undefined ? flag : undefined;
}

function flagNames({ flags }: Chosen, typed: string): Completion[] {
  const names = flags.filter((flag) => !flag.deprecated).flatMap((flag) => [`--${flag.name}${flag.bare === undefined ? '=' : ''}`, ...(flag.short ? [`-${flag.short}`] : [])]);
  return names.filter((name) => name.startsWith(typed)).sort().map((text) => ({ text, ...(text.endsWith('=') && { open: true }) }));
}

const only = (names: Iterable<string>, typed: string): Completion[] => [...names].filter((name) => name.startsWith(typed)).sort().map((text) => ({ text }));

function* flagValues(k: Kubectl, flag: Flag, typed: string): Running<readonly Completion[] | undefined> {
  switch (flag.name) {
    case 'namespace': return only(yield* names(k, 'namespaces'), typed);
    case 'context': return only(k.config.raw.contexts.keys(), typed);
    case 'cluster': return only(k.config.raw.clusters.keys(), typed);
    case 'user': return only(k.config.raw.users.keys(), typed);
    case 'output': return only(k.verb.name === 'get' ? GET_FORMATS : FORMATS, typed);
    case 'container': case 'containers': return only(yield* containers(k), typed);
    case 'dry-run': return only(['none', 'client', 'server'], typed);
    case 'cascade': return only(['background', 'foreground', 'orphan'], typed);
    case 'subresource': return only(['status', 'scale', 'resize'], typed);
    case 'filename': case 'kustomize': case 'kubeconfig': case 'from-file': case 'from-env-file': case 'certificate-authority': case 'client-certificate': case 'client-key': case 'cert': case 'key': case 'patch-file': return undefined;
    default: return [];
  }
}

function* wordsFor(k: Kubectl, typed: string): Running<readonly Completion[] | undefined> {
  const { complete: how = 'none' } = k.verb;
  if (typeof how === 'function') return yield* how(k, [...k.args, typed]);
  if (how === 'files') return undefined;
  if (how === 'none') return [];
  if (how === 'nodes') return only(yield* names(k, 'nodes'), typed).filter(({ text }) => !k.args.includes(text));
  if (how === 'pods') {
    if (k.args.length) return [];
    return yield* slashed(k, typed, only(yield* names(k, 'pods'), typed));
  }
  return yield* resources(k, typed);
}

/** TYPE, then NAMEs of it; or TYPE/NAME. */
export function* resources(k: Kubectl, typed: string): Running<readonly Completion[]> {
  const first = k.args[0];
  if (first === undefined || first.includes('/')) {
    if (typed.includes('/')) return yield* slashed(k, typed, []);
    if (first !== undefined) return yield* types(k, typed, '/');
    const comma = typed.lastIndexOf(',') + 1;
    return (yield* types(k, typed.slice(comma), '')).map(({ text, ...rest }) => ({ ...rest, text: typed.slice(0, comma) + text }));
  }
  return only(yield* names(k, first), typed).filter(({ text }) => !k.args.includes(text));
}

function* types(k: Kubectl, typed: string, end: string): Running<Completion[]> {
  const all = yield* k.discovery.resources();
  const names = new Set(all.filter((r) => r.verbs.includes('get') || r.verbs.includes('list')).map((r) => (r.group && all.some((one) => one.name === r.name && one.group !== r.group && (one.group === '' || one.group < r.group)) ? `${r.name}.${r.group}` : r.group ? `${r.name}.${r.group}` : r.name)));
  return only(names, typed).map(({ text }) => ({ text: text + end, ...(end && { open: true }) }));
}

function* slashed(k: Kubectl, typed: string, otherwise: readonly Completion[]): Running<readonly Completion[]> {
  const at = typed.indexOf('/');
  if (at < 0) return otherwise;
  const type = typed.slice(0, at);
  return only(yield* names(k, type), typed.slice(at + 1)).map(({ text }) => ({ text: `${type}/${text}` }));
}

function* names(k: Kubectl, type: string): Running<string[]> {
  const mapping = yield* k.discovery.mappingFor(type);
  const list = yield* k.client.object<{ readonly items: readonly KubeObject[] }>({ path: pathOf(mapping, mapping.namespaced ? k.namespace.name : ''), query: { limit: 500 }, accept: 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io,application/json' });
  return list.items.map((item) => item.metadata.name);
}

function* containers(k: Kubectl): Running<string[]> {
  const pod = k.args.find((word) => !['pod', 'pods', 'po'].includes(word))?.replace(/^pods?\//, '');
  if (!pod) return [];
  const object = yield* k.client.object({ path: `/api/v1/namespaces/${k.namespace.name}/pods/${pod}` });
  const spec = object['spec'] as { readonly containers?: readonly { readonly name: string }[]; readonly initContainers?: readonly { readonly name: string }[] } | undefined;
  return [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])].map((one) => one.name);
}
