/**
 * Aliases, put into the text before it is run. Unlike bash: a line is expanded as a whole, with the aliases known before it.
 */
import type { SyntaxNode } from './parse.ts';
import { forEachChild, parse } from './parse.ts';
import type { Shell } from './shell.ts';

/** The text with the aliases of its commands replaced. */
export function expandAliases(sh: Shell, text: string): string {
  if (sh.aliases.size === 0) return text;
  const cuts: { pos: number; end: number; text: string }[] = [];
  const visit = (node: SyntaxNode): void => {
    if (node.type === 'Command' && node.name) {
      let word: typeof node.name | undefined = node.name;
      const next = node.suffix.filter((item) => item.type === 'Word');
      while (word && word.text === word.value && sh.aliases.has(word.text)) {
        const value = resolve(sh, word.text, new Set());
        cuts.push({ pos: word.pos, end: word.end, text: value });
        // An alias that ends in a blank lets the next word be one as well.
        const following: typeof node.name | undefined = /\s$/.test(value) ? next.shift() : undefined;
        word = following;
      }
    }
    forEachChild(node, visit);
  };
  visit(parse(text).script);
  cuts.sort((a, b) => b.pos - a.pos);
  let out = text;
  for (const cut of cuts) if (out.slice(cut.pos, cut.end) === text.slice(cut.pos, cut.end)) out = out.slice(0, cut.pos) + cut.text + out.slice(cut.end);
  return out;
}

/** An alias' value, its own first word replaced as well, but never by itself. */
function resolve(sh: Shell, name: string, seen: Set<string>): string {
  seen.add(name);
  const value = sh.aliases.get(name)!;
  const [first] = /^[^\s;&|<>()"'\\$`]+/.exec(value) ?? [''];
  if (seen.has(first)) return `\\${value}`;
  return sh.aliases.has(first) ? resolve(sh, first, seen) + value.slice(first.length) : value;
}
