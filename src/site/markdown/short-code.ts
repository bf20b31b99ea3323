/** rehype: short code in prose (`k8s-master`, `spec.nodeName`) is not broken at its hyphens. */
import type { Element, Root } from 'hast';
import { walk } from './walk.ts';

const LONGEST = 22;

export const shortCode = () => (tree: Root) =>
  walk(tree, (node: Element) => {
    const [only] = node.children ?? [];
    if (node.tagName === 'code' && node.children.length === 1 && only?.type === 'text' && only.value.length <= LONGEST && !only.value.includes('\n'))
      node.properties['className'] = ['short'];
  });
