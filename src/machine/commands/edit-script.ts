/**
 * The shortest way from one list of lines to another (Myers 1986), with runs slid down as GNU diff shows them.
 */

/** Lines `from`..`fromEnd` of the old give way to `to`..`toEnd` of the new; ends are exclusive. */
export interface Hunk {
  from: number;
  fromEnd: number;
  to: number;
  toEnd: number;
}

/** Compares by key; gives the places that differ, in order. */
export function hunks(a: readonly string[], b: readonly string[]): Hunk[] {
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let tail = 0;
  while (tail < a.length - start && tail < b.length - start && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++;
  const n = a.length - start - tail;
  const m = b.length - start - tail;
  const gone = new Uint8Array(a.length + 1);
  const come = new Uint8Array(b.length + 1);
  if (n === 0 || m === 0) {
    gone.fill(1, start, start + n);
    come.fill(1, start, start + m);
  } else trace(a, b, start, n, m, gone, come);
  slide(a, gone, come);
  slide(b, come, gone);
  const out: Hunk[] = [];
  for (let i = 0, j = 0; i < a.length || j < b.length; ) {
    if (!gone[i] && !come[j]) {
      i++;
      j++;
      continue;
    }
    const hunk: Hunk = { from: i, fromEnd: i, to: j, toEnd: j };
    while (i < a.length && gone[i]) i++;
    while (j < b.length && come[j]) j++;
    hunk.fromEnd = i;
    hunk.toEnd = j;
    out.push(hunk);
  }
  return out;
}

/** Marks what goes and what comes on a shortest way through the middle parts. */
function trace(a: readonly string[], b: readonly string[], start: number, n: number, m: number, gone: Uint8Array, come: Uint8Array): void {
  const most = n + m;
  const steps: Int32Array[] = [];
  const v = new Int32Array(2 * most + 3);
  const zero = most + 1;
  for (let d = 0; d <= most; d++) {
    steps.push(v.slice(zero - d - 1, zero + d + 2));
    for (let k = -d; k <= d; k += 2) {
      let x = k === -d || (k !== d && v[zero + k - 1]! < v[zero + k + 1]!) ? v[zero + k + 1]! : v[zero + k - 1]! + 1;
      while (x < n && x - k < m && a[start + x] === b[start + x - k]) x++;
      v[zero + k] = x;
      if (x >= n && x - k >= m) {
        back(steps, d, start, n, m, gone, come);
        return;
      }
    }
  }
}

function back(steps: readonly Int32Array[], last: number, start: number, n: number, m: number, gone: Uint8Array, come: Uint8Array): void {
  let x = n;
  let y = m;
  for (let d = last; d > 0; d--) {
    const v = steps[d]!;
    const at = (k: number): number => v[k + d + 1]!;
    const k = x - y;
    const down = k === -d || (k !== d && at(k - 1) < at(k + 1));
    const previous = down ? k + 1 : k - 1;
    const px = at(previous);
    const py = px - previous;
    if (down) come[start + py] = 1;
    else gone[start + px] = 1;
    x = px;
    y = py;
  }
}

/** Slides each run of marked lines down while the line behind it equals its first one, unless that would part it from a change on the other side. */
function slide(lines: readonly string[], mine: Uint8Array, other: Uint8Array): void {
  let j = 0;
  for (let i = 0; i < lines.length; ) {
    if (!mine[i]) {
      while (other[j]) j++;
      i++;
      j++;
      continue;
    }
    let from = i;
    while (i < lines.length && mine[i]) i++;
    let matched = other[j] ? i : -1;
    while (other[j]) j++;
    while (i < lines.length && lines[from] === lines[i]) {
      mine[from++] = 0;
      mine[i++] = 1;
      while (i < lines.length && mine[i]) i++;
      j++;
      if (other[j]) matched = i;
      while (other[j]) j++;
    }
    // Back to where changes of both sides stand together.
    while (matched >= 0 && matched < i) {
      mine[--from] = 1;
      mine[--i] = 0;
      j--;
      while (j > 0 && other[j - 1] && matched < i) j--;
    }
    while (other[j]) j++;
  }
}
