/**
 * jq: filters of JSON. Stands for jq 1.6. Unlike it: no modules, no streaming parser, numbers are doubles.
 */
import type { ExitCode, Process, Running } from '../process.ts';
import type { Suite } from './chunks.ts';
import { Input, open } from './input.ts';
import { Halt, natives, PRELUDE } from './jq-builtins.ts';
import { dump, JqError, type Json, NoJson, parseJson, Reader } from './jq-json.ts';
import { JqSyntax, type Node, parse } from './jq-parse.ts';
import { Break, type Env, Runner } from './jq-run.ts';
import { truthy } from './jq-values.ts';

const USAGE = `Usage:\tjq [OPTIONS] FILTER [FILES...]
\tjq [OPTIONS] --args FILTER [ARGUMENTS...]

  -r raw strings  -c compact  -n no input  -s slurp  -S sort keys  -e exit code by the last value  -R raw input
  -j raw without newlines  --tab  --indent N  --arg NAME VALUE  --argjson NAME JSON  -f FILE  -C colours  -M none
`;

let prelude: Node | undefined;

/** Names of functions and variables that a program uses without a definition. */
function unknown(node: Node, functions: ReadonlySet<string>, vars: ReadonlySet<string>): string | undefined {
  const visit = (n: unknown, f: ReadonlySet<string>, v: ReadonlySet<string>): string | undefined => {
    if (Array.isArray(n)) {
      for (const x of n) {
        const bad = visit(x, f, v);
        if (bad) return bad;
      }
      return undefined;
    }
    if (typeof n !== 'object' || n === null || n instanceof Map) return undefined;
    const node_ = n as Node;
    if (node_.t === 'call') {
      if (!f.has(`${node_.name}/${node_.args.length}`)) return `${node_.name}/${node_.args.length} is not defined`;
      return visit(node_.args, f, v);
    }
    if (node_.t === 'var') return v.has(node_.name) ? undefined : `$${node_.name} is not defined`;
    if (node_.t === 'def') {
      const inner = new Set(f).add(`${node_.name}/${node_.params.length}`);
      const body = new Set(inner);
      const names = new Set(v);
      for (const param of node_.params) {
        body.add(`${param.replace('$', '')}/0`);
        if (param[0] === '$') names.add(param.slice(1));
      }
      return visit(node_.body, body, names) ?? visit(node_.rest, inner, v);
    }
    if (node_.t === 'as' || node_.t === 'reduce' || node_.t === 'foreach') {
      const names = new Set(v);
      const bind = (pattern: unknown): void => {
        if (Array.isArray(pattern)) pattern.forEach(bind);
        else if (typeof pattern === 'object' && pattern !== null) {
          if ('name' in pattern && typeof pattern.name === 'string' && !('t' in pattern)) names.add(pattern.name);
          for (const x of Object.values(pattern)) bind(x);
        }
      };
      bind(node_.pattern);
      const rest = node_.t === 'as' ? [node_.body] : [node_.update, node_.extract];
      return visit(node_.source, f, v) ?? visit(node_.t === 'as' ? undefined : node_.init, f, v) ?? visit(rest, f, names);
    }
    for (const x of Object.values(node_)) {
      const bad = visit(x, f, v);
      if (bad) return bad;
    }
    return undefined;
  };
  return visit(node, functions, vars);
}

