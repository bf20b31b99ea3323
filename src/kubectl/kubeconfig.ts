/**
 * Which server to ask, as whom, in which namespace: kubeconfig files, flags over them, and the service account inside a container.
 * Stands for client-go's tools/clientcmd. Changing the files is verbs/config.ts.
 * Unlike Kubernetes: exec and auth-provider credentials are not run.
 */
import { FileError, STRERROR } from '../machine/files.ts';
import type { Files } from '../machine/files.ts';
import type { Process } from '../machine/process.ts';
import { decode } from './base64.ts';
import { CliError, ConfigError, ManyErrors } from './errors.ts';
import type { Flags } from './flags.ts';
import { isMap, parseDuration, quote, type Rec } from './go.ts';
import { parseYaml } from './yaml/parse.ts';
import { YamlError } from './yaml/scan.ts';

/** An entry of a kubeconfig with the file that it came from. */
export interface Entry {
  readonly fields: Rec;
  readonly origin: string;
}

/** The merged content of kubeconfig files. */
export interface Kubeconfig {
  readonly clusters: Map<string, Entry>;
  readonly users: Map<string, Entry>;
  readonly contexts: Map<string, Entry>;
  current: string;
  readonly extensions: readonly unknown[];
}

/** Where and as whom requests go. */
export interface Target {
  /** `https://192.168.56.100:6443`, without a slash at the end. */
  readonly server: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly certificate?: string;
  readonly key?: string;
  readonly authority?: string;
  readonly insecure: boolean;
  /** Milliseconds; 0: as long as it takes. */
  readonly timeout: number;
}

const ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';
export const EMPTY_CONFIG = `Missing or incomplete configuration info.  Please point to an existing, complete config file:


  1. Via the command-line flag --kubeconfig
  2. Via the KUBECONFIG environment variable
  3. In your home directory as ~/.kube/config

To view or setup config directly use the 'config' command.`;

/** The paths that would be read, in order of precedence, and whether a flag named the only one. */
export function configPaths(p: Process, explicit: string): { readonly paths: readonly string[]; readonly explicit: boolean } {
  if (explicit) return { paths: [explicit], explicit: true };
  const list = p.env.get('KUBECONFIG') ?? '';
  if (list) return { paths: [...new Set(list.split(':'))].filter((path) => path !== ''), explicit: false };
  return { paths: [`${p.env.get('HOME') ?? p.user.home}/.kube/config`], explicit: false };
}

/** What Go's os.Open and os.ReadFile say: `open web.yaml: no such file or directory`. */
export function goFileError(error: unknown, how: string, path: string): CliError {
  if (!(error instanceof FileError)) throw error;
  const text = STRERROR[error.code];
  return new CliError(error.code === 'EISDIR' ? `read ${path}: ${text.toLowerCase()}` : `${how} ${path}: ${text[0]!.toLowerCase()}${text.slice(1)}`);
}

/** Reads and merges all files; of two entries of one name the first file's counts. Throws CliError. */
export function loadConfig(p: Process, explicit: string): Kubeconfig {
  const { paths } = configPaths(p, explicit);
  if (explicit && !p.files.exists(explicit)) throw new CliError(`stat ${explicit}: no such file or directory`);
  const merged: Kubeconfig = { clusters: new Map(), users: new Map(), contexts: new Map(), current: '', extensions: [] };
  const errors: Error[] = [];
  for (const path of paths) {
    if (!p.files.exists(path)) continue;
    try {
      const config = readConfig(p.files, path);
      for (const part of ['clusters', 'users', 'contexts'] as const) {
        for (const [name, entry] of config[part]) if (!merged[part].has(name)) merged[part].set(name, entry);
      }
      merged.current ||= config.current;
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      errors.push(new CliError(`error loading config file "${path}": ${error.message}`));
    }
  }
  if (errors.length === 1) throw errors[0]!;
  if (errors.length > 1) throw new ManyErrors(errors);
  return merged;
}

const CLUSTER = { server: 'string', 'tls-server-name': 'string', 'insecure-skip-tls-verify': 'bool', 'certificate-authority': 'string', 'certificate-authority-data': '[]uint8', 'proxy-url': 'string', 'disable-compression': 'bool', extensions: '[]v1.NamedExtension' };
const USER = {
  'client-certificate': 'string', 'client-certificate-data': '[]uint8', 'client-key': 'string', 'client-key-data': '[]uint8', token: 'string', tokenFile: 'string', as: 'string', 'as-uid': 'string',
  'as-groups': '[]string', 'as-user-extra': 'map[string][]string', username: 'string', password: 'string', 'auth-provider': 'v1.AuthProviderConfig', exec: 'v1.ExecConfig', extensions: '[]v1.NamedExtension',
};
const CONTEXT = { cluster: 'string', user: 'string', namespace: 'string', extensions: '[]v1.NamedExtension' };

