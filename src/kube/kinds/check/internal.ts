/**
 * The server's own form of parts of objects, as its error texts show them: Go's field names, and every field even when empty.
 */
import { ROOTS, TEXT } from './internal-text.ts';
import { unifiedDiff } from './unified-diff.ts';

type Plain = { readonly [key: string]: unknown };

interface Part {
  readonly name: string;
  readonly from: string;
  readonly shape: string;
}

const lines = TEXT.split('\n');
const known = new Map<number, readonly Part[]>();

function partsOf(type: number): readonly Part[] {
  let parts = known.get(type);
  if (!parts) {
    parts = lines[type]!.split(' ').map((word) => {
      if (word[0] === '<') return { name: '', from: '', shape: word.slice(1) };
      const [names, shape] = word.split(':') as [string, string];
      const [name, from] = names.split('=') as [string, string | undefined];
      return { name, from: from ?? name[0]!.toLowerCase() + name.slice(1), shape };
    });
    known.set(type, parts);
  }
  return parts;
}

const EMPTY: Readonly<Record<string, unknown>> = { s: '', i: 0, b: false, q: '0', t: null };
const plain = (value: unknown): Plain => (typeof value === 'object' && value !== null ? (value as Plain) : {});

function convert(value: unknown, shape: string, around: Plain): unknown {
  const none = value === undefined || value === null;
  if (shape[0] === '*' || shape[0] === 'l') return none ? null : shape.length > 1 ? convert(value, shape.slice(1), around) : value;
  if (shape[0] === '[') return none ? null : (value as readonly unknown[]).map((item) => struct(plain(item), parseInt(shape.slice(1), 36), around));
  if (shape[0] === '@') return struct(plain(value), parseInt(shape.slice(1), 36), around);
  return none ? EMPTY[shape] : value;
}

/** Metadata is written as on the wire. */
const metadata = (value: unknown): Plain => {
  const { creationTimestamp: _, ...rest } = plain(value);
  return rest;
};

function struct(value: Plain, type: number, around: Plain): Plain {
  const out: Record<string, unknown> = {};
  for (const { name, from, shape } of partsOf(type)) {
    if (shape === 'm') Object.assign(out, metadata(value.metadata));
    else if (name === '') Object.assign(out, struct(value, parseInt(shape.slice(1), 36), around));
    else out[name] = convert(from[0] === '^' ? around[from.slice(1)] : value[from], shape, value);
  }
  return out;
}

/** The server's own form of a part, ready to be written as JSON. */
export const internal = (value: unknown, type: keyof typeof ROOTS): Plain => struct(plain(value), ROOTS[type], plain(value));

const pretty = (value: unknown): string => JSON.stringify(value, null, 1).replace(/[<>&]/g, (c) => `\\u00${c.charCodeAt(0).toString(16)}`);

/** What changed, line by line. */
export const difference = (before: unknown, after: unknown, type: keyof typeof ROOTS): string => unifiedDiff(pretty(internal(before, type)), pretty(internal(after, type)));
