/** `test` and `[`: the expression by the number of its arguments, as POSIX defines it, in bash's and dash's words. */
import type { ExitCode } from '../../process.ts';
import { BINARY, NUMERIC, UNARY } from '../conditional.ts';
import type { Shell } from '../shell.ts';

class Wrong extends Error {}

export function test(sh: Shell, args: readonly string[], name: string): ExitCode {
  let words = args;
  const bash = sh.dialect.name === 'bash';
  try {
    if (name === '[') {
      if (args.at(-1) !== ']') throw new Wrong(bash ? "missing `]'" : sh.dialect.name === 'dash' ? 'missing ]' : 'missing ]');
      words = args.slice(0, -1);
    }
    return new Question(sh, words, bash).answer() ? 0 : 1;
  } catch (error) {
    if (!(error instanceof Wrong)) throw error;
    sh.complain(error.message, name);
    return 2;
  }
}

class Question {
  private at = 0;
  private readonly sh: Shell;
  private readonly words: readonly string[];
  private readonly bash: boolean;

  constructor(sh: Shell, words: readonly string[], bash: boolean) {
    this.sh = sh;
    this.words = words;
    this.bash = bash;
  }

  answer(): boolean {
    const { words } = this;
    if (words.length <= 4) return this.short(words);
    const value = this.or();
    if (this.at < words.length) throw new Wrong('too many arguments');
    return value;
  }

  private short(words: readonly string[]): boolean {
    const [a = '', b = '', c = '', d = ''] = words;
    switch (words.length) {
      case 0:
        return false;
      case 1:
        return a !== '';
      case 2:
        if (a === '!') return b === '';
        if (a in UNARY) return this.unary(a, b);
        throw new Wrong(this.bash ? `${a}: unary operator expected` : `${a}: unexpected operator`);
      case 3:
        if (isBinary(b)) return this.binary(a, b, c);
        if (b === '-a') return a !== '' && c !== '';
        if (b === '-o') return a !== '' || c !== '';
        if (a === '!') return !this.short([b, c]);
        if (a === '(' && c === ')') return b !== '';
        throw new Wrong(this.bash ? `${b}: binary operator expected` : `${b}: unexpected operator`);
      default:
        if (a === '!') return !this.short([b, c, d]);
        if (a === '(' && d === ')') return this.short([b, c]);
        return this.long();
    }
  }

  private long(): boolean {
    const value = this.or();
    if (this.at < this.words.length) throw new Wrong('too many arguments');
    return value;
  }

  private or(): boolean {
    let value = this.and();
    while (this.words[this.at] === '-o') {
      this.at++;
      value = this.and() || value;
    }
    return value;
  }

  private and(): boolean {
    let value = this.primary();
    while (this.words[this.at] === '-a') {
      this.at++;
      value = this.primary() && value;
    }
    return value;
  }

  private primary(): boolean {
    const [word, next, after] = this.words.slice(this.at, this.at + 3);
    if (word === undefined) throw new Wrong('argument expected');
    if (word === '!') {
      this.at++;
      return !this.primary();
    }
    if (next !== undefined && after !== undefined && isBinary(next)) {
      this.at += 3;
      return this.binary(word, next, after);
    }
    if (word === '(') {
      this.at++;
      const value = this.or();
      if (this.words[this.at++] !== ')') throw new Wrong("`)' expected");
      return value;
    }
    if (word in UNARY && next !== undefined) {
      this.at += 2;
      return this.unary(word, next);
    }
    this.at++;
    return word !== '';
  }

  private unary(operator: string, word: string): boolean {
    return UNARY[operator]!(this.sh, word);
  }

  private binary(left: string, operator: string, right: string): boolean {
    const compare = NUMERIC[operator];
    return compare ? compare(this.whole(left), this.whole(right)) : BINARY[operator]!(this.sh, left, right);
  }

  private whole(text: string): bigint {
    if (!/^\s*[+-]?\d+\s*$/.test(text)) throw new Wrong(this.bash ? `${text}: integer expression expected` : `Illegal number: ${text}`);
    return BigInt(text.trim().replace(/^\+/, ''));
  }
}

const isBinary = (word: string): boolean => word in BINARY || word in NUMERIC;
