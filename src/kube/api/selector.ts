/**
 * Label and field selectors of requests: parsing with the real parse errors, matching.
 * Stands for k8s.io/apimachinery/pkg/labels and pkg/fields.
 */
import { badRequest } from './status.ts';
import { goQuote } from './field-error.ts';
import { labelKeyErrors, labelValueErrors } from './names.ts';

type Labels = Readonly<Record<string, string>> | undefined;

interface Requirement {
  readonly key: string;
  readonly operator: 'in' | 'notin' | 'exists' | '!' | 'gt' | 'lt' | '=' | '!=';
  readonly values: readonly string[];
}

/** Whether these labels, or this field by name, are selected. */
export interface Selector {
  readonly requirements: readonly Requirement[];
  matches(labels: Labels): boolean;
}

/** Everything is selected. */
export const EVERYTHING: Selector = { requirements: [], matches: () => true };

function meets(r: Requirement, labels: Labels): boolean {
  const value = labels !== undefined && Object.hasOwn(labels, r.key) ? labels[r.key] : undefined;
  switch (r.operator) {
    case '=':
    case 'in':
      return value !== undefined && r.values.includes(value);
    case '!=':
    case 'notin':
      return value === undefined || !r.values.includes(value);
    case 'exists':
      return value !== undefined;
    case '!':
      return value === undefined;
    case 'gt':
      return value !== undefined && /^-?\d+$/.test(value) && Number(value) > Number(r.values[0]);
    case 'lt':
      return value !== undefined && /^-?\d+$/.test(value) && Number(value) < Number(r.values[0]);
  }
}

const fromRequirements = (requirements: readonly Requirement[]): Selector => ({ requirements, matches: (labels) => requirements.every((r) => meets(r, labels)) });

/** A token of a label selector: `=` `==` `!=` `!` `(` `)` `,` `in` `notin` `<` `>` or a word; '' at the end. */
interface Token {
  readonly text: string;
  readonly word: boolean;
}

function* tokens(text: string): Generator<Token> {
  const each = /\s*(==|!=|[=!(),<>]|[^\s=!(),<>]+)/y;
  for (let m = each.exec(text); m; m = each.exec(text)) yield { text: m[1]!, word: !/^[=!(),<>]/.test(m[1]!) };
}

class Parser {
  private readonly list: readonly Token[];
  private at = 0;
  constructor(text: string) {
    this.list = [...tokens(text)];
  }

  private peek(): Token | undefined {
    return this.list[this.at];
  }

  private next(): Token | undefined {
    return this.list[this.at++];
  }

  parse(): readonly Requirement[] | string {
    const out: Requirement[] = [];
    while (this.peek()) {
      const r = this.requirement();
      if (typeof r === 'string') return `unable to parse requirement: ${r}`;
      out.push(r);
      const t = this.next();
      if (!t) break;
      if (t.text !== ',') return `found '${t.text}', expected: ',' or 'end of string'`;
      const after = this.peek();
      if (!after || (!after.word && after.text !== '!')) return `found '${after?.text ?? ''}', expected: identifier after ','`;
    }
    return [...out].sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  }

