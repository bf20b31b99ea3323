/** Motion that shows cause: a tile that changed its room walks there; a new one appears. Interruptible, and off where motion is not wanted. */
import type { Tile } from './tile.ts';

const WALK = 240;
const APPEAR = 160;

/** Remembers where tiles are; the function that comes back lets them walk from there, and calls `after` when all stand. */
export function remember(before: readonly Tile[]): (now: readonly Tile[], after: () => void) => void {
  const places = new Map(before.map((tile) => [tile.pod.uid, { box: tile.element.getBoundingClientRect(), node: tile.node }]));
  return (now, after) => {
    let walking = 0;
    for (const { element, pod, node } of now) {
      const old = places.get(pod.uid);
      if (!old) {
        if (places.size) element.animate([{ opacity: 0, scale: 0.85 }, { opacity: 1, scale: 1 }], { duration: APPEAR, easing: 'ease-out' });
        continue;
      }
      if (old.node === node) continue;
      const box = element.getBoundingClientRect();
      const [x, y] = [old.box.x - box.x, old.box.y - box.y];
      walking++;
      const walk = element.animate([{ translate: `${x}px ${y}px` }, { translate: '0 0' }], { duration: WALK, easing: 'cubic-bezier(.3,.1,.2,1)' });
      walk.onfinish = walk.oncancel = () => --walking === 0 && after();
    }
  };
}
