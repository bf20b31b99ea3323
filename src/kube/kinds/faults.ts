/**
 * Collects what is wrong with an object (k8s.io/apimachinery/pkg/util/validation/field).
 */
import type { FieldError } from '../api/kind.ts';

/** `must be greater than or equal to 0` */
export const NEGATIVE = 'must be greater than or equal to 0';
/** `field is immutable` */
export const IMMUTABLE = 'field is immutable';

/** The errors found so far, in the order in which they were found. Paths are those of the error texts. */
export class Faults {
  readonly all: FieldError[] = [];

  add(type: FieldError['type'], path: string, detail: string | undefined, value?: { readonly value: unknown }): void {
    this.all.push({ type, path, ...value, ...(detail && { detail }) });
  }
  required(path: string, detail?: string): void {
    this.add('Required value', path, detail);
  }
  forbidden(path: string, detail: string): void {
    this.add('Forbidden', path, detail);
  }
  /** A missing value shows as null. */
  invalid(path: string, value: unknown, detail: string): void {
    this.add('Invalid value', path, detail, { value: value ?? null });
  }
  /** Invalid, without showing the value. */
  wrong(path: string, detail: string): void {
    this.add('Invalid value', path, detail);
  }
  /** One error a text. */
  each(path: string, value: unknown, details: readonly string[]): void {
    for (const detail of details) this.invalid(path, value, detail);
  }
  duplicate(path: string, value: unknown, detail?: string): void {
    this.add('Duplicate value', path, detail, { value });
  }
  notFound(path: string, value: unknown, detail?: string): void {
    this.add('Not found', path, detail, { value });
  }
  unsupported(path: string, value: unknown, supported: readonly string[]): void {
    this.add('Unsupported value', path, supported.length ? `supported values: ${supported.map((text) => `"${text}"`).join(', ')}` : undefined, { value: value ?? null });
  }
  tooLong(path: string, most: number): void {
    this.add('Too long', path, `may not be more than ${most} byte${most === 1 ? '' : 's'}`);
  }
  tooMany(path: string, count: number, most: number): void {
    this.add('Too many', path, `must have at most ${most} item${most === 1 ? '' : 's'}`, { value: count });
  }

  /** A value that has to be one of a few, and to be there at all. */
  oneOf(path: string, value: string | undefined, supported: readonly string[]): void {
    if (!value) this.required(path);
    else if (!supported.includes(value)) this.unsupported(path, value, supported);
  }
  /** A value that has to be one of a few if it is given. */
  optional(path: string, value: string | undefined, supported: readonly string[]): void {
    if (value !== undefined && !supported.includes(value)) this.unsupported(path, value, supported);
  }
  nonNegative(path: string, value: number | undefined): void {
    if (value !== undefined && value < 0) this.invalid(path, value, NEGATIVE);
  }
  positive(path: string, value: number | undefined): void {
    if ((value ?? 0) <= 0) this.invalid(path, value ?? 0, 'must be greater than zero');
  }
}