/** Reads one file. Throws CliError with Go's words. */
export function readConfig(files: Files, path: string): Kubeconfig {
  let text: string;
  try {
    text = files.read(path);
  } catch (error) {
    throw goFileError(error, 'open', path);
  }
  let value: unknown;
  try {
    value = parseYaml(text);
  } catch (error) {
    if (error instanceof YamlError) throw new CliError(error.message);
    throw error;
  }
  const config: Kubeconfig = { clusters: new Map(), users: new Map(), contexts: new Map(), current: '', extensions: [] };
  if (value === null) return config;
  if (!isMap(value)) throw new CliError(`couldn't get version/kind; json parse error: json: cannot unmarshal ${jsonType(value)} into Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }`);
  const [kind, version] = [value['kind'] ?? 'Config', value['apiVersion'] ?? 'v1'];
  if (kind !== 'Config' || version !== 'v1') throw new CliError(`no kind ${quote(String(kind))} is registered for version ${quote(String(version))} in scheme "pkg/client/clientcmd/latest/latest.go:50"`);
  const parts = [['clusters', 'cluster', 'Cluster', CLUSTER], ['users', 'user', 'AuthInfo', USER], ['contexts', 'context', 'Context', CONTEXT]] as const;
  for (const [list, field, type, fields] of parts) {
    const entries = value[list] ?? [];
    if (!Array.isArray(entries)) throw wrong(entries, `Config.${list}`, `[]v1.Named${type}`);
    for (const entry of entries as readonly unknown[]) {
      if (!isMap(entry)) throw wrong(entry, `Config.${list}`, `v1.Named${type}`);
      const name = entry['name'] ?? '';
      if (typeof name !== 'string') throw wrong(name, `Named${type}.${list}.name`, 'string');
      const given = entry[field] ?? {};
      if (!isMap(given)) throw wrong(given, `Named${type}.${list}.${field}`, `v1.${type}`);
      config[list].set(name, { fields: known(given, fields, `${type}.${list}.${field}`), origin: path });
    }
  }
  const current = value['current-context'] ?? '';
  if (typeof current !== 'string') throw wrong(current, 'Config.current-context', 'string');
  config.current = current;
  return config;
}

/** The known fields that say something, with their types looked at. */
function known(given: Rec, fields: Readonly<Record<string, string>>, at: string): Rec {
  const out: Record<string, unknown> = {};
  for (const [key, type] of Object.entries(fields)) {
    const value = given[key];
    if (value === undefined || value === null || value === '' || value === false) continue;
    const fits = type === 'string' ? typeof value === 'string' : type === 'bool' ? typeof value === 'boolean' : type === '[]uint8' ? typeof value === 'string' : type.startsWith('[]') ? Array.isArray(value) : isMap(value);
    if (!fits) throw wrong(value, `${at}.${key}`, type);
    if (type === '[]uint8' && decode(value as string) === undefined) throw new CliError(`illegal base64 data at input byte ${badByte(value as string)}`);
    out[key] = value;
  }
  return out;
}

const badByte = (text: string): number => {
  const bad = text.search(/[^A-Za-z0-9+/=]/);
  return bad >= 0 ? bad : text.length - (text.length % 4);
};
const jsonType = (value: unknown): string => (value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value === 'object' ? 'object' : typeof value);
const wrong = (value: unknown, field: string, type: string): CliError => new CliError(`json: cannot unmarshal ${jsonType(value)} into Go struct field ${field} of type ${type}`);

/** The files together with what the global flags say. */
export class ClientConfig {
  private readonly p: Process;
  private readonly flags: Flags;
  private loaded: Kubeconfig | undefined;

  constructor(p: Process, flags: Flags) {
    this.p = p;
    this.flags = flags;
  }

  private text(name: string): string {
    return this.flags.global(name) ? this.flags.text(name) : '';
  }

  private on(name: string): boolean {
    return this.flags.global(name) && this.flags.on(name);
  }

  get raw(): Kubeconfig {
    return (this.loaded ??= loadConfig(this.p, this.text('kubeconfig')));
  }

  private get contextName(): string {
    return this.text('context') || this.raw.current;
  }

  /** Fields of the chosen context with flags over them. */
  private context(): { readonly cluster: string; readonly user: string; readonly namespace: string } {
    const fields = this.raw.contexts.get(this.contextName)?.fields ?? {};
    const pick = (flag: string, key: string): string => this.text(flag) || String(fields[key] ?? '');
    return { cluster: pick('cluster', 'cluster'), user: pick('user', 'user'), namespace: pick('namespace', 'namespace') };
  }

  /** The name of the user entry that counts. */
  get userName(): string {
    return this.context().user;
  }

