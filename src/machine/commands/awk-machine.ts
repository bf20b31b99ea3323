/**
 * What an awk program works on: the record and its fields, variables, input, and where output goes.
 */
import { Pipe } from '../pipe.ts';
import type { Process, Running, Sink } from '../process.ts';
import { Input, openQuietly, why } from './input.ts';
import { AwkError, Outside, type Table, toNumber, toText, type Value } from './awk-values.ts';
import { type Regex, regex } from './regex.ts';

/** Where `print >` and `print |` write. */
interface Target {
  put(text: string): void;
  end?(): Running<number>;
}

export class AwkMachine {
  readonly p: Process;
  readonly globals = new Map<string, Value | Table>();
  record = '';
  fields: Value[] | undefined = [];
  /** NF was set, or a field: the record is to be put together again. */
  private stale = false;
  private readonly patterns = new Map<string, Regex>();
  private readonly targets = new Map<string, Target>();
  private readonly sources = new Map<string, { input: Input; child?: Process }>();
  private main: Input | undefined;
  private argument = 1;
  private used = false;
  private readonly busybox: boolean;
  /** The exit code that a file that could not be read leaves. */
  trouble = 0;

  constructor(p: Process, args: readonly string[], busybox: boolean) {
    this.p = p;
    this.busybox = busybox;
    const set = (name: string, value: Value): void => void this.globals.set(name, value);
    set('FS', ' ');
    set('OFS', ' ');
    set('ORS', '\n');
    set('RS', '\n');
    set('SUBSEP', '\x1c');
    set('CONVFMT', '%.6g');
    set('OFMT', '%.6g');
    set('NR', 0);
    set('FNR', 0);
    set('RSTART', 0);
    set('RLENGTH', -1);
    set('FILENAME', '');
    set('ARGC', args.length);
    this.globals.set('ARGV', new Map(args.map((arg, i): [string, Value] => [String(i), new Outside(arg)])));
    this.globals.set('ENVIRON', new Map([...p.env].map(([name, value]): [string, Value] => [name, new Outside(value)])));
  }

  /** A global as text. */
  text(name: string): string {
    return toText(this.globals.get(name) as Value, '%.6g');
  }

  number(name: string): number {
    return toNumber(this.globals.get(name) as Value);
  }

  get convfmt(): string {
    return this.text('CONVFMT');
  }

  compile(source: string): Regex {
    let found = this.patterns.get(source);
    if (!found) this.patterns.set(source, (found = regex(source, { extended: true, escapes: 'awk' })));
    return found;
  }

  /** Takes text apart as FS does. */
  split(text: string, separator: string): string[] {
    if (text === '') return [];
    if (separator === ' ') return text.match(/[^ \t\n]+/g) ?? [];
    if (this.text('RS') === '' && separator !== '\n') text = text.replaceAll('\n', separator.length === 1 ? separator : '\n');
    if (separator === '') return [...text];
    if (separator.length === 1 && separator !== '\\') return text.split(separator);
    const pattern = this.compile(separator);
    const out: string[] = [];
    let at = 0;
    for (let from = 0; ; ) {
      const m = pattern.exec(text, from);
      if (!m) break;
      if (m.end === m.index) {
        if (m.end >= text.length) break;
        from = m.end + 1;
        continue;
      }
      out.push(text.slice(at, m.index));
      at = from = m.end;
    }
    out.push(text.slice(at));
    return out;
  }

  setRecord(text: string): void {
    this.record = text;
    this.fields = undefined;
    this.stale = false;
  }

  private cut(): Value[] {
    return (this.fields ??= this.split(this.record, this.text('FS')).map((f) => new Outside(f)));
  }

  get nf(): number {
    return this.cut().length;
  }

  set nf(n: number) {
    if (!(n >= 0)) throw new AwkError('NF set to negative value');
    const fields = this.cut();
    while (fields.length < n) fields.push(undefined);
    fields.length = Math.trunc(n);
    this.stale = true;
  }

  field(n: number): Value {
    if (n === 0) {
      if (this.stale) {
        this.record = this.fields!.map((f) => toText(f, this.convfmt)).join(this.text('OFS'));
        this.stale = false;
      }
      return new Outside(this.record);
    }
    if (n < 0 || Number.isNaN(n)) throw new AwkError(`attempt to access field ${n}`);
    return this.cut()[n - 1];
  }

  setField(n: number, value: Value): void {
    if (n === 0) return this.setRecord(toText(value, this.convfmt));
    if (n < 0) throw new AwkError(`attempt to access field ${n}`);
    const fields = this.cut();
    while (fields.length < n) fields.push(undefined);
    fields[n - 1] = typeof value === 'number' ? value : value === undefined ? '' : value;
    this.stale = true;
  }

  /** The next record of an input as RS separates them. */
  *read(input: Input): Running<string | undefined> {
    const separator = this.text('RS');
    if (separator === '') {
      const lines: string[] = [];
      for (;;) {
        const line = yield* input.line();
        if (line === undefined) break;
        if (line === '') {
          if (lines.length) break;
          continue;
        }
        lines.push(line);
      }
      return lines.length ? lines.join('\n') : undefined;
    }
    if (separator.length === 1) {
      return yield* input.line(separator);
    }
    const text = yield* input.rest();
    if (text === '') return undefined;
    const m = this.compile(separator).exec(text);
    input.giveBack(m && m.end > m.index ? text.slice(m.end) : '');
    return m && m.end > m.index ? text.slice(0, m.index) : text;
  }

