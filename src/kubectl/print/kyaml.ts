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

const keyText = (key: string): string => (/^[A-Za-z][A-Za-z0-9_./-]*$/.test(key) && resolve(key)[0] === 'str' ? key : JSON.stringify(key));

function string(text: string, indent: string): string {
  const quoted = JSON.stringify(text);
  const lines = text.split('\n');
  if (lines.length < 2 || (lines.length === 2 && lines[1] === '')) return quoted;
  const body = lines.map((line, i) => (i === lines.length - 1 ? (line === '' ? '' : ` ${indent} ${escape(line)}\\`) : `${indent}  ${/^[ \t]/.test(line) ? '\\' : ' '}${escape(line)}\\n\\`)).filter((line) => line !== '');
  return `"\\\n${body.join('\n')}\n${indent}"`;
}

const escape = (text: string): string => JSON.stringify(text).slice(1, -1);
