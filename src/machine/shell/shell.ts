/**
 * The state of one shell (or subshell): variables, functions, options, open files, jobs, traps; what expansions and builtins need of it.
 * Stands for bash's shell.c and variables.c.
 */
import { FileError } from '../files.ts';
import { nothing, nowhere } from '../pipe.ts';
import type { ExitCode, Running, Sink, Source } from '../process.ts';
import { signalNamed } from '../signal.ts';
import type { Task } from '../task.ts';
import type { Dialect } from './dialect.ts';
import { run, runTop } from './execute.ts';
import { evaluate } from './expand.ts';
import { Jump, ShellError } from './failure.ts';
import type { Fds } from './fds.ts';
import { History } from './history.ts';
import { Jobs } from './jobs.ts';
import type { CompoundCommand, CompoundList, Redirected } from './parse.ts';
import { dynamic, flags } from './special.ts';
import type { Variable } from './variables.ts';
import { attributesOf, doubleQuote, first, keys, ReadonlyError, shape, Variables } from './variables.ts';

/** Virtual milliseconds of CPU for one command, and for starting a process. */
const COMMAND_COST = 0.2;
export const FORK_COST = 0.5;
export const EXEC_COST = 0.5;

/** The text that is being run, for line numbers. */
export interface ScriptText {
  readonly text: string;
  /** Number of its first line. */
  readonly line: number;
  /** The script file, unless the text was typed or given by -c. */
  readonly file?: string;
  /** What syntax errors name it by: `-c`, `eval`. */
  readonly tag?: string;
}

export interface FunctionDefinition {
  readonly body: CompoundCommand | Redirected | CompoundList;
  readonly source: ScriptText;
  readonly text: string;
}

/** What `complete` registered for a command. */
export interface CompletionSpec {
  readonly function?: string;
  readonly words?: string;
  readonly options: readonly string[];
  readonly text: string;
}

export class Shell {
  readonly p: Task;
  readonly dialect: Dialect;
  vars = new Variables();
  functions = new Map<string, FunctionDefinition>();
  aliases = new Map<string, string>();
  completions = new Map<string, CompletionSpec>();
  options = new Set<string>();
  shopts = new Set<string>([
    'cmdhist',
    'complete_fullquote',
    'extquote',
    'force_fignore',
    'globasciiranges',
    'hostcomplete',
    'interactive_comments',
    'patsub_replacement',
    'progcomp',
    'promptvars',
    'sourcepath',
  ]);
  args: string[] = [];
  /** $0 */
  name: string;
  status: ExitCode = 0;
  background = 0;
  fds: Fds;
  interactive = false;
  login = false;
  /** In $-: `c` for a command given by -c, `s` for standard input. */
  origin = '';
  /** Job control. */
  monitor = false;
  /** Runs in a process of its own below another shell. */
  subshell = 0;
  jobs: Jobs;
  history = new History();
  /** Commands typed so far. */
  typed = 0;
  traps = new Map<string, string>();
  pending: string[] = [];
  interrupted = false;
  source: ScriptText = { text: '', line: 1 };
  pos = 0;
  loops = 0;
  /** Statements that are running within each other. */
  depth = 0;
  /** Names of the running functions and sourced files, innermost last. */
  calls: string[] = [];
  sourcing = 0;
  /** Above zero a failing command does not end the shell in spite of `set -e`. */
  guard = 0;
  /** The last failure was one that `set -e` forgives. */
  shielded = false;
  /** Status of the last command substitution within the command. */
  substituted: ExitCode | undefined;
  /** To be done after the command that is running: process substitutions. */
  afterwards: (() => Running<void>)[] = [];
  folders: string[] = [];
  lastArgument = '';
  /** What PIPESTATUS says, where it is of one command. */
  pipeStatus = -1;
  /** Exit codes of ended background processes that `wait` may still ask for. */
  reaped = new Map<number, ExitCode>();
  /** getopts: the argument and the place in it that come next. */
  optionIndex = 1;
  optionAt = 1;
  /** The last read met the end of its input. */
  readEnded = false;
  /** `exit` was told of stopped jobs. */
  warned = false;
  private broken = false;
  private debt = 0;
  private inTrap = false;
  readonly begun: number;
  /** The number of the next `<(…)` in /dev/fd. */
  nextFd = 63;

  constructor(p: Task, dialect: Dialect) {
    this.p = p;
    this.dialect = dialect;
    this.name = p.args[0] ?? dialect.name;
    this.fds = [{ source: p.stdin }, { sink: p.stdout }, { sink: p.stderr }];
    this.jobs = new Jobs(this);
    this.begun = p.now;
  }

