/** How commands of a shell end early: errors with a status, and the jumps of break, continue, return and exit. */

/** An error that ends the command, and a shell that is not interactive. `status` is what it then exits with. */
export class ShellError extends Error {
  readonly status: number;
  constructor(message: string, status: number) {
    super(message);
    this.status = status;
  }
}

/** Leaves loops, functions, the shell, or (after ^C, or an error in an interactive shell) the line that was typed. */
export class Jump {
  readonly kind: 'break' | 'continue' | 'return' | 'exit' | 'interrupt' | 'abandon';
  /** Of break and continue: how many loops are still to be left. Otherwise the status. */
  count: number;
  constructor(kind: Jump['kind'], count: number) {
    this.kind = kind;
    this.count = count;
  }
}
