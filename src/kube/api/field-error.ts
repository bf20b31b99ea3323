/**
 * How a field's error is written. Stands for k8s.io/apimachinery/pkg/util/validation/field.
 */
import type { FieldError } from './kind.ts';

const BARE: readonly FieldError['type'][] = ['Required value', 'Forbidden', 'Too long', 'Too short', 'Internal error'];

/** Text in double quotes as Go's %q writes it. */
export const goQuote = (text: string): string =>
  `"${text.replace(/["\\\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu, (c) => {
    const short = '"\\\x07\b\f\n\r\t\v'.indexOf(c);
    if (short >= 0) return `\\${'"\\abfnrtv'[short]}`;
    const code = c.codePointAt(0)!;
    return code < 0x80 ? `\\x${code.toString(16).padStart(2, '0')}` : code < 0x10000 ? `\\u${code.toString(16).padStart(4, '0')}` : `\\U${code.toString(16).padStart(8, '0')}`;
  })}"`;

/** JSON as Go writes it: keys as they stand, `<`, `>` and `&` escaped. */
const goJson = (value: unknown): string => (JSON.stringify(value) ?? 'null').replace(/[<>&\u2028\u2029]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** Without the path: `Invalid value: "A=B": must not …`. */
export function errorBody(e: FieldError): string {
  let text: string = e.type === 'Type invalid' ? 'Invalid value' : e.type;
  if (!BARE.includes(e.type) && !(e.value === undefined && 'value' in e === false)) {
    const v = e.value;
    text += `: ${typeof v === 'string' ? goQuote(v) : typeof v === 'number' || typeof v === 'boolean' ? String(v) : goJson(v ?? null)}`;
  }
  return e.detail ? `${text}: ${e.detail}` : text;
}

/** `spec.containers[0].name: Required value`. */
export const errorText = (e: FieldError): string => `${e.path}: ${errorBody(e)}`;
