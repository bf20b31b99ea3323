/**
 * The official nginx image: its layout, its entrypoint's words, its tags. The server itself is nginx-server.ts.
 */
import type { Computer } from '../machine/computer.ts';
import { FileError, type Files } from '../machine/files.ts';
import type { Process, Program } from '../machine/process.ts';
import { define, megabytes, versions } from './define.ts';
import { nginx } from './nginx-server.ts';
import { buildRoot } from './root.ts';

const VERSIONS = ('1.29.3 1.28.0 1.27.5 1.26.3 1.25.5 1.24.0 1.23.4 1.22.1 1.21.6 ' +
  '1.20.2 1.19.10 1.18.0 1.17.10 1.16.1 1.15.12 1.14.2 1.13.12 1.12.2 1.11.13 1.10.3 1.9.15 1.8.1 1.7.12').split(' ');
const SUFFIXES = ['-alpine-slim', '-alpine-perl', '-alpine', '-perl', '-bookworm', '-bookworm-perl', ''];
const find = versions(VERSIONS, SUFFIXES);

const CONF = `
user  nginx;
worker_processes  auto;

error_log  /var/log/nginx/error.log notice;
pid        /run/nginx.pid;


events {
    worker_connections  1024;
}


http {
    include       /etc/nginx/mime.types;
    default_type  application/octet-stream;

    log_format  main  '$remote_addr - $remote_user [$time_local] "$request" '
                      '$status $body_bytes_sent "$http_referer" '
                      '"$http_user_agent" "$http_x_forwarded_for"';

    access_log  /var/log/nginx/access.log  main;

    sendfile        on;
    #tcp_nopush     on;

    keepalive_timeout  65;

    #gzip  on;

    include /etc/nginx/conf.d/*.conf;
}
`;

/** conf.d/default.conf before and after the entrypoint made it listen on IPv6 too. */
const site = (six: boolean): string => `server {
    listen       80;
${six ? '    listen  [::]:80;\n' : ''}    server_name  localhost;

    #access_log  /var/log/nginx/host.access.log  main;

    location / {
        root   /usr/share/nginx/html;
        index  index.html index.htm;
    }

    #error_page  404              /404.html;

    # redirect server error pages to the static page /50x.html
    #
    error_page   500 502 503 504  /50x.html;
    location = /50x.html {
        root   /usr/share/nginx/html;
    }
}
`;

const PREPARED = site(true);
const CONFIG = '/etc/nginx/conf.d/default.conf';
const TEMPLATES = '/etc/nginx/templates';

const STYLE = '<style>\nhtml { color-scheme: light dark; }\nbody { width: 35em; margin: 0 auto;\nfont-family: Tahoma, Verdana, Arial, sans-serif; }\n</style>';
const PAGE = `<!DOCTYPE html>
<html>
<head>
<title>Welcome to nginx!</title>
${STYLE}
</head>
<body>
<h1>Welcome to nginx!</h1>
<p>This page comes from a fresh nginx web server. It works; what it
is to serve is still to be configured.</p>

<p>Documentation is at
<a href="http://nginx.org/">nginx.org</a>, commercial help at
<a href="http://nginx.com/">nginx.com</a>.</p>

<p><em>Have fun with nginx.</em></p>
</body>
</html>
`;
const BROKEN = `<!DOCTYPE html>
<html>
<head>
<title>Error</title>
${STYLE}
</head>
<body>
<h1>An error occurred.</h1>
<p>The page cannot be shown now. Please try again later.</p>
<p>Who runs this server finds more in its error log.</p>
<p><em>Faithfully yours, nginx.</em></p>
</body>
</html>
`;

const write = (files: Files, path: string, text: string): boolean => {
  try {
    files.write(path, text);
    return true;
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    return false;
  }
};

/** Templates of /etc/nginx/templates become configuration, with the environment's values in place of `${NAME}`. */
function templates(p: Process): void {
  const { files, env } = p;
  const from = TEMPLATES;
  if (!files.exists(from)) return;
  for (const name of files.list(from)) {
    if (!name.endsWith('.template')) continue;
    const to = `/etc/nginx/conf.d/${name.slice(0, -'.template'.length)}`;
    p.write(`20-envsubst-on-templates.sh: Running envsubst on ${from}/${name} to ${to}\n`);
    write(files, to, files.read(`${from}/${name}`).replace(/\$\{(\w+)\}|\$(\w+)/g, (whole, a: string | undefined, b: string | undefined) => env.get(a ?? b ?? '') ?? whole));
  }
}

/** Processes that the scripts of the entrypoint start. */
const SCRIPTS = 27;
const SAY = '/docker-entrypoint.sh: ';
const IPV6 = '10-listen-on-ipv6-by-default.sh: info: ';
const BEFORE = ['/docker-entrypoint.d/ is not empty, will attempt to perform configuration', 'Looking for shell scripts in /docker-entrypoint.d/',
  'Launching /docker-entrypoint.d/10-listen-on-ipv6-by-default.sh'].map((text) => `${SAY}${text}\n`).join('');
const AFTER = `${SAY}Sourcing /docker-entrypoint.d/15-local-resolvers.envsh\n${SAY}Launching /docker-entrypoint.d/20-envsubst-on-templates.sh\n`;
const DONE = `${SAY}Launching /docker-entrypoint.d/30-tune-worker-processes.sh\n${SAY}Configuration complete; ready for start up\n`;
const ENABLED = `${IPV6}Getting the checksum of ${CONFIG}\n${IPV6}Enabled listen on IPv6 in ${CONFIG}\n`;
/** What nearly every container says. */
const USUAL = BEFORE + ENABLED + AFTER + DONE;

