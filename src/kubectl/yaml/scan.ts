/**
 * YAML text to tokens, with the marks and the error texts of go-yaml v2, which kubectl reads manifests with.
 * Stands for the scanner of go.yaml.in/yaml/v2 (itself libyaml's); the parser in parse.ts makes nodes of the tokens.
 */

/** Text that is not YAML. The message is go-yaml's, without its `yaml: ` prefix. */
export class YamlError extends Error {}

export type TokenKind =
  | 'stream-end' | 'document-start' | 'document-end' | 'version' | 'tag-directive' | 'block-sequence' | 'block-mapping' | 'block-end'
  | '[' | ']' | '{' | '}' | ',' | '-' | '?' | ':' | 'alias' | 'anchor' | 'tag' | 'scalar';

export interface Token {
  readonly kind: TokenKind;
  /** Lines are counted from 0. */
  readonly line: number;
  /** Of a scalar its text, of an anchor or alias its name, of a tag its handle. */
  readonly value: string;
  /** Of a tag what follows the handle, of a tag directive its prefix. */
  readonly suffix: string;
  /** A scalar without quotes or block indicator. */
  readonly plain: boolean;
}

/** Where a `key` of `key: value` may have begun. */
interface SimpleKey {
  possible: boolean;
  required: boolean;
  /** The number of the token that it begins with. */
  token: number;
  /** Whether that token waits for the `:`. An empty `[]` or `{}` no longer does once it is closed: go-yaml forgets it. */
  awaited: boolean;
  at: number;
  line: number;
  column: number;
}

const BREAK = /[\r\n\x85\u2028\u2029]/;
const WORD = /[0-9A-Za-z_-]/;
const HEX = /[0-9A-Fa-f]/;
const URI = /[0-9A-Za-z_\-;/?:@&=+$,.!~*'()[\]%]/;
const NOT_FIRST = '-?:,[]{}#&*!|>\'"%@`';
// eslint-disable-next-line no-control-regex
const FORBIDDEN = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]/;
const ESCAPES: Record<string, string> = {
  '0': '\0', a: '\x07', b: '\b', t: '\t', '\t': '\t', n: '\n', v: '\v', f: '\f', r: '\r', e: '\x1b', ' ': ' ', '"': '"', "'": "'", '\\': '\\',
  N: '\x85', _: '\xa0', L: '\u2028', P: '\u2029',
};
const CODE_LENGTH: Record<string, number> = { x: 2, u: 4, U: 8 };
/** A key longer than this is no simple key. */
const LONGEST_KEY = 1024;

/** Hands out the tokens of one text, one at a time. */
export class Scanner {
  private readonly text: string;
  private at = 0;
  private line = 0;
  private column = 0;
  private readonly tokens: Token[] = [];
  private parsed = 0;
  private indent = -1;
  private readonly indents: number[] = [];
  private flow = 0;
  private keys: SimpleKey[] = [{ possible: false, required: false, token: 0, awaited: false, at: 0, line: 0, column: 0 }];
  private keyAllowed = true;

  constructor(text: string) {
    if (FORBIDDEN.test(text)) throw new YamlError('control characters are not allowed');
    this.text = text;
  }

  /** The token that comes next. */
  peek(): Token {
    while (this.tokens.length === 0 || this.headMayBeKey()) this.fetch();
    return this.tokens[0]!;
  }

  /** Takes the token that comes next. */
  next(): Token {
    const token = this.peek();
    if (token.kind !== 'stream-end') {
      this.tokens.shift();
      this.parsed++;
    }
    return token;
  }

  private headMayBeKey(): boolean {
    return this.keys.some((key) => key.awaited && key.possible && key.token === this.parsed && this.valid(key));
  }

  private fail(problem: string, context = 0): never {
    const line = this.line ? this.line + 1 : context;
    throw new YamlError((line ? `line ${line}: ` : '') + problem);
  }

  private char(ahead = 0): string {
    return this.text.charAt(this.at + ahead);
  }

  private isBreak(ahead = 0): boolean {
    return BREAK.test(this.char(ahead));
  }