  /** A shell like this one, in another process. */
  fork(p: Task): Shell {
    const child = new Shell(p, this.dialect);
    child.vars = this.vars.fork();
    child.functions = new Map(this.functions);
    child.aliases = new Map(this.aliases);
    child.options = new Set(this.options);
    child.shopts = new Set(this.shopts);
    child.args = [...this.args];
    child.name = this.name;
    child.origin = this.origin;
    child.status = this.status;
    child.background = this.background;
    child.subshell = this.subshell + 1;
    child.source = this.source;
    child.pos = this.pos;
    child.loops = this.loops;
    child.depth = 0;
    child.calls = [...this.calls];
    child.sourcing = this.sourcing;
    child.guard = this.guard;
    child.folders = [...this.folders];
    child.history = this.history;
    child.fds = [...child.fds, ...this.fds.slice(3)];
    for (const fd of this.fds.slice(3)) {
      for (const stream of [fd?.source, fd?.sink]) {
        if (!stream?.hold) continue;
        stream.hold();
        p.keep(() => stream.close?.());
      }
    }
    for (const [name, action] of this.traps) if (action === '') child.traps.set(name, '');
    return child;
  }

  /** Starts a subshell as a process that runs `body`. */
  spawn(body: (child: Shell) => Running<ExitCode>, around: { stdin?: Source | undefined; stdout?: Sink | undefined; group?: true | number } = {}): Task {
    const parent = this;
    const { group } = around;
    return this.p.spawn(
      (p) =>
        (function* (): Running<ExitCode> {
          return yield* runTop(parent.fork(p as Task), body);
        })(),
      this.p.args,
      {
        stdin: around.stdin ?? this.fds[0]?.source ?? nothing,
        stdout: around.stdout ?? this.fds[1]?.sink ?? nowhere,
        stderr: this.fds[2]?.sink ?? nowhere,
        env: this.p.env,
        ...(group !== undefined && { group }),
      },
    );
  }

  /** The group of a new job: its own under job control. */
  newGroup(): { group?: true } {
    return this.monitor ? { group: true } : {};
  }

  out(text: string): void {
    if (this.fds[1]?.sink?.write(text) === false) this.broken = true;
  }

  err(text: string): void {
    this.fds[2]?.sink?.write(text);
  }

  /** A message in the dialect's form. */
  complain(message: string, builtin?: string): void {
    this.err(`${this.dialect.prefix(this, builtin)}${message}\n`);
  }

  /** The line of the command that is running. */
  lineNumber(): number {
    const { text, line } = this.source;
    let count = line;
    for (let at = text.indexOf('\n'); at >= 0 && at < this.pos; at = text.indexOf('\n', at + 1)) count++;
    return count;
  }

  /** Before each command: time passes, ^C and traps get in. */
  *tick(): Running<void> {
    this.debt += COMMAND_COST;
    if (this.debt >= 1) {
      const { debt } = this;
      this.debt = 0;
      yield* this.p.charge(debt);
    }
    this.check();
    if (this.pending.length > 0) yield* this.runTraps();
  }

  /** Throws when ^C was pressed. */
  check = (): void => {
    if (!this.interrupted) return;
    this.interrupted = false;
    throw new Jump('interrupt', 130);
  };

  /** Does what was written wait for its reader, or has it none? */
  get behind(): boolean {
    return this.broken || this.fds[1]?.sink?.full === true;
  }

  /** After a builtin has written: waits for the reader, or ends where there is none. */
  *drained(): Running<void> {
    const sink = this.fds[1]?.sink;
    if (this.broken) {
      this.broken = false;
      this.p.kill('SIGPIPE');
      yield* this.tick();
      yield this.p.now;
    }
    if (sink?.full) yield* this.p.drain(sink);
  }

  *runTraps(): Running<void> {
    if (this.inTrap) return;
    for (const name of this.pending.splice(0)) yield* this.runTrap(name);
  }

  /** Runs the trap of a signal or of EXIT, ERR, DEBUG, RETURN; the status stays. */
  *runTrap(name: string): Running<void> {
    const action = this.traps.get(name);
    if (!action) return;
    const { status, inTrap } = this;
    this.inTrap = true;
    try {
      yield* run(this, action);
    } finally {
      this.inTrap = inTrap;
    }
    this.status = status;
  }

  /** Sets what `trap` sets; undefined restores the default. */
  setTrap(name: string, action: string | undefined): void {
    if (action === undefined) this.traps.delete(name);
    else this.traps.set(name, action);
    const signal = signalNamed(name);
    if (!signal || name === 'EXIT') return;
    if (action === undefined) this.p.trap(signal, this.interactive ? this.usual(name) : 'default');
    else if (action === '') this.p.trap(signal, 'ignore');
    else this.p.trap(signal, () => void this.pending.push(name));
  }

  /** What an interactive shell does at a signal. */
  usual(name: string): 'default' | (() => void) {
    if (name === 'SIGINT') return () => void (this.interrupted = true);
    return name === 'SIGTERM' || name === 'SIGQUIT' || name === 'SIGTSTP' || name === 'SIGTTIN' || name === 'SIGTTOU' ? () => {} : 'default';
  }

