/**
 * Small images that Kubernetes' own pages and many tutorials use.
 */
import type { Program } from '../machine/process.ts';
import { busyboxImage } from './busybox.ts';
import { define, megabytes } from './define.ts';
import { late } from './late.ts';
import { buildRoot, type Base } from './root.ts';

type Defined = ReturnType<typeof define>;

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** One image with one program, which is its entrypoint. */
function sample(name: string, tags: RegExp, mb: number, path: string, program: (tag: string) => Program, base: Base = 'scratch'): Defined {
  return define(name, (tag) => {
    if (!tags.test(tag)) return undefined;
    const build = () => buildRoot({ base, build: (files) => files.install(path, program(tag)) });
    return { key: tag, size: megabytes(mb, name + tag), entrypoint: [path], env: { PATH }, build };
  });
}

/** Another name of busybox's content. */
function alias(name: string): Defined {
  const bare = (tag: string): string => tag.replace(/-\d+$/, '');
  return { name, tag: (tag) => busyboxImage.tag(bare(tag)), digest: (tag) => busyboxImage.digest(bare(tag)) };
}

const each = (names: readonly string[], make: (name: string) => Defined): readonly Defined[] => names.map(make);

const HELLO = ['gcr.io/google-samples/hello-app', 'us-docker.pkg.dev/google-samples/containers/gke/hello-app'];
const ECHO = ['registry.k8s.io/echoserver', 'k8s.gcr.io/echoserver', 'gcr.io/google_containers/echoserver'];
const BUSYBOX = ['registry.k8s.io/busybox', 'registry.k8s.io/e2e-test-images/busybox', 'k8s.gcr.io/busybox', 'gcr.io/google_containers/busybox'];
const TOOLS = 'curl wget ps ip ss netstat ping traceroute nc nslookup dig host less vi vim'.split(' ');

const agnhost = define('registry.k8s.io/e2e-test-images/agnhost', (tag) => {
  if (!/^2\.(\d|[1-6]\d)(\.\d+)?$/.test(tag)) return undefined;
  const build = () => buildRoot({ base: 'alpine', with: ['curl'], build: (files) => files.install('/agnhost', late((l) => l.agnhost)) });
  return { key: tag, size: megabytes(51.1, 'agnhost'), entrypoint: ['/agnhost'], cmd: ['pause'], build };
});

const dnsutils = define('registry.k8s.io/e2e-test-images/jessie-dnsutils', (tag) => {
  if (!/^1\.\d$/.test(tag)) return undefined;
  return { key: tag, size: megabytes(112, 'dnsutils'), cmd: ['sleep', 'infinity'], env: { PATH }, build: () => buildRoot({ base: 'debian', with: TOOLS }) };
});

/** All of this file. */
export const sampleImages: readonly Defined[] = [
  agnhost, dnsutils,
  ...each(HELLO, (name) => sample(name, /^[12]\.0$/, 11.5, '/hello-app', (tag) => late((l) => l.hello(`${tag}.0`)))),
  ...each(ECHO, (name) => sample(name, /^1\.(4|[89]|10)$/, 43, '/usr/local/bin/run.sh', () => late((l) => l.echoRequest(8080)), 'debian')),
  ...each(BUSYBOX, alias),
  sample('docker.io/traefik/whoami', /^(latest|v1\.\d+(\.\d+)?)$/, 2.8, '/whoami', () => late((l) => l.whoami)),
  sample('docker.io/hashicorp/http-echo', /^(latest|\d+(\.\d+){0,2})$/, 3.2, '/http-echo', () => late((l) => l.echoText)),
  sample('docker.io/nginxdemos/hello', /^(latest|0\.\d|plain-text)$/, 17, '/usr/sbin/nginx', (tag) => late((l) => l.helloPage(tag === 'plain-text')), 'alpine'),
  sample('registry.k8s.io/hpa-example', /^latest$/, 165, '/usr/local/bin/apache2-foreground', () => late((l) => l.apache), 'debian'),
];
