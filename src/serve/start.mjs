/**
 * `npm start`: installs what is needed, builds the course, and serves it on http://localhost:4321 (PORT changes that). Runs on Node 20.
 */
import { createServer } from 'node:http';
import { join } from 'node:path';
import { TOP, buildSite, installPackages } from './install.mjs';

installPackages();
buildSite();
const { default: sirv } = await import('sirv');
const files = sirv(join(TOP, 'dist'), { etag: true, dotfiles: false, setHeaders: (response) => response.setHeader('Cache-Control', 'no-cache') });
const port = Number(process.env.PORT ?? 4321);
const server = createServer((request, response) =>
  files(request, response, () => {
    request.url = '/404.html';
    response.statusCode = 404;
    files(request, response, () => response.end('Not found'));
  }),
);
server.on('error', (error) => {
  console.error(error.code === 'EADDRINUSE' ? `Port ${port} is in use. Choose another: PORT=4322 npm start` : error.message);
  process.exit(1);
});
server.listen(port, () => console.log(`\nTabernetes stands on http://localhost:${port}\n쿠버네티스 과정이 http://localhost:${port} 에 열렸다. (Ctrl-C: 끝)\n`));
