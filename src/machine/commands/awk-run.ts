/**
 * Runs awk: expressions become closures, and generators only where something may wait (getline, system, pipes, own functions);
 * statements are generators, so that loops charge their time and can be interrupted.
 */
import type { Running } from '../process.ts';
import { builtin } from './awk-functions.ts';
import type { AwkMachine } from './awk-machine.ts';
import type { Ex, Function, Program, Rule, St } from './awk-parse.ts';
import { AwkError, compare, Outside, showNumber, sprintf, type Table, toNumber, toText, truth, type Value } from './awk-values.ts';

/** Code of an expression: at once, or as a generator. */
type Code = { readonly f: () => Value; readonly g?: undefined } | { readonly f?: undefined; readonly g: () => Running<Value> };
type Flow = 'break' | 'continue' | 'next' | 'nextfile' | 'exit' | 'return' | undefined;
type Step = () => Running<Flow>;

/** An argument that names nothing yet: becomes a table when the function uses it as one. */
class Unset {
  private readonly make: () => Table;
  private table: Table | undefined;
  constructor(make: () => Table) {
    this.make = make;
  }
  get(): Table {
    return (this.table ??= this.make());
  }
}
type Local = Value | Table | Unset;

/** CPU of one turn of a loop, in milliseconds. */
const TURN = 0.002;

/** An awk program made ready to run on a machine. */
export class Runner {
  private readonly m: AwkMachine;
  private readonly program: Program;
  private frame: Local[] = [];
  private params: readonly string[] = [];
  private result: Value;
  private readonly bodies = new Map<string, Step>();
  private depth = 0;
  private code = 0;

  constructor(machine: AwkMachine, program: Program) {
    this.m = machine;
    this.program = program;
    for (const f of program.functions.values()) this.bodies.set(f.name, this.body(f));
    this.params = [];
  }

  private body(f: Function): Step {
    this.params = f.params;
    return this.statement(f.body);
  }

  /** Runs BEGIN, the records, END; gives the exit code. */
  *run(): Running<number> {
    const { m } = this;
    const steps = (kind: Rule['kind']): Step[] => this.program.rules.filter((r) => r.kind === kind).map((r) => this.statement(r.body!));
    const begin = steps('BEGIN');
    const end = steps('END');
    const rules = this.program.rules.filter((r) => r.kind !== 'BEGIN' && r.kind !== 'END').map((r) => this.rule(r));
    let flow: Flow;
    for (const step of begin) {
      flow = yield* step();
      if (flow === 'exit') break;
    }
    if (flow !== 'exit' && (rules.length || end.length)) {
      records: for (;;) {
        const text = yield* m.next();
        if (text === undefined) break;
        m.setRecord(text);
        for (const rule of rules) {
          flow = yield* rule();
          if (flow === 'exit') break records;
          if (flow === 'nextfile') m.skipFile();
          if (flow) break;
        }
        yield* m.p.flush();
        yield* m.p.charge(TURN);
      }
    }
    if (m.trouble && flow !== 'exit') return yield* this.stop(m.trouble);
    for (const step of end) if ((yield* step()) === 'exit') break;
    return yield* this.stop(this.code || m.trouble);
  }

  private *stop(code: number): Running<number> {
    yield* this.m.closeAll();
    return code & 255;
  }

  private rule(rule: Rule): Step {
    const { m } = this;
    const body: Step = rule.body
      ? this.statement(rule.body)
      : function* () {
          m.p.write(toText(m.field(0), '') + m.text('ORS'));
          return undefined;
        };
    if (rule.kind === 'always') return body;
    const test = this.expression(rule.test!);
    if (rule.kind === 'if') {
      if (test.f) return () => (truth(test.f()) ? body() : idle());
      return function* () {
        return truth(yield* test.g()) ? yield* body() : undefined;
      };
    }
    const until = this.expression(rule.until!);
    const ask = (code: Code): Running<Value> => (code.f ? now(code.f()) : code.g());
    let inside = false;
    return function* () {
      if (!inside) inside = truth(yield* ask(test));
      if (!inside) return undefined;
      if (truth(yield* ask(until))) inside = false;
      return yield* body();
    };
  }

