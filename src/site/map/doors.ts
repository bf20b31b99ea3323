/** The control plane's components on their shelf, and the Services as doors below it. */
import type { Lang, MapView, ServiceView } from '../../lab/protocol.ts';
import { h, write } from '../dom.ts';
import * as texts from '../texts.ts';
import { serviceKey } from './threads.ts';

/** Draws the components; `parts` holds their buttons by name. */
export function drawParts(parts: Map<string, HTMLButtonElement>, view: MapView, lang: Lang): void {
  for (const one of view.components) {
    let button = parts.get(one.name);
    if (!button) {
      // The longest name, a little shorter.
      const name = one.name.replace(/^kube-controller-/, 'controller-');
      button = h('button', { type: 'button', 'data-key': `component:${one.name}` }, h('b', {}, name), h('span', {}));
      parts.set(one.name, button);
    }
    const figure = `${texts.figureOf[one.name].name[lang]} ${one.figure.toLocaleString(lang)}`;
    button.className = `thing part ${one.state}`;
    write(button.lastChild!, one.state === 'running' ? figure : texts.stopped[lang]);
  }
}

/** `10.98.14.7:80`; a headless Service says so, a system's door only its name. */
function addressOf(service: ServiceView): string {
  if (service.system) return '';
  const port = service.ports[0]?.replace(/[:/].*/, '');
  return `${service.address === 'None' ? 'headless' : service.address}${port ? `:${port}` : ''}`;
}

/** Draws the doors into `row`; `doors` holds their buttons by the Service's key. */
export function drawDoors(row: HTMLElement, doors: Map<string, HTMLButtonElement>, view: MapView, lang: Lang): void {
  const keys = new Set(view.services.map(serviceKey));
  for (const [key, door] of doors) {
    if (keys.has(key)) continue;
    door.remove();
    doors.delete(key);
  }
  for (const service of view.services) {
    const key = serviceKey(service);
    let door = doors.get(key);
    if (!door) {
      const name = service.namespace === 'default' || service.system ? service.name : key;
      door = h('button', { type: 'button', 'data-key': `service:${key}` }, h('b', {}, name), h('span', {}), h('span', { class: 'unseen' }));
      doors.set(key, door);
      row.append(door);
    }
    const ready = service.endpoints.filter((one) => one.ready).length;
    door.className = `thing door${service.system ? ' quiet' : ''}${ready ? '' : ' dead'}`;
    write(door.children[1]!, addressOf(service));
    write(door.lastChild!, ` Service, ${service.type} ${service.address}, ${texts.endpointsOf[lang](ready, service.endpoints.length)}`);
  }
}
