/**
 * What can go wrong in a kubectl command, and what it says then on standard error.
 * Stands for k8s.io/kubectl's CheckErr over the errors of apimachinery, client-go and net/http.
 */
import type { Status } from '../kube/api/wire.ts';
import { NetError } from '../machine/network.ts';
import { quote } from './go.ts';

/** Any mistake with a sentence of its own: `error: …`. */
export class CliError extends Error {
  /** What goes to standard output all the same. */
  readonly printed: string;
  constructor(message: string, printed = '') {
    super(message);
    this.printed = printed;
  }
}

/** A command that was called so wrongly that its help is shown first. */
export class HelpFirst extends CliError {}

/** The API server refused. */
export class StatusError extends Error {
  readonly status: Status;
  constructor(status: Status) {
    super(status.message ?? '');
    this.status = status;
  }
}

/** A request did not reach a server, or its answer did not come: Go's *url.Error. */
export class RequestError extends Error {
  readonly method: string;
  readonly url: string;
  /** What happened, in the words of Go's net package. */
  readonly why: string;
  constructor(method: string, url: string, why: string) {
    super(`${method[0]}${method.slice(1).toLowerCase()} ${quote(url)}: ${why}`);
    this.method = method;
    this.url = url;
    this.why = why;
  }
}

/** A kubeconfig that names what it does not hold: `Error in configuration: …`. */
export class ConfigError extends Error {
  readonly errors: readonly string[];
  constructor(errors: readonly string[]) {
    super(errors.length === 1 ? `invalid configuration: ${errors[0]}` : `invalid configuration: [${errors.join(', ')}]`);
    this.errors = errors;
  }
}

/** No resource or kind of that name. */
export class NoMatchError extends CliError {}

/** Several errors at once. */
export class ManyErrors extends Error {
  readonly errors: readonly Error[];
  constructor(errors: readonly Error[]) {
    super(errors.length === 1 ? errors[0]!.message : `[${errors.map((e) => e.message).join(', ')}]`);
    this.errors = errors;
  }
}

/** The command ends with this code; `message` is printed as it is when there is one. */
export class Exit extends Error {
  readonly code: number;
  constructor(code = 1, message = '') {
    super(message);
    this.code = code;
  }
}

/** One error of a list; nothing for an empty one. Throws. */
export function throwAll(errors: readonly Error[]): void {
  const flat = flatten(errors);
  if (flat.length === 1) throw flat[0]!;
  if (flat.length > 1) throw new ManyErrors(flat);
}

/** The errors inside of errors, in order. */
export const flatten = (errors: readonly Error[]): Error[] => errors.flatMap((error) => (error instanceof ManyErrors ? flatten(error.errors) : [error]));

/** How a command's own mistakes point at its help. */
export const usageError = (path: string, message: string): CliError => new CliError(`${message}\nSee '${path} -h' for help and examples`);

/** Did the server say this reason? */
export const isReason = (error: unknown, reason: string): boolean => error instanceof StatusError && (error.status.reason === reason || (!error.status.reason && reason === 'NotFound' && error.status.code === 404));
export const isNotFound = (error: unknown): boolean => isReason(error, 'NotFound');

/** A network failure in Go's words; `server` is the name server that was asked: ` on 10.96.0.10:53`. */
export function requestError(method: string, url: string, error: NetError, server = ''): RequestError {
  const port = error.port || (url.startsWith('https:') ? 443 : 80);
  const host = error.host === 'localhost' ? '127.0.0.1' : error.host;
  const at = `dial tcp ${host}:${port}`;
  const causes: Record<NetError['code'], string> = {
    ECONNREFUSED: `${at}: connect: connection refused`,
    ETIMEDOUT: `${at}: i/o timeout`,
    EHOSTUNREACH: `${at}: connect: no route to host`,
    ENETUNREACH: `${at}: connect: network is unreachable`,
    ENOTFOUND: `dial tcp: lookup ${host}${server}: no such host`,
    EAI_AGAIN: `dial tcp: lookup ${host}${server}: Temporary failure in name resolution`,
    EADDRINUSE: `${at}: bind: address already in use`,
    ECONNRESET: `read tcp ${host}:${port}: read: connection reset by peer`,
    ECERT: error.message === 'ECERT' ? 'tls: failed to verify certificate: x509: certificate signed by unknown authority' : error.message,
  };
  return new RequestError(method, url, causes[error.code]);
}

