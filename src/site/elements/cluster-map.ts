/**
 * `<cluster-map>`: the learner's cluster as a picture one can walk through. Nodes are rooms, Pods tiles, Services doors with threads,
 * the control plane a shelf. One tab stop; arrows move between things; the focused thing is told in a side note.
 */
import type { Lang, MapView, PodView } from '../../lab/protocol.ts';
import { h, icon, moves, narrow, s, write } from '../dom.ts';
import { densityFor, type Density } from '../map/density.ts';
import { drawNote, thingOf } from '../map/note.ts';
import { remember } from '../map/motion.ts';
import { nearest } from '../map/nearest.ts';
import { Room } from '../map/room.ts';
import { drawDoors, drawParts } from '../map/doors.ts';
import { drawTable } from '../map/table.ts';
import { drawThreads, serviceKey, stripHeight } from '../map/threads.ts';
import { drawTile, type Tile } from '../map/tile.ts';
import { withBench } from '../stores/page-bench.ts';
import * as texts from '../texts.ts';

const LONGEST_REST = 400;

export class ClusterMap extends HTMLElement {
  private language: Lang = 'ko';
  private view: MapView | undefined;
  /** The view to be drawn next, when, and how long the map rests between two drawings, in milliseconds. */
  private next: MapView | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private rest = 0;
  private density: Density = 'full';
  private selected: string | undefined;
  private readonly rooms = new Map<string, Room>();
  private readonly tiles = new Map<string, Tile>();
  private readonly doors = new Map<string, HTMLButtonElement>();
  private readonly components = new Map<string, HTMLButtonElement>();
  private readonly picture = h('div', { class: 'picture', role: 'group' });
  private readonly shelf = h('div', { class: 'shelf' });
  private readonly doorRow = h('div', { class: 'doors' });
  private readonly queue = h('div', { class: 'queue' });
  private readonly queueName = h('span', {});
  private readonly queueTiles = h('div', { class: 'pods' });
  private readonly band = h('div', { class: 'band' });
  private readonly floor = h('div', { class: 'rooms' });
  private readonly threads = s('svg', { class: 'threads', 'aria-hidden': 'true' });
  private readonly note = h('aside', { class: 'side-note', hidden: true });
  private readonly tables = h('div', { class: 'tables', hidden: true, tabindex: 0, role: 'region' });
  private readonly waiting = h('p', { class: 'starting', role: 'status' });
  private readonly toggle = h('button', { type: 'button', class: 'as-table', 'aria-pressed': 'false' });

  connectedCallback(): void {
    this.language = document.documentElement.lang as Lang;
    const lang = this.language;
    this.picture.setAttribute('aria-label', texts.mapLabel[lang]);
    this.tables.setAttribute('aria-label', texts.mapTables[lang]);
    this.toggle.append(icon('M2 3.500h12v9H2zM2 6.500h12M6.500 6.500v6'), h('span', {}, texts.asTable[lang]));
    this.toggle.title = texts.asTable[lang];
    this.queue.append(this.queueName, this.queueTiles);
    this.band.append(this.doorRow, this.queue);
    this.picture.append(this.shelf, this.band, this.threads, this.floor);
    this.replaceChildren(h('div', { class: 'map-room' }, this.picture, this.tables, this.toggle), this.note, this.waiting);
    write(this.waiting, texts.starting[lang]);
    this.picture.hidden = this.toggle.hidden = true;
    this.listen();
    withBench(this, (bench) => bench.$map.subscribe((view) => view && this.show(view)));
  }

  /** Shows a view of a cluster; of many that come at once the last, and so seldom that drawing takes a fifth of the time at most. */
  show(view: MapView): void {
    this.next = view;
    if (this.timer !== undefined) return;
    this.timer = setTimeout(
      () => {
        this.timer = undefined;
        const before = performance.now();
        this.draw(this.next!);
        this.rest = Math.min(LONGEST_REST, 4 * (performance.now() - before));
      },
      this.view ? this.rest : 0,
    );
  }

