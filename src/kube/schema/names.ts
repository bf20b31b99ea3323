/**
 * What names, label keys, ports and the like may look like, each with the sentence that says what is wrong
 * (k8s.io/apimachinery/pkg/util/validation and pkg/api/validate/content). A validator returns nothing for a good value.
 */

/** Says everything that is wrong with a text. */
export type Validator = (value: string) => readonly string[];

const GOOD: readonly string[] = [];

/** `… (e.g. 'a',  or 'b', regex used for validation is 'r')` */
export const regexError = (message: string, pattern: string, ...examples: readonly string[]): string =>
  `${message} (${examples.length ? `e.g. '${examples.join("',  or '")}', ` : ''}regex used for validation is '${pattern}')`;

/** The length of a text in bytes of UTF-8, as Go counts. */
export function bytes(text: string): number {
  let n = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    n += c < 0x80 ? 1 : c < 0x800 || (c >= 0xd800 && c < 0xe000) ? 2 : 3;
  }
  return n;
}

/** `must be no more than 63 characters` */
export const tooLong = (most: number): string => `must be no more than ${most} characters`;
/** `must be between 1 and 65535, inclusive` */
export const between = (low: number, high: number): string => `must be between ${low} and ${high}, inclusive`;

function shaped(pattern: string, message: string, examples: readonly string[], most = 0, unit = 'characters'): Validator {
  const form = new RegExp(`^(?:${pattern})$`);
  return (value) => {
    const long = most > 0 && value.length * 3 > most && bytes(value) > most;
    if (!long && form.test(value)) return GOOD;
    const wrong: string[] = [];
    if (long) wrong.push(`must be no more than ${most} ${unit}`);
    if (!form.test(value)) wrong.push(regexError(message, pattern, ...examples));
    return wrong;
  };
}

const LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const SUBDOMAIN = `${LABEL}(\\.${LABEL})*`;
const UNDERSCORED = '_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?';
const LABEL_KEY = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
const ENDS = 'and must start and end with an alphanumeric character';

/** DNS-1123 subdomain: names of most objects. */
export const dnsSubdomain = shaped(SUBDOMAIN, `a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', ${ENDS}`, ['example.com'], 253);
/** DNS-1123 subdomain that may have underscores. */
export const dnsSubdomainUnderscored = shaped(
  `${UNDERSCORED}(\\.${UNDERSCORED})*`, `a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', ${ENDS}`, ['example.com'], 253);
const plainLabel = shaped(LABEL, `a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', ${ENDS}`, ['my-name', '123-abc'], 63);
const dotted = new RegExp(`^${SUBDOMAIN}$`);
/** DNS-1123 label: names of containers, volumes, namespaces. */
export const dnsLabel: Validator = (value) => {
  const wrong = plainLabel(value);
  return wrong.length && value.includes('.') && dotted.test(value) ? [...wrong.slice(0, -1), 'must not contain dots'] : wrong;
};
/** DNS-1035 label: names of Services. */
export const dns1035Label = shaped(
  '[a-z]([-a-z0-9]*[a-z0-9])?', "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character",
  ['my-name', 'abc-123'], 63);
/** `*.example.com` */
export const wildcardSubdomain = shaped(
  `\\*\\.${SUBDOMAIN}`, "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character",
  ['*.example.com'], 253);
/** Values of labels. */
export const labelValue = shaped(
  `(${LABEL_KEY})?`, `a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', ${ENDS}`, ['MyValue', 'my_value', '12345'], 63, 'bytes');
/** Names of environment variables of the strict kind. */
export const cIdentifier = shaped(
  '[A-Za-z_][A-Za-z0-9_]*', "a valid C identifier must start with alphabetic character or '_', followed by a string of alphanumeric characters or '_'", ['my_name', 'MY_NAME', 'MyName']);
/** `25%` */
export const percent = shaped('[0-9]+%', "a valid percent string must be a numeric string followed by an ending '%'", ['1%', '93%']);
/** Names of HTTP headers. */
export const headerName = shaped('[-A-Za-z0-9]+', "a valid HTTP header must consist of alphanumeric characters or '-'", ['X-Header-Name']);

const KEY_NAME = shaped(LABEL_KEY, `must consist of alphanumeric characters, '-', '_' or '.', ${ENDS}`, ['MyName', 'my.name', '123-abc'], 63, 'bytes');

/** Keys of labels and annotations, finalizers: a name with an optional DNS prefix. */
export const labelKey: Validator = (value) => {
  const parts = value.split('/');
  if (parts.length > 2) return [`a valid label key ${KEY_NAME('').at(-1)} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`];
  const name = parts.at(-1)!;
  const wrong: string[] = [];
  if (parts.length === 2) wrong.push(...(parts[0] === '' ? ['prefix part must be non-empty'] : dnsSubdomain(parts[0]!).map((text) => `prefix part ${text}`)));
  if (name === '') wrong.push('name part must be non-empty');
  wrong.push(...KEY_NAME(name).map((text) => `name part ${text}`));
  return wrong.length ? wrong : GOOD;
};

const upwards = (value: string): readonly string[] =>
  value === '.' ? ["must not be '.'"] : value === '..' ? ["must not be '..'"] : value.startsWith('..') ? ["must not start with '..'"] : GOOD;

const configKeyShape = shaped('[-._a-zA-Z0-9]+', "a valid config key must consist of alphanumeric characters, '-', '_' or '.'", ['key.name', 'KEY_NAME', 'key-name'], 253);
/** Keys of ConfigMaps and Secrets. */
export const configKey: Validator = (value) => [...configKeyShape(value), ...upwards(value)];

/** Names of environment variables: anything printable but `=`. */
export const envName: Validator = (value) => [
  ...(value === '' ? ['environment variable name must be non-empty'] : []),
  ...(/^[ -<>-~]*$/.test(value) ? [] : ["a valid environment variable name must consist only of printable ASCII characters other than '='"]),
];

/** Names of ports. */
export const portName: Validator = (value) => [
  ...(bytes(value) > 15 ? [tooLong(15)] : []),
  ...(/^[-a-z0-9]+$/.test(value) ? [] : ['must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)']),
  ...(/[a-z]/.test(value) ? [] : ['must contain at least one letter (a-z)']),
  ...(value.includes('--') ? ['must not contain consecutive hyphens'] : []),
  ...(value.startsWith('-') || value.endsWith('-') ? ['must not begin or end with a hyphen'] : []),
];

/** A name that stands in a path: names of RBAC objects. */
export const pathSegment: Validator = (value) => {
  if (value === '.' || value === '..') return [`may not be '${value}'`];
  return pathSegmentPrefix(value);
};
/** The start of a name that stands in a path. */
export const pathSegmentPrefix: Validator = (value) => ['/', '%'].filter((text) => value.includes(text)).map((text) => `may not contain '${text}'`);

/** A validator for prefixes of generated names: a trailing hyphen will be followed by letters. */
export const asPrefix = (validator: Validator): Validator => (value) => validator(value.length > 1 && value.endsWith('-') ? `${value.slice(0, -2)}a` : value);

/** Port numbers. */
export const portNumber = (port: number): readonly string[] => (port >= 1 && port <= 65_535 ? GOOD : [between(1, 65_535)]);
/** User and group ids. */
export const unixId = (id: number): readonly string[] => (id >= 0 && id <= 2_147_483_647 ? GOOD : [between(0, 2_147_483_647)]);
