/**
 * The kubelet's process on its machine: what ps shows, and its ports. Its end is the kubelet's end.
 * Unlike Kubernetes: port 10250 lets nobody in; the API server comes by another door (door.ts).
 */
import type { Computer } from '../../machine/computer.ts';
import type { HttpService } from '../../machine/network.ts';
import type { Program } from '../../machine/process.ts';

/** Its command line, as the package's unit file has it. */
export const COMMAND = [
  '/usr/bin/kubelet', '--bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf', '--kubeconfig=/etc/kubernetes/kubelet.conf',
  '--config=/var/lib/kubelet/config.yaml',
];

const headers = { 'content-type': 'text/plain; charset=utf-8' };

/** On 127.0.0.1 only. */
const health: HttpService = {
  steady: () => true,
  answer({ path }) {
    if (path === '/healthz') return { status: 200, reason: 'OK', headers, body: 'ok' };
    return { status: 404, reason: 'Not Found', headers, body: '404 page not found\n' };
  },
};

const secured = (node: string): HttpService => ({
  tls: { authority: '', names: [node] },
  answer: () => ({ status: 401, reason: 'Unauthorized', headers, body: 'Unauthorized' }),
});

/** Runs until SIGTERM. */
export const daemon: Program = function* (p) {
  const { net, hostname } = p.machine as Computer;
  let ended = false;
  p.trap('SIGTERM', () => (ended = true));
  const stops = [net.serve(10_250, secured(hostname), '0.0.0.0', p), net.serve(10_248, health, '127.0.0.1', p)];
  try {
    while (!ended) yield;
    return 0;
  } finally {
    for (const stop of stops) stop();
  }
};
