/**
 * Refusals: the Status bodies of errors with Kubernetes' own sentences, thrown inside the server and answered by it.
 * Stands for k8s.io/apimachinery/pkg/api/errors.
 */
import type { FieldError } from './kind.ts';
import { errorBody, errorText, goQuote as quote } from './field-error.ts';
import type { Status, StatusCause } from './wire.ts';

/** What a resource is called in errors: `deployments.apps`. */
export interface Named {
  readonly group: string;
  readonly name: string;
}

/** A request that the server refuses; `status` is the answer's body. */
export class Refusal extends Error {
  readonly status: Status;
  /** Seconds for a Retry-After header. */
  readonly retryAfter: number | undefined;
  constructor(status: Status) {
    super(status.message);
    this.status = status;
    this.retryAfter = status.details?.retryAfterSeconds;
  }
}

type Details = NonNullable<Status['details']>;

/** A Status that says no. */
export function failure(code: number, reason: string, message: string, details?: Details): Status {
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, ...(reason && { reason }), ...(details && { details }), code };
}

/** A Status that says yes, as the answer to a deletion. */
export const success = (details?: Details, code?: number): Status => ({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', ...(details && { details }), ...(code !== undefined && { code }) });

const refuse = (code: number, reason: string, message: string, details?: Details): Refusal => new Refusal(failure(code, reason, message, details));
/** `deployments.apps` of a group and a name. */
export const qualified = (of: Named): string => (of.group ? `${of.name}.${of.group}` : of.name);
const about = (of: Named, name: string): Details => ({ ...(name && { name }), ...(of.group && { group: of.group }), kind: of.name });

export const notFound = (of: Named, name: string): Refusal => refuse(404, 'NotFound', `${qualified(of)} ${quote(name)} not found`, about(of, name));
export const alreadyExists = (of: Named, name: string): Refusal => refuse(409, 'AlreadyExists', `${qualified(of)} ${quote(name)} already exists`, about(of, name));
export const generateNameConflict = (of: Named, name: string): Refusal =>
  refuse(409, 'AlreadyExists', `${qualified(of)} ${quote(name)} already exists, the server was not able to generate a unique name for the object`, { ...about(of, name), retryAfterSeconds: 1 });
export const conflict = (of: Named, name: string, why: string): Refusal => refuse(409, 'Conflict', `Operation cannot be fulfilled on ${qualified(of)} ${quote(name)}: ${why}`, about(of, name));
export const MODIFIED = 'the object has been modified; please apply your changes to the latest version and try again';
export function forbidden(of: Named | undefined, name: string, why: string, causes?: readonly StatusCause[]): Refusal {
  const what = !of ? 'forbidden' : name ? `${qualified(of)} ${quote(name)} is forbidden` : `${qualified(of)} is forbidden`;
  return refuse(403, 'Forbidden', `${what}: ${why}`, { ...(of ? about(of, name) : {}), ...(causes && { causes }) });
}
export const badRequest = (message: string): Refusal => refuse(400, 'BadRequest', message);
export const unauthorized = (): Refusal => refuse(401, 'Unauthorized', 'Unauthorized');
/** A path that nothing is served under. */
export const noSuchPath = (): Refusal => refuse(404, 'NotFound', 'the server could not find the requested resource', {});
/** A method that the path does not have. */
export const methodNotAllowed = (): Refusal => refuse(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource', {});
export const methodNotSupported = (of: Named, action: string): Refusal =>
  refuse(405, 'MethodNotAllowed', `${action} is not supported on resources of kind ${quote(qualified(of))}`, { ...(of.group && { group: of.group }), kind: of.name });
export const unsupportedMediaType = (accepted: string): Refusal => refuse(415, 'UnsupportedMediaType', `the body of the request was in an unknown format - accepted media types include: ${accepted}`);
export const notAcceptable = (accepted: string): Refusal => refuse(406, 'NotAcceptable', `only the following media types are accepted: ${accepted}`);
export const expired = (message: string): Refusal => refuse(410, 'Expired', message);
export const tooManyRequests = (message: string, retryAfterSeconds: number, causes?: readonly StatusCause[]): Refusal =>
  refuse(429, 'TooManyRequests', message, { ...(retryAfterSeconds && { retryAfterSeconds }), ...(causes && { causes }) });
export const tooLarge = (message: string): Refusal => refuse(413, 'RequestEntityTooLarge', `Request entity too large: ${message}`);
export const timeout = (message: string, retryAfterSeconds: number, causes?: readonly StatusCause[]): Refusal => refuse(504, 'Timeout', `Timeout: ${message}`, { ...(causes && { causes }), retryAfterSeconds });
export const unavailable = (message: string): Refusal => refuse(503, 'ServiceUnavailable', message);
export const internal = (message: string): Refusal => refuse(500, 'InternalError', `Internal error occurred: ${message}`, { causes: [{ message }] });
/** What the simulated server does not do. */
export const unsupported = (what: string): Refusal => refuse(501, 'NotImplemented', `${what} is not supported here yet`);

const REASONS: Readonly<Record<FieldError['type'], string>> = {
  'Required value': 'FieldValueRequired',
  'Invalid value': 'FieldValueInvalid',
  'Unsupported value': 'FieldValueNotSupported',
  Forbidden: 'FieldValueForbidden',
  'Duplicate value': 'FieldValueDuplicate',
  'Too long': 'FieldValueTooLong',
  'Too many': 'FieldValueTooMany',
  'Too few': 'FieldValueTooFew',
  'Too short': 'FieldValueTooShort',
  'Not found': 'FieldValueNotFound',
  'Internal error': 'InternalError',
  'Type invalid': 'FieldValueTypeInvalid',
};

/** What is wrong with an object; `kind` is its kind, not its resource. */
export function invalid(kind: Named, name: string, errors: readonly FieldError[]): Refusal {
  const texts = [...new Set(errors.map(errorText))];
  const all = texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`;
  return refuse(422, 'Invalid', `${qualified(kind)} ${quote(name)} is invalid${texts.length ? `: ${all}` : ''}`, {
    ...about(kind, name),
    causes: errors.map((e) => ({ reason: REASONS[e.type], message: errorBody(e), field: e.path })),
  });
}