function* jq(p: Process): Running<ExitCode> {
  const flags = new Set<string>();
  const vars = new Map<string, Json>();
  const named: Map<string, Json> = new Map();
  const positional: Json[] = [];
  const files: string[] = [];
  let filter: string | undefined;
  let file: string | undefined;
  let indent = '  ';
  let rest: 'files' | 'args' | 'jsonargs' = 'files';
  const usage = (text: string): ExitCode => {
    p.warn(`${text}Use jq --help for help with command-line options,\nor see the jq manpage, or online docs  at https://stedolan.github.io/jq\n`);
    return 2;
  };
  const args = p.args.slice(1);
  const json = (text: string, what: string): Json | undefined => {
    try {
      return parseJson(text);
    } catch (error) {
      if (!(error instanceof NoJson)) throw error;
      p.warn(`jq: Invalid JSON text passed to --${what}\n`);
      return undefined;
    }
  };
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!;
    if (arg === '--') continue;
    if (arg[0] !== '-' || arg === '-') {
      if (filter === undefined && file === undefined) filter = arg;
      else if (rest === 'files') files.push(arg);
      else if (rest === 'args') positional.push(arg);
      else {
        const v = json(arg, 'jsonargs');
        if (v === undefined) return usage('');
        positional.push(v);
      }
      continue;
    }
    if (arg.startsWith('--')) {
      const name = arg.slice(2);
      const alias = { 'raw-output': 'r', 'compact-output': 'c', 'null-input': 'n', slurp: 's', 'sort-keys': 'S', 'exit-status': 'e', 'raw-input': 'R', 'join-output': 'j', 'ascii-output': 'a', 'color-output': 'C', 'monochrome-output': 'M', unbuffered: 'u' }[name];
      if (alias) flags.add(alias);
      else if (name === 'tab') indent = '\t';
      else if (name === 'indent') indent = ' '.repeat(Math.max(0, Math.min(7, Number(args[++i]))));
      else if (name === 'arg' || name === 'argjson' || name === 'slurpfile' || name === 'rawfile') {
        const [key, value] = [args[++i], args[++i]];
        if (key === undefined || value === undefined) return usage(`jq: --${name} takes two parameters (e.g. --${name} varname ${name === 'arg' ? 'value' : name === 'argjson' ? 'text' : 'filename'})\n`);
        let v: Json | undefined = value;
        if (name === 'argjson') v = json(value, 'argjson');
        else if (name !== 'arg') {
          const input = open(p, value, (path, w) => `Bad JSON in --${name} ${key} ${path}: Could not open ${path}: ${w}`);
          if (!input) return 2;
          const text = yield* input.rest();
          if (name === 'rawfile') v = text;
          else {
            const reader = new Reader(text);
            v = [];
            for (let x = reader.next(); x !== undefined; x = reader.next()) (v as Json[]).push(x);
          }
        }
        if (v === undefined) return usage('');
        vars.set(key, v);
        named.set(key, v);
      } else if (name === 'args') rest = 'args';
      else if (name === 'jsonargs') rest = 'jsonargs';
      else if (name === 'from-file') file = args[++i];
      else if (name === 'help') {
        p.write(USAGE);
        return 0;
      } else if (name === 'version') {
        p.write('jq-1.6\n');
        return 0;
      } else return usage(`jq: Unknown option ${arg}\n`);
      continue;
    }
    for (const c of arg.slice(1)) {
      if (c === 'h') {
        p.write(USAGE);
        return 0;
      }
      if (c === 'f') {
        file = filter ?? args[++i];
        filter = undefined;
      } else if (c === 'V') {
        p.write('jq-1.6\n');
        return 0;
      } else if ('rcnsSeRjaCMu'.includes(c)) flags.add(c);
      else return usage(`jq: Unknown option ${arg}\n`);
    }
  }
  if (file !== undefined) {
    const input = open(p, file, (path, w) => `error: Could not open ${path}: ${w}`);
    if (!input) return 2;
    filter = yield* input.rest();
  }
  if (filter === undefined) {
    p.warn(USAGE);
    return 2;
  }
  vars.set('ENV', new Map([...p.env]));
  vars.set('__prog_args', positional);
  vars.set('ARGS', new Map<string, Json>([['positional', positional], ['named', named]]));

  /** Inputs still to come. */
  let reader: Reader | undefined;
  let source: Input | undefined;
  const queue = files.length ? [...files] : ['-'];
  let inputName = '<unknown>';
  let trouble = 0;
  const raw = flags.has('R');
  const pending: Json[] = [];
  let ended = false;
  /** Reads until a value is there, or all is at its end; a value that comes over a pipe is given as soon as its line is whole. */
  function* upcoming(): Running<Json | undefined> {
    for (;;) {
      const ready = pending.shift();
      if (ready !== undefined) return ready;
      if (ended) return undefined;
      if (!source) {
        const name = queue.shift();
        if (name === undefined) {
          ended = true;
          return undefined;
        }
        source = open(p, name, (path, w) => `error: Could not open file ${path}: ${w}`);
        inputName = name === '-' ? '<stdin>' : name;
        if (!source) {
          trouble = 2;
          continue;
        }
        buffer = '';
      }
      if (raw) {
        const line = yield* source.line();
        if (line === undefined) source = undefined;
        else return line;
        continue;
      }
      const piece = yield* source.piece();
      if (piece === undefined) {
        source = undefined;
        drain(true);
      } else {
        buffer += piece;
        drain(false);
      }
    }
  }
  let buffer = '';
  function drain(last: boolean): void {
    reader = new Reader(buffer);
    let done = 0;
    try {
      for (;;) {
        const v = reader.next();
        if (v === undefined) break;
        // A number at the end of what came so far may go on.
        if (!last && reader.at >= buffer.length && typeof v !== 'object') break;
        pending.push(v);
        done = reader.at;
      }
    } catch (error) {
      if (!(error instanceof NoJson)) throw error;
      if (last || !/at EOF/.test(error.message)) throw error;
    }
    if (!last) buffer = buffer.slice(done);
  }

  const world = { now: () => p.date, log: (text: string) => p.warn(text), input: (): Json => {
    const v = pending.shift();
    if (v === undefined) throw new JqError('break');
    return v;
  } };
  const kit = natives(world);
  let program: Node;
  try {
    program = parse(filter);
    prelude ??= parse(`${PRELUDE} .`);
  } catch (error) {
    if (!(error instanceof JqSyntax)) throw error;
    p.warn(`${error.message}\n`);
    return 3;
  }
  // The definitions of the prelude surround the program.
  const defined = new Map<string, { params: readonly string[]; body: Node; env: Env }>();
  const env: Env = { vars, functions: defined, natives: kit };
  for (let d: Node = prelude!; d.t === 'def'; d = d.rest) defined.set(`${d.name}/${d.params.length}`, { params: d.params, body: d.body, env });
  const bad = unknown(program, new Set([...defined.keys(), ...Object.keys(kit.plain), ...Object.keys(kit.special)]), new Set(vars.keys()));
  if (bad) {
    p.warn(`jq: error: ${bad} at <top-level>, line 1:\n${filter}\njq: 1 compile error\n`);
    return 3;
  }
  const runner = new Runner();
  const colour = flags.has('C') || (p.stdout.tty !== undefined && !flags.has('M'));
  const manner = { indent: flags.has('c') ? '' : indent, sort: flags.has('S'), ascii: flags.has('a'), colour };
  const join = flags.has('j');
  let last: Json | undefined;
  let failed: ExitCode = 0;
  function* evaluate(v: Json): Running<void> {
    try {
      for (const out of runner.values(program, v, env)) {
        last = out;
        p.write((typeof out === 'string' && (flags.has('r') || join) ? out : dump(out, manner)) + (join ? '' : '\n'));
        yield* p.flush();
        yield* p.charge(0.001);
      }
    } catch (error) {
      if (error instanceof Break) return;
      if (!(error instanceof JqError)) throw error;
      p.warn(`jq: error (at ${inputName}${inputName === '<unknown>' ? '' : `:${lineOf()}`}): ${typeof error.value === 'string' ? error.value : `${dump(error.value)} (not a string)`.replace(/^(.*) \(not a string\)$/, '(not a string): $1')}\n`);
      failed = 5;
    }
  }
  const lineOf = (): number => reader?.line ?? 0;
  try {
    const usesInput = /\binputs?\b/.test(filter);
    if (flags.has('n')) {
      if (usesInput) {
        const all: Json[] = [];
        for (let v = yield* upcoming(); v !== undefined; v = yield* upcoming()) all.push(v);
        pending.push(...all);
      }
      yield* evaluate(null);
    } else if (flags.has('s')) {
      const all: Json[] = [];
      for (let v = yield* upcoming(); v !== undefined; v = yield* upcoming()) all.push(v);
      yield* evaluate(raw ? all.map((line) => `${String(line)}\n`).join('') : all);
    } else {
      for (let v = yield* upcoming(); v !== undefined; v = yield* upcoming()) yield* evaluate(v);
    }
  } catch (error) {
    if (error instanceof Halt) {
      yield* p.flush();
      if (error.text) p.warn(error.text);
      return error.code;
    }
    if (!(error instanceof NoJson)) throw error;
    yield* p.flush();
    p.warn(`parse error: ${error.message}\n`);
    return 4;
  }
  if (failed) return failed;
  if (flags.has('e')) return last === undefined ? 4 : truthy(last) ? 0 : 1;
  return trouble;
}

/** The commands of this chunk. */
export const suite: Suite = { jq };
