/**
 * What Go's encoding/json says about a text that should hold a JSON object.
 */

const QUOTED: Readonly<Record<string, string>> = { "'": "'\\''", '"': `'"'`, '\n': "'\\n'", '\t': "'\\t'", '\r': "'\\r'" };
const shown = (c: string): string => QUOTED[c] ?? `'${c}'`;
const KINDS: Readonly<Record<string, string>> = { string: 'string', number: 'number', boolean: 'bool' };

/** The error of decoding the text into a map, or nothing for an object. */
export function jsonError(text: string): string | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return syntaxError(text);
  }
  if (value === null || (typeof value === 'object' && !Array.isArray(value))) return undefined;
  return `json: cannot unmarshal ${Array.isArray(value) ? 'array' : KINDS[typeof value]} into Go value of type map[string]interface {}`;
}

/** Walks over the text until it cannot be JSON any more. */
function syntaxError(text: string): string {
  const END = 'unexpected end of JSON input';
  let i = 0;
  class Stop extends Error {}
  const stop = (why: string): never => {
    throw new Stop(i >= text.length ? END : `invalid character ${shown(text[i]!)} ${why}`);
  };
  const space = (): void => {
    while (' \t\r\n'.includes(text[i] ?? 'x')) i++;
  };
  const word = (rest: string): void => {
    for (const c of rest) {
      if (text[i] !== c) stop(`in literal ${rest} (expecting ${shown(c)})`);
      i++;
    }
  };
  const string = (): void => {
    for (i++; text[i] !== '"'; i++) {
      if (i >= text.length || text[i]! < ' ') stop('in string literal');
      if (text[i] === '\\') {
        i++;
        if (!'"\\/bfnrtu'.includes(text[i] ?? ' ')) stop('in string escape code');
      }
    }
    i++;
  };
  const number = (): void => {
    if (text[i] === '-') i++;
    if (!/\d/.test(text[i] ?? '')) stop('in numeric literal');
    if (text[i] === '0') i++;
    else while (/\d/.test(text[i] ?? '')) i++;
    if (text[i] === '.') {
      i++;
      if (!/\d/.test(text[i] ?? '')) stop('after decimal point in numeric literal');
      while (/\d/.test(text[i] ?? '')) i++;
    }
    if (text[i] === 'e' || text[i] === 'E') {
      i++;
      if (text[i] === '+' || text[i] === '-') i++;
      if (!/\d/.test(text[i] ?? '')) stop('in exponent of numeric literal');
      while (/\d/.test(text[i] ?? '')) i++;
    }
  };
  const members = (close: string, member: () => void, after: string): void => {
    i++;
    space();
    if (text[i] === close) {
      i++;
      return;
    }
    for (;;) {
      member();
      space();
      if (text[i] === close) break;
      if (text[i] !== ',') stop(after);
      i++;
    }
    i++;
  };
  const value = (): void => {
    space();
    const c = text[i];
    if (c === '{') {
      members('}', () => {
        space();
        if (text[i] !== '"') stop('looking for beginning of object key string');
        string();
        space();
        if (text[i] !== ':') stop('after object key');
        i++;
        value();
      }, 'after object key:value pair');
    } else if (c === '[') members(']', value, 'after array element');
    else if (c === '"') string();
    else if (c === 't') word('true');
    else if (c === 'f') word('false');
    else if (c === 'n') word('null');
    else if (c === '-' || /\d/.test(c ?? '')) number();
    else stop('looking for beginning of value');
  };
  try {
    value();
    space();
    if (i < text.length) stop('after top-level value');
  } catch (error) {
    if (error instanceof Stop) return error.message;
    throw error;
  }
  return END;
}
