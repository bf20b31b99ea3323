/**
 * Shell arithmetic on 64-bit integers: C's operators, assignments, variables by name, bases (0x1f, 010, 2#101).
 * Stands for bash's expr.c.
 */

/** What an expression reads and writes. */
export interface Numbers {
  /** The text of a variable or element; undefined when unset. */
  get(name: string, index: string | undefined): string | undefined;
  set(name: string, index: string | undefined, value: string): void;
}

/** An expression that is none, or that divides by zero; `message` is bash's. */
export class ArithmeticError extends Error {
  readonly expression: string;
  readonly why: string;
  constructor(expression: string, why: string, token: string) {
    super(`${expression}: ${why} (error token is "${token}")`);
    this.expression = expression;
    this.why = why;
  }
}

const BINARY: Readonly<Record<string, number>> = {
  ',': 1, '=': 2, '*=': 2, '/=': 2, '%=': 2, '+=': 2, '-=': 2, '<<=': 2, '>>=': 2, '&=': 2, '^=': 2, '|=': 2, '?': 3, '||': 4, '&&': 5, '|': 6, '^': 7, '&': 8,
  '==': 9, '!=': 9, '<': 10, '>': 10, '<=': 10, '>=': 10, '<<': 11, '>>': 11, '+': 12, '-': 12, '*': 13, '/': 13, '%': 13, '**': 14,
};

