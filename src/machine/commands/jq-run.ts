/**
 * Runs filters of jq: each gives any number of values; paths are followed for assignments.
 */
import { JqError, type Json, type Table, typeOf } from './jq-json.ts';
import type { Node, Pattern } from './jq-parse.ts';
import { brief, deletePaths, described, get, math, type Path, setPath, slice, truthy } from './jq-values.ts';

/** A function: its tree with the surroundings of its definition, or a filter given as an argument. */
interface Closure {
  readonly params: readonly string[];
  readonly body: Node;
  /** undefined: the surroundings that hold this very function. */
  env: Env;
}

export interface Env {
  readonly vars: ReadonlyMap<string, Json>;
  readonly functions: ReadonlyMap<string, Closure>;
  readonly natives: Natives;
}

/** A value with the path that leads to it; undefined where paths are not followed. */
export interface Spot {
  readonly v: Json;
  readonly path: Path | undefined;
}

/** Built-in functions: plain ones get the input and one value of each argument. */
export interface Natives {
  readonly plain: Readonly<Record<string, (v: Json, ...args: Json[]) => Json>>;
  readonly special: Readonly<Record<string, (run: Runner, at: Spot, args: readonly Node[], env: Env) => Generator<Spot>>>;
  readonly format: (name: string, v: Json) => string;
}

export class Break extends Error {
  readonly label: object;
  constructor(label: object) {
    super('break');
    this.label = label;
  }
}

export class Runner {
  /** The values of a filter. */
  *values(node: Node, v: Json, env: Env): Generator<Json> {
    for (const spot of this.run(node, { v, path: undefined }, env)) yield spot.v;
  }

  /** The values of a filter with their paths. */
  *run(node: Node, at: Spot, env: Env): Generator<Spot> {
    switch (node.t) {
      case 'identity': yield at; return;
      case 'recurse': yield* this.recurse(at); return;
      case 'value': yield plain(node.v); return;
      case 'var': {
        const v = env.vars.get(node.name);
        if (v === undefined) throw new JqError(`$${node.name} is not defined`);
        yield plain(v);
        return;
      }
      case 'format': yield plain(env.natives.format(node.name, at.v)); return;
      case 'text': yield* this.text(node.parts, 0, '', node.format, at, env); return;
      case 'index':
        for (const of of this.run(node.of, at, env)) {
          for (const key of this.values(node.key, at.v, env)) yield { v: get(of.v, key), path: of.path && [...of.path, key] };
        }
        return;
      case 'slice':
        for (const of of this.run(node.of, at, env)) {
          for (const to of node.to ? this.values(node.to, at.v, env) : [null]) {
            for (const from of node.from ? this.values(node.from, at.v, env) : [null]) yield { v: slice(of.v, from, to), path: of.path && [...of.path, new Map<string, Json>([['start', from], ['end', to]])] };
          }
        }
        return;
      case 'each': for (const of of this.run(node.of, at, env)) yield* each(of); return;
      case 'pipe': for (const a of this.run(node.a, at, env)) yield* this.run(node.b, a, env); return;
      case 'comma':
        yield* this.run(node.a, at, env);
        yield* this.run(node.b, at, env);
        return;
      case 'and': case 'or':
        for (const a of this.values(node.a, at.v, env)) {
          if (truthy(a) !== (node.t === 'and')) yield plain(node.t === 'or');
          else for (const b of this.values(node.b, at.v, env)) yield plain(truthy(b));
        }
        return;
      case 'default': {
        let some = false;
        try {
          for (const a of this.run(node.a, at, env)) {
            if (!truthy(a.v)) continue;
            some = true;
            yield a;
          }
        } catch (error) {
          if (!(error instanceof JqError)) throw error;
        }
        if (!some) yield* this.run(node.b, at, env);
        return;
      }
      case 'math':
        for (const b of this.values(node.b, at.v, env)) for (const a of this.values(node.a, at.v, env)) yield plain(math(node.op, a, b));
        return;
      case 'negative':
        for (const v of this.values(node.of, at.v, env)) {
          if (typeof v !== 'number') throw new JqError(`${described(v)} cannot be negated`);
          yield plain(-v);
        }
        return;
      case 'array': yield plain(node.of ? [...this.values(node.of, at.v, env)] : []); return;
      case 'object': yield* this.object(node.entries, 0, new Map(), at, env); return;
      case 'if':
        for (const test of this.values(node.test, at.v, env)) {
          if (truthy(test)) yield* this.run(node.then, at, env);
          else if (node.other) yield* this.run(node.other, at, env);
          else yield at;
        }
        return;
      case 'try':
        try {
          yield* this.run(node.of, at, env);
        } catch (error) {
          if (!(error instanceof JqError)) throw error;
          if (node.rescue) yield* this.run(node.rescue, plain(error.value), env);
        }
        return;
      case 'reduce': {
        for (const init of this.values(node.init, at.v, env)) {
          let state: Json = init;
          for (const v of this.values(node.source, at.v, env)) {
            for (const inner of this.bind(node.pattern, v, env, at.v)) {
              let last: Json = null;
              for (const s of this.values(node.update, state, inner)) last = s;
              state = last;
            }
          }
          yield plain(state);
        }
        return;
      }
      case 'foreach':
        for (const init of this.values(node.init, at.v, env)) {
          let state: Json = init;
          for (const v of this.values(node.source, at.v, env)) {
            for (const inner of this.bind(node.pattern, v, env, at.v)) {
              for (const s of this.values(node.update, state, inner)) {
                state = s;
                if (node.extract) for (const out of this.values(node.extract, s, inner)) yield plain(out);
                else yield plain(s);
              }
            }
          }
        }
        return;
      case 'as':
        for (const v of this.values(node.source, at.v, env)) for (const inner of this.bind(node.pattern, v, env, at.v)) yield* this.run(node.body, at, inner);
        return;
      case 'def': {
        const closure: Closure = { params: node.params, body: node.body, env };
        const inner: Env = { ...env, functions: new Map(env.functions).set(`${node.name}/${node.params.length}`, closure) };
        closure.env = inner;
        yield* this.run(node.rest, at, inner);
        return;
      }
      case 'label': {
        const label = {};
        try {
          yield* this.run(node.body, at, { ...env, vars: new Map(env.vars).set(`*${node.name}`, label as unknown as Json) });
        } catch (error) {
          if (!(error instanceof Break) || error.label !== label) throw error;
        }
        return;
      }
      case 'break': throw new Break(env.vars.get(`*${node.name}`) as unknown as object);
      case 'update': yield* this.update(node, at, env); return;
      case 'call': yield* this.call(node.name, node.args, at, env); return;
    }
  }

