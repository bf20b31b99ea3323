/** Where an arrow key leads: the nearest thing in that direction, straight ones before slanted ones. */
export function nearest(from: HTMLElement, things: readonly HTMLElement[], key: string): HTMLElement | undefined {
  const across = key === 'ArrowLeft' || key === 'ArrowRight';
  const sign = key === 'ArrowRight' || key === 'ArrowDown' ? 1 : -1;
  const here = from.getBoundingClientRect();
  let best: HTMLElement | undefined;
  let least = Infinity;
  for (const thing of things) {
    if (thing === from) continue;
    const there = thing.getBoundingClientRect();
    const along = across ? there.x - here.x : there.y - here.y;
    if (along * sign <= 1) continue;
    const [a, b, c, d] = across ? [here.top, here.bottom, there.top, there.bottom] : [here.left, here.right, there.left, there.right];
    const aside = Math.max(0, c! - b!, a! - d!);
    const cost = Math.abs(along) + aside * (across ? 6 : 2);
    if (cost < least) [best, least] = [thing, cost];
  }
  return best;
}