  /** What is to be read at a descriptor; waits, and ends at ^C. */
  *receive(source: Source | undefined): Running<string | undefined> {
    return source ? yield* this.p.read(source, this.check) : undefined;
  }

  /** The separators of fields. */
  get ifs(): string {
    return this.vars.get('IFS') ?? (this.vars.find('IFS') ? '' : ' \t\n');
  }

  /** The value of a variable or special parameter. */
  variable(name: string): string | undefined {
    if (name >= '0' && name <= '9999999' && /^\d+$/.test(name)) return name === '0' ? this.name : this.args[Number(name) - 1];
    switch (name) {
      case '?':
        return String(this.status);
      case '#':
        return String(this.args.length);
      case '$':
        return String(this.shellPid());
      case '!':
        return this.background ? String(this.background) : undefined;
      case '-':
        return flags(this);
      case '_':
        return this.lastArgument;
      case '@':
      case '*':
        return this.args.join(' ');
    }
    const variable = this.vars.find(name);
    if (variable) return first(variable.value);
    return dynamic(this, name);
  }

  /** $$: the pid of the outermost shell. */
  private shellPid(): number {
    let task = this.p;
    for (let i = 0; i < this.subshell && task.parent; i++) task = task.parent;
    return task.pid;
  }

  /** Assigns a scalar. Throws ShellError when it is read-only. */
  assign(name: string, value: string): void {
    try {
      const variable = this.vars.find(name);
      const made = this.vars.set(name, variable?.integer ? String(evaluate(this, value)) : value);
      if (this.options.has('allexport')) made.exported = true;
    } catch (error) {
      if (error instanceof ReadonlyError) throw new ShellError(this.dialect.readonly(error.message), this.dialect.name === 'bash' ? 1 : 2);
      throw error;
    }
  }

  /** The element of an array; index `@` is not for here. */
  element(variable: Variable | undefined, index: string): string | undefined {
    const value = variable?.value;
    if (variable?.assoc) return value instanceof Map ? (value as Map<string, string>).get(index) : undefined;
    let at = Number(evaluate(this, index));
    if (!(value instanceof Map)) return at === 0 || at === -1 ? value : undefined;
    if (at < 0) at += Number(keys(value).at(-1) ?? -1) + 1;
    return (value as Map<number, string>).get(at);
  }

  assignElement(name: string, index: string, value: string, append = false): void {
    const variable = this.vars.make(name);
    if (variable.readonly) throw new ShellError(`${name}: readonly variable`, 1);
    if (!(variable.value instanceof Map)) {
      const old = variable.value;
      variable.value = variable.assoc ? new Map<string, string>() : new Map<number, string>(old === undefined ? [] : [[0, old]]);
      if (!variable.assoc) variable.array = true;
    }
    const map = variable.value as Map<string | number, string>;
    let key: string | number = index;
    if (!variable.assoc) {
      key = Number(evaluate(this, index));
      if (key < 0) key += Number(keys(variable.value).at(-1) ?? -1) + 1;
      if (key < 0) throw new ShellError(`${name}[${index}]: bad array subscript`, 1);
    }
    const text = append
      ? variable.integer
        ? String(evaluate(this, `${map.get(key) || 0}+(${value || 0})`))
        : (map.get(key) ?? '') + value
      : variable.integer
        ? String(evaluate(this, value))
        : value;
    map.set(key, shape(variable, text));
  }

  /** `declare -p` of a variable; with `short`, as `${x@A}` gives it. */
  describe(name: string, short = false): string {
    const variable = this.vars.find(name);
    if (!variable) return '';
    const flags = attributesOf(variable);
    const { value } = variable;
    const text =
      value instanceof Map
        ? `(${keys(value)
            .map(
              (key) =>
                `[${typeof key === 'number' || /^\w+$/.test(key) ? key : doubleQuote(key)}]=${doubleQuote((value as Map<string | number, string>).get(key)!)}`,
            )
            .join(' ')}${variable.assoc && value.size > 0 ? ' ' : ''})`
        : value === undefined
          ? undefined
          : doubleQuote(value);
    if (short && flags === '') return `${name}='${first(value) ?? ''}'`;
    return `declare -${flags || '-'} ${name}${text === undefined ? '' : `=${text}`}`;
  }

  /** The environment of a child, with a command's own assignments. */
  environment(own?: ReadonlyMap<string, string>): Map<string, string> {
    const env = this.vars.exported();
    for (const [name, value] of own ?? []) env.set(name, value);
    return env;
  }

  /** A file's text for `$(<file)` and source. Throws ShellError. */
  readFile(path: string): string {
    try {
      return this.p.files.read(path);
    } catch (error) {
      if (error instanceof FileError) throw new ShellError(`${path}: ${error.code === 'EISDIR' ? 'Is a directory' : error.message}`, 1);
      throw error;
    }
  }
}
