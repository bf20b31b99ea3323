/**
 * Names of images: `nginx`, `busybox:1.36`, `registry.k8s.io/pause@sha256:…`, taken apart and written in full.
 * Stands for github.com/distribution/reference.
 */

export interface Reference {
  /** `docker.io` */
  readonly domain: string;
  /** `library/nginx` */
  readonly path: string;
  readonly tag: string | undefined;
  /** `sha256:…` */
  readonly digest: string | undefined;
}

const COMPONENT = '[a-z0-9]+(?:(?:[._]|__|[-]+)[a-z0-9]+)*';
const PATH = new RegExp(`^${COMPONENT}(?:/${COMPONENT})*$`);
const DOMAIN = /^(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])(?:\.(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9]))*(?::[0-9]+)?$/;
const TAG = /^[\w][\w.-]{0,127}$/;
const DIGEST = /^[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}$/;
const BAD = 'invalid reference format';

/** Takes a name apart; a string is what the reference library complains of. */
export function parseReference(text: string): Reference | string {
  const at = text.indexOf('@');
  const digest = at < 0 ? undefined : text.slice(at + 1);
  const named = at < 0 ? text : text.slice(0, at);
  const slash = named.indexOf('/');
  const first = slash < 0 ? '' : named.slice(0, slash);
  const local = !/[.:]/.test(first) && first !== 'localhost' && first.toLowerCase() === first;
  const domain = slash < 0 || local ? 'docker.io' : first === 'index.docker.io' ? 'docker.io' : first;
  const rest = slash < 0 || local ? named : named.slice(slash + 1);
  const colon = rest.lastIndexOf(':');
  const tagged = colon > rest.lastIndexOf('/');
  const name = tagged ? rest.slice(0, colon) : rest;
  const tag = tagged ? rest.slice(colon + 1) : undefined;
  const path = domain === 'docker.io' && !name.includes('/') ? `library/${name}` : name;
  if (path.toLowerCase() !== path) return `${BAD}: repository name (${path}) must be lowercase`;
  if (!DOMAIN.test(domain) || !PATH.test(path) || (tag !== undefined && !TAG.test(tag)) || (digest !== undefined && !DIGEST.test(digest))) return BAD;
  return { domain, path, tag, digest };
}

/** `docker.io/library/nginx` */
export const repository = (r: Reference): string => `${r.domain}/${r.path}`;

/** In full, with the tag `latest` where there is neither tag nor digest. */
export const fullName = (r: Reference): string =>
  `${repository(r)}${r.tag ? `:${r.tag}` : r.digest ? '' : ':latest'}${r.digest ? `@${r.digest}` : ''}`;