  private statement(s: St): Step {
    const { m } = this;
    switch (s.t) {
      case 'ex': {
        const code = this.expression(s.of);
        if (code.f) return function* () { code.f(); return undefined; };
        return function* () { yield* code.g(); return undefined; };
      }
      case 'block': {
        const steps = s.of.map((x) => this.statement(x));
        return function* () {
          for (const step of steps) {
            const flow = yield* step();
            if (flow) return flow;
          }
          return undefined;
        };
      }
      case 'print': return this.print(s);
      case 'if': {
        const test = this.ask(s.test);
        const then = this.statement(s.then);
        const other = s.other && this.statement(s.other);
        return function* () {
          if (truth(yield* test())) return yield* then();
          return other ? yield* other() : undefined;
        };
      }
      case 'for': {
        const start = s.start && this.statement(s.start);
        const loop = this.statement(s.loop);
        return function* () {
          if (start) yield* start();
          return yield* loop();
        };
      }
      case 'while': {
        const test = s.test ? this.ask(s.test) : () => now(1);
        const body = this.statement(s.body);
        const after = s.after && this.statement(s.after);
        return function* () {
          for (let first = s.first; first || truth(yield* test()); first = false) {
            const flow = yield* body();
            if (flow === 'break') break;
            if (flow && flow !== 'continue') return flow;
            if (after) yield* after();
            yield* m.p.charge(TURN);
          }
          return undefined;
        };
      }
      case 'forin': {
        const table = this.table(s.array);
        const set = this.setter(s.name);
        const body = this.statement(s.body);
        return function* () {
          for (const key of [...table().keys()]) {
            if (!table().has(key)) continue;
            set(new Outside(key));
            const flow = yield* body();
            if (flow === 'break') break;
            if (flow && flow !== 'continue') return flow;
            yield* m.p.charge(TURN);
          }
          return undefined;
        };
      }
      case 'delete': {
        const table = this.table(s.name);
        const key = s.keys && this.ask(this.keyOf(s.keys));
        return function* () {
          if (key) table().delete(toText(yield* key(), m.convfmt));
          else table().clear();
          return undefined;
        };
      }
      case 'flow': {
        const { kind } = s;
        return function* () { return kind; };
      }
      case 'exit': {
        const of = s.of && this.ask(s.of);
        const runner = this;
        return function* () {
          if (of) runner.code = toNumber(yield* of());
          return 'exit';
        };
      }
      case 'return': {
        const of = s.of && this.ask(s.of);
        const runner = this;
        return function* () {
          runner.result = of ? yield* of() : undefined;
          return 'return';
        };
      }
    }
  }

  private print(s: Extract<St, { t: 'print' }>): Step {
    const { m } = this;
    const parts = s.of.map((x) => this.ask(x));
    const to = s.to && this.ask(s.to);
    return function* () {
      const values: Value[] = [];
      for (const part of parts) values.push(yield* part());
      const show = (v: Value): string => (typeof v === 'number' ? showNumber(v, m.text('OFMT')) : toText(v, ''));
      const text = s.printf
        ? sprintf(toText(values[0], m.convfmt), values.slice(1), m.convfmt)
        : (values.length ? values.map(show).join(m.text('OFS')) : toText(m.field(0), '')) + m.text('ORS');
      if (!to) {
        m.p.write(text);
        yield* m.p.flush();
      } else (yield* m.target(s.how as '>', toText(yield* to(), m.convfmt))).put(text);
      return undefined;
    };
  }

  private ask(e: Ex): () => Running<Value> {
    const code = this.expression(e);
    return code.f ? () => now(code.f()) : code.g;
  }

  /** Several keys become one text with SUBSEP between. */
  private keyOf(keys: readonly Ex[]): Ex {
    return keys.reduce((a, b) => ({ t: 'binary', op: 'SUBSEP', a, b }));
  }

  /** Computes `parts` in order and then `op` of them. */
  private lift(parts: readonly Ex[], op: (v: Value[]) => Value): Code {
    const codes = parts.map((x) => this.expression(x));
    const [a, b] = codes;
    if (codes.every((c) => c.f)) {
      if (codes.length === 1) return { f: () => op([a!.f!()]) };
      if (codes.length === 2) return { f: () => op([a!.f!(), b!.f!()]) };
      return { f: () => op(codes.map((c) => c.f!())) };
    }
    return {
      *g() {
        const values: Value[] = [];
        for (const c of codes) values.push(c.f ? c.f() : yield* c.g!());
        return op(values);
      },
    };
  }