  private *text(parts: readonly (string | Node)[], i: number, out: string, format: string, at: Spot, env: Env): Generator<Spot> {
    if (i >= parts.length) {
      yield plain(out);
      return;
    }
    const part = parts[i]!;
    if (typeof part === 'string') yield* this.text(parts, i + 1, out + part, format, at, env);
    else for (const v of this.values(part, at.v, env)) yield* this.text(parts, i + 1, out + env.natives.format(format, v), format, at, env);
  }

  private *object(entries: readonly { key: Node; value: Node }[], i: number, out: Table, at: Spot, env: Env): Generator<Spot> {
    const entry = entries[i];
    if (!entry) {
      yield plain(out);
      return;
    }
    for (const key of this.values(entry.key, at.v, env)) {
      if (typeof key !== 'string') throw new JqError(`Object keys must be strings`);
      for (const v of this.values(entry.value, at.v, env)) yield* this.object(entries, i + 1, new Map(out).set(key, v), at, env);
    }
  }

  private *recurse(at: Spot): Generator<Spot> {
    yield at;
    if (Array.isArray(at.v) || at.v instanceof Map) for (const child of each(at)) yield* this.recurse(child);
  }

  /** The surroundings with the variables of a pattern bound. */
  private *bind(pattern: Pattern, v: Json, env: Env, input: Json): Generator<Env> {
    if ('name' in pattern) {
      yield { ...env, vars: new Map(env.vars).set(pattern.name, v) };
      return;
    }
    const runner = this;
    if ('array' in pattern) {
      if (v !== null && !Array.isArray(v)) throw new JqError(`Cannot index ${typeOf(v)} with number`);
      const go = function* (i: number, e: Env): Generator<Env> {
        if (i >= pattern.array.length) yield e;
        else for (const inner of runner.bind(pattern.array[i]!, get(v, i), e, input)) yield* go(i + 1, inner);
      };
      yield* go(0, env);
      return;
    }
    const go = function* (i: number, e: Env): Generator<Env> {
      const entry = pattern.object[i];
      if (!entry) {
        yield e;
        return;
      }
      for (const key of runner.values(entry.key, input, e)) {
        const part = get(v, key);
        const named: Env = entry.name === undefined ? e : { ...e, vars: new Map(e.vars).set(entry.name, part) };
        if (!entry.value) yield* go(i + 1, named);
        else for (const inner of runner.bind(entry.value, part, named, input)) yield* go(i + 1, inner);
      }
    };
    yield* go(0, env);
  }

