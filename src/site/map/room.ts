/** A node as a room: its wall plate (name, status, requested CPU and memory), tiles, and the quiet row of system Pods. */
import type { Lang, NodeView, State } from '../../lab/protocol.ts';
import { h, write } from '../dom.ts';
import * as texts from '../texts.ts';
import type { Density } from './density.ts';
import { shape } from './shapes.ts';

const ORDER: readonly State[] = ['running', 'waiting', 'failing', 'ending', 'unknown'];

export class Room {
  readonly element: HTMLElement;
  readonly pods = h('div', { class: 'pods' });
  readonly system = h('div', { class: 'system' });
  private readonly plate: HTMLButtonElement;
  private readonly status = h('span', { class: 'status' });
  private readonly bars = ['cpu', 'mem'].map((name) => h('span', { class: 'bar' }, h('span', {}, name), h('i', {}), h('span', { class: 'unseen' })));
  private readonly count = h('span', { class: 'unseen' });
  private readonly sums = h('p', { class: 'sums', hidden: true });
  private view: NodeView | undefined;
  private signed: State | undefined;

  constructor(name: string) {
    this.plate = h('button', { type: 'button', 'data-key': `node:${name}` }, h('b', {}, name), this.status, ...this.bars, this.count);
    this.element = h('div', { class: 'room' }, this.plate, this.pods, this.sums, this.system);
  }

  /** Shows the node as it is. */
  draw(node: NodeView, lang: Lang): void {
    this.view = node;
    this.plate.className = `thing plate ${node.state}`;
    if (this.signed !== node.state || this.status.textContent !== node.status) {
      this.signed = node.state;
      this.status.replaceChildren(shape(node.state), node.status);
    }
    [node.cpu, node.memory].forEach((share, i) => {
      const percent = `${Math.round(share * 100)}%`;
      this.bars[i]!.style.setProperty('--share', percent);
      write(this.bars[i]!.lastChild!, ` ${percent} `);
    });
    write(this.count, ` Node, ${texts.podsOf[lang](node.pods.length)}`);
  }

  /** When Pods are too many even for dots, their numbers by state stand instead. */
  summarise(density: Density, lang: Lang): void {
    const on = density === 'count';
    this.sums.hidden = !on;
    this.pods.hidden = on;
    if (!on || !this.view) return;
    const mine = this.view.pods.filter((pod) => !pod.system);
    const counts = ORDER.map((state) => [state, mine.filter((pod) => pod.state === state).length] as const).filter(([, count]) => count > 0);
    this.sums.replaceChildren(...counts.map(([state, count]) => h('span', {}, shape(state), String(count))));
    write(this.sums.appendChild(h('span', { class: 'unseen' })), texts.podsOf[lang](mine.length));
  }
}