/** One error as a line, without `error: ` when it has a standard form. */
function standard(error: Error): string | undefined {
  if (error instanceof StatusError) {
    const { reason, message = '' } = error.status;
    if (reason === 'Unauthorized') return `error: You must be logged in to the server (${message})`;
    return reason ? `Error from server (${reason}): ${message}` : `Error from server: ${message}`;
  }
  if (error instanceof RequestError) {
    if (error.why.includes('connection refused')) return `The connection to the server ${/^\w+:\/\/([^/]*)/.exec(error.url)?.[1] ?? error.url} was refused - did you specify the right host or port?`;
    return `Unable to connect to the server: ${error.why}`;
  }
  return undefined;
}

/** An error as one of several. */
export const messageFor = (error: Error): string => standard(error) ?? error.message;

function invalid(status: Status): string {
  const details = status.details;
  const message = status.message ? `: ${status.message}` : '';
  if (!details) return `The request is invalid${message}`;
  const causes = details.causes ?? [];
  const head = details.kind || details.name ? `The ${details.kind ?? ''} ${quote(details.name ?? '')} is invalid` : `The request is invalid${causes.length ? '' : message}`;
  const lines = [...new Set(causes.map((c) => `${c.field ?? ''}: ${c.message ?? ''}`))];
  if (lines.length === 0) return head;
  return lines.length === 1 ? `${head}: ${lines[0]}` : `${head}: \n${lines.map((line) => `* ${line}\n`).join('')}`;
}

/** What a failed command prints, with its newline, and its exit code. Errors that are none of these are bugs and are thrown on. */
export function explain(error: unknown): { readonly text: string; readonly code: number } {
  const { text, code } = say(error instanceof ManyErrors && error.errors.length === 1 ? error.errors[0] : error);
  return { text: text === '' || text.endsWith('\n') ? text : `${text}\n`, code };
}

function say(error: unknown): { readonly text: string; readonly code: number } {
  if (error instanceof Exit) return { text: error.message, code: error.code };
  if (error instanceof StatusError && error.status.reason === 'Invalid') return { text: invalid(error.status), code: 1 };
  if (error instanceof ConfigError) {
    const [first, ...rest] = error.errors;
    if (rest.length > 0) return { text: `Error in configuration: \n${error.errors.map((e) => `* ${e}\n`).join('')}`, code: 1 };
    return { text: first!.startsWith('context was not found') ? `Error in configuration: ${first}` : `error: ${first}`, code: 1 };
  }
  if (error instanceof ManyErrors) return { text: error.errors.map((e) => `${messageFor(e)}\n`).join(''), code: 1 };
  if (error instanceof StatusError || error instanceof RequestError) return { text: standard(error)!, code: 1 };
  if (error instanceof CliError) return { text: error.message.startsWith('error: ') ? error.message : `error: ${error.message}`, code: 1 };
  throw error;
}

/** A Status whose message tells what was being done with which file. */
export function addSource(error: unknown, verb: string, source: string | undefined): Error {
  if (!source || !(error instanceof Error)) return error as Error;
  const message = (text: string): string => `error when ${verb} ${quote(source)}: ${text}`;
  if (error instanceof StatusError) return new StatusError({ ...error.status, message: message(error.status.message ?? '') });
  return error instanceof CliError || error instanceof RequestError ? new CliError(message(error.message)) : error;
}
