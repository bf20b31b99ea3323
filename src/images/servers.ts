/**
 * Servers that learners name in their manifests.
 * Unlike the real ones: httpd serves files; redis answers PING, ECHO, SET, GET, DEL, INCR, KEYS, INFO and QUIT; the databases and the rest
 * start as the real ones do (with their environment checked), listen, say so in their own format, and speak no protocol.
 */
import type { Files } from '../machine/files.ts';
import type { Answer, Incoming } from '../machine/http.ts';
import type { Connection } from '../machine/network.ts';
import type { Process, Program, Running } from '../machine/process.ts';
import { civil, digits, MONTHS, WEEKDAYS } from '../sim/date.ts';
import { define, megabytes, versions } from './define.ts';
import { acceptAll, cleanPath, httpDate, logDate, serveForever, typeOf, wakeOn } from './http-server.ts';
import { buildRoot, waiting, type Account } from './root.ts';

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Apache's httpd. */
const httpd = (version: string): Program =>
  function* (p) {
    const root = '/usr/local/apache2/htdocs';
    if (p.args.includes('-v')) {
      p.write(`Server version: Apache/${version} (Unix)\n`);
      return 0;
    }
    const stamp = (): string => {
      const c = civil(p.date);
      return `${WEEKDAYS[c.weekday]} ${MONTHS[c.month - 1]} ${digits(c.day)} ${digits(c.hour)}:${digits(c.minute)}:${digits(c.second)}.${digits(c.millisecond, 3)}000 ${c.year}`;
    };
    const address = p.machine.net.addresses[0] ?? '127.0.0.1';
    p.warn(`AH00558: httpd: Could not reliably determine the server's fully qualified domain name, using ${address}. Set the 'ServerName' directive globally to suppress this message\n`);
    const note = (code: string, text: string): void => p.warn(`[${stamp()}] [mpm_event:notice] [pid ${p.pid}:tid ${p.pid}] ${code}: ${text}\n`);
    note('AH00489', `Apache/${version} (Unix) configured -- resuming normal operations`);
    note('AH00094', "Command line: 'httpd -D FOREGROUND'");
    let ended = false;
    for (const signal of ['SIGTERM', 'SIGWINCH', 'SIGINT'] as const) p.trap(signal, () => (ended = true));
    const page = (status: number, title: string, text: string): Answer => ({
      status, headers: { 'Content-Type': 'text/html; charset=iso-8859-1' },
      body: `<!DOCTYPE HTML PUBLIC "-//IETF//DTD HTML 2.0//EN">\n<html><head>\n<title>${status} ${title}</title>\n</head><body>\n<h1>${title}</h1>\n<p>${text}</p>\n</body></html>\n`,
    });
    const answer = (request: Incoming): Answer => {
      const path = cleanPath(request.path) ?? '/';
      let at = root + path;
      if (p.files.stat(at.replace(/(.)\/$/, '$1'))?.type === 'directory') at = `${at.replace(/\/$/, '')}/index.html`;
      const stat = p.files.stat(at);
      if (stat?.type !== 'file') return page(404, 'Not Found', 'The requested URL was not found on this server.');
      return { status: 200, headers: { 'Last-Modified': httpDate(p.date - p.now + stat.modified), ETag: `"${stat.size.toString(16)}"`, 'Accept-Ranges': 'bytes', 'Content-Type': typeOf(at, 'text/plain') }, body: p.files.read(at) };
    };
    yield* serveForever(p, 80, (request) => {
      const made = answer(request);
      p.write(`${request.peer} - - [${logDate(p.date)}] "${request.method} ${request.path} ${request.version}" ${made.status} ${made.body?.length ?? 0}\n`);
      return { ...made, headers: { Date: httpDate(p.date), Server: `Apache/${version} (Unix)`, ...made.headers } };
    }, () => ended);
    note('AH00491', 'caught SIGTERM, shutting down');
    return 0;
  };

/** A line of a connection, without its end. */
function* lineOf(p: Process, connection: Connection, held: { text: string }): Running<string | undefined> {
  const stop = connection.input.listen(p);
  try {
    for (;;) {
      const end = held.text.indexOf('\n');
      if (end >= 0) {
        const line = held.text.slice(0, end).replace(/\r$/, '');
        held.text = held.text.slice(end + 1);
        return line;
      }
      const piece = connection.input.take();
      if (piece === undefined) return undefined;
      if (piece === '') yield;
      else held.text += piece;
    }
  } finally {
    stop();
  }
}