  private isBlank(ahead = 0): boolean {
    const c = this.char(ahead);
    return c === ' ' || c === '\t';
  }

  /** A blank, a line break or the end. */
  private isGap(ahead = 0): boolean {
    return this.at + ahead >= this.text.length || this.isBlank(ahead) || this.isBreak(ahead);
  }

  private get end(): boolean {
    return this.at >= this.text.length;
  }

  private skip(count = 1): void {
    for (let i = 0; i < count; i++) {
      const code = this.text.charCodeAt(this.at++);
      if (code < 0xdc00 || code > 0xdfff) this.column++;
    }
  }

  private read(): string {
    const c = this.char();
    this.skip();
    return c;
  }

  private readBreak(): string {
    const c = this.char();
    this.at += c === '\r' && this.char(1) === '\n' ? 2 : 1;
    this.line++;
    this.column = 0;
    return c === '\u2028' || c === '\u2029' ? c : '\n';
  }

  private skipComment(): void {
    if (this.char() === '#') while (!this.end && !this.isBreak()) this.skip();
  }

  private push(kind: TokenKind, fields: Partial<Token> = {}, index = this.tokens.length): void {
    this.tokens.splice(index < 0 ? this.tokens.length : index, 0, { kind, line: this.line, value: '', suffix: '', plain: false, ...fields });
  }

  private indicator(kind: TokenKind, length = 1): void {
    const line = this.line;
    this.skip(length);
    this.push(kind, { line });
  }

  private get key(): SimpleKey {
    return this.keys[this.keys.length - 1]!;
  }

  private valid(key: SimpleKey): boolean {
    if (!key.possible) return false;
    if (key.line >= this.line && key.at + LONGEST_KEY >= this.at) return true;
    if (key.required) this.fail("could not find expected ':'", key.line);
    key.possible = false;
    return false;
  }

  private saveKey(): void {
    if (!this.keyAllowed) return;
    const required = this.flow === 0 && this.indent === this.column;
    this.dropKey();
    this.keys[this.keys.length - 1] = { possible: true, required, token: this.parsed + this.tokens.length, awaited: true, at: this.at, line: this.line, column: this.column };
  }

  private dropKey(): void {
    const key = this.key;
    if (key.possible && key.required) this.fail("could not find expected ':'", key.line);
    key.possible = false;
  }

  private roll(column: number, kind: TokenKind, index = this.tokens.length, line = this.line): void {
    if (this.flow > 0 || this.indent >= column) return;
    this.indents.push(this.indent);
    this.indent = column;
    if (this.indents.length > 10_000) this.fail('exceeded max depth of 10000');
    this.push(kind, { line }, index);
  }

  private unroll(column: number): void {
    if (this.flow > 0) return;
    while (this.indent > column) {
      this.push('block-end');
      this.indent = this.indents.pop()!;
    }
  }

  private fetch(): void {
    this.skipToToken();
    this.unroll(this.column);
    const c = this.char();
    if (this.end) return this.fetchEnd();
    if (this.column === 0 && c === '%') return this.fetchDirective();
    if (this.atDocumentMark()) return this.fetchDocumentMark(c === '-' ? 'document-start' : 'document-end');
    if (c === '[' || c === '{') return this.fetchOpen(c);
    if (c === ']' || c === '}') return this.fetchClose(c);
    if (c === ',') return this.fetchComma();
    if (c === '-' && this.isGap(1)) return this.fetchEntry();
    if (c === '?' && (this.flow > 0 || this.isGap(1))) return this.fetchKey();
    if (c === ':' && (this.flow > 0 || this.isGap(1))) return this.fetchValue();
    if (c === '*' || c === '&') return this.fetchAnchor(c === '*' ? 'alias' : 'anchor');
    if (c === '!') return this.fetchTag();
    if ((c === '|' || c === '>') && this.flow === 0) return this.fetchBlockScalar(c === '|');
    if (c === "'" || c === '"') return this.fetchQuoted(c);
    const plain = (!this.isGap() && !NOT_FIRST.includes(c)) || (c === '-' && !this.isBlank(1)) || (this.flow === 0 && (c === '?' || c === ':') && !this.isGap(1));
    if (plain) return this.fetchPlain();
    this.fail('found character that cannot start any token', this.line);
  }

