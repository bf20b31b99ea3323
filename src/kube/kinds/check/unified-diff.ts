/**
 * The difference of two texts by lines, as difflib makes it (Ratcliff and Obershelp's matching, github.com/pmezard/go-difflib):
 * the server shows it when fields were changed that may not be.
 */
type Match = readonly [a: number, b: number, size: number];
type Step = readonly [same: boolean, a1: number, a2: number, b1: number, b2: number];

const CONTEXT = 3;

/** Where each line of `b` stands; in a long text lines that occur often are left out, as they tell little. */
function places(b: readonly string[]): Map<string, number[]> {
  const found = new Map<string, number[]>();
  for (const [i, line] of b.entries()) {
    const list = found.get(line);
    if (list) list.push(i);
    else found.set(line, [i]);
  }
  if (b.length >= 200) {
    const most = Math.floor(b.length / 100) + 1;
    for (const [line, list] of [...found]) if (list.length > most) found.delete(line);
  }
  return found;
}

function longest(a: readonly string[], b: readonly string[], at: Map<string, number[]>, alo: number, ahi: number, blo: number, bhi: number): Match {
  let [i, j, size] = [alo, blo, 0];
  let lengths = new Map<number, number>();
  for (let x = alo; x < ahi; x++) {
    const next = new Map<number, number>();
    for (const y of at.get(a[x]!) ?? []) {
      if (y < blo) continue;
      if (y >= bhi) break;
      const k = (lengths.get(y - 1) ?? 0) + 1;
      next.set(y, k);
      if (k > size) [i, j, size] = [x - k + 1, y - k + 1, k];
    }
    lengths = next;
  }
  while (i > alo && j > blo && a[i - 1] === b[j - 1]) [i, j, size] = [i - 1, j - 1, size + 1];
  while (i + size < ahi && j + size < bhi && a[i + size] === b[j + size]) size++;
  return [i, j, size];
}

function matches(a: readonly string[], b: readonly string[]): readonly Match[] {
  const at = places(b);
  const out: Match[] = [];
  const within = (alo: number, ahi: number, blo: number, bhi: number): void => {
    const [i, j, k] = longest(a, b, at, alo, ahi, blo, bhi);
    if (k === 0) return;
    if (alo < i && blo < j) within(alo, i, blo, j);
    const last = out.at(-1);
    if (last && last[0] + last[2] === i && last[1] + last[2] === j) out[out.length - 1] = [last[0], last[1], last[2] + k];
    else out.push([i, j, k]);
    if (i + k < ahi && j + k < bhi) within(i + k, ahi, j + k, bhi);
  };
  within(0, a.length, 0, b.length);
  return [...out, [a.length, b.length, 0]];
}

function groups(a: readonly string[], b: readonly string[]): readonly (readonly Step[])[] {
  const steps: Step[] = [];
  let [i, j] = [0, 0];
  for (const [ai, bj, size] of matches(a, b)) {
    if (i < ai || j < bj) steps.push([false, i, ai, j, bj]);
    [i, j] = [ai + size, bj + size];
    if (size > 0) steps.push([true, ai, i, bj, j]);
  }
  const out: Step[][] = [];
  let group: Step[] = [];
  for (const [n, [same, a1, a2, b1, b2]] of steps.entries()) {
    let [from, start] = [a1, b1];
    const first = n === 0;
    const last = n === steps.length - 1;
    if (same && first) [from, start] = [Math.max(a1, a2 - CONTEXT), Math.max(b1, b2 - CONTEXT)];
    if (same && !first && !last && a2 - a1 > 2 * CONTEXT) {
      group.push([true, a1, a1 + CONTEXT, b1, b1 + CONTEXT]);
      out.push(group);
      group = [];
      [from, start] = [a2 - CONTEXT, b2 - CONTEXT];
    }
    group.push(same && last ? [true, from, Math.min(a2, from + CONTEXT), start, Math.min(b2, start + CONTEXT)] : [same, from, a2, start, b2]);
  }
  if (group.some(([same]) => !same)) out.push(group);
  return out;
}

const range = (start: number, stop: number): string => (stop - start === 1 ? `${start + 1}` : `${start + (stop === start ? 0 : 1)},${stop - start}`);

/** The changed parts with three lines around each; empty when there is no difference. */
export function unifiedDiff(before: string, after: string): string {
  const a = before.split('\n');
  const b = after.split('\n');
  let text = '';
  const write = (mark: string, lines: readonly string[]): void => {
    for (const line of lines) text += `${mark}${line}\n`;
  };
  for (const group of groups(a, b)) {
    const [, a1, , b1] = group[0]!;
    const [, , a2, , b2] = group.at(-1)!;
    text += `@@ -${range(a1, a2)} +${range(b1, b2)} @@\n`;
    for (const [same, x1, x2, y1, y2] of group) {
      if (same) write(' ', a.slice(x1, x2));
      else {
        write('-', a.slice(x1, x2));
        write('+', b.slice(y1, y2));
      }
    }
  }
  return text;
}
