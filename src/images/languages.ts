/**
 * Images that people start a shell or a small command in: distributions, languages, curl.
 */
import type { Program } from '../machine/process.ts';
import { define, megabytes, versions } from './define.ts';
import { late } from './late.ts';
import { buildRoot, type Base } from './root.ts';

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

interface Language {
  readonly name: string;
  readonly base: Base;
  readonly mb: number;
  readonly tags: string;
  readonly suffixes?: string;
  readonly named?: RegExp;
  readonly cmd: readonly string[];
  /** What its programs say of their version. */
  readonly programs?: (version: string) => Readonly<Record<string, string>>;
}

const ALL: readonly Language[] = [
  { name: 'alpine', base: 'alpine', mb: 3.8, cmd: ['/bin/sh'], named: /^edge$/, tags: '3.22.2 3.21.5 3.20.8 3.19.9 3.18.12 3.17.10 3.16.9 3.15.11 3.14.10 3.13.12' },
  {
    name: 'debian', base: 'debian', mb: 49.3, cmd: ['bash'], tags: '13.2 12.12 11.11 10.13', suffixes: '-slim',
    named: /^(trixie|bookworm|bullseye|buster|stable|testing|sid)(-slim)?$/,
  },
  { name: 'ubuntu', base: 'debian', mb: 29.7, cmd: ['/bin/bash'], tags: '24.04 25.10 22.04 20.04 18.04 16.04', named: /^(noble|jammy|focal|bionic|xenial|rolling)$/ },
  { name: 'centos', base: 'debian', mb: 83.5, cmd: ['/bin/bash'], tags: '8 7.9.2009', named: /^centos[678]$/ },
  { name: 'fedora', base: 'debian', mb: 63.1, cmd: ['/bin/bash'], tags: '43 42 41 40 39' },
  { name: 'bash', base: 'alpine', mb: 6.6, cmd: ['bash'], tags: '5.3.8 5.2.37 5.1.16' },
  {
    name: 'python', base: 'debian', mb: 363, cmd: ['python3'], tags: '3.14.1 3.13.9 3.12.12 3.11.14 3.10.19 3.9.25 3.8.20 2.7.18', named: /^3$/,
    suffixes: '-slim -alpine -slim-bookworm -bookworm',
    programs: (v) => ({ python3: `Python ${v}`, python: `Python ${v}`, pip: `pip 25.3 from /usr/local/lib/python/site-packages/pip (python ${v})` }),
  },
  {
    name: 'node', base: 'debian', mb: 398, cmd: ['node'], tags: '25.2.1 24.11.1 22.21.1 20.19.6 18.20.8 16.20.2', suffixes: '-slim -alpine -bookworm', named: /^lts$/,
    programs: (v) => ({ node: `v${v}`, npm: '11.6.2' }),
  },
  {
    name: 'perl', base: 'debian', mb: 338, cmd: ['perl'], tags: '5.42.0 5.40.3 5.38.5 5.36.3 5.34.3', suffixes: '-slim',
    programs: (v) => ({ perl: `This is perl 5, version ${v.split('.')[1]}` }),
  },
  {
    name: 'ruby', base: 'debian', mb: 363, cmd: ['irb'], tags: '3.4.7 3.3.10 3.2.9', suffixes: '-slim -alpine',
    programs: (v) => ({ ruby: `ruby ${v}`, irb: 'irb 1.15.2' }),
  },
  {
    name: 'golang', base: 'debian', mb: 305, cmd: ['bash'], tags: '1.25.4 1.24.10 1.23.12 1.22.12 1.21.13 1.20.14', suffixes: '-alpine',
    programs: (v) => ({ go: `go version go${v} linux/amd64` }),
  },
];

/** The interpreter of a name, which says `says` of its version. */
const interpreter = (name: string, says: string): Program =>
  late((l) => (name === 'perl' ? l.perl(says) : name.startsWith('python') ? l.python(says) : l.interpreter(name, says)));

const images = ALL.map(({ name, base, mb, tags, suffixes, named, cmd, programs }) => {
  const all = tags.split(' ');
  const find = versions(all, [...(suffixes?.split(' ') ?? []), '']);
  return define(`docker.io/library/${name}`, (tag) => {
    const found = find(tag) ?? (named?.test(tag) ? { version: all[0]!, suffix: tag } : undefined);
    if (!found) return undefined;
    const { version, suffix } = found;
    const small = suffix.includes('alpine');
    return {
      key: `${version}${suffix}`,
      size: megabytes(small ? 18 : suffix.includes('slim') ? Math.max(28, mb / 8) : mb, name + version),
      cmd,
      env: { PATH },
      build: () =>
        buildRoot({
          base: small ? 'alpine' : base,
          ...(programs && !small && { with: ['curl', 'wget', 'ps', 'top', 'less', 'openssl'] }),
          build: (files) => {
            for (const [program, says] of Object.entries(programs?.(version) ?? {})) files.install(`/usr/local/bin/${program}`, interpreter(program, says));
          },
        }),
    };
  });
});

const entry: Program = function* (p) {
  const argv = p.args[1] === undefined || p.args[1].startsWith('-') ? ['curl', ...p.args.slice(1)] : p.args.slice(1);
  const program = typeof p.find(argv[0]!) === 'function' ? p.find(argv[0]!) : p.find('curl');
  return typeof program === 'function' ? yield* p.exec(program, argv) : 127;
};

/** curlimages/curl: curl, and a shell around it. */
const curl = define('docker.io/curlimages/curl', (tag) => {
  if (tag !== 'latest' && !/^[78]\.\d+\.\d+$/.test(tag)) return undefined;
  const accounts = [['curl_user', 100, '/home/curl_user', '/sbin/nologin']] as const;
  const build = () => buildRoot({ base: 'alpine', with: ['curl'], accounts, build: (files) => files.install('/entrypoint.sh', entry) });
  return { key: tag === 'latest' ? '8.17.0' : tag, size: megabytes(9.6, 'curl'), entrypoint: ['/entrypoint.sh'], cmd: ['curl'], user: 'curl_user', env: { PATH }, build };
});

const TOOLS = 'curl wget ip ss netstat ping traceroute nc nslookup dig host ps jq less vim'.split(' ');

/** nicolaka/netshoot: everything for looking at a network. */
const netshoot = define('docker.io/nicolaka/netshoot', (tag) => {
  if (tag !== 'latest' && !/^v0\.\d+$/.test(tag)) return undefined;
  const build = () => buildRoot({ base: 'debian', with: TOOLS, build: (files) => files.symlink('/bin/bash', '/usr/bin/zsh') });
  return { key: tag, size: megabytes(202, 'netshoot'), cmd: ['zsh'], env: { PATH }, build };
});

/** All of this file. */
export const languageImages = [...images, curl, netshoot];
