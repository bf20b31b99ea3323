/**
 * Databases and brokers that learners name in their manifests.
 * Unlike the real ones: they check their environment, listen, say so in their own format, and speak no protocol; nothing is stored.
 */
import type { Process, Program } from '../machine/process.ts';
import { civil, digits } from '../sim/date.ts';
import { waiting } from './root.ts';

type Environment = ReadonlyMap<string, string>;

/** A server that listens and says nothing to whoever comes. `check` finds what its environment lacks. */
const silent = (port: number, first: (p: Process) => readonly string[], check?: (env: Environment) => string | undefined): Program =>
  function* (p) {
    const complaint = check?.(p.env);
    if (complaint !== undefined) {
      p.warn(`${complaint}\n`);
      return 1;
    }
    p.listen(port);
    return yield* waiting(first(p))(p);
  };

/** `2026-11-24 10:30:18` */
const stamp = (p: Process): string => {
  const c = civil(p.date);
  return `${c.year}-${digits(c.month)}-${digits(c.day)} ${digits(c.hour)}:${digits(c.minute)}:${digits(c.second)}`;
};
const iso = (p: Process): string => stamp(p).replace(' ', 'T');

const has = (env: Environment, prefix: string, words: readonly string[]): boolean => words.some((word) => env.has(`${prefix}_${word}`));
const PASSWORDS = ['ROOT_PASSWORD', 'ALLOW_EMPTY_PASSWORD', 'RANDOM_ROOT_PASSWORD'];
const MARIADB = ['ROOT_PASSWORD', 'ROOT_PASSWORD_HASH', 'ALLOW_EMPTY_ROOT_PASSWORD', 'RANDOM_ROOT_PASSWORD'];
const UNINITIALISED = '[ERROR] [Entrypoint]: Database is uninitialized and password option is not specified\n';

const NO_MYSQL = `${UNINITIALISED}    You need to specify one of the following as an environment variable:\n${PASSWORDS.map((word) => `    - MYSQL_${word}`).join('\n')}`;
const NO_MARIADB = `${UNINITIALISED}\tYou need to specify one of ${MARIADB.slice(0, 3).map((word) => `MARIADB_${word}`).join(', ')} and MARIADB_${MARIADB[3]}`;
const NO_POSTGRES = 'Error: Database is uninitialized and superuser password is not specified.\n' +
  '       You must specify POSTGRES_PASSWORD to a non-empty value for the\n       superuser. For example, "-e POSTGRES_PASSWORD=password" on "docker run".';

/** mysqld */
export const mysql = (version: string): Program =>
  silent(3306, (p) => [
    `${stamp(p)}+00:00 [Note] [Entrypoint]: MySQL init process done. Ready for start up.`,
    `${iso(p)}.000000Z 0 [System] [MY-010931] [Server] /usr/sbin/mysqld: ready for connections. ` +
      `Version: '${version}'  socket: '/var/run/mysqld/mysqld.sock'  port: 3306  MySQL Community Server - GPL.`,
  ], (env) => (has(env, 'MYSQL', PASSWORDS) ? undefined : NO_MYSQL));

/** mariadbd */
export const mariadb = (version: string): Program =>
  silent(3306, (p) => [
    `${stamp(p)}+00:00 [Note] [Entrypoint]: MariaDB init process done. Ready for start up.`,
    `Version: '${version}-MariaDB-ubu2404'  socket: '/run/mysqld/mysqld.sock'  port: 3306  mariadb.org binary distribution`,
  ], (env) => (has(env, 'MARIADB', MARIADB) || has(env, 'MYSQL', PASSWORDS) ? undefined : NO_MARIADB));

/** postgres */
export const postgres = (version: string): Program =>
  silent(5432, (p) => [
    `starting PostgreSQL ${version} (Debian) on x86_64-pc-linux-gnu, 64-bit`, 'listening on IPv4 address "0.0.0.0", port 5432',
    'database system is ready to accept connections',
  ].map((text) => `${stamp(p)}.000 UTC [1] LOG:  ${text}`), (env) => {
    const may = env.get('POSTGRES_PASSWORD') || env.get('POSTGRES_HOST_AUTH_METHOD') === 'trust';
    return may ? undefined : NO_POSTGRES;
  });

/** mongod */
export const mongo: Program = silent(27_017, (p) => [
  `{"t":{"$date":"${iso(p)}.000+00:00"},"s":"I",  "c":"NETWORK",  "id":23016,   "ctx":"listener","msg":"Waiting for connections","attr":{"port":27017,"ssl":"off"}}`,
]);

/** memcached */
export const memcached: Program = silent(11_211, () => []);

/** rabbitmq-server */
export const rabbitmq = (version: string): Program => silent(5672, (p) => [`${stamp(p)}.000000+00:00 [info] <0.9.0> Server startup complete; RabbitMQ ${version}`]);

/** catalina.sh run */
export const tomcat = (version: string): Program =>
  silent(8080, (p) => [`${stamp(p)} INFO [main] org.apache.catalina.startup.Catalina.start Server startup in [512] milliseconds (Apache Tomcat/${version})`]);