  /** `then` runs after a test, which decides between codes. */
  private choose(test: Ex, yes: Ex | Value, no: Ex | Value): Code {
    const t = this.expression(test);
    const code = (x: Ex | Value): Code => (typeof x === 'object' && !(x instanceof Outside) ? this.expression(x) : { f: () => x });
    const [y, n] = [code(yes), code(no)];
    if (t.f && y.f && n.f) return { f: () => (truth(t.f()) ? y.f() : n.f()) };
    return {
      *g() {
        const chosen = truth(t.f ? t.f() : yield* t.g!()) ? y : n;
        return chosen.f ? chosen.f() : yield* chosen.g!();
      },
    };
  }

  private expression(e: Ex): Code {
    const { m } = this;
    switch (e.t) {
      case 'num': { const { v } = e; return { f: () => v }; }
      case 'str': { const { v } = e; return { f: () => v }; }
      case 're': {
        const pattern = m.compile(e.v);
        return { f: () => (pattern.test(toText(m.field(0), '')) ? 1 : 0) };
      }
      case 'group': return e.of.length === 1 ? this.expression(e.of[0]!) : this.expression(this.keyOf(e.of));
      case 'var': return { f: this.getter(e.name) };
      case 'field': return this.lift([e.of], (v) => m.field(Math.trunc(toNumber(v[0]))));
      case 'index': {
        const table = this.table(e.name);
        return this.lift([this.keyOf(e.keys)], (v) => {
          const key = toText(v[0], m.convfmt);
          const t = table();
          const found = t.get(key);
          if (found === undefined && !t.has(key)) t.set(key, undefined);
          return found;
        });
      }
      case 'in': {
        const table = this.table(e.name);
        return this.lift([this.keyOf(e.keys)], (v) => (table().has(toText(v[0], m.convfmt)) ? 1 : 0));
      }
      case 'not': return this.lift([e.of], (v) => (truth(v[0]) ? 0 : 1));
      case 'minus': return this.lift([e.of], (v) => -toNumber(v[0]));
      case 'plus': return this.lift([e.of], (v) => toNumber(v[0]));
      case 'and': return this.choose(e.a, { t: 'not', of: { t: 'not', of: e.b } }, 0);
      case 'or': return this.choose(e.a, 1, { t: 'not', of: { t: 'not', of: e.b } });
      case 'if': return this.choose(e.a, e.b, e.c);
      case 'binary': return this.binary(e);
      case 'assign': {
        if (!e.op) return this.store(e.to, [e.of], (_, v) => v[0]);
        const op = arithmetic(e.op);
        return this.store(e.to, [e.of], (old, v) => op(toNumber(old), toNumber(v[0])));
      }
      case 'step': {
        const by = e.op === '++' ? 1 : -1;
        if (e.before) return this.store(e.of, [], (old) => toNumber(old) + by);
        let previous = 0;
        const code = this.store(e.of, [], (old) => (previous = toNumber(old)) + by);
        if (code.f) return { f: () => { code.f(); return previous; } };
        return { *g() { yield* code.g(); return previous; } };
      }
      case 'getline': return this.getline(e);
      case 'call': return e.own ? this.call(e.name, e.args) : this.builtin(e.name, e.args);
    }
  }

  private binary(e: Extract<Ex, { t: 'binary' }>): Code {
    const { m } = this;
    const { op } = e;
    if (op === '~' || op === '!~') {
      const wanted = op === '~' ? 1 : 0;
      if (e.b.t === 're') {
        const pattern = m.compile(e.b.v);
        return this.lift([e.a], (v) => (pattern.test(toText(v[0], m.convfmt)) ? wanted : 1 - wanted));
      }
      return this.lift([e.a, e.b], (v) => (m.compile(toText(v[1], m.convfmt)).test(toText(v[0], m.convfmt)) ? wanted : 1 - wanted));
    }
    if (op === ' ') return this.lift([e.a, e.b], (v) => toText(v[0], m.convfmt) + toText(v[1], m.convfmt));
    if (op === 'SUBSEP') return this.lift([e.a, e.b], (v) => toText(v[0], m.convfmt) + m.text('SUBSEP') + toText(v[1], m.convfmt));
    const holds: Readonly<Record<string, (n: number) => boolean>> = { '<': (n) => n < 0, '<=': (n) => n <= 0, '==': (n) => n === 0, '!=': (n) => n !== 0, '>': (n) => n > 0, '>=': (n) => n >= 0 };
    const test = holds[op];
    if (test) return this.lift([e.a, e.b], (v) => (test(compare(v[0], v[1], m.convfmt)) ? 1 : 0));
    const compute = arithmetic(op);
    return this.lift([e.a, e.b], (v) => compute(toNumber(v[0]), toNumber(v[1])));
  }

