/**
 * redis-server and redis-cli: the protocol, and the handful of commands that lessons use.
 * Unlike redis: PING ECHO SET GET DEL INCR KEYS INFO QUIT, kept in memory only; no replication, no expiry.
 */
import type { Connection } from '../machine/network.ts';
import type { Process, Program, Running } from '../machine/process.ts';
import { civil, digits, MONTHS } from '../sim/date.ts';
import { wakeOn } from './http-server.ts';

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

/** redis-server, for one version. */
export const redis = (version: string): Program =>
  function* (p) {
    const note = (text: string, mark = '*'): void => {
      const c = civil(p.date);
      const time = `${digits(c.hour)}:${digits(c.minute)}:${digits(c.second)}.${digits(c.millisecond, 3)}`;
      p.write(`${p.pid}:M ${digits(c.day)} ${MONTHS[c.month - 1]} ${c.year} ${time} ${mark} ${text}\n`);
    };
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

/** redis-cli with a command on its command line. */
export const redisCli: Program = function* (p) {
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
