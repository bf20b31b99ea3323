/**
 * Go's sort.Sort: not stable, so the order of equal elements is its own. Equal input gives Go's very output.
 * Stands for the pattern-defeating quicksort of package sort.
 */

/** A sorted copy. */
export function goSort<T>(items: readonly T[], less: (a: T, b: T) => boolean): T[] {
  const list = [...items];
  new Sorter(list, less).sort(0, list.length, Math.floor(Math.log2(list.length || 1)) + 1);
  return list;
}

class Sorter<T> {
  private readonly list: T[];
  private readonly isLess: (a: T, b: T) => boolean;
  private swaps = 0;

  constructor(list: T[], less: (a: T, b: T) => boolean) {
    this.list = list;
    this.isLess = less;
  }

  private less(i: number, j: number): boolean {
    return this.isLess(this.list[i]!, this.list[j]!);
  }

  private swap(i: number, j: number): void {
    [this.list[i], this.list[j]] = [this.list[j]!, this.list[i]!];
  }

  sort(start: number, end: number, badAllowed: number): void {
    let [a, b, limit] = [start, end, badAllowed];
    let [balanced, partitioned] = [true, true];
    for (;;) {
      const length = b - a;
      if (length <= 12) return this.insertion(a, b);
      if (limit === 0) return this.heap(a, b);
      if (!balanced) {
        this.shuffle(a, b);
        limit--;
      }
      let { pivot, hint } = this.choose(a, b);
      if (hint === 'decreasing') {
        for (let i = a, j = b - 1; i < j; i++, j--) this.swap(i, j);
        pivot = b - 1 - (pivot - a);
        hint = 'increasing';
      }
      if (balanced && partitioned && hint === 'increasing' && this.partialInsertion(a, b)) return;
      if (a > 0 && !this.less(a - 1, pivot)) {
        a = this.partitionEqual(a, b, pivot);
        continue;
      }
      const { mid, already } = this.partition(a, b, pivot);
      partitioned = already;
      const [left, right] = [mid - a, b - mid];
      if (left < right) {
        balanced = left >= Math.floor(length / 8);
        this.sort(a, mid, limit);
        a = mid + 1;
      } else {
        balanced = right >= Math.floor(length / 8);
        this.sort(mid + 1, b, limit);
        b = mid;
      }
    }
  }

  private insertion(a: number, b: number): void {
    for (let i = a + 1; i < b; i++) for (let j = i; j > a && this.less(j, j - 1); j--) this.swap(j, j - 1);
  }

  private heap(a: number, b: number): void {
    const down = (from: number, to: number): void => {
      for (let root = from; ; ) {
        let child = 2 * root + 1;
        if (child >= to) return;
        if (child + 1 < to && this.less(a + child, a + child + 1)) child++;
        if (!this.less(a + root, a + child)) return;
        this.swap(a + root, a + child);
        root = child;
      }
    };
    const n = b - a;
    for (let i = Math.floor((n - 1) / 2); i >= 0; i--) down(i, n);
    for (let i = n - 1; i >= 0; i--) {
      this.swap(a, a + i);
      down(0, i);
    }
  }

  private partition(a: number, b: number, pivot: number): { mid: number; already: boolean } {
    this.swap(a, pivot);
    let [i, j] = [a + 1, b - 1];
    while (i <= j && this.less(i, a)) i++;
    while (i <= j && !this.less(j, a)) j--;
    if (i > j) {
      this.swap(j, a);
      return { mid: j, already: true };
    }
    this.swap(i++, j--);
    for (;;) {
      while (i <= j && this.less(i, a)) i++;
      while (i <= j && !this.less(j, a)) j--;
      if (i > j) break;
      this.swap(i++, j--);
    }
    this.swap(j, a);
    return { mid: j, already: false };
  }

  private partitionEqual(a: number, b: number, pivot: number): number {
    this.swap(a, pivot);
    let [i, j] = [a + 1, b - 1];
    for (;;) {
      while (i <= j && !this.less(a, i)) i++;
      while (i <= j && this.less(a, j)) j--;
      if (i > j) return i;
      this.swap(i++, j--);
    }
  }

  private partialInsertion(a: number, b: number): boolean {
    let i = a + 1;
    for (let step = 0; step < 5; step++) {
      while (i < b && !this.less(i, i - 1)) i++;
      if (i === b) return true;
      if (b - a < 50) return false;
      this.swap(i, i - 1);
      if (i - a >= 2) for (let j = i - 1; j >= 1 && this.less(j, j - 1); j--) this.swap(j, j - 1);
      if (b - i >= 2) for (let j = i + 1; j < b && this.less(j, j - 1); j++) this.swap(j, j - 1);
    }
    return false;
  }

  private shuffle(a: number, b: number): void {
    const length = b - a;
    if (length < 8) return;
    let random = BigInt(length);
    const modulus = 2 ** (32 - Math.clz32(length));
    const at = a + Math.floor(length / 4) * 2 - 1;
    for (let i = 0; i < 3; i++) {
      random ^= (random << 13n) & 0xffffffffffffffffn;
      random ^= random >> 7n;
      random = (random ^ (random << 17n)) & 0xffffffffffffffffn;
      let other = Number(random & BigInt(modulus - 1));
      if (other >= length) other -= length;
      this.swap(at - 1 + i, a + other);
    }
  }

  private choose(a: number, b: number): { pivot: number; hint: 'increasing' | 'decreasing' | 'unknown' } {
    const length = b - a;
    this.swaps = 0;
    const quarter = Math.floor(length / 4);
    let [i, j, k] = [a + quarter, a + quarter * 2, a + quarter * 3];
    if (length >= 8) {
      if (length >= 50) [i, j, k] = [this.median(i - 1, i, i + 1), this.median(j - 1, j, j + 1), this.median(k - 1, k, k + 1)];
      j = this.median(i, j, k);
    }
    return { pivot: j, hint: this.swaps === 0 ? 'increasing' : this.swaps === 12 ? 'decreasing' : 'unknown' };
  }

  private median(x: number, y: number, z: number): number {
    let [a, b, c] = [x, y, z];
    const order = (p: number, q: number): [number, number] => {
      if (!this.less(q, p)) return [p, q];
      this.swaps++;
      return [q, p];
    };
    [a, b] = order(a, b);
    [b, c] = order(b, c);
    [, b] = order(a, b);
    void c;
    return b;
  }
}