function redisAnswer(store: Map<string, string>, words: readonly string[], version: string): string {
  const [name = '', key = '', value = ''] = words;
  const bulk = (text: string | undefined): string => (text === undefined ? '$-1\r\n' : `$${text.length}\r\n${text}\r\n`);
  switch (name.toUpperCase()) {
    case 'PING': return key ? bulk(key) : '+PONG\r\n';
    case 'ECHO': return bulk(key);
    case 'SET':
      store.set(key, value);
      return '+OK\r\n';
    case 'GET': return bulk(store.get(key));
    case 'DEL': return `:${store.delete(key) ? 1 : 0}\r\n`;
    case 'INCR': {
      const next = Number(store.get(key) ?? 0) + 1;
      store.set(key, String(next));
      return `:${next}\r\n`;
    }
    case 'KEYS': return `*${store.size}\r\n${[...store.keys()].map((k) => bulk(k)).join('')}`;
    case 'INFO': return bulk(`# Server\r\nredis_version:${version}\r\n# Replication\r\nrole:master\r\n`);
    case 'QUIT': return '+OK\r\n';
    default: return `-ERR unknown command '${name}', with args beginning with: ${words.slice(1).map((w) => `'${w}' `).join('')}\r\n`;
  }
}

const redis = (version: string): Program =>
  function* (p) {
    const c = civil(p.date);
    const note = (text: string, mark = '*'): void => p.write(`${p.pid}:M ${digits(c.day)} ${MONTHS[c.month - 1]} ${c.year} ${digits(c.hour)}:${digits(c.minute)}:${digits(c.second)}.${digits(c.millisecond, 3)} ${mark} ${text}\n`);
    const port = Number(p.args.includes('--port') ? p.args[p.args.indexOf('--port') + 1] : 6379);
    const store = new Map<string, string>();
    const listener = p.listen(port);
    wakeOn(listener, p);
    note(`Redis version=${version}, bits=64, commit=00000000, modified=0, pid=${p.pid}, just started`);
    note('Server initialized');
    note('Ready to accept connections tcp');
    let ended = false;
    for (const signal of ['SIGTERM', 'SIGINT'] as const) p.trap(signal, () => (ended = true));
    while (!ended) {
      for (let connection = listener.poll(); connection; connection = listener.poll()) {
        const taken = connection;
        p.spawn(function* (child) {
          const held = { text: '' };
          for (;;) {
            const line = yield* lineOf(child, taken, held);
            if (line === undefined) break;
            let words = line.split(' ').filter(Boolean);
            if (line.startsWith('*')) {
              words = [];
              for (let n = Number(line.slice(1)); n > 0; n--) {
                yield* lineOf(child, taken, held);
                words.push((yield* lineOf(child, taken, held)) ?? '');
              }
            }
            if (words.length === 0) continue;
            taken.output.write(redisAnswer(store, words, version));
            if (words[0]!.toUpperCase() === 'QUIT') break;
          }
          taken.close();
          return 0;
        }, p.args, { env: new Map() });
      }
      yield;
    }
    note('User requested shutdown...', '#');
    note('Redis is now ready to exit, bye bye...', '#');
    return 0;
  };

const redisCli: Program = function* (p) {
  const words = p.args.slice(1);
  const value = (flag: string, fallback: string): string => {
    const at = words.indexOf(flag);
    return at < 0 ? fallback : (words.splice(at, 2)[1] ?? fallback);
  };
  const host = value('-h', '127.0.0.1');
  const port = Number(value('-p', '6379'));
  if (words.length === 0) {
    p.warn('redis-cli: the interactive mode is not supported here yet\n');
    return 1;
  }
  try {
    const connection = yield* p.dial(host, port);
    connection.output.write(`*${words.length}\r\n${words.map((w) => `$${w.length}\r\n${w}\r\n`).join('')}`);
    const held = { text: '' };
    const first = (yield* lineOf(p, connection, held)) ?? '';
    let out = first.slice(1);
    if (first.startsWith('$')) out = first === '$-1' ? '' : ((yield* lineOf(p, connection, held)) ?? '');
    else if (first.startsWith('*')) {
      const items: string[] = [];
      for (let n = Number(first.slice(1)); n > 0; n--) {
        yield* lineOf(p, connection, held);
        items.push((yield* lineOf(p, connection, held)) ?? '');
      }
      out = items.join('\n');
    } else if (first.startsWith('-')) out = `(error) ${out}\n`;
    connection.close();
    p.write(`${out}\n`);
    return 0;
  } catch {
    p.warn(`Could not connect to Redis at ${host}:${port}: Connection refused\n`);
    return 1;
  }
};

/** A server that listens and says nothing to whoever comes. */
const silent = (port: number, first: (p: Process) => readonly string[], check?: (env: ReadonlyMap<string, string>) => string | undefined): Program =>
  function* (p) {
    const complaint = check?.(p.env);
    if (complaint !== undefined) {
      p.warn(`${complaint}\n`);
      return 1;
    }
    p.listen(port);
    return yield* waiting(first(p))(p);
  };

