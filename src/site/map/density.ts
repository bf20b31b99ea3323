/** How large a Pod's tile may be so that all fit: full tiles, small ones, dots, and in the end only counts. */
export type Density = 'full' | 'small' | 'dot' | 'count';

/** Width and height of a tile with its gap, in CSS pixels (the style sheet has the same figures), and how far the map may outgrow its pane for it. */
const TILES: readonly (readonly [Density, width: number, height: number, slack: number])[] = [
  ['full', 164, 54, 1.25],
  ['small', 87, 28, 1.5],
];
/** A room without its tiles, with the gap below, in pixels. */
const EMPTY_ROOM = 76;
/** More dots than this in one room say less than a number. */
const MOST_DOTS = 400;

/**
 * The largest density at which rooms with these numbers of Pods fit into the map.
 * `columns` rooms stand side by side, each `inner` pixels wide inside; `height` is what all rows of rooms may take.
 */
export function densityFor(counts: readonly number[], columns: number, inner: number, height: number): Density {
  for (const [density, width, tall, slack] of TILES) {
    const across = Math.max(1, Math.floor((inner + 12) / width));
    let needed = 0;
    for (let i = 0; i < counts.length; i += columns) needed += EMPTY_ROOM + Math.ceil(Math.max(...counts.slice(i, i + columns)) / across) * tall;
    if (needed <= height * slack) return density;
  }
  return Math.max(...counts) > MOST_DOTS ? 'count' : 'dot';
}
