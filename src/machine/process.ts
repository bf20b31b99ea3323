/**
 * What a program sees of the machine it runs on: the system calls, as far as we have them.
 * Stands for Linux processes, files, pipes, terminals and sockets. The kernel (kernel.ts) implements it.
 * Text: everything that flows is a JavaScript string of Unicode text; a byte that is not valid UTF-8
 * travels as a lone surrogate U+DC80..U+DCFF, so nothing is ever lost (as Python's surrogateescape).
 */
import type { Chunk } from '../sim/chunk.ts';
import type { Millis } from '../sim/clock.ts';
import type { Random } from '../sim/random.ts';
import type { Files } from './files.ts';
import type { Connection, Datagram, HttpReply, HttpRequest, Listener, NetNamespace } from './network.ts';

/** 0 to 255; 128 + n when a signal n ended the process. */
export type ExitCode = number;

/** A running piece of a program. `yield` waits until woken, `yield t` until woken or until virtual time `t`; always look again in a loop. */
export type Running<T> = Generator<Millis | void, T, void>;

/** A program: runs as a process until it returns its exit code. A `finally` must not yield. */
export type Program = (p: Process) => Running<ExitCode>;

export type Signal =
  | 'SIGHUP'
  | 'SIGINT'
  | 'SIGQUIT'
  | 'SIGKILL'
  | 'SIGUSR1'
  | 'SIGUSR2'
  | 'SIGPIPE'
  | 'SIGALRM'
  | 'SIGTERM'
  | 'SIGCHLD'
  | 'SIGCONT'
  | 'SIGSTOP'
  | 'SIGTSTP'
  | 'SIGTTIN'
  | 'SIGTTOU'
  | 'SIGWINCH';

export interface User {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  /** All groups of a process, when they are not those that /etc/group gives its user. */
  readonly groups?: readonly number[];
  readonly home: string;
  readonly shell: string;
}

/** Where a process reads from. */
export interface Source {
  /** What is there now, at most `most` characters; '' when nothing is there yet; undefined at the end. */
  take(most?: number): string | undefined;
  /** Puts text back to the front. */
  unread(text: string): void;
  /** Wakes this process whenever something arrives or the end is reached; stops when the returned function is called. */
  listen(p: Wakeable): () => void;
  /** The terminal behind it, when it is one: isatty(0). */
  readonly tty?: Tty;
  /** Of a pipe: one more process reads it. The kernel holds at the start of a process and closes at its end. */
  hold?(): void;
  /** One reader less; after the last one writers get EPIPE. */
  close?(): void;
}

/** Where a process writes to. */
export interface Sink {
  /** Takes all of it, at once. False when nobody can read it any more (EPIPE). */
  write(text: string): boolean;
  /** True while the reader is too far behind; `Process.flush` waits for that. */
  readonly full: boolean;
  listen(p: Wakeable): () => void;
  /** One writer less; after the last one readers get the end. A sink without `hold` is never closed by the kernel. */
  close(): void;
  /** The terminal behind it, when it is one: isatty(1). */
  readonly tty?: Tty;
  /** Of a pipe: one more process writes to it. */
  hold?(): void;
}

export interface Wakeable {
  poke(): void;
}

/** A terminal as the process sees it; the line discipline behind it echoes, edits, and turns ^C into SIGINT. */
export interface Tty {
  readonly columns: number;
  readonly rows: number;
  /** cooked: lines, echo and signals (the default); raw: every key as it comes. */
  mode: 'cooked' | 'raw';
  /** In cooked mode: whether typed characters are echoed (off for passwords). */
  echo: boolean;
  /** The process group that gets the keys' signals. */
  foreground: number;
  /** The column of the cursor after the last output, from 0, as far as it can be told. */
  readonly column?: number;
  /** The terminal itself, as /dev/tty gives it. */
  readonly input?: Source;
  readonly output?: Sink;
}

/** The file descriptors and surroundings given to a child. Whatever is missing is inherited from the parent. */
export interface Surroundings {
  stdin?: Source;
  stdout?: Sink;
  stderr?: Sink;
  env?: ReadonlyMap<string, string>;
  cwd?: string;
  user?: User;
  tty?: Tty | null;
  /** A new process group (for a shell's jobs); `true` makes the child its leader. */
  group?: true | number;
}