/** What becomes of conf.d/default.conf. The image holds it as it is after the script, so that the usual container need not write. */
function listenOnIpv6(files: Files): string {
  const there = files.exists(CONFIG) ? files.read(CONFIG) : undefined;
  if (there === undefined) return `${IPV6}${CONFIG} is not a file or does not exist\n`;
  if (!files.may(CONFIG, 2)) return `${IPV6}can not modify ${CONFIG} (read-only file system?)\n`;
  if (there === PREPARED) return ENABLED;
  if (there.includes('listen  [::]:80;')) return `${IPV6}IPv6 listen already enabled\n`;
  const checked = `${IPV6}Getting the checksum of ${CONFIG}\n`;
  if (there !== site(false)) return `${checked}${IPV6}${CONFIG} differs from the packaged version\n`;
  write(files, CONFIG, PREPARED);
  return `${checked}${IPV6}Enabled listen on IPv6 in ${CONFIG}\n`;
}

/** /docker-entrypoint.sh */
const entrypoint: Program = function* (p) {
  const argv = p.args.slice(1);
  if (argv[0] === 'nginx' || argv[0] === 'nginx-debug') {
    (p.machine as Computer).space.skip(SCRIPTS);
    const said = listenOnIpv6(p.files);
    if (said === ENABLED && !p.files.exists(TEMPLATES)) p.write(USUAL);
    else {
      p.write(BEFORE + said + AFTER);
      templates(p);
      p.write(DONE);
    }
  }
  const program = p.find(argv[0] ?? '');
  if (typeof program === 'function') return yield* p.exec(program, argv);
  p.warn(`/docker-entrypoint.sh: 47: exec: ${argv[0] ?? ''}: ${program.error}\n`);
  return program.error === 'not found' ? 127 : 126;
};

const NGINX_FOLDERS = '/etc/nginx/conf.d /usr/share/nginx/html /var/log/nginx /var/cache/nginx /docker-entrypoint.d /usr/lib/nginx/modules'.split(' ');
const ENTRYPOINT = ['10-listen-on-ipv6-by-default.sh', '15-local-resolvers.envsh', '20-envsubst-on-templates.sh', '30-tune-worker-processes.sh'];
const MIME = `\ntypes {\n${[['text/html', 'html htm shtml'], ['text/css', 'css'], ['application/javascript', 'js'], ['text/plain', 'txt'], ['image/png', 'png']]
  .map(([type, ends]) => `    ${type!.padEnd(48)} ${ends};\n`).join('')}}\n`;

function build(version: string, suffix: string): (files: Files) => void {
  const alpine = suffix.includes('alpine');
  const compiler = alpine ? 'gcc 14.2.0 (Alpine 14.2.0)' : 'gcc 12.2.0 (Debian 12.2.0-14)';
  return (files) => {
    for (const folder of NGINX_FOLDERS) files.mkdir(folder, { parents: true });
    files.install('/usr/sbin/nginx', nginx(version, compiler));
    files.install('/docker-entrypoint.sh', entrypoint);
    for (const script of ENTRYPOINT) files.write(`/docker-entrypoint.d/${script}`, '#!/bin/sh\n', 0o755);
    files.write('/etc/nginx/nginx.conf', CONF);
    files.write(CONFIG, PREPARED);
    files.write('/run/nginx.pid', '1\n');
    files.write('/etc/nginx/mime.types', MIME);
    files.write('/usr/share/nginx/html/index.html', PAGE);
    files.write('/usr/share/nginx/html/50x.html', BROKEN);
    files.symlink('/dev/stdout', '/var/log/nginx/access.log');
    files.symlink('/dev/stderr', '/var/log/nginx/error.log');
  };
}

/** The variants of nginx behind a repository's tags. */
const variant = (repository: string, resolve: typeof find) => (tag: string) => {
  const found = resolve(tag) ?? (tag === 'mainline' ? { version: VERSIONS[0]!, suffix: '' } : undefined);
  if (!found) return undefined;
  const { version, suffix } = found;
  const alpine = suffix.includes('alpine');
  return {
    key: `${version}${suffix}`,
    size: megabytes(alpine ? (suffix.includes('slim') ? 5.2 : 20.4) : 62.9, `${repository}${version}${suffix}`),
    entrypoint: ['/docker-entrypoint.sh'],
    cmd: ['nginx', '-g', 'daemon off;'],
    env: {
      PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', NGINX_VERSION: version,
      PKG_RELEASE: alpine ? '1' : '1~bookworm', DYNPKG_RELEASE: alpine ? '1' : '1~bookworm',
    },
    stopSignal: 'SIGQUIT' as const,
    build: () => buildRoot({ base: alpine ? 'alpine' : 'debian', accounts: [['nginx', 101, '/nonexistent', '/bin/false']], with: ['curl'], build: build(version, suffix) }),
  };
};

/** docker.io/library/nginx */
export const nginxImage = define('docker.io/library/nginx', variant('nginx', find));

/** registry.k8s.io/nginx-slim, the small nginx of Kubernetes' own examples. */
export const nginxSlim = define('registry.k8s.io/nginx-slim', variant('nginx-slim', (tag) => {
  const known = /^0\.(8|2[0-9])$/.test(tag);
  return known ? { version: tag === '0.8' ? '1.11.1' : '1.27.0', suffix: '' } : undefined;
}));
