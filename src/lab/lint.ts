/**
 * What is wrong with a manifest while it is being written, in the words that kubectl and the API server will use, with the place in the text.
 * Knows the schema only: what admission and validation say is seen when it is applied.
 */
import { DecodeError, decode } from '../kube/schema/decode.ts';
import { resourceOf, resources, typeOf, type Shape, type Type } from '../kube/schema/schema.ts';
import { parseYaml } from '../kubectl/yaml/parse.ts';
import { YamlError } from '../kubectl/yaml/scan.ts';
import type { Problem } from './protocol.ts';

type Plain = Readonly<Record<string, unknown>>;
const isPlain = (value: unknown): value is Plain => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Line and column, from 1, of a path such as `spec.containers[0].image` in block-style YAML; the nearest parent when it is written otherwise. */
function placeOf(lines: readonly string[], path: string): { readonly line: number; readonly column: number } {
  const steps = [...path.matchAll(/([^.[\]]+)|\[(\d+)\]/g)].map(([, name, index]) => (index === undefined ? name! : Number(index)));
  let from = 0;
  let to = lines.length;
  let found = { line: 1, column: 1 };
  for (const step of steps) {
    let indent = -1;
    let items = -1;
    let start = -1;
    for (let i = from; i < to; i++) {
      const [, blanks, dashes, rest] = /^( *)((?:- +)*)(.*)$/.exec(lines[i]!)!;
      if (!rest || rest.startsWith('#') || rest.startsWith('---')) continue;
      const depth = typeof step === 'number' ? blanks!.length : blanks!.length + dashes!.length;
      if (indent < 0) indent = depth;
      if (depth < indent) break;
      if (depth > indent) continue;
      if (typeof step === 'number') {
        if (lines[i]!.trimStart().startsWith('-') && ++items === step) start = i;
        else if (items > step && start >= 0) to = Math.min(to, i);
      } else if (start < 0 && (rest.startsWith(`${step}:`) || rest.startsWith(`"${step}":`))) {
        start = i;
        found = { line: i + 1, column: depth + 1 };
      } else if (start >= 0) {
        to = Math.min(to, i);
      }
      if (start >= 0 && to <= i) break;
    }
    if (start < 0) return found;
    // Inside a list item the first key stands on the line of its dash; inside a map the next line begins it.
    from = typeof step === 'number' ? start : start + 1;
    if (typeof step === 'number') {
      const dash = lines[start]!.indexOf('-');
      found = { line: start + 1, column: dash + 1 };
      // The dash counts as a blank from here on.
      lines = lines.with(start, `${lines[start]!.slice(0, dash)} ${lines[start]!.slice(dash + 1)}`);
    }
  }
  return found;
}

/** Required fields that are missing and values that are not in their enumeration. */
function look(value: unknown, shape: Shape, path: string, tell: (path: string, message: string) => void): void {
  if (shape.base === 'list' && Array.isArray(value)) return value.forEach((one, i) => look(one, shape.of!, `${path}[${i}]`, tell));
  if (shape.base === 'map' && isPlain(value)) return Object.entries(value).forEach(([key, one]) => look(one, shape.of!, `${path}.${key}`, tell));
  if (shape.base !== 'object' || !shape.type || !isPlain(value)) return;
  for (const field of shape.type.fields.values()) {
    const here = path ? `${path}.${field.name}` : field.name;
    const one = value[field.name];
    if (one === undefined || one === null) {
      if (field.required) tell(path || field.name, `${here}: Required value`);
      continue;
    }
    if (field.enum && typeof one === 'string' && !field.enum.includes(one)) tell(here, `${here}: Unsupported value: ${JSON.stringify(one)}: supported values: ${field.enum.map((word) => JSON.stringify(word)).join(', ')}`);
    look(one, field, here, tell);
  }
}

function lintDocument(text: string, first: number): Problem[] {
  const lines = text.split('\n');
  const problems: Problem[] = [];
  const tell = (path: string, message: string, severity: Problem['severity'] = 'error'): void => {
    const { line, column } = placeOf(lines, path);
    problems.push({ line: line + first, column, message, severity });
  };
  let value: unknown;
  try {
    value = parseYaml(text);
  } catch (error) {
    if (!(error instanceof YamlError)) throw error;
    const line = Number(/line (\d+)/.exec(error.message)?.[1] ?? 1);
    return [{ line: line + first, column: 1, message: error.message, severity: 'error' }];
  }
  if (value === null) return [];
  if (!isPlain(value)) return [{ line: first + 1, column: 1, message: 'a manifest is a map of fields: apiVersion, kind, metadata …', severity: 'error' }];
  const { apiVersion, kind } = value;
  if (typeof apiVersion !== 'string') return [{ line: first + 1, column: 1, message: 'apiVersion not set', severity: 'error' }];
  if (typeof kind !== 'string') return [{ line: first + 1, column: 1, message: 'kind not set', severity: 'error' }];
  const type: Type | undefined = typeOf(apiVersion, kind);
  if (!type || !resourceOf(apiVersion, kind)) {
    const near = resources.find((one) => one.kind.toLowerCase() === kind.toLowerCase());
    // A custom resource is known to the server alone.
    if (near) tell(near.kind === kind ? 'apiVersion' : 'kind', `no matches for kind ${JSON.stringify(kind)} in version ${JSON.stringify(apiVersion)} (${near.kind}, ${near.apiVersion})`);
    return problems;
  }
  try {
    for (const path of decode(value, type).unknown) tell(path, `unknown field ${JSON.stringify(path)}`);
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    const trail = /Go struct field \S+?\.(\S+) of type/.exec(error.message)?.[1];
    tell(trail ?? 'kind', error.message);
  }
  look(value, { base: 'object', type }, '', tell);
  return problems;
}

/** Problems of every document in a text, in the order of their lines. */
export function lintManifests(text: string): readonly Problem[] {
  const problems: Problem[] = [];
  let first = 0;
  let lines: string[] = [];
  const all = text.replaceAll('\r\n', '\n').split('\n');
  for (let i = 0; i <= all.length; i++) {
    const line = all[i];
    if (line !== undefined && !line.startsWith('---')) {
      lines.push(line);
      continue;
    }
    problems.push(...lintDocument(lines.join('\n'), first));
    first = i + 1;
    lines = [];
  }
  return problems.sort((a, b) => a.line - b.line || a.column - b.column);
}
