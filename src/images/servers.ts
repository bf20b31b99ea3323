/**
 * The images of servers that learners name in their manifests, with their tags, users and entrypoints, and the course's own web server.
 * Unlike the real ones: only the latest patch of each line and those before it; wordpress shows one page.
 */
import type { Files } from '../machine/files.ts';
import type { Answer } from '../machine/http.ts';
import type { Program } from '../machine/process.ts';
import { define, megabytes, versions } from './define.ts';
import { acceptAll, answerAtOnce, wakeOn } from './http-server.ts';
import { late } from './late.ts';
import { buildRoot, type Account } from './root.ts';

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

interface Simple {
  readonly name: string;
  readonly tags: readonly string[];
  readonly suffixes?: readonly string[];
  readonly mb: number;
  /** docker-entrypoint.sh, which hands on to the command. */
  readonly entrypoint?: true;
  readonly cmd: readonly string[];
  readonly programs: (version: string) => Readonly<Record<string, Program>>;
  readonly accounts?: readonly Account[];
  readonly stopSignal?: 'SIGINT';
  readonly workdir?: string;
  readonly build?: (files: Files) => void;
}

const passing: Program = function* (p) {
  const found = p.find(p.args[1] ?? '');
  return typeof found === 'function' ? yield* p.exec(found, p.args.slice(1)) : 127;
};

/** A page at the root of Apache's files. */
const apachePage = (html: string) => (files: Files): void => {
  files.mkdir('/usr/local/apache2/htdocs', { parents: true });
  files.write('/usr/local/apache2/htdocs/index.html', html);
};
const WORDPRESS = '<!DOCTYPE html>\n<html><head><title>WordPress &rsaquo; Installation</title></head><body><p>This WordPress only shows this page.</p></body></html>\n';

const ALL: readonly Simple[] = [
  {
    name: 'httpd', tags: ['2.4.65'], suffixes: ['-alpine', '-bookworm', '-trixie', ''], mb: 44.1, cmd: ['httpd-foreground'], workdir: '/usr/local/apache2',
    programs: (v) => ({ '/usr/local/bin/httpd-foreground': late((l) => l.httpd(v)), '/usr/local/apache2/bin/httpd': late((l) => l.httpd(v)) }),
    build: apachePage('<html><body><h1>It works!</h1></body></html>\n'),
  },
  {
    name: 'redis', tags: ['8.4.0', '8.2.3', '7.4.7', '7.2.12', '7.0.15', '6.2.21', '6.0.20', '5.0.14'], suffixes: ['-alpine', '-bookworm', ''], mb: 45.3,
    entrypoint: true, cmd: ['redis-server'], accounts: [['redis', 999, '/home/redis', '/bin/sh']], workdir: '/data',
    programs: (v) => ({ '/usr/local/bin/redis-server': late((l) => l.redis(v)), '/usr/local/bin/redis-cli': late((l) => l.redisCli) }),
  },
  {
    name: 'mysql', tags: ['9.5.0', '8.4.7', '8.0.44', '5.7.44', '5.6.51'], suffixes: ['-oracle', '-debian', ''], mb: 229,
    entrypoint: true, cmd: ['mysqld'], workdir: '/', programs: (v) => ({ '/usr/sbin/mysqld': late((l) => l.mysql(v)) }),
  },
  {
    name: 'mariadb', tags: ['12.1.2', '11.8.5', '11.4.9', '10.11.15', '10.6.24'], mb: 117,
    entrypoint: true, cmd: ['mariadbd'], programs: (v) => ({ '/usr/sbin/mariadbd': late((l) => l.mariadb(v)) }),
  },
  {
    name: 'postgres', tags: ['18.1', '17.7', '16.11', '15.15', '14.20', '13.23', '12.22'], suffixes: ['-alpine', '-bookworm', ''], mb: 158,
    entrypoint: true, cmd: ['postgres'], stopSignal: 'SIGINT', accounts: [['postgres', 999, '/var/lib/postgresql', '/bin/bash']],
    programs: (v) => ({ '/usr/local/bin/postgres': late((l) => l.postgres(v)) }),
  },
  {
    name: 'mongo', tags: ['8.2.2', '8.0.16', '7.0.26', '6.0.26', '5.0.31', '4.4.29'], mb: 305,
    entrypoint: true, cmd: ['mongod'], programs: () => ({ '/usr/bin/mongod': late((l) => l.mongo) }),
  },
  {
    name: 'memcached', tags: ['1.6.39'], suffixes: ['-alpine', ''], mb: 32,
    entrypoint: true, cmd: ['memcached'], programs: () => ({ '/usr/local/bin/memcached': late((l) => l.memcached) }),
  },
  {
    name: 'rabbitmq', tags: ['4.2.1', '4.1.6', '3.13.7'], suffixes: ['-management', '-alpine', ''], mb: 92,
    entrypoint: true, cmd: ['rabbitmq-server'], programs: (v) => ({ '/usr/local/bin/rabbitmq-server': late((l) => l.rabbitmq(v)) }),
  },
  {
    name: 'wordpress', tags: ['6.8.3', '6.7.4', '6.2.1', '5.9.9'], suffixes: ['-apache', '-fpm', ''], mb: 223,
    entrypoint: true, cmd: ['apache2-foreground'], programs: () => ({ '/usr/local/bin/apache2-foreground': late((l) => l.httpd('2.4.65')) }), build: apachePage(WORDPRESS),
  },
  {
    name: 'tomcat', tags: ['11.0.14', '10.1.49', '9.0.112'], suffixes: ['-jdk21', '-jdk17', ''], mb: 184,
    cmd: ['catalina.sh', 'run'], programs: (v) => ({ '/usr/local/bin/catalina.sh': late((l) => l.tomcat(v)) }),
  },
];

