/** kubectl create configmap, and secret in its three forms. */
import { encode } from '../../base64.ts';
import type { Kubectl, Verb } from '../../command.ts';
import { CliError } from '../../errors.ts';
import { json, quote, sortedKeys } from '../../go.ts';
import { generator, type Made } from './object.ts';
import { addEnvFiles, addFiles, addLiterals, hashOf, keyErrors, readFile, type Add } from './sources.ts';

const SOURCES = ['append-hash=false', 'from-env-file=[]', 'from-file=[]', 'from-literal=[]:array'];
const inOrder = (map: Readonly<Record<string, string>>): Record<string, string> => Object.fromEntries(sortedKeys(map).map((key) => [key, map[key]!]));

function alone(k: Kubectl): void {
  if (k.flags.list('from-env-file').length && (k.flags.list('from-file').length || k.flags.list('from-literal').length)) {
    throw new CliError('from-env-file cannot be combined with from-file or from-literal');
  }
}

export const configmap = generator({
  name: 'configmap', use: 'NAME [--from-file=[key=]source] [--from-literal=key1=value1] [--dry-run=server|client|none]', aliases: ['cm'], resource: 'configmaps', failed: 'configmap:', flags: SOURCES,
  *make(k, name, meta) {
    alone(k);
    const data: Record<string, string> = {};
    const binaryData: Record<string, string> = {};
    const add: Add = (key, value) => {
      const wrong = keyErrors(key);
      if (wrong.length) throw new CliError(`${quote(key)} is not a valid key name for a ConfigMap: ${wrong.join(',')}`);
      for (const [map, called] of [[data, 'Data'], [binaryData, 'BinaryData']] as const) {
        if (Object.hasOwn(map, key)) throw new CliError(`cannot add key ${quote(key)}, another key by that name already exists in ${called} for ConfigMap ${quote(name)}`);
      }
      if (/[\udc80-\udcff]/u.test(value)) binaryData[key] = encode(value);
      else data[key] = value;
    };
    addFiles(k, k.flags.list('from-file'), add);
    addLiterals(k.flags.list('from-literal'), add);
    addEnvFiles(k, k.flags.list('from-env-file'), 'config', add);
    const object = { kind: 'ConfigMap', apiVersion: 'v1', metadata: meta(), ...(Object.keys(data).length && { data: inOrder(data) }), ...(Object.keys(binaryData).length && { binaryData: inOrder(binaryData) }) };
    if (!k.flags.on('append-hash')) return object as Made;
    const hash = hashOf({ kind: 'ConfigMap', name, data, ...(Object.keys(binaryData).length && { binaryData }) });
    return { ...object, metadata: { ...object.metadata, name: `${name}-${hash}` } } as Made;
  },
});

function secretAdd(data: Record<string, string>): Add {
  return (key, value) => {
    const wrong = keyErrors(key);
    if (wrong.length) throw new CliError(`${quote(key)} is not valid key name for a Secret ${wrong.join(';')}`);
    if (Object.hasOwn(data, key)) throw new CliError(`cannot add key ${key}, another key by that name already exists`);
    data[key] = encode(value);
  };
}

function secretObject(k: Kubectl, name: string, metadata: { readonly name: string }, data: Record<string, string>, type: string): Made {
  const object = { kind: 'Secret', apiVersion: 'v1', metadata, ...(Object.keys(data).length && { data: inOrder(data) }), ...(type && { type }) };
  if (!k.flags.on('append-hash')) return object as Made;
  return { ...object, metadata: { ...metadata, name: `${name}-${hashOf({ kind: 'Secret', type, name, data })}` } } as Made;
}