  private *update(node: Extract<Node, { t: 'update' }>, at: Spot, env: Env): Generator<Spot> {
    const paths = (): Path[] => [...this.run(node.a, { v: at.v, path: [] }, env)].map((s) => path(s));
    if (node.op === '|=') {
      let v = at.v;
      const gone: Path[] = [];
      for (const p of paths()) {
        v = setPath(v, p, (old) => {
          for (const next of this.values(node.b, old, env)) return next;
          gone.push(p);
          return old;
        });
      }
      yield plain(gone.length ? deletePaths(v, gone) : v);
      return;
    }
    for (const b of this.values(node.b, at.v, env)) {
      let v = at.v;
      for (const p of paths()) v = setPath(v, p, (old) => (node.op === '=' ? b : node.op === '//=' ? (truthy(old) ? old : b) : math(node.op.slice(0, -1), old, b)));
      yield plain(v);
    }
  }

  private *call(name: string, args: readonly Node[], at: Spot, env: Env): Generator<Spot> {
    const key = `${name}/${args.length}`;
    const closure = env.functions.get(key);
    if (closure) {
      yield* this.apply(closure, args, 0, at, env, closure.env);
      return;
    }
    const special = env.natives.special[key];
    if (special) {
      yield* special(this, at, args, env);
      return;
    }
    const native = env.natives.plain[key]!;
    for (const values of this.product(args, at.v, env)) yield plain(native(at.v, ...values));
  }

  /** All combinations of the arguments' values, the last one turning slowest. */
  private *product(args: readonly Node[], v: Json, env: Env): Generator<Json[]> {
    if (!args.length) {
      yield [];
      return;
    }
    for (const rest of this.product(args.slice(1), v, env)) for (const first of this.values(args[0]!, v, env)) yield [first, ...rest];
  }

  private *apply(closure: Closure, args: readonly Node[], i: number, at: Spot, outer: Env, inner: Env): Generator<Spot> {
    const param = closure.params[i];
    if (param === undefined) {
      yield* this.run(closure.body, at, inner);
      return;
    }
    const arg = args[i]!;
    if (param[0] === '$') {
      const name = param.slice(1);
      for (const v of this.values(arg, at.v, outer)) {
        yield* this.apply(closure, args, i + 1, at, outer, { ...inner, vars: new Map(inner.vars).set(name, v), functions: new Map(inner.functions).set(`${name}/0`, { params: [], body: { t: 'value', v }, env: outer }) });
      }
      return;
    }
    yield* this.apply(closure, args, i + 1, at, outer, { ...inner, functions: new Map(inner.functions).set(`${param}/0`, { params: [], body: arg, env: outer }) });
  }
}

export const plain = (v: Json): Spot => ({ v, path: undefined });

/** The path of a spot; an expression that only computes has none. */
export function path(s: Spot): Path {
  if (!s.path) throw new JqError(`Invalid path expression with result ${brief(s.v)}`);
  return s.path;
}

/** What `.[]` gives. */
export function* each(s: Spot): Generator<Spot> {
  if (Array.isArray(s.v)) for (let i = 0; i < s.v.length; i++) yield { v: s.v[i]!, path: s.path && [...s.path, i] };
  else if (s.v instanceof Map) for (const [key, v] of s.v) yield { v, path: s.path && [...s.path, key] };
  else throw new JqError(`Cannot iterate over ${s.v === null ? 'null (null)' : described(s.v)}`);
}
