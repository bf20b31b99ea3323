/**
 * kubectl config: shows and changes kubeconfig files.
 * Stands for k8s.io/kubectl/pkg/cmd/config and client-go's ModifyConfig.
 * Unlike Kubernetes: with several files in KUBECONFIG, a change goes to the file that holds the entry, else to the first; no lock files.
 */
import type { Running } from '../../machine/process.ts';
import type { KubeObject } from '../../kube/api/wire.ts';
import { encode } from '../base64.ts';
import type { Kubectl, Verb } from '../command.ts';
import { CliError, HelpFirst } from '../errors.ts';
import { PRINT, flags } from '../flags.ts';
import { compare, type Rec } from '../go.ts';
import { configPaths, goFileError, loadConfig, readConfig, type Kubeconfig } from '../kubeconfig.ts';
import { printerFor } from '../print/printer.ts';
import { Tabs } from '../print/tabs.ts';
import { printYaml } from '../yaml/print.ts';

type Part = 'clusters' | 'contexts' | 'users';
const FIELD: Readonly<Record<Part, string>> = { clusters: 'cluster', contexts: 'context', users: 'user' };
const PARTS: readonly Part[] = ['clusters', 'contexts', 'users'];
const HIDDEN: Readonly<Record<string, string>> = { 'certificate-authority-data': 'DATA+OMITTED', 'client-certificate-data': 'DATA+OMITTED', 'client-key-data': 'DATA+OMITTED', token: 'REDACTED', password: 'REDACTED' };

const explicit = (k: Kubectl): string => k.flags.text('kubeconfig');
const empty = (): Kubeconfig => ({ clusters: new Map(), users: new Map(), contexts: new Map(), current: '', extensions: [] });

/** The fields of entries in the order of Go's structs. */
const ORDER = 'server tls-server-name insecure-skip-tls-verify certificate-authority certificate-authority-data proxy-url disable-compression client-certificate client-certificate-data client-key client-key-data token tokenFile as as-uid as-groups as-user-extra username password auth-provider exec cluster user namespace extensions'.split(' ');
const inOrder = (fields: Rec): Rec => Object.fromEntries([...ORDER.filter((key) => key in fields), ...Object.keys(fields).filter((key) => !ORDER.includes(key))].map((key) => [key, fields[key]]));

/** A kubeconfig as it is written, with entries by name. */
function written(config: Kubeconfig, show: (fields: Rec) => Rec = (fields) => fields): KubeObject {
  const list = (part: Part): unknown => {
    const all = [...config[part]].sort(([a], [b]) => compare(a, b)).map(([name, entry]) => ({ name, [FIELD[part]]: inOrder(show(entry.fields)) }));
    return all.length ? all : null;
  };
  return { kind: 'Config', apiVersion: 'v1', clusters: list('clusters'), users: list('users'), contexts: list('contexts'), 'current-context': config.current } as unknown as KubeObject;
}

const redacted = (fields: Rec): Rec => Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, HIDDEN[key] ?? value]));

function save(k: Kubectl, path: string, config: Kubeconfig): void {
  const { files } = k.p;
  const full = files.resolve(path);
  const folder = full.slice(0, full.lastIndexOf('/')) || '/';
  try {
    if (!files.exists(folder)) files.mkdir(folder, { parents: true });
    files.write(full, printYaml(written(config)), 0o600);
  } catch (error) {
    throw goFileError(error, 'open', path);
  }
}

/** The file that a change goes to, and what it holds now. */
function fileFor(k: Kubectl, part?: Part, name?: string): { readonly path: string; readonly config: Kubeconfig } {
  const { paths } = configPaths(k.p, explicit(k));
  const there = paths.filter((path) => k.p.files.exists(path));
  const holds = there.find((path) => part !== undefined && name !== undefined && readConfig(k.p.files, path)[part].has(name));
  const path = holds ?? there[0] ?? paths[0]!;
  return { path, config: k.p.files.exists(path) ? readConfig(k.p.files, path) : empty() };
}