const stampOf = (p: Process): string => {
  const c = civil(p.date);
  return `${c.year}-${digits(c.month)}-${digits(c.day)} ${digits(c.hour)}:${digits(c.minute)}:${digits(c.second)}`;
};
const needs = (prefix: string, rest: string) => (env: ReadonlyMap<string, string>): string | undefined =>
  ['ROOT_PASSWORD', 'ALLOW_EMPTY_PASSWORD', 'RANDOM_ROOT_PASSWORD'].some((name) => env.has(`${prefix}_${name}`)) ? undefined : rest;

interface Simple {
  readonly name: string;
  readonly tags: readonly string[];
  readonly suffixes?: readonly string[];
  readonly mb: number;
  readonly entrypoint?: readonly string[];
  readonly cmd: readonly string[];
  readonly programs: (version: string) => Readonly<Record<string, Program>>;
  readonly accounts?: readonly Account[];
  readonly stopSignal?: 'SIGTERM' | 'SIGQUIT' | 'SIGINT';
  readonly workdir?: string;
  readonly build?: (files: Files) => void;
}

const passing: Program = function* (p) {
  const found = p.find(p.args[1] ?? '');
  return typeof found === 'function' ? yield* p.exec(found, p.args.slice(1)) : 127;
};
const START = ['docker-entrypoint.sh'];

