/**
 * What a plain YAML scalar stands for: null, a truth value, a number or a string, by the rules of go-yaml v2 (YAML 1.1, mostly).
 * Reading uses it to find values, printing to know which strings need quotes.
 * Unlike Kubernetes: whole numbers beyond 2^53 lose digits.
 */

export type ScalarTag = 'null' | 'bool' | 'int' | 'float' | 'str' | 'timestamp';

const WORDS = new Map<string, readonly [ScalarTag, null | boolean | number | string]>();
const words = (tag: ScalarTag, value: null | boolean | number | string, list: string): void => {
  for (const word of list.split(' ')) WORDS.set(word, [tag, value]);
};
words('bool', true, 'y Y yes Yes YES true True TRUE on On ON');
words('bool', false, 'n N no No NO false False FALSE off Off OFF');
words('null', null, '~ null Null NULL');
words('float', NaN, '.nan .NaN .NAN');
words('float', Infinity, '.inf .Inf .INF +.inf +.Inf +.INF');
words('float', -Infinity, '-.inf -.Inf -.INF');
WORDS.set('', ['null', null]);

const FLOAT = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/;
const DOT_FLOAT = /^\.[0-9]+(_?[0-9])*([eE][-+]?[0-9]+)?$/;
const TIMESTAMP = /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[Tt](\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,]\d+)?(?:Z|[+-]\d\d:\d\d)| (\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,]\d+)?)?$/;

/** The number that Go's strconv.ParseInt(text, 0, 64) finds, or undefined. */
function whole(text: string): number | undefined {
  const m = /^([-+]?)(0[xX][0-9a-fA-F]+|0[oO]?[0-7]+|0[bB][01]+|0|[1-9][0-9]*)$/.exec(text);
  if (!m) return undefined;
  const digits = m[2]!.replace(/^0([0-7]+)$/, '0o$1');
  const value = Number(digits);
  if (value >= 2 ** 64 || (m[1] === '-' && value > 2 ** 63)) return undefined;
  return m[1] === '-' ? -value || 0 : value;
}

function isTimestamp(text: string): boolean {
  const m = TIMESTAMP.exec(text);
  if (!m) return false;
  const [month, day] = [Number(m[2]), Number(m[3])];
  const [hour, minute, second] = [Number(m[4] ?? m[7] ?? 0), Number(m[5] ?? m[8] ?? 0), Number(m[6] ?? m[9] ?? 0)];
  const leap = Number(m[1]) % 4 === 0 && (Number(m[1]) % 100 !== 0 || Number(m[1]) % 400 === 0);
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
  return day >= 1 && day <= days && hour < 24 && minute < 60 && second < 60;
}

/** Tag and value of a plain scalar without a tag of its own. */
export function resolve(text: string): readonly [ScalarTag, null | boolean | number | string] {
  const known = WORDS.get(text);
  if (known) return known;
  const first = text.charCodeAt(0);
  if (first === 0x2e) return DOT_FLOAT.test(text) ? ['float', Number(text.replaceAll('_', ''))] : ['str', text];
  if (!(first === 0x2b || first === 0x2d || (first >= 0x30 && first <= 0x39))) return ['str', text];
  if (isTimestamp(text)) return ['timestamp', text];
  const plain = text.replaceAll('_', '');
  const int = whole(plain);
  if (int !== undefined) return ['int', int];
  if (FLOAT.test(plain)) {
    const value = Number(plain);
    if (Number.isFinite(value)) return ['float', value];
  }
  return ['str', text];
}