  private skipToToken(): void {
    for (;;) {
      if (this.column === 0 && this.char() === '\ufeff') this.skip();
      while (this.char() === ' ' || ((this.flow > 0 || !this.keyAllowed) && this.char() === '\t')) this.skip();
      this.skipComment();
      if (!this.isBreak()) return;
      this.readBreak();
      if (this.flow === 0) this.keyAllowed = true;
    }
  }

  private atDocumentMark(): boolean {
    const three = this.column === 0 ? this.text.slice(this.at, this.at + 3) : '';
    return (three === '---' || three === '...') && this.isGap(3);
  }

  private fetchEnd(): void {
    if (this.column !== 0) {
      this.column = 0;
      this.line++;
    }
    this.unroll(-1);
    this.dropKey();
    this.keyAllowed = false;
    this.push('stream-end');
  }

  private fetchDocumentMark(kind: TokenKind): void {
    this.unroll(-1);
    this.dropKey();
    this.keyAllowed = false;
    this.indicator(kind, 3);
  }

  private fetchOpen(kind: '[' | '{'): void {
    this.saveKey();
    this.keys.push({ possible: false, required: false, token: this.parsed + this.tokens.length, awaited: false, at: this.at, line: this.line, column: this.column });
    if (++this.flow > 10_000) this.fail('exceeded max depth of 10000');
    this.keyAllowed = true;
    this.indicator(kind);
  }

  private fetchClose(kind: ']' | '}'): void {
    this.dropKey();
    if (this.flow > 0) {
      this.flow--;
      const closed = this.keys.pop()!;
      for (const key of this.keys) if (key.token === closed.token) key.awaited = false;
    }
    this.keyAllowed = false;
    this.indicator(kind);
  }

  private fetchComma(): void {
    this.dropKey();
    this.keyAllowed = true;
    this.indicator(',');
  }

  private fetchEntry(): void {
    if (this.flow === 0) {
      if (!this.keyAllowed) this.fail('block sequence entries are not allowed in this context', this.line);
      this.roll(this.column, 'block-sequence');
    }
    this.dropKey();
    this.keyAllowed = true;
    this.indicator('-');
  }

  private fetchKey(): void {
    if (this.flow === 0) {
      if (!this.keyAllowed) this.fail('mapping keys are not allowed in this context', this.line);
      this.roll(this.column, 'block-mapping');
    }
    this.dropKey();
    this.keyAllowed = this.flow === 0;
    this.indicator('?');
  }

  private fetchValue(): void {
    const key = this.key;
    if (this.valid(key)) {
      const index = key.token - this.parsed;
      this.push('?', { line: key.line }, index);
      this.roll(key.column, 'block-mapping', index, key.line);
      key.possible = false;
      this.keyAllowed = false;
    } else {
      if (this.flow === 0) {
        if (!this.keyAllowed) this.fail('mapping values are not allowed in this context', this.line);
        this.roll(this.column, 'block-mapping');
      }
      this.keyAllowed = this.flow === 0;
    }
    this.indicator(':');
  }

  private fetchAnchor(kind: 'alias' | 'anchor'): void {
    this.saveKey();
    this.keyAllowed = false;
    const line = this.line;
    this.skip();
    const value = this.word();
    if (!value || !(this.isGap() || '?:,]}%@`'.includes(this.char()))) this.fail('did not find expected alphabetic or numeric character', line);
    this.push(kind, { line, value });
  }

  private word(): string {
    let word = '';
    while (WORD.test(this.char())) word += this.read();
    return word;
  }

  private fetchTag(): void {
    this.saveKey();
    this.keyAllowed = false;
    const line = this.line;
    let value = '';
    let suffix: string;
    if (this.char(1) === '<') {
      this.skip(2);
      suffix = this.tagUri('', line);
      if (this.char() !== '>') this.fail("did not find the expected '>'", line);
      this.skip();
    } else {
      value = this.tagHandle(false, line);
      if (value.length > 1 && value.endsWith('!')) {
        suffix = this.tagUri('', line);
      } else {
        suffix = this.tagUri(value, line);
        value = '!';
        if (!suffix) [value, suffix] = [suffix, value];
      }
    }
    if (!this.isGap()) this.fail('did not find expected whitespace or line break', line);
    this.push('tag', { line, value, suffix });
  }

