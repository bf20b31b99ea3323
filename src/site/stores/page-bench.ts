/** Which laboratory an element belongs to: the `<lab-bench>` around it, or the page's only one. */
import type { Bench } from './bench.ts';

const open = new WeakMap<Element, Bench>();
let waiting: (readonly [Element, (bench: Bench) => void])[] = [];

const hostOf = (element: Element): Element | null => element.closest('lab-bench') ?? document.querySelector('lab-bench');

/** Tells every element that waits for the laboratory `host` that it is open. */
export function announceBench(host: Element, bench: Bench): void {
  open.set(host, bench);
  const before = waiting;
  waiting = [];
  for (const [element, use] of before) withBench(element, use);
}

/** Calls `use` with the element's laboratory, now or when it opens. */
export function withBench(element: Element, use: (bench: Bench) => void): void {
  const host = hostOf(element);
  const bench = host && open.get(host);
  if (bench) use(bench);
  else waiting.push([element, use]);
}
