/**
 * What the registries of the world serve: docker.io and registry.k8s.io with the images of this folder, and nothing else.
 * Stands for the registries and for containerd's words about them.
 */
import type { MakeRegistry, Registry } from '../kube/node/image.ts';
import { fullName, parseReference, repository } from '../kube/node/reference.ts';
import { busyboxImage } from './busybox.ts';
import { controlPlaneImages } from './control-plane.ts';
import type { define } from './define.ts';
import { languageImages } from './languages.ts';
import { nginxImage, nginxSlim } from './nginx.ts';
import { sampleImages } from './samples.ts';
import { serverImages } from './servers.ts';

type Defined = ReturnType<typeof define>;

/** Registries that answer by themselves; any other host is not found. */
const HOSTS = new Set(['docker.io', 'registry.k8s.io', 'quay.io', 'ghcr.io', 'gcr.io', 'k8s.gcr.io', 'us-docker.pkg.dev', 'mcr.microsoft.com', 'public.ecr.aws']);

/** Images that the recorded cluster's nodes had from the beginning. */
export const USUAL_IMAGES: readonly string[] = [
  'busybox:1.36', 'nginx:1.25', 'nginx:1.25.1-alpine', 'nginx:1.25.3-alpine', 'nginx:1.26', 'nginx:1.27', 'nginx:latest', 'registry.k8s.io/coredns/coredns:v1.14.2',
  'registry.k8s.io/e2e-test-images/agnhost:2.53', 'registry.k8s.io/kube-proxy:v1.36.4', 'registry.k8s.io/pause:3.10', 'registry.k8s.io/pause:3.10.2',
];

/** Images that kubeadm pulled on the control plane. */
export const CONTROL_PLANE_IMAGES: readonly string[] = [
  'registry.k8s.io/etcd:3.6.8-0', ...['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kube-proxy'].map((name) => `registry.k8s.io/${name}:v1.36.4`),
  'registry.k8s.io/coredns/coredns:v1.14.2', 'registry.k8s.io/pause:3.10', 'registry.k8s.io/pause:3.10.2',
];

const DENIED = 'pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed';

/** The registry of one world. */
export const createRegistry: MakeRegistry = (plane): Registry => {
  const images = new Map<string, Defined>();
  for (const image of [nginxImage, nginxSlim, busyboxImage, ...languageImages, ...serverImages, ...sampleImages, ...controlPlaneImages(plane)]) images.set(image.name, image);
  return {
    pull(text) {
      const reference = parseReference(text);
      if (typeof reference === 'string') return { error: `rpc error: code = InvalidArgument desc = failed to parse image "${text}": ${reference}` };
      const full = fullName(reference);
      const failed = `failed to pull and unpack image "${full}": failed to resolve image: `;
      const { domain, path, tag = 'latest', digest } = reference;
      if (!HOSTS.has(domain)) {
        const host = domain.replace(/:\d+$/, '');
        const request = `Head "https://${domain}/v2/${path}/manifests/${tag}"`;
        return { error: `${failed}failed to do request: ${request}: dial tcp: lookup ${host} on 192.168.56.1:53: no such host` };
      }
      const image = images.get(repository(reference));
      if (!image && domain === 'docker.io') return { error: failed + DENIED };
      const tagged = image?.tag(tag);
      const known = image?.digest(tag);
      if (!tagged || !known || (digest !== undefined && digest !== known)) return { error: `rpc error: code = NotFound desc = ${failed}${full}: not found` };
      return { image: tagged, reference: full, digest: known };
    },
  };
};