  private tagHandle(directive: boolean, line: number): string {
    if (this.char() !== '!') this.fail("did not find expected '!'", line);
    let handle = this.read() + this.word();
    if (this.char() === '!') handle += this.read();
    else if (directive && handle !== '!') this.fail("did not find expected '!'", line);
    return handle;
  }

  private tagUri(head: string, line: number): string {
    let uri = head.slice(1);
    let found = head !== '';
    for (; !this.end && URI.test(this.char()); found = true) {
      if (this.char() !== '%') uri += this.read();
      else {
        if (!HEX.test(this.char(1)) || !HEX.test(this.char(2))) this.fail('did not find URI escaped octet', line);
        uri += String.fromCharCode(parseInt(this.text.slice(this.at + 1, this.at + 3), 16));
        this.skip(3);
      }
    }
    if (!found) this.fail('did not find expected tag URI', line);
    return uri;
  }

  private fetchDirective(): void {
    this.unroll(-1);
    this.dropKey();
    this.keyAllowed = false;
    const line = this.line;
    this.skip();
    const name = this.word();
    if (!name) this.fail('could not find expected directive name', line);
    if (!this.isGap()) this.fail('found unexpected non-alphabetical character', line);
    if (name === 'YAML') {
      this.skipBlanks();
      const major = this.versionNumber(line);
      if (this.char() !== '.') this.fail("did not find expected digit or '.' character", line);
      this.skip();
      this.push('version', { line, value: `${major}.${this.versionNumber(line)}` });
    } else if (name === 'TAG') {
      this.skipBlanks();
      const value = this.tagHandle(true, line);
      if (!this.isBlank()) this.fail('did not find expected whitespace', line);
      this.skipBlanks();
      const suffix = this.tagUri('', line);
      if (!this.isGap()) this.fail('did not find expected whitespace or line break', line);
      this.push('tag-directive', { line, value, suffix });
    } else this.fail('found unknown directive name', line);
    this.restOfLine(line);
  }

  private versionNumber(line: number): number {
    let digits = '';
    while (/[0-9]/.test(this.char())) {
      digits += this.read();
      if (digits.length > 2) this.fail('found extremely long version number', line);
    }
    if (!digits) this.fail('did not find expected version number', line);
    return Number(digits);
  }

  private skipBlanks(): void {
    while (this.isBlank()) this.skip();
  }

  private restOfLine(line: number): void {
    this.skipBlanks();
    this.skipComment();
    if (!this.end && !this.isBreak()) this.fail('did not find expected comment or line break', line);
    if (this.isBreak()) this.readBreak();
  }

  private fetchBlockScalar(literal: boolean): void {
    this.dropKey();
    this.keyAllowed = true;
    const line = this.line;
    this.skip();
    let chomp = '';
    let increment = 0;
    for (let i = 0; i < 2; i++) {
      if (!chomp && /[+-]/.test(this.char())) chomp = this.read();
      else if (!increment && /[0-9]/.test(this.char())) {
        if (this.char() === '0') this.fail('found an indentation indicator equal to 0', line);
        increment = Number(this.read());
      }
    }
    this.restOfLine(line);
    let indent = increment ? Math.max(this.indent, 0) + increment : 0;
    let trailing: string;
    [trailing, indent] = this.blockBreaks(indent, line);
    let value = '';
    let leading = '';
    let blankBefore = false;
    while (this.column === indent && !this.end) {
      const blank = this.isBlank();
      if (!literal && !blankBefore && !blank && leading.startsWith('\n')) {
        if (!trailing) value += ' ';
      } else value += leading;
      value += trailing;
      blankBefore = blank;
      while (!this.end && !this.isBreak()) value += this.read();
      leading = this.end ? '' : this.readBreak();
      [trailing, indent] = this.blockBreaks(indent, line);
    }
    if (chomp !== '-') value += leading;
    if (chomp === '+') value += trailing;
    this.push('scalar', { line, value });
  }

