/**
 * Image references as the API reads them, to decide the default pull policy (pkg/util/parsers on distribution/reference).
 */
const PART = '[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?';
const DOMAIN = `(?:${PART}(?:\\.${PART})*|\\[[a-fA-F0-9:]+\\])(?::[0-9]+)?`;
const PATH = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
const REFERENCE = new RegExp(`^(?:${DOMAIN}/)?${PATH}(?:/${PATH})*(?::([\\w][\\w.-]{0,127}))?(@[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,})?$`);

/** Always for the tag `latest`, given or implied; IfNotPresent else, also when it cannot be read. */
export function defaultPullPolicy(image: unknown): 'Always' | 'IfNotPresent' {
  const parts = typeof image === 'string' && !/^[a-f0-9]{64}$/.test(image) ? REFERENCE.exec(image) : null;
  return parts && (parts[1] === 'latest' || (!parts[1] && !parts[2])) ? 'Always' : 'IfNotPresent';
}