  /** Assigns to a variable, field or element; `make` gets the old value and the computed parts. */
  private store(to: Ex, parts: readonly Ex[], make: (old: Value, v: Value[]) => Value): Code {
    const { m } = this;
    if (to.t === 'var') {
      const get = this.getter(to.name);
      const set = this.setter(to.name);
      return this.lift(parts, (v) => {
        const value = make(get(), v);
        set(value);
        return value;
      });
    }
    if (to.t === 'field') {
      return this.lift([to.of, ...parts], (v) => {
        const n = Math.trunc(toNumber(v[0]));
        const value = make(m.field(n), v.slice(1));
        m.setField(n, value);
        return value;
      });
    }
    if (to.t === 'index') {
      const table = this.table(to.name);
      return this.lift([this.keyOf(to.keys), ...parts], (v) => {
        const key = toText(v[0], m.convfmt);
        const value = make(table().get(key), v.slice(1));
        table().set(key, value);
        return value;
      });
    }
    throw new AwkError('assignment to something that is no variable');
  }

  private getter(name: string): () => Value {
    const { m } = this;
    const slot = this.params.indexOf(name);
    if (slot >= 0) {
      return () => {
        const v = this.frame[slot];
        if (v instanceof Map) throw new AwkError(`attempt to use array \`${name}' in a scalar context`);
        return v instanceof Unset ? undefined : v;
      };
    }
    if (name === 'NF') return () => m.nf;
    return () => {
      const v = m.globals.get(name);
      if (v instanceof Map) throw new AwkError(`attempt to use array \`${name}' in a scalar context`);
      return v;
    };
  }

  private setter(name: string): (v: Value) => void {
    const { m } = this;
    const slot = this.params.indexOf(name);
    if (slot >= 0) return (v) => void (this.frame[slot] = v);
    if (name === 'NF') return (v) => void (m.nf = toNumber(v));
    return (v) => {
      if (m.globals.get(name) instanceof Map) throw new AwkError(`attempt to use array \`${name}' in a scalar context`);
      m.globals.set(name, v);
    };
  }

  private table(name: string): () => Table {
    const { m } = this;
    const slot = this.params.indexOf(name);
    const scalar = (): never => {
      throw new AwkError(`attempt to use scalar \`${name}' as an array`);
    };
    if (slot >= 0) {
      return () => {
        const v = this.frame[slot];
        if (v instanceof Map) return v;
        if (v !== undefined && !(v instanceof Unset)) return scalar();
        const table = v ? v.get() : new Map<string, Value>();
        this.frame[slot] = table;
        return table;
      };
    }
    return () => {
      const v = m.globals.get(name);
      if (v instanceof Map) return v;
      if (v !== undefined) return scalar();
      const table: Table = new Map();
      m.globals.set(name, table);
      return table;
    };
  }

  private getline(e: Extract<Ex, { t: 'getline' }>): Code {
    const { m } = this;
    const from = e.from && this.ask(e.from);
    let pending: Value;
    const put = e.to && this.store(e.to, [], () => pending);
    return {
      *g() {
        const text = e.how === 'input' ? yield* m.next() : yield* m.getline(e.how, toText(yield* from!(), m.convfmt));
        if (text === -1) return -1;
        if (text === undefined) return 0;
        if (e.how === 'command') m.globals.set('NR', m.number('NR') + 1);
        pending = new Outside(text);
        if (!put) m.setRecord(text);
        else if (put.f) put.f();
        else yield* put.g();
        return 1;
      },
    };
  }

