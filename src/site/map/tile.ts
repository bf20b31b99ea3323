/** A Pod's tile: the telling end of its name, its phase as shape and word, a dot for each container, restarts. */
import type { Lang, PodView } from '../../lab/protocol.ts';
import { h } from '../dom.ts';
import * as texts from '../texts.ts';
import { shape } from './shapes.ts';

/** `web-7c5ddbdf54-4mq8d` of a ReplicaSet is `web-…-4mq8d`. */
export function shortName(pod: PodView): string {
  const parts = pod.name.split('-');
  return pod.owner?.startsWith('ReplicaSet/') && parts.length > 2 ? `${parts.slice(0, -2).join('-')}-…-${parts.at(-1)}` : pod.name;
}

/** What tells it from its siblings. */
const nameEnd = (pod: PodView): string => (pod.owner ? pod.name.split('-').at(-1)! : pod.name);

/** Phase words that would not fit. */
const shortStatus = (status: string): string => status.replace(/^ContainerCreating$/, 'Creating').replace(/BackOff$/, '…');

export interface Tile {
  readonly element: HTMLButtonElement;
  pod: PodView;
  node: string | undefined;
}

/** What the picture of a tile leaves out, in words, for a screen reader. */
const unseen = (pod: PodView, node: string | undefined, lang: Lang): HTMLElement =>
  h(
    'span',
    { class: 'unseen' },
    ` ${[`Pod ${pod.name}`, pod.status, texts.readyOf[lang](pod.ready, pod.containers.length), pod.restarts ? texts.restartsOf[lang](pod.restarts) : '', node ?? texts.notPlaced[lang]].filter(Boolean).join(', ')}`,
  );

/** Draws a Pod into its tile anew. */
export function drawTile(tile: Tile, lang: Lang): void {
  const { element, pod } = tile;
  element.className = `thing ${pod.system ? 'sys' : 'pod'} ${pod.state}`;
  if (pod.system) {
    // A healthy system Pod is a quiet word; only trouble gives it a sign.
    element.replaceChildren(...(pod.state === 'running' ? [] : [shape(pod.state)]), systemName(pod.name), unseen(pod, tile.node, lang));
    return;
  }
  element.replaceChildren(
    h('b', { class: 'long' }, pod.namespace === 'default' ? '' : h('span', { class: 'space' }, `${pod.namespace}/`), h('span', {}, shortName(pod))),
    h('b', { class: 'end' }, nameEnd(pod)),
    h('span', { class: 'phase' }, shape(pod.state), h('span', {}, shortStatus(pod.status))),
    h(
      'span',
      { class: 'inside' },
      pod.restarts > 0 && h('span', { class: 'restarts' }, `↻ ${pod.restarts}`),
      ...pod.containers.map((one) => h('i', { class: `${one.state}${one.ready ? ' on' : ''}` })),
    ),
    unseen(pod, tile.node, lang),
  );
}

/** `coredns-7d764666f9-abcde` is coredns, `kube-proxy-x7k2p` kube-proxy; a static Pod drops its node. */
const systemName = (name: string): string => name.replace(/-k8s-[\w-]+$/, '').replace(/(-[a-z0-9]{8,10})?-[a-z0-9]{5}$/, '');