  /** Empty lines between the lines of a block scalar, and its indentation when that is still to be found (0). */
  private blockBreaks(indent: number, line: number): [string, number] {
    let breaks = '';
    let deepest = 0;
    for (;;) {
      while ((indent === 0 || this.column < indent) && this.char() === ' ') this.skip();
      if (this.column > deepest) deepest = this.column;
      if ((indent === 0 || this.column < indent) && this.char() === '\t') this.fail('found a tab character where an indentation space is expected', line);
      if (!this.isBreak()) break;
      breaks += this.readBreak();
    }
    return [breaks, indent || Math.max(deepest, this.indent + 1, 1)];
  }

  private fetchQuoted(quote: string): void {
    this.saveKey();
    this.keyAllowed = false;
    const line = this.line;
    const single = quote === "'";
    this.skip();
    let value = '';
    for (;;) {
      if (this.atDocumentMark()) this.fail('found unexpected document indicator', line);
      if (this.end) this.fail('found unexpected end of stream', line);
      let joined = false;
      while (!this.isGap()) {
        const c = this.char();
        if (single && c === quote && this.char(1) === quote) {
          value += quote;
          this.skip(2);
        } else if (c === quote) break;
        else if (!single && c === '\\' && this.isBreak(1)) {
          this.skip();
          this.readBreak();
          joined = true;
          break;
        } else value += !single && c === '\\' ? this.escape(line) : this.read();
      }
      if (this.char() === quote) break;
      value += this.whitespace(joined);
    }
    this.skip();
    this.push('scalar', { line, value });
  }

  private escape(line: number): string {
    const c = this.char(1);
    const plain = ESCAPES[c];
    const length = CODE_LENGTH[c];
    if (plain === undefined && length === undefined) this.fail('found unknown escape character', line);
    this.skip(2);
    if (length === undefined) return plain!;
    const digits = this.text.slice(this.at, this.at + length);
    if (digits.length < length || !/^[0-9A-Fa-f]+$/.test(digits)) this.fail('did not find expected hexdecimal number', line);
    const code = parseInt(digits, 16);
    if ((code >= 0xd800 && code <= 0xdfff) || code > 0x10ffff) this.fail('found invalid Unicode character escape code', line);
    this.skip(length);
    return String.fromCodePoint(code);
  }

  /** Blanks and line breaks inside a flow scalar, folded; `joined` when a line break has already been escaped. */
  private whitespace(joined: boolean, tabsFrom = -1, line = 0): string {
    let blanks = '';
    let first = '';
    let rest = '';
    let broken = joined;
    while (!this.end && (this.isBlank() || this.isBreak())) {
      if (this.isBlank()) {
        if (broken && this.column < tabsFrom && this.char() === '\t') this.fail('found a tab character that violates indentation', line);
        if (broken) this.skip();
        else blanks += this.read();
      } else if (broken) rest += this.readBreak();
      else {
        blanks = '';
        first = this.readBreak();
        broken = true;
      }
    }
    if (!broken) return blanks;
    return first === '\n' ? rest || ' ' : first + rest;
  }

  private fetchPlain(): void {
    this.saveKey();
    this.keyAllowed = false;
    const line = this.line;
    const indent = this.indent + 1;
    let value = '';
    let pending = '';
    let broken = false;
    for (;;) {
      if (this.atDocumentMark() || this.char() === '#') break;
      while (!this.isGap()) {
        const c = this.char();
        if ((c === ':' && this.isGap(1)) || (this.flow > 0 && ',?[]{}'.includes(c))) break;
        value += pending + this.read();
        pending = '';
        broken = false;
      }
      if (this.end || !(this.isBlank() || this.isBreak())) break;
      const before = this.line;
      pending += this.whitespace(false, indent, line);
      if (this.line > before) broken = true;
      if (this.flow === 0 && this.column < indent) break;
    }
    this.push('scalar', { line, value, plain: true });
    if (broken) this.keyAllowed = true;
  }
}
