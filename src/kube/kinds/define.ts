/**
 * Short ways to write a kind down: its columns, and its own object type.
 * Stands for the table handlers of pkg/printers/internalversion/printers.go.
 */
import type { Column, Kind, Moment } from '../api/kind.ts';
import type { Json, KubeObject } from '../api/wire.ts';
import { checksChunk } from './late.ts';
import type { Container } from './types.ts';

/** A kind whose objects are `T`; the server hands it objects of that resource only. Its checks come later. */
export const define = <T extends KubeObject>(kind: Omit<Kind<T>, 'validate' | 'validateStatus' | 'warnings'>): Kind => ({
  ...(kind as unknown as Kind),
  get validate() {
    return checksChunk.value?.[kind.resource]?.validate;
  },
  get validateStatus() {
    return checksChunk.value?.[kind.resource]?.validateStatus;
  },
  get warnings() {
    return checksChunk.value?.[kind.resource]?.warnings;
  },
});

/** A column that is always shown. */
export const col = <T extends KubeObject>(name: string, cell: (object: T, at: Moment) => Json, type: Column['type'] = 'string'): Column<T> => ({ name, type, cell });

/** A column that only -o wide shows. */
export const wide = <T extends KubeObject>(name: string, cell: (object: T, at: Moment) => Json, type: Column['type'] = 'string'): Column<T> => ({ name, type, wide: true, cell });

/** A column of whole numbers. */
export const int = <T extends KubeObject>(name: string, cell: (object: T) => number | undefined): Column<T> => ({ name, type: 'integer', cell: (object) => cell(object) ?? 0 });

/** The object's name. */
export const NAME: Column = { name: 'Name', type: 'string', format: 'name', cell: (object) => object.metadata.name };

/** The time since the object was created. */
export const AGE: Column = { name: 'Age', type: 'string', cell: (object, at) => at.age(object.metadata.creationTimestamp) };

/** The wide columns of things that make Pods: names and images of the template's containers. */
export const containers = <T extends KubeObject>(of: (object: T) => readonly Container[] | undefined): readonly Column<T>[] => [
  wide('Containers', (object) => (of(object) ?? []).map((c) => c.name ?? '').join(',')),
  wide('Images', (object) => (of(object) ?? []).map((c) => c.image ?? '').join(',')),
];

/** The first of a list, with how many more there are: `a,b,c + 2 more...`. */
export const several = (list: readonly string[], most: number, none: string, separator = ','): string =>
  list.length === 0 ? none : list.slice(0, most).join(separator) + (list.length > most ? ` + ${list.length - most} more...` : '');
