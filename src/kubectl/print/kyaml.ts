/**
 * -o kyaml: YAML in flow style that is also safe to edit: strings quoted, braces and commas.
 * Stands for sigs.k8s.io/yaml/kyaml.
 */
import { isMap, number, sortedKeys } from '../go.ts';
import { resolve } from '../yaml/resolve.ts';

/** A document of one object. */
export const kyaml = (value: unknown): string => `---\n${node(value, '')}\n`;

function node(value: unknown, indent: string): string {
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    if (value.length === 0) return '[]';
    if (value.every((item) => typeof item === 'object' && item !== null)) return `[${(value as unknown[]).map((item) => node(item, indent)).join(', ')}]`;
    return `[\n${(value as unknown[]).map((item) => `${inner}${node(item, inner)},\n`).join('')}${indent}]`;
  }
  if (isMap(value)) {
    const keys = sortedKeys(value).filter((key) => value[key] !== undefined);
    if (keys.length === 0) return '{}';
    return `{\n${keys.map((key) => `${inner}${keyText(key)}: ${node(value[key], inner)},\n`).join('')}${indent}}`;
  }
  if (typeof value === 'string') return string(value, indent);
  return typeof value === 'number' ? number(value) : String(value ?? null);
}

const keyText = (key: string): string => (/^[\p{L}\p{N}_]([\p{L}\p{N}_./-]*[\p{L}\p{N}_])?$/u.test(key) && resolve(key)[0] === 'str' && !/^[tf]$/i.test(key) ? key : string(key, ''));

/** Several lines stand one below the other, each with its `\n` and a backslash that joins it to the next. */
function string(text: string, indent: string): string {
  const several = text.includes('\n');
  const inner = `${indent}  `;
  let out = several ? '"\\\n' : '"';
  for (const c of text) {
    if (out.endsWith('\n')) out += inner + (/\s/.test(c) && c !== '\n' ? '\\' : ' ');
    out += c === '\n' ? '\\n\\\n' : c === '\t' ? '\t' : JSON.stringify(c).slice(1, -1);
  }
  if (several) out += `${out.endsWith('\n') ? '' : '\\\n'}${inner}`;
  return `${out}"`;
}
