/** Describes any object of a kind without a describer of its own: its fields, by name, as words. */
import { isMap, plain, sortedKeys, type Rec } from '../go.ts';
import type { Describer } from './describer.ts';
import { events, eventsOf } from './events.ts';
import { heading } from './parts.ts';
import { Sheet } from './sheet.ts';

const ACRONYMS = new Set(['API', 'URL', 'UID', 'GUID']);
const SKIPPED = new Set(['.metadata.managedFields', '.metadata.name', '.metadata.namespace', '.metadata.labels', '.metadata.annotations']);

/** `creationTimestamp` as `Creation Timestamp`; names with other signs stay as they are. */
function title(field: string): string {
  if (/[^\p{L}-]/u.test(field)) return field;
  const parts = field.match(/[A-Z]{2,}s?(?=[A-Z][a-z]|$|-)|[A-Z]?[a-z]+|[A-Z]+|-/g) ?? [field];
  return parts.map((part) => (ACRONYMS.has(part.toUpperCase()) ? part.toUpperCase() : part === part.toLowerCase() ? part.charAt(0).toUpperCase() + part.slice(1) : part)).join(' ');
}

function content(sheet: Sheet, level: number, map: Rec, prefix: string): void {
  for (const field of sortedKeys(map)) {
    const path = `${prefix}.${field}`;
    const value = map[field];
    if (SKIPPED.has(path)) continue;
    if (isMap(value)) {
      sheet.line(level, `${title(field)}:`);
      content(sheet, level + 1, value, path);
    } else if (Array.isArray(value)) {
      sheet.line(level, `${title(field)}:`);
      for (const child of value as unknown[]) {
        if (isMap(child)) content(sheet, level + 1, child, path);
        else sheet.line(level + 1, plain(child));
      }
    } else sheet.field(level, title(field), plain(value));
  }
}

export const generic: Describer = function* (object, see) {
  const found = see.events ? yield* eventsOf(see, object) : undefined;
  const sheet = new Sheet();
  heading(sheet, object);
  content(sheet, 0, object, '');
  events(sheet, found, see.unix);
  return sheet.text();
};