/** Changes the fields of an entry, which need not be there. True when it was. */
function change(k: Kubectl, part: Part, name: string, set: Readonly<Record<string, unknown>>, drop: readonly string[] = []): boolean {
  const { path, config } = fileFor(k, part, name);
  const old = config[part].get(name);
  const fields: Record<string, unknown> = { ...old?.fields };
  for (const key of drop) delete fields[key];
  for (const [key, value] of Object.entries(set)) {
    if (value === '' || value === false) delete fields[key];
    else fields[key] = value;
  }
  config[part].set(name, { fields, origin: path });
  save(k, path, config);
  return old !== undefined;
}

function setCurrent(k: Kubectl, name: string): void {
  const { path, config } = fileFor(k);
  config.current = name;
  save(k, path, config);
}

/** Flags that were given, as fields. */
const given = (k: Kubectl, names: readonly string[]): Record<string, unknown> =>
  Object.fromEntries(names.filter((name) => k.flags.changed(name)).map((name) => [name, name === 'insecure-skip-tls-verify' ? k.flags.on(name) : k.flags.text(name)]));

/** Exactly one name, or the command's help as a mistake. */
function oneName(k: Kubectl): string {
  if (k.args.length !== 1) throw new HelpFirst(`Unexpected args: [${k.args.join(' ')}]`);
  return k.args[0]!;
}

/** A file given by a flag, as its data when it is to be embedded. */
function fileField(k: Kubectl, flag: string, set: Record<string, unknown>, drop: string[]): void {
  if (!k.flags.changed(flag)) return;
  const path = k.flags.text(flag);
  const embed = k.flags.on('embed-certs');
  if (path && embed) {
    try {
      set[`${flag}-data`] = encode(k.p.files.read(path));
    } catch (error) {
      throw new CliError(`could not read ${flag} data from ${path}: ${goFileError(error, 'open', path).message}`);
    }
    drop.push(flag);
  } else {
    set[flag] = path && k.p.files.resolve(path);
    drop.push(`${flag}-data`);
  }
}

/** Only what the current context (or --context) needs. */
function minified(k: Kubectl, config: Kubeconfig): Kubeconfig {
  const name = k.flags.text('context') || config.current;
  const context = config.contexts.get(name);
  if (!name) throw new CliError('current-context must exist in order to minify');
  if (!context) throw new CliError(`cannot locate context ${name}`);
  const only = (part: Part, wanted: unknown): Kubeconfig['clusters'] => new Map([...config[part]].filter(([key]) => key === wanted));
  return { ...config, current: name, contexts: new Map([[name, context]]), clusters: only('clusters', context.fields['cluster']), users: only('users', context.fields['user']) };
}

const view: Verb = {
  name: 'view',
  use: '[flags]',
  flags: [...PRINT.filter((flag) => flag.name !== 'output'), ...flags("o output='yaml'", 'flatten=false', 'merge=true?true', 'minify=false', 'raw=false')],
  complete: 'none',
  *run(k) {
    const printer = yield* printerFor(k, { ordered: true });
    let config = loadConfig(k.p, explicit(k));
    if (k.flags.on('minify')) config = minified(k, config);
    const raw = k.flags.on('raw') || k.flags.on('flatten');
    k.out(printer.print(written(config, raw ? undefined : redacted)));
  },
};

const currentContext: Verb = {
  name: 'current-context',
  use: '[flags]',
  complete: 'none',
  *run(k) {
    const { current } = loadConfig(k.p, explicit(k));
    if (!current) throw new CliError('current-context is not set');
    k.out(`${current}\n`);
  },
};

const getContexts: Verb = {
  name: 'get-contexts',
  use: '[(-o|--output=)name)]',
  flags: flags('no-headers=false', "o output=''"),
  complete: contextNames,
  *run(k) {
    const format = k.flags.text('output');
    if (format && format !== 'name') throw new CliError(`output must be one of '' or 'name': ${format}`);
    const config = loadConfig(k.p, explicit(k));
    const errors = k.args.filter((name) => !config.contexts.has(name));
    const names = k.args.length ? k.args.filter((name) => config.contexts.has(name)) : [...config.contexts.keys()].sort(compare);
    if (format === 'name') k.out(names.map((name) => `${name}\n`).join(''));
    else {
      const tabs = new Tabs();
      if (!k.flags.on('no-headers')) tabs.write('CURRENT\tNAME\tCLUSTER\tAUTHINFO\tNAMESPACE\n');
      for (const name of names) {
        const { fields } = config.contexts.get(name)!;
        tabs.write(`${name === config.current ? '*' : ''}\t${name}\t${String(fields['cluster'] ?? '')}\t${String(fields['user'] ?? '')}\t${String(fields['namespace'] ?? '')}\n`);
      }
      k.out(tabs.flush());
    }
    if (errors.length) throw new CliError(errors.map((name) => `context ${name} not found`).join('\n'));
  },
};

