/**
 * What may be a name, a label, an annotation key: the checks with their sentences.
 * Stands for k8s.io/apimachinery/pkg/util/validation and api/validate/content.
 */

/** The sentence about a text that does not match a form. */
export function formError(message: string, form: string, ...examples: readonly string[]): string {
  return `${message} (${examples.length ? 'e.g. ' : ''}${examples.map((e) => `'${e}', `).join(' or ')}regex used for validation is '${form}')`;
}
const tooLong = (most: number): string => `must be no more than ${most} characters`;
/** Labels have their limits in bytes. */
const tooMany = (most: number): string => `must be no more than ${most} bytes`;

const LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const SUBDOMAIN = `${LABEL}(\\.${LABEL})*`;
const DNS1035 = '[a-z]([-a-z0-9]*[a-z0-9])?';
const QUALIFIED = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
const VALUE = `(${QUALIFIED})?`;
const labelForm = new RegExp(`^${LABEL}$`);
const subdomainForm = new RegExp(`^${SUBDOMAIN}$`);
const dns1035Form = new RegExp(`^${DNS1035}$`);
const qualifiedForm = new RegExp(`^${QUALIFIED}$`);
const valueForm = new RegExp(`^${VALUE}$`);

type Errors = readonly string[];
const NONE: Errors = [];

/** What is wrong with a DNS label of RFC 1123. */
export function dnsLabelErrors(text: string): Errors {
  if (text.length <= 63 && labelForm.test(text)) return NONE;
  const out: string[] = [];
  if (text.length > 63) out.push(tooLong(63));
  if (!labelForm.test(text)) {
    out.push(subdomainForm.test(text) ? 'must not contain dots' : formError("a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character", LABEL, 'my-name', '123-abc'));
  }
  return out;
}

/** What is wrong with a DNS subdomain of RFC 1123, as most names are. */
export function dnsSubdomainErrors(text: string): Errors {
  const out: string[] = [];
  if (text.length > 253) out.push(tooLong(253));
  if (!subdomainForm.test(text)) {
    out.push(formError("a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character", SUBDOMAIN, 'example.com'));
  }
  return out;
}

/** What is wrong with a DNS label of RFC 1035, as names of Services were. */
export function dns1035Errors(text: string): Errors {
  const out: string[] = [];
  if (text.length > 63) out.push(tooLong(63));
  if (!dns1035Form.test(text)) {
    out.push(formError("a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character", DNS1035, 'my-name', 'abc-123'));
  }
  return out;
}

/** What is wrong with a name that only has to fit into a path, as names of roles. */
export function pathSegmentErrors(text: string): Errors {
  if (text === '.' || text === '..') return [`may not be '${text}'`];
  return ['/', '%'].filter((c) => text.includes(c)).map((c) => `may not contain '${c}'`);
}

const keysRight = new Set<string>();

/** What is wrong with the key of a label or annotation, or a finalizer: `[DOMAIN/]NAME`. */
export function labelKeyErrors(text: string): Errors {
  if (keysRight.has(text)) return NONE;
  const parts = text.split('/');
  const why = "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";
  const out: string[] = [];
  let name = parts[0]!;
  if (parts.length === 2) {
    name = parts[1]!;
    if (parts[0] === '') out.push('prefix part must be non-empty');
    else out.push(...dnsSubdomainErrors(parts[0]!).map((e) => `prefix part ${e}`));
  } else if (parts.length > 2) {
    return [`a valid label key ${formError(why, QUALIFIED, 'MyName', 'my.name', '123-abc')} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`];
  }
  if (name === '') out.push('name part must be non-empty');
  else if (name.length > 63) out.push(`name part ${tooMany(63)}`);
  if (!qualifiedForm.test(name)) out.push(`name part ${formError(why, QUALIFIED, 'MyName', 'my.name', '123-abc')}`);
  if (out.length === 0 && keysRight.size < 2000) keysRight.add(text);
  return out;
}

/** What is wrong with the value of a label. */
export function labelValueErrors(text: string): Errors {
  const out: string[] = [];
  if (text.length > 63) out.push(tooMany(63));
  if (!valueForm.test(text)) {
    out.push(formError("a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character", VALUE, 'MyValue', 'my_value', '12345'));
  }
  return out;
}
