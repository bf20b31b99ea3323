/** Registers the service worker on a built, secure page, and asks it to take the rest once the page is at rest. */
const { serviceWorker } = navigator;
if (import.meta.env.PROD && serviceWorker) {
  serviceWorker.addEventListener('message', (event: MessageEvent<{ type?: string; whole?: boolean }>) => {
    const place = document.querySelector<HTMLElement>('[data-offline]');
    if (event.data.type === 'offline' && event.data.whole && place) place.textContent = place.dataset['offline']!;
  });
  addEventListener('load', () => {
    void serviceWorker.register('/sw.js').then(() => serviceWorker.ready).then((ready) => setTimeout(() => ready.active?.postMessage('fill'), 4000));
  });
}
