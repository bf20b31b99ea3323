/**
 * `--raw`: a request to any path of the server, its answer printed as it came.
 * Stands for k8s.io/kubectl/pkg/rawhttp.
 */
import type { Running } from '../machine/process.ts';
import type { Kubectl } from './command.ts';
import { CliError } from './errors.ts';
import { json, quote } from './go.ts';

/** Sends it and prints the answer. Throws CliError, StatusError, RequestError. */
export function* raw(k: Kubectl, method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: string): Running<void> {
  if (!/^(\/|[a-z]+:)/.test(path)) throw new CliError(`--raw must be a valid URL path: parse ${quote(path)}: invalid URI for request`);
  const accept = 'application/json, */*';
  const reply = yield* k.client.ask({ raw: true, method, path: path.replace(/^[a-z]+:\/\/[^/]*/, ''), accept, ...(body !== undefined && { body, type: 'application/json' }) });
  if (reply.stream) {
    const stop = reply.stream.listen(k.p);
    try {
      for (;;) {
        for (let item = reply.stream.take(); item !== undefined; item = reply.stream.take()) k.out(typeof item === 'string' ? item : `${json(item, '', { ordered: true })}\n`);
        if (reply.stream.ended) return;
        yield;
      }
    } finally {
      stop();
      reply.stream.close();
    }
  }
  if (typeof reply.body === 'string') return k.out(reply.body);
  const pretty = /^\/(version|openid|\.well-known)/.test(path) || /^application\/json;.*pretty/.test(reply.headers['content-type'] ?? '');
  k.out(pretty ? json(reply.body, '  ', { ordered: true }) : `${json(reply.body, '', { ordered: true, raw: false })}\n`);
}
