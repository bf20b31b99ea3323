/** Serves dist/ for the tests, on a port that is free; its address is in SITE. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import sirv from 'sirv';

export default async function serve(): Promise<() => Promise<void>> {
  const dist = process.env['DIST'] ?? fileURLToPath(new URL('../../dist/', import.meta.url));
  const server = createServer(sirv(dist, { etag: true, single: false }));
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  process.env['SITE'] = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return () => new Promise((closed) => {
    server.closeAllConnections();
    server.close(() => closed());
  });
}