const names = (name: string, part: Part): Verb => ({
  name,
  use: '',
  complete: 'none',
  *run(k) {
    k.out(`NAME\n${[...loadConfig(k.p, explicit(k))[part].keys()].sort(compare).map((one) => `${one}\n`).join('')}`);
  },
});

const useContext: Verb = {
  name: 'use-context',
  use: 'CONTEXT_NAME',
  aliases: ['use'],
  complete: contextNames,
  *run(k) {
    const name = oneName(k);
    if (!loadConfig(k.p, explicit(k)).contexts.has(name)) throw new CliError(`no context exists with the name: "${name}"`);
    setCurrent(k, name);
    k.out(`Switched to context "${name}".\n`);
  },
};

const setContext: Verb = {
  name: 'set-context',
  use: '[NAME | --current] [--cluster=cluster_nickname] [--user=user_nickname] [--namespace=namespace]',
  flags: flags("cluster=''", 'current=false', "n namespace=''", "user=''"),
  complete: contextNames,
  *run(k) {
    if (k.args.length > 1 || (!k.args.length && !k.flags.on('current'))) throw k.usage('Unexpected args: []'.replace('[]', `[${k.args.join(' ')}]`));
    const name = k.flags.on('current') ? loadConfig(k.p, explicit(k)).current : k.args[0]!;
    if (!name) throw new CliError('no current context is set');
    const there = change(k, 'contexts', name, given(k, ['cluster', 'namespace', 'user']));
    k.out(`Context "${name}" ${there ? 'modified' : 'created'}.\n`);
  },
};

const setCluster: Verb = {
  name: 'set-cluster',
  use: 'NAME [--server=server] [--certificate-authority=path/to/certificate/authority] [--insecure-skip-tls-verify=true] [--tls-server-name=example.com]',
  flags: flags("certificate-authority=''", 'embed-certs=false', 'insecure-skip-tls-verify=false', "proxy-url=''", "server=''", "tls-server-name=''"),
  complete: 'none',
  *run(k) {
    const name = oneName(k);
    const set = given(k, ['server', 'tls-server-name', 'insecure-skip-tls-verify', 'proxy-url']);
    const drop: string[] = set['insecure-skip-tls-verify'] === true ? ['certificate-authority', 'certificate-authority-data'] : [];
    fileField(k, 'certificate-authority', set, drop);
    if (set['certificate-authority'] || set['certificate-authority-data']) drop.push('insecure-skip-tls-verify');
    change(k, 'clusters', name, set, drop);
    k.out(`Cluster "${name}" set.\n`);
  },
};

const setCredentials: Verb = {
  name: 'set-credentials',
  use: 'NAME [--client-certificate=path/to/certfile] [--client-key=path/to/keyfile] [--token=bearer_token] [--username=basic_user] [--password=basic_password]',
  flags: flags("client-certificate=''", "client-key=''", 'embed-certs=false', "password=''", "token=''", "username=''"),
  complete: 'none',
  *run(k) {
    const name = oneName(k);
    if (k.flags.changed('token') && (k.flags.changed('username') || k.flags.changed('password'))) throw new CliError('you cannot specify more than one authentication method at the same time: --token, --username/--password');
    const set = given(k, ['token', 'username', 'password']);
    const drop: string[] = set['token'] ? ['username', 'password', 'tokenFile'] : set['username'] || set['password'] ? ['token', 'tokenFile'] : [];
    fileField(k, 'client-certificate', set, drop);
    fileField(k, 'client-key', set, drop);
    change(k, 'users', name, set, drop);
    k.out(`User "${name}" set.\n`);
  },
};

const remove = (what: 'cluster' | 'context' | 'user', part: Part): Verb => ({
  name: `delete-${what}`,
  use: 'NAME',
  complete: what === 'context' ? contextNames : 'none',
  *run(k) {
    const name = oneName(k);
    const { path, config } = fileFor(k, part, name);
    if (!config[part].has(name)) throw new CliError(`cannot delete ${what} ${name}, not in ${path}`);
    if (what === 'context' && config.current === name) k.err('warning: this removed your active context, use "kubectl config use-context" to select a different one\n');
    config[part].delete(name);
    save(k, path, config);
    k.out(`deleted ${what} ${name} from ${path}\n`);
  },
});

