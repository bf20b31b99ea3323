/**
 * The service worker. The build fills in the list of [path, hash] pairs and their version.
 * At install it takes the shell; after the first page has loaded, the rest. Pages come from the network when there is one.
 */
const MANIFEST = new Map(/*@manifest*/);
const NAME = 'course-/*@version*/';
const SHELL = [...MANIFEST.keys()].filter((path) => /^\/(en\/)?$/.test(path) || path === '/404.html' || path === '/favicon.svg');

/** What is always asked of the network: other origins and a classroom server. */
const passes = (url) => url.origin !== location.origin || url.pathname.startsWith('/api/') || url.pathname.startsWith('/classroom');
const keyOf = (url) => url.pathname.replace(/index\.html$/, '');
const older = async () => (await caches.keys()).filter((name) => name.startsWith('course-') && name !== NAME);

/** Puts one file into the cache: from an older cache when its hash is the same, else from the network. */
async function take(cache, path) {
  const hash = MANIFEST.get(path);
  for (const name of await older()) {
    const kept = await (await caches.open(name)).match(path);
    if (kept?.headers.get('x-hash') === hash) return cache.put(path, kept);
  }
  const answer = await fetch(path, { cache: 'no-cache' });
  if (!answer.ok) throw new Error(`${path} ${answer.status}`);
  const headers = new Headers(answer.headers);
  headers.set('x-hash', hash);
  headers.delete('content-encoding');
  headers.delete('content-length');
  return cache.put(path, new Response(await answer.arrayBuffer(), { status: 200, headers }));
}

/** Takes everything that is still missing, six files at a time. */
async function fill() {
  const cache = await caches.open(NAME);
  const have = new Set((await cache.keys()).map((request) => new URL(request.url).pathname));
  const missing = [...MANIFEST.keys()].filter((path) => !have.has(path));
  let failed = 0;
  const work = async () => {
    for (let path; (path = missing.pop()); ) await take(cache, path).catch(() => failed++);
  };
  await Promise.all(Array.from({ length: 6 }, work));
  if (failed === 0) for (const name of await older()) await caches.delete(name);
  return failed === 0;
}

async function answer(request, url) {
  const cache = await caches.open(NAME);
  const kept = await cache.match(keyOf(url), { ignoreSearch: true });
  if (request.mode !== 'navigate') return kept ?? fetch(request);
  try {
    const fresh = await fetch(request);
    if (fresh.ok || fresh.status === 404 || fresh.type === 'opaqueredirect') return fresh;
    throw new Error(String(fresh.status));
  } catch {
    return kept ?? (await cache.match(`${keyOf(url)}/`)) ?? (await cache.match('/404.html')) ?? Response.error();
  }
}

addEventListener('install', (event) => {
  event.waitUntil(caches.open(NAME).then((cache) => Promise.all(SHELL.map((path) => take(cache, path)))).then(() => skipWaiting()));
});
addEventListener('activate', (event) => event.waitUntil(clients.claim()));
addEventListener('message', (event) => {
  if (event.data !== 'fill') return;
  event.waitUntil(fill().then((whole) => event.source?.postMessage({ type: 'offline', whole, files: MANIFEST.size })));
});
addEventListener('fetch', (event) => {
  const url = new URL(event.request.url);
  if (event.request.method === 'GET' && !passes(url)) event.respondWith(answer(event.request, url));
});