  /** The next record of the main input, through the files of ARGV; undefined after the last. */
  *next(): Running<string | undefined> {
    for (;;) {
      if (!this.main) {
        const operand = this.nextOperand();
        if (operand === undefined) {
          if (this.used) return undefined;
          this.used = true;
          this.main = new Input(this.p, '-');
        } else {
          this.used = true;
          try {
            this.main = openQuietly(this.p, operand);
          } catch (error) {
            const reason = why(error);
            if (this.busybox) this.p.warn(`awk: ${operand}: ${reason}\n`);
            else this.p.warn(reason === 'Is a directory' ? `awk: warning: command line argument \`${operand}' is a directory: skipped\n` : `awk: fatal: cannot open file \`${operand}' for reading: ${reason}\n`);
            this.trouble = this.busybox ? 1 : 2;
            if (reason !== 'Is a directory') return undefined;
            continue;
          }
          this.globals.set('FILENAME', operand === '-' ? '' : operand);
          this.globals.set('FNR', 0);
        }
      }
      const text = yield* this.read(this.main!);
      if (text !== undefined) {
        this.globals.set('NR', this.number('NR') + 1);
        this.globals.set('FNR', this.number('FNR') + 1);
        return text;
      }
      this.main = undefined;
    }
  }

  skipFile(): void {
    this.main = undefined;
  }

  /** The next file name of ARGV; assignments on the way are carried out. */
  private nextOperand(): string | undefined {
    const argv = this.globals.get('ARGV') as Table;
    while (this.argument < this.number('ARGC')) {
      const arg = toText(argv.get(String(this.argument++)), '%.6g');
      if (arg === '') continue;
      const m = /^([A-Za-z_]\w*)=([^]*)$/.exec(arg);
      if (!m) return arg;
      this.assign(m[1]!, m[2]!);
    }
    return undefined;
  }

  /** `-v NAME=VALUE` and operands like it. */
  assign(name: string, text: string): void {
    const value = text.replace(/\\([ntr\\"/])/g, (_, c: string) => ({ n: '\n', t: '\t', r: '\r' })[c] ?? c);
    if (name === 'NF') this.nf = Number(value);
    else this.globals.set(name, new Outside(value));
  }

  private shell(): ReturnType<Process['find']> {
    return this.p.find('sh');
  }

  private *start(command: string, around: { stdout?: Sink; stdin?: Pipe['source'] }): Running<Process> {
    yield* this.p.flush();
    const program = this.shell();
    if (typeof program !== 'function') throw new AwkError(`can't start a shell for \`${command}'`);
    return this.p.spawn(program, ['sh', '-c', command], around);
  }

  *system(command: string): Running<number> {
    return yield* this.p.wait(yield* this.start(command, {}));
  }

  /** A record from a file or command; undefined at its end, -1 when it cannot be opened. */
  *getline(how: 'file' | 'command', name: string): Running<string | undefined | -1> {
    let source = this.sources.get(name);
    if (!source) {
      if (how === 'file') {
        try {
          source = { input: openQuietly(this.p, name) };
        } catch (error) {
          why(error);
          return -1;
        }
      } else {
        const pipe = new Pipe();
        const child = yield* this.start(name, { stdout: pipe.sink });
        pipe.sink.close();
        source = { input: new Input(this.p, name, pipe.source), child };
      }
      this.sources.set(name, source);
    }
    return yield* this.read(source.input);
  }

  /** Where `print > name` and its kind write. */
  *target(how: '>' | '>>' | '|', name: string): Running<Target> {
    let target = this.targets.get(name);
    if (target) return target;
    const { p } = this;
    if (how === '|') {
      const pipe = new Pipe();
      const child = yield* this.start(name, { stdin: pipe.source });
      pipe.source.close?.();
      target = {
        put: (text) => void pipe.sink.write(text),
        *end() {
          pipe.sink.close();
          return yield* p.wait(child);
        },
      };
    } else if (name === '/dev/stdout' || name === '-') target = { put: (text) => p.write(text) };
    else if (name === '/dev/stderr') target = { put: (text) => p.warn(text) };
    else {
      try {
        if (how === '>') p.files.write(name, '');
        else p.files.append(name, '');
      } catch (error) {
        throw new AwkError(`cannot redirect to \`${name}': ${why(error)}`);
      }
      target = { put: (text) => p.files.append(name, text) };
    }
    this.targets.set(name, target);
    return target;
  }

  *close(name: string): Running<number> {
    const target = this.targets.get(name);
    const source = this.sources.get(name);
    this.targets.delete(name);
    this.sources.delete(name);
    if (target) return target.end ? yield* target.end() : 0;
    if (!source) return -1;
    return source.child ? yield* this.p.wait(source.child) : 0;
  }

  *closeAll(): Running<void> {
    yield* this.p.flush();
    for (const name of [...this.targets.keys()]) yield* this.close(name);
  }
}
