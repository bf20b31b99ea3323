/** Small pieces for the Markdown plugins: walking a tree, making elements, the language of a file. */
import type { Element, ElementContent, Properties } from 'hast';
import type { Lang } from '../../lab/protocol.ts';

interface Tree {
  readonly type: string;
  readonly children?: readonly unknown[];
}

/** Calls `see` with every node, parents first. */
export function walk(node: unknown, see: (node: never) => void): void {
  see(node as never);
  for (const child of (node as Tree).children ?? []) walk(child, see);
}

/** A HAST element; texts among the children become text nodes. */
export const element = (tagName: string, properties: Properties, ...children: (ElementContent | string)[]): Element => ({
  type: 'element',
  tagName,
  properties,
  children: children.map((child) => (typeof child === 'string' ? { type: 'text', value: child } : child)),
});

/** The language of a content file, from its path: `…/content/en/…` or `debrief.en.md`. */
export const langOf = (path: unknown): Lang => (/[/.]en[/.]/.test(String(path).replaceAll('\\', '/')) ? 'en' : 'ko');
