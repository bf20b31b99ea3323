/**
 * What is wrong with an object: what its kind says, then what the schema alone can say (required and enumerated fields) and the kind did not.
 * Stands for the Validate and ValidateUpdate of the registry strategies.
 */
import type { Field, Type } from '../schema/schema.ts';
import type { Exchange } from './exchange.ts';
import type { FieldError } from './kind.ts';
import type { KubeObject } from './wire.ts';

/** Everything wrong with it besides its metadata. What components in the same process write is right, so that the checks of kinds may come late. */
export function validateObject(x: Exchange, object: KubeObject, old: KubeObject | undefined): readonly FieldError[] {
  const { kind, stored: resource } = x;
  if (x.loopback) return [];
  if (kind?.validate) return kind.validate(object, old, { ...x.at, subresource: x.info.subresource });
  if (!resource.type) return [];
  const out: FieldError[] = [];
  for (const field of resource.type.fields.values()) {
    if (field.name !== 'metadata' && field.name !== 'status') checkField(object[field.name], old?.[field.name], field, field.name, out);
  }
  return out;
}

/** Required and enumerated fields below a value of this type. Parts shared with `old` were checked before. */
export function checkType(value: unknown, old: unknown, type: Type, path: string, out: FieldError[]): void {
  if (value === old || typeof value !== 'object' || value === null) return;
  for (const field of type.fields.values()) {
    checkField((value as Record<string, unknown>)[field.name], (old as Record<string, unknown> | undefined | null)?.[field.name], field, path ? `${path}.${field.name}` : field.name, out);
  }
}

function checkField(value: unknown, old: unknown, field: Field, path: string, out: FieldError[]): void {
  const missing = value === undefined || value === null || value === '';
  if (missing) {
    if (field.required && (field.base === 'string' || field.base === 'list' || field.base === 'object') && value !== old) out.push({ type: 'Required value', path });
    return;
  }
  if (value === old) return;
  if (field.base === 'string') {
    if (field.enum && !field.enum.includes(value as string)) {
      out.push({ type: 'Unsupported value', path, value, detail: `supported values: ${field.enum.filter((v) => v !== '').map((v) => JSON.stringify(v)).join(', ')}` });
    }
  } else if (field.base === 'object') checkType(value, old, field.type!, path, out);
  else if (field.base === 'list' && field.of?.base === 'object') {
    const list = value as readonly unknown[];
    for (let i = 0; i < list.length; i++) checkType(list[i], (old as readonly unknown[] | undefined)?.[i], field.of.type!, `${path}[${i}]`, out);
  }
}
