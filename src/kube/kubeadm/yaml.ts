/**
 * Writes objects as kubeadm writes them: two blanks, lists not indented, no line folded, double quotes only where they are needed.
 */

const UNSAFE = /^$|^[\s\-?:,[\]{}#&*!|>'"%@`]|: |:$| #|\s$|\n|^(true|false|null|yes|no|on|off|y|n|~)$|^[-+]?(\d[\d_]*\.?\d*|\.\d+)(e[-+]?\d+)?$|^0x/i;
const isFlag = (text: string): boolean => /^--?[a-z]/.test(text) && !/: | #|\n|:$/.test(text);

const scalar = (value: unknown): string => (typeof value === 'string' ? (UNSAFE.test(value) && !isFlag(value) ? JSON.stringify(value) : value) : String(value ?? null));

function lines(value: unknown, indent: string): string {
  if (Array.isArray(value)) return value.map((item: unknown) => `${indent}- ${isTree(item) ? lines(item, `${indent}  `).slice(indent.length + 2) : `${scalar(item)}\n`}`).join('');
  return Object.entries(value as object).map(([key, item]: [string, unknown]) => {
    const name = `${indent}${scalar(key)}:`;
    if (isTree(item)) return `${name}\n${lines(item, Array.isArray(item) ? indent : `${indent}  `)}`;
    return `${name} ${Array.isArray(item) ? '[]' : typeof item === 'object' && item !== null ? '{}' : scalar(item)}\n`;
  }).join('');
}

const isTree = (value: unknown): value is object => typeof value === 'object' && value !== null && Object.keys(value).length > 0;

/** An object as YAML; its keys stay in the order in which they stand. */
export const yaml = (value: object): string => lines(value, '');