const ALL: readonly Simple[] = [
  {
    name: 'httpd', tags: ['2.4.65'], suffixes: ['-alpine', '-bookworm', '-trixie', ''], mb: 44.1, cmd: ['httpd-foreground'],
    programs: (v) => ({ '/usr/local/bin/httpd-foreground': httpd(v), '/usr/local/apache2/bin/httpd': httpd(v) }), workdir: '/usr/local/apache2',
    build: (files) => {
      files.mkdir('/usr/local/apache2/htdocs', { parents: true });
      files.write('/usr/local/apache2/htdocs/index.html', '<html><body><h1>It works!</h1></body></html>\n');
    },
  },
  { name: 'redis', tags: ['8.4.0', '8.2.3', '7.4.7', '7.2.12', '7.0.15', '6.2.21', '6.0.20', '5.0.14'], suffixes: ['-alpine', '-bookworm', ''], mb: 45.3, entrypoint: START, cmd: ['redis-server'], accounts: [['redis', 999, '/home/redis', '/bin/sh']], workdir: '/data', programs: (v) => ({ '/usr/local/bin/redis-server': redis(v), '/usr/local/bin/redis-cli': redisCli }) },
  {
    name: 'mysql', tags: ['9.5.0', '8.4.7', '8.0.44', '5.7.44', '5.6.51'], suffixes: ['-oracle', '-debian', ''], mb: 229, entrypoint: START, cmd: ['mysqld'], workdir: '/',
    programs: (v) => ({ '/usr/sbin/mysqld': silent(3306, (p) => [`${stampOf(p)}+00:00 [Note] [Entrypoint]: MySQL init process done. Ready for start up.`, `${stampOf(p).replace(' ', 'T')}.000000Z 0 [System] [MY-010931] [Server] /usr/sbin/mysqld: ready for connections. Version: '${v}'  socket: '/var/run/mysqld/mysqld.sock'  port: 3306  MySQL Community Server - GPL.`],
      needs('MYSQL', '[ERROR] [Entrypoint]: Database is uninitialized and password option is not specified\n    You need to specify one of the following as an environment variable:\n    - MYSQL_ROOT_PASSWORD\n    - MYSQL_ALLOW_EMPTY_PASSWORD\n    - MYSQL_RANDOM_ROOT_PASSWORD')) }),
  },
  {
    name: 'mariadb', tags: ['12.1.2', '11.8.5', '11.4.9', '10.11.15', '10.6.24'], mb: 117, entrypoint: START, cmd: ['mariadbd'],
    programs: (v) => ({ '/usr/sbin/mariadbd': silent(3306, (p) => [`${stampOf(p)}+00:00 [Note] [Entrypoint]: MariaDB init process done. Ready for start up.`, `Version: '${v}-MariaDB-ubu2404'  socket: '/run/mysqld/mysqld.sock'  port: 3306  mariadb.org binary distribution`],
      (env) => (needs('MARIADB', '')(env) === undefined || needs('MYSQL', '')(env) === undefined ? undefined : '[ERROR] [Entrypoint]: Database is uninitialized and password option is not specified\n\tYou need to specify one of MARIADB_ROOT_PASSWORD, MARIADB_ROOT_PASSWORD_HASH, MARIADB_ALLOW_EMPTY_ROOT_PASSWORD and MARIADB_RANDOM_ROOT_PASSWORD')) }),
  },
  {
    name: 'postgres', tags: ['18.1', '17.7', '16.11', '15.15', '14.20', '13.23', '12.22'], suffixes: ['-alpine', '-bookworm', ''], mb: 158, entrypoint: START, cmd: ['postgres'], stopSignal: 'SIGINT', accounts: [['postgres', 999, '/var/lib/postgresql', '/bin/bash']],
    programs: (v) => ({ '/usr/local/bin/postgres': silent(5432, (p) => [`${stampOf(p)}.000 UTC [1] LOG:  starting PostgreSQL ${v} (Debian) on x86_64-pc-linux-gnu, 64-bit`, `${stampOf(p)}.000 UTC [1] LOG:  listening on IPv4 address "0.0.0.0", port 5432`, `${stampOf(p)}.000 UTC [1] LOG:  database system is ready to accept connections`],
      (env) => (env.get('POSTGRES_PASSWORD') || env.get('POSTGRES_HOST_AUTH_METHOD') === 'trust' ? undefined : 'Error: Database is uninitialized and superuser password is not specified.\n       You must specify POSTGRES_PASSWORD to a non-empty value for the\n       superuser. For example, "-e POSTGRES_PASSWORD=password" on "docker run".')) }),
  },
  { name: 'mongo', tags: ['8.2.2', '8.0.16', '7.0.26', '6.0.26', '5.0.31', '4.4.29'], mb: 305, entrypoint: START, cmd: ['mongod'], programs: () => ({ '/usr/bin/mongod': silent(27_017, (p) => [`{"t":{"$date":"${stampOf(p).replace(' ', 'T')}.000+00:00"},"s":"I",  "c":"NETWORK",  "id":23016,   "ctx":"listener","msg":"Waiting for connections","attr":{"port":27017,"ssl":"off"}}`]) }) },
  { name: 'memcached', tags: ['1.6.39'], suffixes: ['-alpine', ''], mb: 32, entrypoint: START, cmd: ['memcached'], programs: () => ({ '/usr/local/bin/memcached': silent(11_211, () => []) }) },
  { name: 'rabbitmq', tags: ['4.2.1', '4.1.6', '3.13.7'], suffixes: ['-management', '-alpine', ''], mb: 92, entrypoint: START, cmd: ['rabbitmq-server'], programs: (v) => ({ '/opt/rabbitmq/sbin/rabbitmq-server': silent(5672, (p) => [`${stampOf(p)}.000000+00:00 [info] <0.9.0> Server startup complete; RabbitMQ ${v}`]), '/usr/local/bin/rabbitmq-server': silent(5672, (p) => [`${stampOf(p)}.000000+00:00 [info] <0.9.0> Server startup complete; RabbitMQ ${v}`]) }) },
  { name: 'wordpress', tags: ['6.8.3', '6.7.4', '6.2.1', '5.9.9'], suffixes: ['-apache', '-fpm', ''], mb: 223, entrypoint: START, cmd: ['apache2-foreground'], programs: () => ({ '/usr/local/bin/apache2-foreground': httpd('2.4.65') }), build: (files) => {
    files.mkdir('/usr/local/apache2/htdocs', { parents: true });
    files.write('/usr/local/apache2/htdocs/index.html', '<!DOCTYPE html>\n<html><head><title>WordPress &rsaquo; Installation</title></head><body><p>This WordPress only shows this page.</p></body></html>\n');
  } },
  { name: 'tomcat', tags: ['11.0.14', '10.1.49', '9.0.112'], suffixes: ['-jdk21', '-jdk17', ''], mb: 184, cmd: ['catalina.sh', 'run'], programs: (v) => ({ '/usr/local/bin/catalina.sh': silent(8080, (p) => [`${stampOf(p)} INFO [main] org.apache.catalina.startup.Catalina.start Server startup in [512] milliseconds (Apache Tomcat/${v})`]) }) },
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
      ...(entrypoint && { entrypoint }), ...(stopSignal && { stopSignal }), ...(workdir && { workdir }),
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
  const second = p.listen(80);
  wakeOn(second, p);
  const first = p.listen(8080);
  wakeOn(first, p);
  while (!ended) {
    for (const listener of [first, second]) acceptAll(p, listener, handler, p.args);
    yield;
  }
  return 0;
};

/** dbgurum/k8s-lab, the web server of the course's notes. */
const lab = define('docker.io/dbgurum/k8s-lab', (tag) =>
  /^(initial|latest|v\d+(\.\d+)?)$/.test(tag)
    ? { key: tag, size: megabytes(28, `k8s-lab${tag}`), cmd: ['/app/server'], env: { PATH }, build: () => buildRoot({ base: 'alpine', build: (files) => files.install('/app/server', hostServer) }) }
    : undefined,
);

/** All of this file. */
export const serverImages = [...images, lab];
