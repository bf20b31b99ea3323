/** Colours for YAML and shell text in lessons, as classes: k(ey) s(tring) n(umber) c(omment) p(unctuation). Line by line, no parser. */
import type { ElementContent } from 'hast';
import { element } from './walk.ts';

const RULES: Readonly<Record<string, RegExp>> = {
  yaml: /(?<c>(?<=^|\s)#.*$)|(?<k>(?:[\w./-]+|"[^"]*")(?=\s*:(?:\s|$)))|(?<s>"[^"]*"|'[^']*')|(?<n>(?<=[\s[,])(?:\d[\w.]*|true|false|null|~)(?=[\s,\]}]|$))|(?<p>^\s*(?:-(?=\s))+|---|[:{}[\],|>])/g,
  sh: /(?<c>(?<=^|\s)#.*$)|(?<s>"[^"]*"|'[^']*')|(?<k>(?<=^|[|;&]\s*|\$\()[a-z][\w-]+)|(?<n>\$\{?\w+\}?)/g,
};
const SAME: Readonly<Record<string, string>> = { yml: 'yaml', json: 'yaml', bash: 'sh', shell: 'sh' };

/** One line of code as text and spans. */
export function tokens(line: string, language: string): ElementContent[] {
  const rule = RULES[SAME[language] ?? language];
  if (!rule) return [{ type: 'text', value: line }];
  const out: ElementContent[] = [];
  let last = 0;
  for (const match of line.matchAll(rule)) {
    const kind = Object.entries(match.groups!).find(([, value]) => value !== undefined)![0];
    if (match.index > last) out.push({ type: 'text', value: line.slice(last, match.index) });
    out.push(element('span', { className: [kind] }, match[0]));
    last = match.index + match[0].length;
  }
  if (last < line.length) out.push({ type: 'text', value: line.slice(last) });
  return out;
}
