/**
 * Label selectors as kubectl itself reads them: for objects of files, and to look at them before they are sent.
 * Stands for apimachinery's pkg/labels; the server reads the selectors of requests.
 */
import { quote } from './go.ts';

export interface Requirement {
  readonly key: string;
  readonly operator: '=' | '!=' | 'in' | 'notin' | 'exists' | '!' | '>' | '<';
  readonly values: readonly string[];
}

const TOKEN = /\s*(?:(==|=|!=|!|,|\(|\)|>|<)|([^\s=!,()<>]+))/y;
const NAME = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const VALUE = /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/;
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/** What is wrong with a label value, in Kubernetes' words. */
export function valueErrors(value: string): string[] {
  const errors: string[] = [];
  if (value.length > 63) errors.push('must be no more than 63 bytes');
  if (!VALUE.test(value)) errors.push("a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')");
  return errors;
}

const NAME_FORM = "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";

/** What is wrong with a label key or the name of an annotation. */
export function keyErrors(key: string): string[] {
  const parts = key.split('/');
  const errors: string[] = [];
  let name = parts[0]!;
  if (parts.length === 2) {
    const prefix = parts[0]!;
    name = parts[1]!;
    if (prefix === '') errors.push('prefix part must be non-empty');
    else if (!SUBDOMAIN.test(prefix)) {
      errors.push("prefix part a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')");
    }
  } else if (parts.length > 2) {
    return [`a valid label key must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`];
  }
  if (name === '') errors.push('name part must be non-empty');
  else if (name.length > 63) errors.push('name part must be no more than 63 bytes');
  if (!NAME.test(name)) errors.push(NAME_FORM);
  return errors;
}

/** Reads a selector; a string is what is wrong with it. */
export function parseSelector(text: string): readonly Requirement[] | string {
  const tokens: { readonly op: string; readonly word: string }[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const m = TOKEN.exec(text);
    if (!m) break;
    tokens.push({ op: m[1] ?? '', word: m[2] ?? '' });
  }
  let at = 0;
  const peek = (): string => tokens[at]?.op || tokens[at]?.word || '';
  const out: Requirement[] = [];
  while (at < tokens.length) {
    const not = tokens[at]!.op === '!';
    if (not) at++;
    const key = tokens[at]?.word ?? '';
    if (!key) return `found '${peek()}', expected: !, identifier, or 'end of string'`;
    at++;
    const bad = keyErrors(key);
    if (bad.length) return `unable to parse requirement: <nil>: Invalid value: ${quote(key)}: ${bad.join('; ')}`;
    const op = peek();
    if (not || at >= tokens.length || tokens[at]!.op === ',') out.push({ key, operator: not ? '!' : 'exists', values: [] });
    else if (op === 'in' || op === 'notin') {
      at++;
      if (peek() !== '(') return `unable to parse requirement: found '${peek()}' expected: '('`;
      at++;
      const values: string[] = [];
      while (at < tokens.length && tokens[at]!.op !== ')') {
        if (tokens[at]!.word || tokens[at]!.op === ',') {
          if (tokens[at]!.word) values.push(tokens[at]!.word);
          at++;
        } else return `unable to parse requirement: found '${peek()}', expected: ',', ')' or identifier`;
      }
      if (at >= tokens.length) return "unable to parse requirement: found '', expected: ',' or ')'";
      at++;
      out.push({ key, operator: op, values });
    } else if (['=', '==', '!=', '>', '<'].includes(op)) {
      at++;
      const value = tokens[at]?.word ?? '';
      if (value) at++;
      const wrong = valueErrors(value);
      if (wrong.length) return `unable to parse requirement: values[0][${key}]: Invalid value: ${quote(value)}: ${wrong.join('; ')}`;
      out.push({ key, operator: op === '==' ? '=' : op as Requirement['operator'], values: [value] });
    } else return `unable to parse requirement: found '${op}', expected: in, notin, =, ==, !=, gt, lt`;
    if (at < tokens.length) {
      if (tokens[at]!.op !== ',') return `found '${peek()}', expected: ',' or 'end of string'`;
      at++;
      if (at >= tokens.length) return "found '', expected: identifier after ','";
    }
  }
  return out;
}

/** Does a set of labels fulfil a selector? */
export const matches = (selector: readonly Requirement[], labels: Readonly<Record<string, string>>): boolean =>
  selector.every(({ key, operator, values }) => {
    const value = labels[key];
    switch (operator) {
      case 'exists': return value !== undefined;
      case '!': return value === undefined;
      case '=': case 'in': return value !== undefined && values.includes(value);
      case '!=': case 'notin': return value === undefined || !values.includes(value);
      case '>': return value !== undefined && Number(value) > Number(values[0]);
      case '<': return value !== undefined && Number(value) < Number(values[0]);
    }
  });