/** A running program. */
export interface Process extends Wakeable {
  readonly pid: number;
  readonly parent: Process | undefined;
  readonly group: number;
  readonly machine: Machine;
  /** args[0] is the program's own name. */
  readonly args: readonly string[];
  readonly env: Map<string, string>;
  cwd: string;
  readonly user: User;
  readonly tty: Tty | undefined;
  readonly stdin: Source;
  readonly stdout: Sink;
  readonly stderr: Sink;
  /** The machine's files, as this process's user, relative to `cwd`. Throws FileError. */
  readonly files: Files;
  /** Virtual milliseconds since the world began. */
  readonly now: Millis;
  /** Unix milliseconds: the world's epoch plus `now`. */
  readonly date: number;
  readonly random: Random;
  /** The exit code, once it has ended. */
  readonly exit: ExitCode | undefined;
  /** The signal that ended it, if one did. */
  readonly signal: Signal | undefined;
  /** Stopped by ^Z or SIGSTOP until SIGCONT. */
  readonly stopped: boolean;
  /** Permission bits that new files do not get; 0o022 unless changed. */
  umask: number;
  /** When it was started. */
  readonly started: Millis;

  /** To standard output; never waits. A loop that writes much calls `flush` as well. */
  write(text: string): void;
  /** To standard error. */
  warn(text: string): void;
  /** Waits until the reader of standard output has caught up; ends the process by SIGPIPE when there is none. */
  flush(): Running<void>;
  /** The next piece of standard input; undefined at the end. */
  read(): Running<string | undefined>;
  /** The next line without its newline; undefined at the end. */
  readLine(): Running<string | undefined>;
  /** All of standard input. */
  readAll(): Running<string>;
  sleep(ms: Millis): Running<void>;
  /** Uses CPU: virtual time passes, so that a busy loop lets others and ^C in. */
  charge(ms: Millis): Running<void>;

  /** Code that is loaded late: virtual time stands still until it is there. */
  need<T>(chunk: Chunk<T>): Running<T>;

  /** Starts a child. */
  spawn(program: Program, args: readonly string[], surroundings?: Surroundings): Process;
  /** Looks a command up (a path, or a name along PATH): the program to spawn, or why not. */
  find(command: string): Program | { error: 'not found' | 'permission denied' | 'is a directory' };
  /** Waits for a child's end. */
  wait(child: Process): Running<ExitCode>;
  /** Runs another program in this very process: execve(2). Traps are forgotten, ignored signals stay ignored. */
  exec(program: Program, args: readonly string[]): Running<ExitCode>;
  /** For hosts that are no processes themselves (a kubelet): called once at the end, which may be now. It only takes note. */
  whenDone(hear: (code: ExitCode) => void): void;
  /** What to do at a signal instead of the default: 'ignore', 'default', or a function that only takes note (the process is woken). */
  trap(signal: Signal, action: 'default' | 'ignore' | (() => void)): void;
  /** Sends a signal to this process; SIGKILL and SIGSTOP cannot be trapped. */
  kill(signal: Signal): void;

  /** An HTTP request: looks the name up, connects (TLS for https), sends, waits. Throws NetError. */
  fetch(request: HttpRequest): Running<HttpReply>;
  /** Opens a TCP connection. Throws NetError. */
  dial(host: string, port: number): Running<Connection>;
  /** Accepts TCP connections in this machine's network namespace. Throws NetError EADDRINUSE. */
  listen(port: number, address?: string): Listener;
  /** Answers UDP datagrams. */
  receive(port: number, answer: (question: Datagram) => Datagram | undefined): Listener;
  /** Sends a UDP datagram and waits for the answer; undefined when none comes within `timeout` milliseconds. Throws NetError. */
  ask(address: string, port: number, question: unknown, timeout?: Millis): Running<unknown>;
  /** The IPv4 addresses of a name: /etc/hosts, then the name servers and search domains of /etc/resolv.conf. Throws NetError ENOTFOUND. */
  resolve(name: string): Running<readonly string[]>;
}

/** A computer or a container: files, processes, users, and a network namespace, perhaps shared with others. */
export interface Machine {
  readonly hostname: string;
  readonly files: Files;
  readonly net: NetNamespace;
  readonly users: ReadonlyMap<string, User>;
  /** The living processes by pid, in order. */
  readonly processes: ReadonlyMap<number, Process>;
  readonly now: Millis;
  /** Starts a first process: nothing is inherited. */
  start(program: Program, args: readonly string[], surroundings: Surroundings): Process;
  /** Power off: every process is killed at once, and every connection of the machine ends. */
  stop(): void;
}

/** A program with a name, found along PATH. One file each in machine/commands. */
export interface Command {
  readonly name: string;
  /** One line for `help` and completion. */
  readonly summary: string;
  readonly main: Program;
  /** Words that can stand where the last of `words` is being typed; undefined: files. */
  complete?(words: readonly string[], p: Process): Running<readonly Completion[] | undefined>;
}

/** A word that completion offers; `text` replaces the word being typed. */
export interface Completion {
  readonly text: string;
  /** What it is, shown beside it when there are several. */
  readonly note?: string;
  /** No blank after it (a folder, `--flag=`). */
  readonly open?: boolean;
}
