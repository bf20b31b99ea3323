/**
 * The images that kubeadm runs: their programs are the cluster's own components, started and stopped with their processes.
 * Unlike the real ones: flags are not read, except that they are there; each says one line of its own and answers its health checks.
 */
import type { Computer } from '../machine/computer.ts';
import type { HttpService, ServiceRequest } from '../machine/network.ts';
import type { Process, Program, Running } from '../machine/process.ts';
import type { Component, ControlPlane } from '../kube/node/image.ts';
import { define, megabytes } from './define.ts';
import { buildRoot } from './root.ts';

/** Health pages at some paths, always the same as long as they are there. */
function health(paths: Readonly<Record<string, string>>, tls: boolean): HttpService {
  const bare = (request: ServiceRequest): string => request.path.replace(/\?.*/, '');
  return {
    ...(tls && { tls: { authority: '', names: ['localhost', '127.0.0.1'] } }),
    steady: () => true,
    answer(request) {
      const body = paths[bare(request)];
      const headers = { 'content-type': 'text/plain; charset=utf-8' };
      return body === undefined ? { status: 404, reason: 'Not Found', headers, body: '404 page not found\n' } : { status: 200, reason: 'OK', headers, body };
    },
  };
}

const OK = { '/healthz': 'ok', '/livez': 'ok', '/readyz': 'ok' };

/** Stands for the machine's own address. */
const OWN = 'own';

/** Puts services at ports of the process's machine until the process ends, and waits for a signal or the loss of what it needs. */
function* stand(p: Process, services: readonly (readonly [port: number, service: HttpService, address?: string])[], begin: (lost: () => void) => () => void): Running<number> {
  const { net } = p.machine as Computer;
  let ended: number | undefined;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) p.trap(signal, () => (ended = 0));
  const lost = (): void => {
    ended = 1;
    p.poke();
  };
  const stops: (() => void)[] = [];
  try {
    for (const [port, service, address] of services) stops.push(net.serve(port, service, address === OWN ? net.addresses[0] : address, p));
    stops.push(begin(lost));
    while (ended === undefined) yield;
    return ended;
  } finally {
    for (const stop of stops.reverse()) stop();
  }
}

const program = (plane: ControlPlane, component: Component, first: string, services: readonly (readonly [number, HttpService, string?])[]): Program =>
  function* (p) {
    if (first) p.warn(`${first}\n`);
    return yield* stand(p, services, (lost) => plane.start(component, p.machine.hostname, lost));
  };

const CONFIGURATION = '1b226df79860026c6a52e67daa10d7f0d57ec5b023288ec00c5e05f93523c894564e15b91770d3a07ae1cfbe861d15b37d4a0027e69c546ab112970993a3b03b';
const METRICS = '# HELP coredns_build_info A metric with a constant 1 value.\n# TYPE coredns_build_info gauge\n' +
  'coredns_build_info{goversion="go1.25.5",version="1.14.2"} 1\n';

/** CoreDNS: answers names over UDP, and its health checks. */
const coredns = (plane: ControlPlane): Program =>
  function* (p) {
    p.receive(53, ({ from, body }) => ({ from, body: plane.resolve(body as Parameters<ControlPlane['resolve']>[0]) }));
    p.write(`.:53\n[INFO] plugin/reload: Running configuration SHA512 = ${CONFIGURATION}\n`);
    p.write('CoreDNS-1.14.2\nlinux/amd64, go1.25.5, 5a1d4c7\n');
    const services = [[8080, health({ '/health': 'OK' }, false)], [8181, health({ '/ready': 'OK' }, false)], [9153, health({ '/metrics': METRICS }, false)]] as const;
    return yield* stand(p, services, () => () => p.write('[INFO] SIGTERM: Shutting down servers then terminating\n'));
  };

/** What holds a Pod's namespaces. */
const pause: Program = function* (p) {
  let ended = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) p.trap(signal, () => (ended = true));
  while (!ended) yield;
  return 0;
};

const VERSION = /^v1\.36\.\d+$/;

/** All of them. */
export function controlPlaneImages(plane: ControlPlane): readonly ReturnType<typeof define>[] {
  const image = (name: string, tags: RegExp, mb: number, binary: string, main: Program, user?: string) =>
    define(`registry.k8s.io/${name}`, (tag) => {
      const build = () => buildRoot({ base: 'scratch', build: (files) => files.install(binary, main) });
      return tags.test(tag) ? { key: tag, size: megabytes(mb, name), entrypoint: [binary], ...(user && { user }), build } : undefined;
    });
  const etcd = health({ '/health': '{"health":"true","reason":""}', '/livez': 'ok', '/readyz': 'ok' }, false);
  const closed = health({}, true);
  const proxy = health({ '/healthz': 'ok', '/livez': 'ok' }, false);
  return [
    image('kube-apiserver', VERSION, 30.1, '/usr/local/bin/kube-apiserver', program(plane, 'kube-apiserver', '', [])),
    image('kube-controller-manager', VERSION, 27.2, '/usr/local/bin/kube-controller-manager', program(plane, 'kube-controller-manager', '', [[10_257, health(OK, true), '127.0.0.1']])),
    image('kube-scheduler', VERSION, 20.8, '/usr/local/bin/kube-scheduler', program(plane, 'kube-scheduler', '', [[10_259, health(OK, true), '127.0.0.1']])),
    image('kube-proxy', VERSION, 33.4, '/usr/local/bin/kube-proxy', program(plane, 'kube-proxy', '', [[10_256, proxy], [10_249, proxy, '127.0.0.1']])),
    image('etcd', /^3\.\d+\.\d+-\d+$/, 58.9, '/usr/local/bin/etcd', program(plane, 'etcd', '', [
      [2381, etcd, '127.0.0.1'], [2379, closed, '127.0.0.1'], [2379, closed, OWN], [2380, closed, OWN],
    ])),
    image('coredns/coredns', /^v1\.1\d\.\d+$/, 22.4, '/coredns', coredns(plane), '65532:65532'),
    image('pause', /^3\.\d+(\.\d+)?$/, 0.27, '/pause', pause, '65535:65535'),
  ];
}