const generic = generator({
  name: 'generic', use: 'NAME [--type=string] [--from-file=[key=]source] [--from-literal=key1=value1] [--dry-run=server|client|none]', resource: 'secrets', failed: 'secret', flags: [...SOURCES, "type=''"],
  *make(k, name, meta) {
    alone(k);
    const data: Record<string, string> = {};
    const add = secretAdd(data);
    addLiterals(k.flags.list('from-literal'), add);
    addFiles(k, k.flags.list('from-file'), add);
    addEnvFiles(k, k.flags.list('from-env-file'), 'secret', add);
    return secretObject(k, name, meta(), data, k.flags.text('type'));
  },
});

/** What Go's tls.X509KeyPair says of texts that hold no certificate or no key. */
function pemError(text: string, wanted: RegExp, what: string, called: string): string | undefined {
  const kinds = [...text.matchAll(/-----BEGIN ([A-Z0-9 ]+)-----[^-]*-----END \1-----/g)].map((m) => m[1]!);
  if (kinds.some((kind) => wanted.test(kind))) return undefined;
  if (kinds.length === 0) return `tls: failed to find any PEM data in ${what} input`;
  if (what === 'certificate' && kinds.some((kind) => kind.endsWith('PRIVATE KEY'))) return 'tls: failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs may have been switched';
  if (what === 'key' && kinds.length === 1 && kinds[0] === 'CERTIFICATE') return 'tls: found a certificate rather than a key in the PEM for the private key';
  return `tls: failed to find ${called} after skipping PEM blocks of the following types: [${kinds.join(' ')}]`;
}

const tls = generator({
  name: 'tls', use: 'NAME --cert=path/to/cert/file --key=path/to/key/file [--dry-run=server|client|none]', resource: 'secrets', failed: 'secret', flags: ['append-hash=false', "cert=''", "key=''"],
  *make(k, name, meta) {
    const [cert, key] = [k.flags.text('cert'), k.flags.text('key')];
    if (!cert || !key) throw new CliError('key and cert must be specified');
    const [certText, keyText] = [cert, key].map((path) => {
      try {
        return readFile(k, path);
      } catch (error) {
        throw error instanceof CliError ? new CliError(`Cannot read file ${path}, ${error.message}`) : error;
      }
    }) as [string, string];
    const wrong = pemError(certText, /^CERTIFICATE$/, 'certificate', '"CERTIFICATE" PEM block in certificate input') ?? pemError(keyText, /PRIVATE KEY$/, 'key', 'PEM block with type ending in "PRIVATE KEY" in key input');
    if (wrong) throw new CliError(wrong);
    return secretObject(k, name, meta(), { 'tls.crt': encode(certText), 'tls.key': encode(keyText) }, 'kubernetes.io/tls');
  },
});

const dockerRegistry = generator({
  name: 'docker-registry', use: 'NAME --docker-username=user --docker-password=password --docker-email=email [--docker-server=string] [--from-file=[key=]source] [--dry-run=server|client|none]',
  resource: 'secrets', failed: 'secret', flags: ['append-hash=false', "docker-email=''", "docker-password=''", "docker-server='https://index.docker.io/v1/'", "docker-username=''", 'from-file=[]'],
  *make(k, name, meta) {
    const files = k.flags.list('from-file').map((source) => (source.includes('=') ? source : `.dockerconfigjson=${source}`));
    const [username, password, email, server] = ['docker-username', 'docker-password', 'docker-email', 'docker-server'].map((flag) => k.flags.text(flag)) as [string, string, string, string];
    if (files.length === 0 && !(username && password && server)) throw new CliError('either --from-file or the combination of --docker-username, --docker-password and --docker-server is required');
    const data: Record<string, string> = {};
    if (files.length) addFiles(k, files, secretAdd(data));
    else {
      const entry = { username, password, ...(email && { email }), auth: encode(`${username}:${password}`) };
      data['.dockerconfigjson'] = encode(json({ auths: { [server]: entry } }, '', { ordered: true }));
    }
    return secretObject(k, name, meta(), data, 'kubernetes.io/dockerconfigjson');
  },
});

export const secret: Verb = { name: 'secret', use: '(docker-registry | generic | tls)', group: 'strict', verbs: [dockerRegistry, generic, tls] };