const renameContext: Verb = {
  name: 'rename-context',
  use: 'CONTEXT_NAME NEW_NAME',
  complete: contextNames,
  *run(k) {
    if (k.args.length !== 2) throw new HelpFirst(`Unexpected args: [${k.args.join(' ')}]`);
    const [from, to] = k.args as [string, string];
    const { path, config } = fileFor(k, 'contexts', from);
    const entry = config.contexts.get(from);
    if (!entry) throw new CliError(`cannot rename the context "${from}", it's not in ${path}`);
    if (config.contexts.has(to)) throw new CliError(`cannot rename the context "${from}", the context "${to}" already exists in ${path}`);
    config.contexts.delete(from);
    config.contexts.set(to, entry);
    if (config.current === from) config.current = to;
    save(k, path, config);
    k.out(`Context "${from}" renamed to "${to}".\n`);
  },
};

/** `users.kim.token`: a name may hold dots, so that the field is what comes after the last known name. */
function property(k: Kubectl, path: string): { readonly part: Part; readonly name: string; readonly field: string } | undefined {
  const part = PARTS.find((one) => path.startsWith(`${one}.`));
  if (!part) return undefined;
  const rest = path.slice(part.length + 1);
  const known = [...loadConfig(k.p, explicit(k))[part].keys()].filter((name) => rest === name || rest.startsWith(`${name}.`)).sort((a, b) => b.length - a.length)[0];
  const name = known ?? rest.split('.')[0]!;
  return { part, name, field: rest.slice(name.length + 1) };
}

const set: Verb = {
  name: 'set',
  use: 'PROPERTY_NAME PROPERTY_VALUE',
  flags: flags('set-raw-bytes=false'),
  complete: 'none',
  *run(k) {
    if (k.args.length !== 2) throw new HelpFirst(`Unexpected args: [${k.args.join(' ')}]`);
    const [path, value] = k.args as [string, string];
    if (path === 'current-context') setCurrent(k, value);
    else {
      const found = property(k, path);
      if (!found?.field) throw new CliError(`unable to locate path ${path}`);
      const data = found.field.endsWith('-data') && k.flags.on('set-raw-bytes') ? encode(value) : value;
      change(k, found.part, found.name, { [found.field]: /^(true|false)$/.test(value) && found.field === 'insecure-skip-tls-verify' ? value === 'true' : data });
    }
    k.out(`Property "${path}" set.\n`);
  },
};

const unset: Verb = {
  name: 'unset',
  use: 'PROPERTY_NAME',
  complete: 'none',
  *run(k) {
    const path = oneName(k);
    const found = property(k, path);
    if (path === 'current-context') setCurrent(k, '');
    else if (PARTS.includes(path as Part)) {
      const { path: file, config } = fileFor(k);
      config[path as Part].clear();
      save(k, file, config);
    } else if (!found) throw new CliError(`unable to locate path ${path}`);
    else {
      const { path: file, config } = fileFor(k, found.part, found.name);
      const entry = config[found.part].get(found.name);
      if (!entry && found.field) throw new CliError(`current map key \`${found.name}\` is invalid`);
      if (!entry || !found.field) config[found.part].delete(found.name);
      else config[found.part].set(found.name, { ...entry, fields: Object.fromEntries(Object.entries(entry.fields).filter(([key]) => key !== found.field)) });
      save(k, file, config);
    }
    k.out(`Property "${path}" unset.\n`);
  },
};

function* contextNames(k: Kubectl): Running<readonly { readonly text: string }[]> {
  return [...loadConfig(k.p, explicit(k)).contexts.keys()].sort(compare).map((text) => ({ text }));
}

export const config: Verb = {
  name: 'config',
  use: 'SUBCOMMAND',
  group: 'strict',
  verbs: [
    currentContext, remove('cluster', 'clusters'), remove('context', 'contexts'), remove('user', 'users'), names('get-clusters', 'clusters'), getContexts, names('get-users', 'users'),
    renameContext, set, setCluster, setContext, setCredentials, unset, useContext, view,
  ],
};