  private draw(view: MapView): void {
    if (!this.view) {
      this.waiting.remove();
      this.picture.hidden = this.toggle.hidden = false;
    }
    this.view = view;
    if (!this.tables.hidden) {
      drawTable(this.tables, view, this.language);
      return;
    }
    if (this.clientWidth === 0) return;
    const few = this.tiles.size < 120;
    const settle = few && moves() ? remember([...this.tiles.values()]) : undefined;
    drawParts(this.components, view, this.language);
    drawDoors(this.doorRow, this.doors, view, this.language);
    this.drawRooms(view);
    this.arrange();
    settle?.([...this.tiles.values()], () => this.rethread());
    this.drawSelected();
    this.keepOneStop();
  }

  private listen(): void {
    this.toggle.addEventListener('click', () => {
      const on = this.tables.hidden;
      this.toggle.setAttribute('aria-pressed', String(on));
      this.tables.hidden = !on;
      this.picture.hidden = on;
      if (on) this.close();
      if (this.view) this.show(this.view);
    });
    this.picture.addEventListener('focusin', (event) => this.select((event.target as Element).closest<HTMLElement>('.thing')));
    this.picture.addEventListener('click', (event) => {
      const thing = (event.target as Element).closest<HTMLElement>('.thing');
      if (thing) this.select(thing);
      else this.close();
    });
    this.picture.addEventListener('pointerover', (event) => this.highlight((event.target as Element).closest<HTMLElement>('.thing')?.dataset['key']));
    this.picture.addEventListener('pointerleave', () => this.highlight(this.selected));
    this.addEventListener('keydown', (event) => {
      if (event.key === 'Escape' && this.selected) {
        event.stopPropagation();
        this.close();
        return;
      }
      if (!event.key.startsWith('Arrow') || !this.picture.contains(event.target as Node)) return;
      event.preventDefault();
      nearest(
        event.target as HTMLElement,
        this.things().filter((thing) => thing.offsetParent),
        event.key,
      )?.focus();
    });
    new ResizeObserver(() => this.view && this.show(this.view)).observe(this);
  }

  private things(): HTMLElement[] {
    return [...this.picture.querySelectorAll<HTMLElement>('.thing')];
  }

  private select(thing: HTMLElement | null): void {
    if (!thing) return;
    this.selected = thing.dataset['key'];
    // The note opens where the thing is not.
    const [box, all] = [thing.getBoundingClientRect(), this.getBoundingClientRect()];
    this.note.classList.toggle('left', box.x + box.width / 2 > all.x + all.width * 0.55);
    this.drawSelected();
    this.keepOneStop();
    this.highlight(this.selected);
  }

  private close(): void {
    this.selected = undefined;
    this.note.hidden = true;
    this.highlight(undefined);
    for (const thing of this.things()) thing.classList.remove('chosen');
  }

  private drawSelected(): void {
    if (!this.selected || !this.view) return;
    const thing = thingOf(this.view, this.selected);
    if (!thing) return this.close();
    this.note.hidden = false;
    drawNote(this.note, thing, this.view, this.language, () => this.close());
    for (const one of this.things()) one.classList.toggle('chosen', one.dataset['key'] === this.selected);
  }

  /** A Service's threads stand out while it, or one of its Pods, is looked at. */
  private highlight(key: string | undefined): void {
    const { view } = this;
    const uid = key?.startsWith('pod:') ? key.slice(4) : undefined;
    const mine = new Set(
      view?.services.filter((one) => key === `service:${serviceKey(one)}` || (uid && one.endpoints.some((end) => end.uid === uid))).map(serviceKey),
    );
    this.threads.classList.toggle('looking', mine.size > 0);
    for (const group of this.threads.children) group.classList.toggle('lit', mine.has(group.getAttribute('data-door')!));
  }

