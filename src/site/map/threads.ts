/** Threads from a Service's door to its endpoints: down to a lane of its own, along it, and through the gaps beside rooms and tiles. */
import type { MapView } from '../../lab/protocol.ts';
import { s } from '../dom.ts';
import type { Density } from './density.ts';

/** Pixels between two lanes. */
const LANE = 6;
/** More Services than this show their threads only while they are looked at. */
const MOST_LANES = 8;

/** How high the strip of lanes between doors and rooms is, in pixels. */
export const stripHeight = (services: number): number => 10 + LANE * Math.min(services, MOST_LANES);

export interface Places {
  readonly picture: HTMLElement;
  /** The row of doors: lanes run below it. */
  readonly band: HTMLElement;
  readonly doors: ReadonlyMap<string, HTMLElement>;
  readonly tiles: ReadonlyMap<string, { readonly element: HTMLElement; readonly node: string | undefined }>;
  readonly rooms: ReadonlyMap<string, { readonly element: HTMLElement }>;
}

export const serviceKey = (service: { readonly namespace: string; readonly name: string }): string => `${service.namespace}/${service.name}`;

type Point = readonly [x: number, y: number];
const RADIUS = 5;

/** A path along points, with round corners. */
function rounded(points: readonly Point[]): string {
  const way = points.filter(([x, y], i) => i === 0 || Math.abs(x - points[i - 1]![0]) + Math.abs(y - points[i - 1]![1]) > 0.5);
  let d = `M${way[0]!.join(' ')}`;
  for (let i = 1; i < way.length; i++) {
    const [here, next] = [way[i]!, way[i + 1]];
    if (!next) return `${d}L${here.join(' ')}`;
    const toward = (from: Point, to: Point): Point => {
      const length = Math.hypot(to[0] - from[0], to[1] - from[1]);
      const part = Math.min(RADIUS, length / 2) / length;
      return [from[0] + (to[0] - from[0]) * part, from[1] + (to[1] - from[1]) * part];
    };
    d += `L${toward(here, way[i - 1]!).join(' ')}Q${here.join(' ')} ${toward(here, next).join(' ')}`;
  }
  return d;
}

/** Draws all threads anew into `svg`, which covers the picture. */
export function drawThreads(svg: SVGSVGElement, view: MapView, places: Places, density: Density): void {
  const origin = places.picture.getBoundingClientRect();
  const [left, up] = [origin.x, origin.y];
  const box = (element: Element): DOMRect => {
    const { x, y, width, height } = element.getBoundingClientRect();
    return new DOMRect(x - left, y - up, width, height);
  };
  svg.setAttribute('viewBox', `0 0 ${origin.width} ${origin.height}`);
  const rooms = new Map([...places.rooms].map(([name, { element }]) => [name, box(element)]));
  const below = box(places.band).bottom;
  const byTile = density === 'full' || density === 'small';
  const drawn: SVGElement[] = [];
  let lanes = 0;
  for (const service of view.services) {
    const door = places.doors.get(serviceKey(service));
    if (!door || !service.endpoints.some(({ uid }) => places.tiles.get(uid)?.node)) continue;
    const quiet = service.system || lanes >= MOST_LANES;
    const lane = below + 6 + LANE * (quiet ? 0 : lanes++);
    const from = box(door);
    const start: Point = [from.x + 15, from.bottom];
    const group = s('g', { class: `thread${quiet ? ' quiet' : ''}`, 'data-door': serviceKey(service) });
    const seen = new Set<string>();
    // One path for all ready endpoints and one for the others: what they share is drawn once.
    const paths = { ready: '', other: '' };
    const ends: SVGElement[] = [];
    for (const { uid, ready } of service.endpoints) {
      const tile = places.tiles.get(uid);
      const room = tile?.node === undefined ? undefined : rooms.get(tile.node);
      if (!tile || !room) continue;
      // Rooms of the first row are entered from the lane; others from the aisle at their left.
      const first = room.y - below < stripHeight(MOST_LANES) + 8;
      const aisle = room.x - 6;
      const way: Point[] = [start, [start[0], lane]];
      if (byTile) {
        const to = box(tile.element);
        const middle = to.y + to.height / 2;
        if (!first) way.push([aisle, lane], [aisle, room.y - 6], [to.x - 6, room.y - 6], [to.x - 6, middle], [to.x, middle]);
        else way.push([to.x - 6, lane], [to.x - 6, middle], [to.x, middle]);
      } else {
        const key = `${tile.node} ${ready}`;
        if (seen.has(key)) continue;
        seen.add(key);
        way.push([aisle, lane], [aisle, room.y + 14], [room.x, room.y + 14]);
      }
      const [x, y] = way.at(-1)!;
      paths[ready ? 'ready' : 'other'] += rounded(way);
      ends.push(s('circle', { cx: x, cy: y, r: 2.500, class: ready ? '' : 'hollow' }));
    }
    group.append(s('path', { d: paths.other, class: 'dashed' }), s('path', { d: paths.ready }), ...ends);
    drawn.push(group);
  }
  svg.replaceChildren(...drawn);
}