  /** A path of the file that an entry came from is relative to that file. */
  private path(entry: Entry | undefined, key: string): string {
    const value = String(entry?.fields[key] ?? '');
    if (!value || value.startsWith('/') || !entry) return value;
    return this.p.files.resolve(`${this.p.files.resolve(entry.origin).replace(/\/[^/]*$/, '')}/${value}`);
  }

  private cluster(): Rec | undefined {
    const name = this.context().cluster;
    const entry = this.raw.clusters.get(name);
    if (!entry && this.text('cluster')) return undefined;
    const fields: Record<string, unknown> = { server: this.p.env.get('KUBERNETES_MASTER') ?? 'http://localhost:8080', ...entry?.fields };
    if (fields['certificate-authority']) fields['certificate-authority'] = this.path(entry, 'certificate-authority');
    const [server, authority, serverName] = ['server', 'certificate-authority', 'tls-server-name'].map((flag) => this.text(flag)) as [string, string, string];
    if (server) fields['server'] = server;
    if (authority || this.on('insecure-skip-tls-verify')) {
      delete fields['certificate-authority-data'];
      fields['certificate-authority'] = authority;
      fields['insecure-skip-tls-verify'] = this.on('insecure-skip-tls-verify');
    }
    if (server || serverName) fields['tls-server-name'] = serverName;
    return fields;
  }

  private user(): Rec | undefined {
    const entry = this.raw.users.get(this.context().user);
    if (!entry && this.text('user')) return undefined;
    const fields: Record<string, unknown> = { ...entry?.fields };
    for (const key of ['client-certificate', 'client-key', 'tokenFile']) if (fields[key]) fields[key] = this.path(entry, key);
    for (const key of ['client-certificate', 'client-key']) {
      if (this.text(key)) {
        fields[key] = this.text(key);
        delete fields[`${key}-data`];
      }
    }
    for (const key of ['token', 'username', 'password', 'as', 'as-uid']) if (this.text(key)) fields[key] = this.text(key);
    if (this.text('token')) delete fields['tokenFile'];
    if (this.flags.list('as-group').length) fields['as-groups'] = this.flags.list('as-group');
    const extra: Record<string, string[]> = {};
    for (const pair of this.flags.list('as-user-extra')) {
      const at = pair.indexOf('=');
      if (at >= 0) (extra[pair.slice(0, at)] ??= []).push(pair.slice(at + 1));
    }
    if (Object.keys(extra).length) fields['as-user-extra'] = extra;
    return fields;
  }

  private validate(): void {
    const errors: string[] = [];
    const name = this.contextName;
    if (name && !this.raw.contexts.has(name)) errors.push(`context was not found for specified context: ${name}`);
    const { cluster: clusterName, user: userName } = this.context();
    const user = this.user() ?? {};
    const open = (path: unknown): string | undefined => {
      try {
        if (this.p.files.stat(String(path))?.type === 'directory') return undefined;
        this.p.files.read(String(path));
        return undefined;
      } catch (error) {
        return goFileError(error, 'open', String(path)).message;
      }
    };
    const methods = [...(user['token'] ? ['token'] : []), ...(user['username'] || user['password'] ? ['basicAuth'] : [])];
    const [cert, certData, key, keyData] = ['client-certificate', 'client-certificate-data', 'client-key', 'client-key-data'].map((field) => user[field]);
    if (cert || certData) {
      if (cert && certData) errors.push(`client-cert-data and client-cert are both specified for ${userName}. client-cert-data will override.`);
      if (key && keyData) errors.push(`client-key-data and client-key are both specified for ${userName}; client-key-data will override`);
      if (!key && !keyData) errors.push(`client-key-data or client-key must be specified for ${userName} to use the clientCert authentication method.`);
      const badCert = cert && open(cert);
      if (badCert) errors.push(`unable to read client-cert ${String(cert)} for ${userName} due to ${badCert}`);
      const badKey = key && open(key);
      if (badKey) errors.push(`unable to read client-key ${String(key)} for ${userName} due to ${badKey}`);
    }
    if (methods.length > 1) errors.push(`more than one authentication method found for ${userName}; found [${methods.join(' ')}], only one is allowed`);
    if ((user['as-uid'] || user['as-groups'] || user['as-user-extra']) && !user['as']) errors.push(`requesting uid, groups or user-extra for ${userName} without impersonating a user`);
    const cluster = this.cluster() ?? {};
    if (!cluster['server']) errors.push(clusterName ? `no server found for cluster ${quote(clusterName)}` : 'default cluster has no server defined');
    if (cluster['certificate-authority'] && cluster['certificate-authority-data']) {
      errors.push(`certificate-authority-data and certificate-authority are both specified for ${clusterName}. certificate-authority-data will override.`);
    }
    const badCa = cluster['certificate-authority'] && open(cluster['certificate-authority']);
    if (badCa) errors.push(`unable to read certificate-authority ${String(cluster['certificate-authority'])} for ${clusterName} due to ${badCa}`);
    if (errors.length) throw new ConfigError(errors);
  }