  /** One tab stop for the whole picture. */
  private keepOneStop(): void {
    const things = this.things();
    const stop = things.find((thing) => thing.dataset['key'] === this.selected) ?? things[0];
    for (const thing of things) {
      const index = thing === stop ? '0' : '-1';
      if (thing.getAttribute('tabindex') !== index) thing.setAttribute('tabindex', index);
    }
  }

  private drawRooms(view: MapView): void {
    const lang = this.language;
    const staying = new Set<string>();
    const place = (pod: PodView, node: string | undefined, into: HTMLElement): void => {
      staying.add(pod.uid);
      let tile = this.tiles.get(pod.uid);
      if (!tile) {
        tile = { element: h('button', { type: 'button', 'data-key': `pod:${pod.uid}` }), pod: undefined as never, node };
        this.tiles.set(pod.uid, tile);
      }
      if (tile.element.parentElement !== into) {
        // A focused tile that walks to its room keeps the focus.
        const focused = document.activeElement === tile.element;
        into.append(tile.element);
        if (focused) tile.element.focus({ preventScroll: true });
      }
      if (tile.pod === pod && tile.node === node) return;
      tile.pod = pod;
      tile.node = node;
      drawTile(tile, lang);
    };
    const names = new Set(view.nodes.map((node) => node.name));
    for (const [name, room] of this.rooms) {
      if (names.has(name)) continue;
      room.element.remove();
      this.rooms.delete(name);
    }
    for (const node of view.nodes) {
      const plane = node.roles.includes('control-plane');
      let room = this.rooms.get(node.name);
      if (!room) {
        room = new Room(node.name);
        this.rooms.set(node.name, room);
        (plane ? this.shelf : this.floor).append(room.element);
        if (plane) room.pods.before(h('div', { class: 'parts' }, ...this.components.values()));
      }
      room.draw(node, lang);
      for (const pod of node.pods) {
        if (plane && pod.system && this.isPart(pod, node.name)) continue;
        place(pod, node.name, pod.system ? room.system : room.pods);
      }
    }
    for (const pod of view.pending) place(pod, undefined, this.queueTiles);
    write(this.queueName, view.pending.length ? texts.waitingForNode[lang](view.pending.length) : '');
    this.queue.hidden = view.pending.length === 0;
    for (const [uid, tile] of this.tiles) {
      if (staying.has(uid)) continue;
      tile.element.remove();
      this.tiles.delete(uid);
    }
  }

  /** A component's own Pod is the component on the shelf. */
  private isPart(pod: PodView, node: string): boolean {
    return this.components.has(pod.name.slice(0, -node.length - 1));
  }

  /** Chooses how large the tiles are, then draws the threads. */
  private arrange(): void {
    const { view } = this;
    if (!view) return;
    const lanes = view.services.filter((one) => !one.system && one.endpoints.length).length;
    this.style.setProperty('--strip', `${stripHeight(lanes)}px`);
    const workers = view.nodes.filter((node) => !node.roles.includes('control-plane'));
    const width = this.floor.clientWidth;
    const least = workers.length > 6 ? 150 : 230;
    const columns = Math.max(1, Math.min(workers.length, Math.floor((width + 12) / (least + 12))));
    this.style.setProperty('--columns', String(columns));
    const height = this.clientHeight - this.floor.offsetTop - 44;
    const counts = workers.map((node) => node.pods.filter((pod) => !pod.system).length);
    this.density = counts.length
      ? densityFor(counts, columns, (width - 12 * (columns - 1)) / columns - 24, Math.max(height, 150) * (narrow.matches ? 2 : 1))
      : 'full';
    this.picture.dataset['density'] = this.density;
    for (const room of this.rooms.values()) room.summarise(this.density, this.language);
    this.rethread();
  }

  private rethread(): void {
    if (this.view)
      drawThreads(this.threads, this.view, { picture: this.picture, band: this.band, doors: this.doors, tiles: this.tiles, rooms: this.rooms }, this.density);
    this.highlight(this.selected);
  }
}
customElements.define('cluster-map', ClusterMap);