const images = ALL.map(({ name, tags, suffixes = [''], mb, entrypoint, cmd, programs, accounts, stopSignal, workdir, build }) => {
  const find = versions(tags, suffixes);
  return define(`docker.io/library/${name}`, (tag) => {
    const found = find(tag);
    if (!found) return undefined;
    const { version, suffix } = found;
    const alpine = suffix.includes('alpine');
    return {
      key: version + suffix, size: megabytes(alpine ? mb / 3 : mb, name + version), cmd, env: { PATH },
      ...(entrypoint && { entrypoint: ['docker-entrypoint.sh'] }), ...(stopSignal && { stopSignal }), ...(workdir && { workdir }),
      build: () =>
        buildRoot({
          base: alpine ? 'alpine' : 'debian', ...(accounts && { accounts }),
          build: (files) => {
            files.install('/usr/local/bin/docker-entrypoint.sh', passing);
            for (const [path, program] of Object.entries(programs(version))) files.install(path, program);
            build?.(files);
          },
        }),
    };
  });
});

/** A web server that answers with the name of the host it runs on. */
const hostServer: Program = function* (p) {
  p.write('Server listening on port 8080\n');
  let ended = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) p.trap(signal, () => (ended = true));
  const handler = (): Answer => ({ status: 200, headers: { 'Content-Type': 'text/plain' }, body: `Hostname: ${p.machine.hostname}\n` });
  const listeners = [80, 8080].map((port) => p.listen(port));
  for (const listener of listeners) {
    wakeOn(listener, p);
    answerAtOnce(p, listener, handler);
  }
  while (!ended) {
    for (const listener of listeners) acceptAll(p, listener, handler, p.args);
    yield;
  }
  return 0;
};

/** dbgurum/k8s-lab, the web server of the course's notes. */
const lab = define('docker.io/dbgurum/k8s-lab', (tag) => {
  if (!/^(initial|latest|v\d+(\.\d+)?)$/.test(tag)) return undefined;
  const build = () => buildRoot({ base: 'alpine', build: (files) => files.install('/app/server', hostServer) });
  return { key: tag, size: megabytes(28, `k8s-lab${tag}`), cmd: ['/app/server'], env: { PATH }, build };
});

/** All of this file. */
export const serverImages = [...images, lab];
