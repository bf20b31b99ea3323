/** The map as a table: the same facts for a screen reader, or for whoever likes rows better. */
import type { Lang, MapView, PodView } from '../../lab/protocol.ts';
import { h } from '../dom.ts';
import * as texts from '../texts.ts';
import { shape } from './shapes.ts';

const table = (caption: string, head: readonly string[], rows: readonly (readonly (string | Node)[])[]): HTMLTableElement =>
  h(
    'table',
    {},
    h('caption', {}, caption),
    h('thead', {}, h('tr', {}, ...head.map((name) => h('th', { scope: 'col' }, name)))),
    h('tbody', {}, ...rows.map((row) => h('tr', {}, ...row.map((cell, i) => (i ? h('td', {}, cell) : h('th', { scope: 'row' }, cell)))))),
  );

/** Draws the tables into `place`. */
export function drawTable(place: HTMLElement, view: MapView, lang: Lang): void {
  const pod = (one: PodView, node: string): (string | Node)[] => {
    const status = h('span', { class: 'state' }, shape(one.state), one.status);
    return [one.name, one.namespace, status, `${one.ready}/${one.containers.length}`, String(one.restarts), one.ip ?? '', node];
  };
  const names = new Map([...view.nodes.flatMap((node) => node.pods), ...view.pending].map((one) => [one.uid, one.name]));
  place.replaceChildren(
    table(
      texts.nodes[lang],
      ['NAME', 'STATUS', 'ROLES', 'INTERNAL-IP', 'CPU', 'MEMORY', 'PODS'],
      view.nodes.map((node) => [
        node.name,
        node.status,
        node.roles.join(', '),
        node.address,
        `${Math.round(node.cpu * 100)} %`,
        `${Math.round(node.memory * 100)} %`,
        String(node.pods.length),
      ]),
    ),
    table(
      texts.pods[lang],
      ['NAME', 'NAMESPACE', 'STATUS', 'READY', 'RESTARTS', 'IP', 'NODE'],
      [
        ...view.pending.map((one) => pod(one, '')),
        ...view.nodes.flatMap((node) => node.pods.filter((one) => !one.system).map((one) => pod(one, node.name))),
        ...view.nodes.flatMap((node) => node.pods.filter((one) => one.system).map((one) => pod(one, node.name))),
      ],
    ),
    table(
      texts.services[lang],
      ['NAME', 'NAMESPACE', 'TYPE', 'CLUSTER-IP', 'PORT(S)', 'SELECTOR', 'ENDPOINTS'],
      view.services.map((service) => [
        service.name,
        service.namespace,
        service.type,
        service.address,
        service.ports.join(', '),
        Object.entries(service.selector)
          .map(([key, value]) => `${key}=${value}`)
          .join(', '),
        service.endpoints.map((one) => `${names.get(one.uid) ?? one.uid}${one.ready ? '' : ` (${texts.notReady[lang]})`}`).join(', '),
      ]),
    ),
    table(
      texts.controlPlane[lang],
      ['NAME', 'STATUS', ''],
      view.components.map((one) => [
        one.name,
        one.state === 'running' ? 'Running' : texts.stopped[lang],
        `${texts.figureOf[one.name].name[lang]} ${one.figure}`,
      ]),
    ),
  );
}
