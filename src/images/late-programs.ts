/**
 * The chunk of late programs: loading this module fills it.
 */
import { agnhost } from './agnhost.ts';
import { mariadb, memcached, mongo, mysql, postgres, rabbitmq, tomcat } from './databases.ts';
import { httpd } from './httpd.ts';
import { interpreter, perl, python } from './interpreters.ts';
import { LATE } from './late.ts';
import { redis, redisCli } from './redis.ts';
import { apache, echoRequest, echoText, hello, helloPage, whoami } from './sample-servers.ts';

const programs = {
  agnhost, mariadb, memcached, mongo, mysql, postgres, rabbitmq, tomcat, httpd, interpreter, perl, python,
  redis, redisCli, apache, echoRequest, echoText, hello, helloPage, whoami,
};

/** What the chunk holds. */
export type Programs = typeof programs;

LATE.value = programs;
