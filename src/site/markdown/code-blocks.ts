/**
 * remark: a `console` block is a transcript whose command lines can be sent to the terminal; any other block is a quiet figure.
 * ```yaml title="myweb.yaml" mark="3,5-6"``` names a file, which can be put into the learner's home, and marks lines.
 */
import type { Element, ElementContent } from 'hast';
import type { Code, Root } from 'mdast';
import type { VFile } from 'vfile';
import { parseTranscript } from '../../lab/transcript.ts';
import type { Lang } from '../../lab/protocol.ts';
import * as texts from '../texts.ts';
import { element, langOf, walk } from './walk.ts';
import { tokens } from './yaml-tokens.ts';

const icon = (...paths: string[]): Element =>
  element('svg', { viewBox: '0 0 16 16', className: ['icon'], ariaHidden: 'true' }, ...paths.map((d) => element('path', { d })));

const inOrder = (lines: readonly string[]): ElementContent[] =>
  lines.flatMap((line, i) => (i ? ['\n', line] : [line])).map((value) => ({ type: 'text', value }));

/** One command line with its mark. */
const commandLine = (line: string, lang: Lang): Element =>
  element(
    'send-line',
    {},
    element(
      'button',
      { type: 'button', ariaLabel: texts.sendLine[lang](line) },
      icon('M5 3.500 10.500 8 5 12.500'),
      element('span', { className: ['ran'] }, icon('M3 8.500 6.500 12 13 4.500')),
    ),
    element('code', {}, line),
  );

function consoleBlock(text: string, lang: Lang): Element[] {
  const out: Element[] = [];
  for (const step of parseTranscript(text).steps) {
    if ('line' in step) {
      out.push(commandLine(step.line, lang));
      if (step.output.length)
        out.push(
          element('pre', { className: ['output'], tabIndex: 0, ariaLabel: texts.outputOf[lang](step.line) }, element('samp', {}, ...inOrder(step.output))),
        );
    } else if ('wait' in step) out.push(element('p', { className: ['pause'] }, texts.later[lang](step.wait / 1000)));
    else if ('press' in step) out.push(element('p', { className: ['pause'] }, element('kbd', {}, step.press.replace('^', 'Ctrl+'))));
    else if (step.say) out.push(element('p', { className: ['pause'] }, step.say.replace(/^#\s?/, '')));
  }
  return out;
}

function figure({ value, lang: language, meta }: Code, lang: Lang): Element {
  const option = (name: string): string | undefined => new RegExp(`${name}="([^"]*)"`).exec(meta ?? '')?.[1];
  const title = option('title');
  const marked = new Set(
    (option('mark') ?? '')
      .split(',')
      .filter(Boolean)
      .flatMap((range) => {
        const [from, to = from] = range.split('-').map(Number) as [number, number?];
        return Array.from({ length: to - from + 1 }, (_, i) => from + i);
      }),
  );
  const lines = value
    .split('\n')
    .map((line, i) => element('span', { className: marked.has(i + 1) ? ['l', 'm'] : ['l'] }, ...tokens(line, language ?? ''), '\n'));
  return element(
    'code-block',
    title ? { 'data-file': title } : {},
    element(
      'div',
      { className: ['bar'] },
      element('span', { className: ['file'] }, title ?? ''),
      ...(title
        ? [
            element(
              'button',
              { type: 'button', className: ['put'], hidden: true, 'data-done': texts.putDone[lang], title: texts.putFileNamed[lang](title) },
              texts.putFile[lang],
              element('span', { className: ['unseen'] }, `: ${title}`),
            ),
          ]
        : []),
      element(
        'button',
        { type: 'button', className: ['copy'], hidden: true, 'data-done': texts.copied[lang], title: texts.copy[lang] },
        texts.copy[lang],
        ...(title ? [element('span', { className: ['unseen'] }, `: ${title}`)] : []),
      ),
    ),
    element('pre', { tabIndex: 0, role: 'region', ariaLabel: title ?? texts.codeIn[lang](language ?? 'text') }, element('code', {}, ...lines)),
  );
}

export const codeBlocks = () => (tree: Root, file: VFile) => {
  const lang = langOf(file.path);
  walk(tree, (node: Code) => {
    if (node.type !== 'code') return;
    const made = node.lang === 'console' ? element('div', { className: ['console'] }, ...consoleBlock(node.value, lang)) : figure(node, lang);
    node.data = { hName: made.tagName, hProperties: made.properties, hChildren: made.children } as never;
    // A plain `code` node has a handler of its own that would win.
    (node as { type: string }).type = 'madeCode';
  });
};