  private requirement(): Requirement | string {
    let negated = false;
    let t = this.next();
    if (t?.text === '!') {
      negated = true;
      t = this.next();
    }
    if (!t?.word) return `found '${t?.text ?? ''}', expected: identifier`;
    const key = t.text;
    const keyErrors = labelKeyErrors(key);
    if (keyErrors.length) return `key: Invalid value: ${goQuote(key)}: ${keyErrors.join('; ')}`;
    const operator = this.peek();
    if (negated || !operator || operator.text === ',') {
      return { key, operator: negated ? '!' : 'exists', values: [] };
    }
    this.at++;
    switch (operator.text) {
      case 'in':
      case 'notin': {
        const values = this.values();
        return typeof values === 'string' ? values : this.checked({ key, operator: operator.text, values });
      }
      case '=':
      case '==':
      case '!=':
      case '<':
      case '>': {
        const value = this.peek();
        if (value && !value.word && value.text !== ',') return `found '${value.text}', expected: identifier`;
        if (value?.word) this.at++;
        const o = operator.text === '==' ? '=' : operator.text === '<' ? 'lt' : operator.text === '>' ? 'gt' : (operator.text as '=' | '!=');
        const text = value?.word ? value.text : '';
        if ((o === 'lt' || o === 'gt') && !/^[+-]?\d+$/.test(text)) return `values[0]: Invalid value: ${goQuote(text)}: for 'Gt', 'Lt' operators, the value must be an integer`;
        return this.checked({ key, operator: o, values: [text] });
      }
      default:
        return `found '${operator.text}', expected: in, notin, =, ==, !=, gt, lt`;
    }
  }

  private values(): readonly string[] | string {
    const open = this.next();
    if (open?.text !== '(') return `found '${open?.text ?? ''}' expected: '('`;
    const out = new Set<string>();
    let expectValue = true;
    for (;;) {
      const t = this.next();
      if (!t) return `found '', expected: ${expectValue ? "',', ')' or identifier" : "',' or ')'"}`;
      if (t.word) {
        out.add(t.text);
        expectValue = false;
      } else if (t.text === ',') {
        if (expectValue) out.add('');
        expectValue = true;
      } else if (t.text === ')') {
        if (expectValue) out.add('');
        return [...out].sort();
      } else return `found '${t.text}', expected: ',', ')' or identifier`;
    }
  }

  private checked(r: Requirement): Requirement | string {
    for (const [i, value] of r.values.entries()) {
      const errors = labelValueErrors(value);
      if (errors.length) return `values[${i}][${r.key}]: Invalid value: ${goQuote(value)}: ${errors.join('; ')}`;
    }
    return r;
  }
}

/** Reads the labelSelector of a request. Throws a BadRequest. */
export function labelSelector(text: string | undefined): Selector {
  if (!text) return EVERYTHING;
  const parsed = new Parser(text).parse();
  if (typeof parsed === 'string') throw badRequest(parsed);
  return parsed.length ? fromRequirements(parsed) : EVERYTHING;
}

/** Reads the fieldSelector of a request. Throws a BadRequest. */
export function fieldSelector(text: string | undefined): readonly { readonly field: string; readonly equal: boolean; readonly value: string }[] {
  if (!text) return [];
  const terms: string[] = [];
  let term = '';
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!;
    if (c === '\\') term += c + (text[++i] ?? '');
    else if (c === ',') {
      terms.push(term);
      term = '';
    } else term += c;
  }
  terms.push(term);
  return terms.filter((t) => t !== '').map((t) => {
    const m = /^((?:[^\\=!]|\\.)*)(!=|==|=)(.*)$/s.exec(t);
    if (!m) throw badRequest(`invalid selector: '${t}'; can't understand '${t}'`);
    return { field: m[1]!, equal: m[2] !== '!=', value: m[3]!.replace(/\\([\\,=])/g, '$1') };
  });
}

/** A metav1.LabelSelector as a selector; undefined selects nothing. */
export function fromLabelSelector(selector: unknown): Selector {
  const s = selector as { matchLabels?: Labels; matchExpressions?: readonly { key: string; operator: string; values?: readonly string[] }[] } | undefined | null;
  if (!s) return { requirements: [], matches: () => false };
  const requirements: Requirement[] = Object.entries(s.matchLabels ?? {}).map(([key, value]) => ({ key, operator: '=', values: [value] }));
  const operators: Readonly<Record<string, Requirement['operator']>> = { In: 'in', NotIn: 'notin', Exists: 'exists', DoesNotExist: '!' };
  for (const e of s.matchExpressions ?? []) requirements.push({ key: e.key, operator: operators[e.operator] ?? 'exists', values: e.values ?? [] });
  return fromRequirements(requirements);
}