const TOKEN = /\s*(?:(0[xX][\da-fA-F]*|\d+#[\w@]+|\d\w*)|([A-Za-z_]\w*)|(\*\*|<<=|>>=|\+\+|--|[-+*/%&^|<>=!]=|<<|>>|&&|\|\||[-+*/%&^|<>=!~?:,()[\]]))/y;

const MOST_DEPTH = 1000;

/** The value of an expression. Throws ArithmeticError. */
export function calculate(text: string, numbers: Numbers, depth = 0): bigint {
  if (depth > MOST_DEPTH) throw new ArithmeticError(text, 'expression recursion level exceeded', text);
  if (/^\s*-?\d{1,15}\s*$/.test(text) && !/^\s*-?0\d/.test(text)) return BigInt(text.trim());
  return new Expression(text, numbers, depth).whole();
}

class Expression {
  private readonly text: string;
  private readonly numbers: Numbers;
  private readonly depth: number;
  private at = 0;
  /** Where the token before the current one began. */
  private before = 0;
  private token: { kind: 'number' | 'name' | 'sign' | 'end'; text: string; start: number } = { kind: 'end', text: '', start: 0 };
  /** While above zero, what is read is not carried out: the other side of `&&`, `||`, `?:`. */
  private dry = 0;

  constructor(text: string, numbers: Numbers, depth: number) {
    this.text = text;
    this.numbers = numbers;
    this.depth = depth;
  }

  whole(): bigint {
    this.next();
    if (this.token.kind === 'end') return 0n;
    const value = this.binary(1);
    if ((this.token.kind as string) !== 'end')
      this.fail(
        this.token.kind === 'sign' && /^[=*/%+\-<>&^|]?=$/.test(this.token.text) ? 'attempted assignment to non-variable' : 'syntax error in expression',
      );
    return value;
  }

  private fail(why: string, from = this.token.start): never {
    throw new ArithmeticError(this.text.trim(), why, this.text.slice(from).trim());
  }

  private next(): void {
    this.before = this.token.start;
    TOKEN.lastIndex = this.at;
    const start = this.at;
    const match = TOKEN.exec(this.text);
    if (!match) {
      if (this.text.slice(this.at).trim() === '') this.token = { kind: 'end', text: '', start };
      else this.fail('syntax error: operand expected', start);
      return;
    }
    this.at = TOKEN.lastIndex;
    const text = match[1] ?? match[2] ?? match[3]!;
    this.token = { kind: match[1] !== undefined ? 'number' : match[2] !== undefined ? 'name' : 'sign', text, start: this.at - text.length };
  }

  private binary(least: number): bigint {
    let left = this.unary();
    for (;;) {
      const sign = this.token.text;
      const rank = this.token.kind === 'sign' ? BINARY[sign] : undefined;
      if (rank === undefined || rank < least) return left;
      const start = this.token.start;
      if (rank === 2) this.fail('attempted assignment to non-variable');
      this.next();
      if (sign === '?') {
        const yes = left !== 0n;
        const first = this.guarded(!yes, () => this.binary(1));
        if (this.token.text !== ':') this.fail("`:' expected for conditional expression");
        this.next();
        const second = this.guarded(yes, () => this.binary(3));
        left = yes ? first : second;
      } else if (sign === '&&') {
        const right = this.guarded(left === 0n, () => this.binary(rank + 1));
        left = left !== 0n && right !== 0n ? 1n : 0n;
      } else if (sign === '||') {
        const right = this.guarded(left !== 0n, () => this.binary(rank + 1));
        left = left !== 0n || right !== 0n ? 1n : 0n;
      } else {
        const right = this.binary(sign === '**' ? rank : rank + 1);
        left = this.apply(sign, left, right, start);
      }
    }
  }

  private guarded(skip: boolean, run: () => bigint): bigint {
    if (skip) this.dry++;
    const value = run();
    if (skip) this.dry--;
    return value;
  }

  private apply(sign: string, a: bigint, b: bigint, start: number): bigint {
    switch (sign) {
      case ',': return b;
      case '|': return a | b;
      case '^': return a ^ b;
      case '&': return a & b;
      case '==': return a === b ? 1n : 0n;
      case '!=': return a !== b ? 1n : 0n;
      case '<': return a < b ? 1n : 0n;
      case '>': return a > b ? 1n : 0n;
      case '<=': return a <= b ? 1n : 0n;
      case '>=': return a >= b ? 1n : 0n;
      case '<<': return wrap(a << (b & 63n));
      case '>>': return a >> (b & 63n);
      case '+': return wrap(a + b);
      case '-': return wrap(a - b);
      case '*': return wrap(a * b);
      case '**':
        if (b < 0n) this.fail('exponent less than 0', this.token.start);
        return wrap(a ** (b > 4096n ? 4096n : b));
      default:
        if (b === 0n) {
          if (this.dry > 0) return 0n;
          this.fail('division by 0', start + sign.length);
        }
        return wrap(sign === '/' ? a / b : a % b);
    }
  }

  private unary(): bigint {
    const { kind, text } = this.token;
    if (kind === 'sign') {
      if (text === '++' || text === '--') {
        this.next();
        if ((this.token.kind as string) !== 'name') {
          // `--5` is a double minus.
          const value = this.unary();
          return value;
        }
        const name = this.token.text;
        this.next();
        const index = this.index();
        const value = wrap(this.read(name, index) + (text === '++' ? 1n : -1n));
        this.write(name, index, value);
        return value;
      }
      if (text === '-' || text === '+' || text === '!' || text === '~') {
        this.next();
        const value = this.unary();
        return text === '-' ? wrap(-value) : text === '!' ? (value === 0n ? 1n : 0n) : text === '~' ? ~value : value;
      }
    }
    return this.postfix();
  }

  private postfix(): bigint {
    const { kind, text, start } = this.token;
    if (kind === 'number') {
      this.next();
      return this.number(text, start);
    }
    if (kind === 'sign' && text === '(') {
      this.next();
      const value = this.binary(1);
      if (this.token.text !== ')') this.fail("missing `)'");
      this.next();
      return value;
    }
    if (kind !== 'name') this.fail('syntax error: operand expected', kind === 'end' ? this.before : start);
    this.next();
    const index = this.index();
    const sign = this.token.kind === 'sign' ? this.token.text : '';
    if (sign === '++' || sign === '--') {
      this.next();
      const value = this.read(text, index);
      this.write(text, index, wrap(value + (sign === '++' ? 1n : -1n)));
      return value;
    }
    if (BINARY[sign] === 2) {
      const at = this.token.start;
      this.next();
      const right = this.binary(2);
      const value = sign === '=' ? right : this.apply(sign.slice(0, -1), this.read(text, index), right, at);
      this.write(text, index, value);
      return value;
    }
    return this.read(text, index);
  }

  private index(): string | undefined {
    if (this.token.text !== '[' || this.token.kind !== 'sign') return undefined;
    let depth = 1;
    const from = this.at;
    while (this.at < this.text.length && depth > 0) {
      const char = this.text[this.at++];
      if (char === '[') depth++;
      if (char === ']') depth--;
    }
    const index = this.text.slice(from, this.at - 1);
    this.next();
    return index;
  }

  private read(name: string, index: string | undefined): bigint {
    if (this.dry > 0) return 0n;
    const text = this.numbers.get(name, index);
    return text === undefined || text === '' ? 0n : calculate(text, this.numbers, this.depth + 1);
  }

  private write(name: string, index: string | undefined, value: bigint): void {
    if (this.dry === 0) this.numbers.set(name, index, String(value));
  }

  private number(text: string, start: number): bigint {
    if (/^0[xX][\da-fA-F]+$/.test(text)) return wrap(BigInt(text));
    const based = /^(\d+)#([\w@]+)$/.exec(text);
    if (based) {
      const base = Number(based[1]);
      if (base < 2 || base > 64) this.fail('invalid arithmetic base', start);
      let value = 0n;
      for (const char of based[2]!) {
        const digit = digitOf(char, base);
        if (digit >= base) this.fail('value too great for base', start);
        value = value * BigInt(base) + BigInt(digit);
      }
      return wrap(value);
    }
    if (!/^\d+$/.test(text)) this.fail(/^0[xX]$/.test(text) ? 'invalid number' : 'value too great for base', start);
    if (text.length > 1 && text[0] === '0') {
      if (/[89]/.test(text)) this.fail('value too great for base', start);
      return wrap(BigInt(`0o${text.slice(1)}`));
    }
    return wrap(BigInt(text));
  }
}

function digitOf(char: string, base: number): number {
  if (char >= '0' && char <= '9') return Number(char);
  if (char >= 'a' && char <= 'z') return char.charCodeAt(0) - 87;
  if (char >= 'A' && char <= 'Z') return char.charCodeAt(0) - (base <= 36 ? 55 : 29);
  return char === '@' ? 62 : 63;
}

const wrap = (value: bigint): bigint => BigInt.asIntN(64, value);
