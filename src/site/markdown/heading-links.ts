/** rehype: second- and third-level headings become links to themselves. */
import type { Element, Root } from 'hast';
import { element, walk } from './walk.ts';

export const headingLinks = () => (tree: Root) =>
  walk(tree, (node: Element) => {
    const id = node.properties?.['id'];
    if ((node.tagName === 'h2' || node.tagName === 'h3') && id) node.children = [element('a', { href: `#${String(id)}` }, ...node.children)];
  });