  private call(name: string, args: readonly Ex[]): Code {
    const f = this.program.functions.get(name);
    if (!f) throw new AwkError(`function \`${name}' not defined`);
    if (args.length > f.params.length) throw new AwkError(`function \`${name}' called with more arguments than declared`);
    const runner = this;
    const { params } = this;
    /** Arguments that are bare names may be tables. */
    const values = args.map((arg): (() => Running<Local>) => {
      if (arg.t !== 'var' || arg.name === 'NF') return this.ask(arg);
      const slot = params.indexOf(arg.name);
      const table = this.table(arg.name);
      return function* () {
        const { frame } = runner;
        const v = slot >= 0 ? frame[slot] : runner.m.globals.get(arg.name);
        if (v !== undefined) return v;
        return new Unset(() => {
          const saved = runner.frame;
          runner.frame = frame;
          const made = table();
          runner.frame = saved;
          return made;
        });
      };
    });
    return {
      *g() {
        const frame: Local[] = [];
        for (const value of values) frame.push(yield* value());
        if (++runner.depth > 1000) throw new AwkError(`function \`${name}' nests too deeply`);
        const saved = runner.frame;
        runner.frame = frame;
        runner.result = undefined;
        const flow = yield* runner.bodies.get(name)!();
        runner.frame = saved;
        runner.depth--;
        if (flow === 'exit') throw new Exit(runner.code);
        const { result } = runner;
        runner.result = undefined;
        yield* runner.m.p.charge(TURN);
        return result;
      },
    };
  }

  private builtin(name: string, args: readonly Ex[]): Code {
    const { m } = this;
    if (name === 'system' || name === 'close' || name === 'fflush') {
      const word = args[0] && this.ask(args[0]);
      return {
        *g() {
          const text = word ? toText(yield* word(), m.convfmt) : '';
          if (name === 'fflush') {
            yield* m.p.flush();
            return 0;
          }
          return name === 'system' ? yield* m.system(text) : yield* m.close(text);
        },
      };
    }
    const tableAt = name === 'split' || name === 'asort' || name === 'asorti' ? (name === 'split' ? 1 : 0) : name === 'match' && args.length > 2 ? 2 : name === 'length' && args[0]?.t === 'var' ? 0 : -1;
    const target = args[tableAt];
    if (name === 'length' && target?.t === 'var') {
      const slot = this.params.indexOf(target.name);
      const table = this.table(target.name);
      const get = this.getter(target.name);
      return {
        f: () => {
          const v = slot >= 0 ? this.frame[slot] : m.globals.get(target.name);
          return v instanceof Map || v instanceof Unset ? table().size : [...toText(get(), m.convfmt)].length;
        },
      };
    }
    const table = target?.t === 'var' ? this.table(target.name) : undefined;
    const rest = args.filter((_, i) => i !== tableAt || !table);
    /** sub and gsub write to their third argument. */
    let pending: Value;
    const put = name === 'sub' || name === 'gsub' ? this.store(args[2] ?? { t: 'field', of: { t: 'num', v: 0 } }, [], () => pending) : undefined;
    const parts = rest.map((x): Ex => (x.t === 're' ? { t: 'str', v: x.v } : x));
    const literal = rest.map((x) => x.t === 're');
    return this.lift(parts, (v) =>
      builtin(m, name, v, literal, table, (value) => {
        pending = value;
        if (put?.f) put.f();
      }),
    );
  }
}

/** `exit` inside a function. */
export class Exit extends Error {
  readonly code: number;
  constructor(code: number) {
    super('exit');
    this.code = code;
  }
}

function* now(v: Value): Running<Value> {
  return v;
}

function* idle(): Running<Flow> {
  return undefined;
}

function arithmetic(op: string): (a: number, b: number) => number {
  switch (op) {
    case '+': return (a, b) => a + b;
    case '-': return (a, b) => a - b;
    case '*': return (a, b) => a * b;
    case '^': return (a, b) => a ** b;
    case '/': return (a, b) => {
      if (b === 0) throw new AwkError('division by zero attempted');
      return a / b;
    };
    default: return (a, b) => {
      if (b === 0) throw new AwkError("division by zero attempted in `%'");
      return a % b;
    };
  }
}
