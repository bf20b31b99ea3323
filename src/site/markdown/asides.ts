/**
 * remark: `:::note`, `:::often` and `:::real` boxes, with an own title in brackets (`:::often[말이 다른 노트]`).
 * often: what notes usually say, and how it is in fact · real: where a real cluster behaves differently from this one.
 */
import type { Paragraph, PhrasingContent, Root } from 'mdast';
import type { VFile } from 'vfile';
import * as texts from '../texts.ts';
import { langOf, walk } from './walk.ts';

/** A `:::name` block, as remark-directive makes it; hName and hProperties are what it becomes. */
interface Directive {
  readonly type: string;
  readonly name: string;
  readonly children: { type: string; data?: object; children?: PhrasingContent[] }[];
  data?: object;
}

const TITLES: Readonly<Record<string, texts.Text>> = { note: texts.noteTitle, often: texts.oftenTitle, real: texts.realTitle };

export const asides = () => (tree: Root, file: VFile) =>
  walk(tree, (node: Directive) => {
    const title = node.type === 'containerDirective' ? TITLES[node.name] : undefined;
    if (!title) return;
    const first = node.children[0] as Paragraph | undefined;
    const own = first?.data && 'directiveLabel' in first.data ? (node.children.shift() as Paragraph).children : undefined;
    node.data = { hName: 'aside', hProperties: { className: ['aside', node.name], ariaLabel: title[langOf(file.path)] } };
    node.children.unshift({
      type: 'paragraph',
      data: { hProperties: { className: ['aside-title'] } },
      children: own ?? [{ type: 'text', value: title[langOf(file.path)] }],
    });
  });
