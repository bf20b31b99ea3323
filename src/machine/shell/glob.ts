/**
 * Braces and file names: `{a,b}{1..3}` and `*.yaml`. Stands for bash's braces.c and glob(3). Names are in order of code units (the C locale).
 */
import type { Files } from '../files.ts';
import { isPattern, matches } from './pattern.ts';

/** The words that a word with braces stands for; quoted parts are left alone. */
export function expandBraces(text: string): readonly string[] {
  if (!text.includes('{')) return [text];
  for (let i = 0; i < text.length; i++) {
    i = skip(text, i);
    if (text[i] !== '{' || text[i - 1] === '$') continue;
    const found = group(text, i);
    if (!found) continue;
    const before = text.slice(0, i);
    const tails = expandBraces(text.slice(found.end));
    return found.options.flatMap((option) => tails.map((tail) => before + option + tail));
  }
  return [text];
}

/** Passes over a quoted part or an expansion at `i`; returns where to look on. */
function skip(text: string, i: number): number {
  for (;;) {
    const part = /^(?:\\.|'[^']*'|"(?:[^"\\]|\\.)*"|`[^`]*`|\$\{[^}]*\}|\$\((?:[^()]|\([^()]*\))*\))/s.exec(text.slice(i))?.[0];
    if (!part) return i;
    i += part.length;
  }
}

function group(text: string, open: number): { options: readonly string[]; end: number } | undefined {
  const commas: number[] = [];
  let depth = 0;
  for (let i = open + 1; i < text.length; i++) {
    i = skip(text, i);
    const char = text[i];
    if (char === '{') depth++;
    else if (char === ',' && depth === 0) commas.push(i);
    else if (char === '}' && depth-- === 0) {
      const inner = text.slice(open + 1, i);
      if (commas.length === 0) {
        const options = sequence(inner);
        return options && { options, end: i + 1 };
      }
      const cuts = [open, ...commas, i];
      return { options: cuts.slice(1).flatMap((cut, n) => expandBraces(text.slice(cuts[n]! + 1, cut))), end: i + 1 };
    }
  }
  return undefined;
}

function sequence(inner: string): readonly string[] | undefined {
  const match = /^(?:(-?\d+)\.\.(-?\d+)|([A-Za-z])\.\.([A-Za-z]))(?:\.\.(-?\d+))?$/.exec(inner);
  if (!match) return undefined;
  const [, from, to, first, last, by] = match;
  const numbers = from !== undefined;
  const start = numbers ? Number(from) : first!.charCodeAt(0);
  const end = numbers ? Number(to) : last!.charCodeAt(0);
  const step = (Math.abs(Number(by ?? 1)) || 1) * (start <= end ? 1 : -1);
  const padded = numbers && (/^-?0\d/.test(from) || /^-?0\d/.test(to!));
  const width = padded ? Math.max(from.length, to!.length) : 0;
  const out: string[] = [];
  for (let n = start; step > 0 ? n <= end : n >= end; n += step) {
    out.push(numbers ? (n < 0 ? `-${String(-n).padStart(width - 1, '0')}` : String(n).padStart(width, '0')) : String.fromCharCode(n));
  }
  return out;
}

/** The paths that a pattern matches, in order; `dots` also gives names that begin with one. */
export function glob(files: Files, pattern: string, options: { dots?: boolean; stars?: boolean; ignoreCase?: boolean } = {}): readonly string[] {
  const absolute = pattern.startsWith('/');
  let found: string[] = [absolute ? '/' : ''];
  const parts = pattern.split('/').filter((part, i, all) => part !== '' || (i === all.length - 1 && all.length > 1));
  parts.forEach((part, i) => {
    const last = i === parts.length - 1;
    const next: string[] = [];
    for (const folder of found) {
      if (part === '') {
        if (files.stat(folder)?.type === 'directory') next.push(`${folder}/`);
        continue;
      }
      const join = (name: string): string => (folder === '' ? name : folder.endsWith('/') ? folder + name : `${folder}/${name}`);
      if (part === '**' && options.stars) {
        const walk = (at: string): void => {
          next.push(at);
          for (const name of entries(files, at || '.')) {
            const path = at === '' ? name : at.endsWith('/') ? at + name : `${at}/${name}`;
            if (name[0] === '.' && !options.dots) continue;
            if (files.stat(path, false)?.type === 'directory') walk(path);
            else if (last) next.push(path);
          }
        };
        walk(folder);
        continue;
      }
      if (!isPattern(part)) {
        const path = join(part.replace(/\\(.)/gs, '$1'));
        if (last ? files.stat(path, false) : files.stat(path)?.type === 'directory') next.push(path);
        continue;
      }
      for (const name of entries(files, folder || '.')) {
        if (name[0] === '.' && !options.dots && !/^\\?\./.test(part)) continue;
        if (!matches(part, name, options.ignoreCase)) continue;
        if (last || files.stat(join(name))?.type === 'directory') next.push(join(name));
      }
    }
    found = next;
  });
  return found.filter((path) => path !== '' && path !== '/').sort();
}

function entries(files: Files, path: string): readonly string[] {
  try {
    return files.list(path);
  } catch {
    return [];
  }
}
