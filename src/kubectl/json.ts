/**
 * JSON text to values with the error texts of Go's encoding/json.
 * Stands for its scanner and decoder; a text that is right is read by the engine's own parser.
 */

/** Text that is not JSON; `offset` counts UTF-16 units up to and with the character that does not fit. */
export class JsonError extends Error {
  readonly offset: number;
  /** The text ends too early. */
  readonly early: boolean;
  constructor(message: string, offset: number, early = false) {
    super(message);
    this.offset = offset;
    this.early = early;
  }
}

/** A character as Go quotes it in these messages. */
const shown = (c: string): string => (c === "'" ? "'\\''" : c === '"' ? "'\"'" : c === '\n' ? "'\\n'" : c === '\t' ? "'\\t'" : c === '\r' ? "'\\r'" : c < ' ' ? `'\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}'` : `'${c}'`);

/** Reads one JSON value of a text. Throws JsonError; more text after it is an error unless `from` is given. */
export function parseJson(text: string): unknown {
  const end = scan(text, 0);
  const rest = skip(text, end);
  if (rest < text.length) throw unfit(text, rest, 'after top-level value');
  return JSON.parse(text);
}

/** Reads the JSON values that stand one after another in a text. Throws JsonError. */
export function* parseStream(text: string): Generator<{ readonly value: unknown; readonly end: number }, void, void> {
  for (let at = skip(text, 0); at < text.length; at = skip(text, at)) {
    const end = scan(text, at);
    yield { value: JSON.parse(text.slice(at, end)), end };
    at = end;
  }
}

function unfit(text: string, at: number, where: string): JsonError {
  if (at >= text.length) return new JsonError('unexpected end of JSON input', text.length, true);
  return new JsonError(`invalid character ${shown(String.fromCodePoint(text.codePointAt(at)!))} ${where}`, at + 1);
}

function skip(text: string, at: number): number {
  while (at < text.length && ' \t\r\n'.includes(text[at]!)) at++;
  return at;
}

/** Checks a value that begins at `at`; where it ends. */
function scan(text: string, start: number): number {
  const at = skip(text, start);
  const c = text[at];
  if (c === '{') {
    let i = skip(text, at + 1);
    if (text[i] === '}') return i + 1;
    for (;;) {
      if (text[i] !== '"') throw unfit(text, i, 'looking for beginning of object key string');
      i = skip(text, string(text, i));
      if (text[i] !== ':') throw unfit(text, i, 'after object key');
      i = skip(text, scan(text, i + 1));
      if (text[i] === '}') return i + 1;
      if (text[i] !== ',') throw unfit(text, i, 'after object key:value pair');
      i = skip(text, i + 1);
    }
  }
  if (c === '[') {
    let i = skip(text, at + 1);
    if (text[i] === ']') return i + 1;
    for (;;) {
      i = skip(text, scan(text, i));
      if (text[i] === ']') return i + 1;
      if (text[i] !== ',') throw unfit(text, i, 'after array element');
      i++;
    }
  }
  if (c === '"') return string(text, at);
  for (const word of ['true', 'false', 'null']) {
    if (c !== word[0]) continue;
    for (let i = 1; i < word.length; i++) if (text[at + i] !== word[i]) throw unfit(text, at + i, `in literal ${word} (expecting '${word[i]}')`);
    return at + word.length;
  }
  if (c !== undefined && (c === '-' || (c >= '0' && c <= '9'))) return number(text, at);
  throw unfit(text, at, 'looking for beginning of value');
}

function string(text: string, at: number): number {
  for (let i = at + 1; ; i++) {
    const c = text[i];
    if (c === '"') return i + 1;
    if (c === undefined || c < ' ') throw unfit(text, i, 'in string literal');
    if (c !== '\\') continue;
    const escape = text[++i];
    if (escape === undefined || !'"\\/bfnrtu'.includes(escape)) throw unfit(text, i, 'in string escape code');
    if (escape !== 'u') continue;
    for (let k = 0; k < 4; k++) if (!/[0-9a-fA-F]/.test(text[++i] ?? '')) throw unfit(text, i, 'in \\u hexadecimal character escape');
  }
}

function number(text: string, at: number): number {
  const digits = (from: number, where: string): number => {
    let i = from;
    while (/[0-9]/.test(text[i] ?? '')) i++;
    if (i === from) throw unfit(text, i, where);
    return i;
  };
  let i = text[at] === '-' ? at + 1 : at;
  i = text[i] === '0' ? i + 1 : digits(i, 'in numeric literal');
  if (text[i] === '.') i = digits(i + 1, 'after decimal point in numeric literal');
  if (text[i] === 'e' || text[i] === 'E') i = digits(/[-+]/.test(text[i + 1] ?? '') ? i + 2 : i + 1, 'in exponent of numeric literal');
  return i;
}