  private get inCluster(): boolean {
    return Boolean(this.p.env.get('KUBERNETES_SERVICE_HOST') && this.p.env.get('KUBERNETES_SERVICE_PORT') && this.p.files.stat(`${ACCOUNT}/token`)?.type === 'file');
  }

  /** The namespace that counts, and whether a flag named it. Throws CliError, ConfigError. */
  namespace(): { readonly name: string; readonly explicit: boolean } {
    const given = this.text('namespace');
    void this.raw;
    if (given) return { name: given, explicit: true };
    this.validate();
    const { namespace } = this.context();
    if (namespace) return { name: namespace, explicit: false };
    if (!this.inCluster) return { name: 'default', explicit: false };
    const own = this.p.env.get('POD_NAMESPACE') || (this.p.files.exists(`${ACCOUNT}/namespace`) ? this.p.files.read(`${ACCOUNT}/namespace`).trim() : '');
    return { name: own || 'default', explicit: false };
  }

  /** Whom to ask and as whom. Throws CliError, ConfigError. */
  target(): Target {
    const [context, named] = [this.contextName, this.text('context')];
    const user = this.user();
    if (!user) throw new CliError(`auth info ${quote(this.context().user)} does not exist`);
    if (named && !this.raw.contexts.has(context)) throw new CliError(`context ${quote(context)} does not exist`);
    const cluster = this.cluster();
    if (!cluster) throw new CliError(`cluster ${quote(this.context().cluster)} does not exist`);
    this.validate();
    const timeout = parseTimeout(this.text('request-timeout') || '0');
    const nothing = this.raw.clusters.size === 0 && !this.text('server') && !this.p.env.get('KUBERNETES_MASTER');
    if (nothing && this.inCluster) return this.inClusterTarget(timeout);
    let server = String(cluster['server']);
    // Credentials and authorities count for https only, and only when the address says https.
    if (!/^[a-z]+:\/\//.test(server)) server = `http://${server}`;
    const data = (fields: Rec, key: string): string | undefined => {
      if (fields[`${key}-data`]) return decode(String(fields[`${key}-data`]));
      return fields[key] ? this.p.files.read(String(fields[key])) : undefined;
    };
    const certificate = server.startsWith('https') ? data(user, 'client-certificate') : undefined;
    const key = certificate === undefined ? undefined : data(user, 'client-key');
    const authority = data(cluster, 'certificate-authority');
    return {
      server: server.replace(/\/+$/, ''), insecure: cluster['insecure-skip-tls-verify'] === true, timeout, headers: this.headers(user, server.startsWith('https')),
      ...(certificate !== undefined && { certificate }), ...(key !== undefined && { key }), ...(authority !== undefined && { authority }),
    };
  }

  private headers(user: Rec, secure: boolean): Record<string, string> {
    const headers: Record<string, string> = {};
    const token = user['token'] ? String(user['token']) : user['tokenFile'] && !user['token'] ? this.p.files.read(String(user['tokenFile'])).trim() : '';
    if (token && secure) headers['authorization'] = `Bearer ${token}`;
    if (user['as']) {
      headers['impersonate-user'] = String(user['as']);
      if (user['as-uid']) headers['impersonate-uid'] = String(user['as-uid']);
      const groups = (user['as-groups'] as readonly string[] | undefined) ?? [];
      if (groups.length) headers['impersonate-group'] = groups.join(',');
      for (const [key, values] of Object.entries((user['as-user-extra'] as Record<string, readonly string[]> | undefined) ?? {})) headers[`impersonate-extra-${key.toLowerCase()}`] = values.join(',');
    }
    return headers;
  }

  private inClusterTarget(timeout: number): Target {
    const host = this.p.env.get('KUBERNETES_SERVICE_HOST')!;
    const token = this.text('token') || this.p.files.read(`${ACCOUNT}/token`).trim();
    const headers = { ...this.headers(this.user() ?? {}, false), authorization: `Bearer ${token}` };
    const authority = this.p.files.exists(`${ACCOUNT}/ca.crt`) ? this.p.files.read(`${ACCOUNT}/ca.crt`) : '';
    return { server: `https://${host.includes(':') ? `[${host}]` : host}:${this.p.env.get('KUBERNETES_SERVICE_PORT')}`, headers, authority, insecure: false, timeout };
  }
}

function parseTimeout(text: string): number {
  if (/^-?\d+$/.test(text)) return Number(text) * 1000;
  try {
    return parseDuration(text);
  } catch {
    throw new CliError('Invalid timeout value. Timeout must be a single integer in seconds, or an integer followed by a corresponding time unit (e.g. 1s | 2m | 3h)');
  }
}
