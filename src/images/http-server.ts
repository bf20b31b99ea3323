/**
 * What the web servers in this folder have in common: accepting on a port, a process per connection, dates and types.
 */
import { civil, digits, MONTHS, WEEKDAYS } from '../sim/date.ts';
import { serveHttp, type Answer, type Incoming } from '../machine/http.ts';
import type { Listener } from '../machine/network.ts';
import type { Process, Running } from '../machine/process.ts';

/** Answers one request. */
export type Handler = (request: Incoming, p: Process) => Running<Answer> | Answer;

/** Accepts what has arrived at a listener; each connection gets a process of its own, named like `name`. */
export function acceptAll(p: Process, listener: Listener, handler: Handler, name: readonly string[]): void {
  for (let connection = listener.poll(); connection; connection = listener.poll()) {
    const taken = connection;
    p.spawn(function* (child) {
      yield* serveHttp(child, taken, (request) => handler(request, child));
      return 0;
    }, name, { env: new Map() });
  }
}

/** Lets who asks often, such as the kubelet, have a whole answer without a connection, as long as that takes no time. */
export function answerAtOnce(p: Process, listener: Listener, handler: Handler): void {
  listener.whole = (request) => {
    if (p.stopped || p.exit !== undefined) return undefined;
    const said = handler(request, p);
    if ('status' in said) return said;
    const step = said.next();
    if (step.done) return step.value;
    said.return({ status: 0 });
    return undefined;
  };
}

/** Serves a port until the process ends. Throws NetError when the port is taken. */
export function* serveForever(p: Process, port: number, handler: Handler, stopped: () => boolean = () => false): Running<void> {
  const listener = p.listen(port);
  const stop = wakeOn(listener, p);
  answerAtOnce(p, listener, handler);
  try {
    while (!stopped()) {
      acceptAll(p, listener, handler, p.args);
      yield;
    }
  } finally {
    stop();
    listener.close();
  }
}

/** Wakes a process when a connection arrives. */
export function wakeOn(listener: Listener, p: Process): () => void {
  const queue = listener as Listener & { listen?(who: Process): () => void };
  return queue.listen ? queue.listen(p) : () => {};
}

/** `Tue, 24 Nov 2026 10:30:18 GMT` */
export function httpDate(unix: number): string {
  const c = civil(unix);
  return `${WEEKDAYS[c.weekday]}, ${digits(c.day)} ${MONTHS[c.month - 1]} ${c.year} ${digits(c.hour)}:${digits(c.minute)}:${digits(c.second)} GMT`;
}

/** `24/Nov/2026:10:30:18 +0000`, as access logs have it. */
export function logDate(unix: number): string {
  const c = civil(unix);
  return `${digits(c.day)}/${MONTHS[c.month - 1]}/${c.year}:${digits(c.hour)}:${digits(c.minute)}:${digits(c.second)} +0000`;
}

/** Media types by the end of a file's name. */
export const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html', htm: 'text/html', css: 'text/css', xml: 'text/xml', gif: 'image/gif', jpeg: 'image/jpeg', jpg: 'image/jpeg', js: 'application/javascript',
  txt: 'text/plain', png: 'image/png', svg: 'image/svg+xml', ico: 'image/x-icon', json: 'application/json', pdf: 'application/pdf', zip: 'application/zip', md: 'text/markdown',
};

/** The media type of a path; `fallback` when its end says nothing. */
export const typeOf = (path: string, fallback: string): string => TYPES[/\.([a-z0-9]+)$/i.exec(path)?.[1]?.toLowerCase() ?? ''] ?? fallback;

/** A path without its query, percent-decoded, dots resolved; undefined when it leads out of the root. */
export function cleanPath(path: string): string | undefined {
  let bare = path.replace(/[?#].*$/s, '').replace(/^https?:\/\/[^/]*/, '');
  try {
    bare = decodeURIComponent(bare);
  } catch {
    return undefined;
  }
  const out: string[] = [];
  for (const part of bare.split('/')) {
    if (part === '..') {
      if (out.length === 0) return undefined;
      out.pop();
    } else if (part !== '' && part !== '.') out.push(part);
  }
  return `/${out.join('/')}${bare.endsWith('/') && out.length > 0 ? '/' : ''}`;
}
