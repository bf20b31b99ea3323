/**
 * /healthz, /livez, /readyz with their checks, /version.
 * Stands for k8s.io/apiserver/pkg/server/healthz. Nothing in a simulated server fails a check.
 */
import type { Core } from './core.ts';
import { VERSION } from './discovery.ts';
import { flag } from './path.ts';
import type { Request, Response } from './wire.ts';

const FIRST = ['ping', 'log', 'loopback-serving-certificate', 'etcd'];
const HOOKS = [
  'start-apiserver-admission-initializer', 'generic-apiserver-start-informers', 'priority-and-fairness-config-consumer', 'priority-and-fairness-filter', 'storage-object-count-tracker-hook',
  'start-apiextensions-informers', 'start-apiextensions-controllers', 'crd-informer-synced', 'start-system-namespaces-controller', 'peer-endpoint-reconciler-controller', 'start-cluster-authentication-info-controller',
  'start-kube-apiserver-identity-lease-controller', 'start-kube-apiserver-identity-lease-garbage-collector', 'storage-readiness', 'start-legacy-token-tracking-controller', 'start-service-ip-repair-controllers',
  'rbac/bootstrap-roles', 'scheduling/bootstrap-system-priority-classes', 'priority-and-fairness-config-producer', 'bootstrap-controller', 'start-kubernetes-service-cidr-controller',
  'aggregator-reload-proxy-client-cert', 'start-kube-aggregator-informers', 'apiservice-status-local-available-controller', 'apiservice-status-remote-available-controller',
  'apiservice-registration-controller', 'apiservice-discovery-controller', 'kube-apiserver-autoregistration', 'autoregister-completion', 'apiservice-openapi-controller', 'apiservice-openapiv3-controller',
];

function checks(endpoint: string): readonly string[] {
  const hooks = HOOKS.map((hook) => (hook === 'autoregister-completion' ? hook : `poststarthook/${hook}`));
  if (endpoint !== 'readyz') return [...FIRST, ...hooks];
  const readable = hooks.filter((hook) => !/peer-endpoint-reconciler|storage-readiness/.test(hook));
  return ['ping', 'log', 'etcd', 'etcd-readiness', 'informer-sync', ...readable, 'shutdown'];
}

/** Answers a health path or /version; undefined for other paths. */
export function health(_core: Core, request: Request): Response | undefined {
  const text = (body: string): Response => ({ code: 200, headers: { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' }, body });
  const m = /^\/(healthz|livez|readyz)\/?(.*)$/.exec(request.path);
  if (m) {
    const all = checks(m[1]!);
    if (m[2]) return all.includes(m[2]) ? text('ok') : undefined;
    return text(flag(request, 'verbose') ? `${all.map((name) => `[+]${name} ok\n`).join('')}${m[1]} check passed\n` : 'ok');
  }
  if (request.path === '/version' || request.path === '/version/') return { code: 200, body: VERSION };
  return undefined;
}
