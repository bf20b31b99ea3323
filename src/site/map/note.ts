/** The side note of the map: what the focused thing is, its few telling fields, the kubectl line that shows the same, and why it is so. */
import type { ComponentView, Lang, MapView, NodeView, PodView, ServiceView } from '../../lab/protocol.ts';
import { h, icon, rich } from '../dom.ts';
import * as texts from '../texts.ts';
import { shape } from './shapes.ts';

/** Something on the map, found by its key. */
export type Thing =
  | { readonly kind: 'Pod'; readonly pod: PodView; readonly node: string | undefined }
  | { readonly kind: 'Service'; readonly service: ServiceView }
  | { readonly kind: 'Node'; readonly node: NodeView }
  | { readonly kind: 'component'; readonly component: ComponentView };

const labelText = (labels: Readonly<Record<string, string>>): string =>
  Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(', ');

/** Finds what a key (`pod:UID`, `service:NS/NAME`, `node:NAME`, `component:NAME`) stands for now. */
export function thingOf(view: MapView, key: string): Thing | undefined {
  const [kind, name] = [key.slice(0, key.indexOf(':')), key.slice(key.indexOf(':') + 1)];
  if (kind === 'component') {
    const component = view.components.find((one) => one.name === name);
    return component && { kind: 'component', component };
  }
  if (kind === 'node') {
    const node = view.nodes.find((one) => one.name === name);
    return node && { kind: 'Node', node };
  }
  if (kind === 'service') {
    const service = view.services.find((one) => `${one.namespace}/${one.name}` === name);
    return service && { kind: 'Service', service };
  }
  for (const node of view.nodes) {
    const pod = node.pods.find((one) => one.uid === name);
    if (pod) return { kind: 'Pod', pod, node: node.name };
  }
  const pod = view.pending.find((one) => one.uid === name);
  return pod && { kind: 'Pod', pod, node: undefined };
}

/** Why a Pod is as it is, in one or two sentences; Kubernetes' own words stand below. */
function whyPod(pod: PodView, node: string | undefined, lang: Lang): string {
  const found = Object.entries(texts.whyStatus).find(([pattern]) => new RegExp(pattern).test(pod.status));
  if (!node) return texts.whyUnplaced[lang];
  if (found) return found[1][lang];
  if (pod.state === 'waiting') return texts.whyNotReady[lang];
  return pod.owner ? texts.whyOwned[lang](pod.owner) : texts.whyBare[lang];
}

function whyService(service: ServiceView, view: MapView, lang: Lang): string {
  if (service.endpoints.some((one) => one.ready)) return texts.whyServes[lang];
  if (service.endpoints.length) return texts.whyNoneReady[lang](service.endpoints.length);
  const selector = Object.entries(service.selector);
  if (!selector.length) return texts.whyNoSelector[lang];
  const pods = [...view.nodes.flatMap((node) => node.pods), ...view.pending].filter((pod) => pod.namespace === service.namespace && !pod.system);
  const near = pods.find((pod) => selector.some(([key]) => key in pod.labels)) ?? pods[0];
  return texts.whyNoMatch[lang](labelText(service.selector), near && `${near.name} (${labelText(near.labels) || '<none>'})`);
}

type Row = readonly [name: string, value: string | undefined];

function content(thing: Thing, view: MapView, lang: Lang): { title: string; state?: Node; rows: readonly Row[]; command: string; why: string; words?: string } {
  switch (thing.kind) {
    case 'Pod': {
      const { pod, node } = thing;
      const space = pod.namespace === 'default' ? '' : ` -n ${pod.namespace}`;
      return {
        title: pod.name,
        state: shape(pod.state),
        rows: [
          ['STATUS', pod.status],
          ['READY', `${pod.ready}/${pod.containers.length}`],
          ['RESTARTS', pod.restarts ? String(pod.restarts) : undefined],
          ['NODE', node ?? '<none>'],
          ['IP', pod.ip ?? '<none>'],
          ['LABELS', labelText(pod.labels) || '<none>'],
          ['OWNER', pod.owner],
        ],
        command: `kubectl describe pod ${pod.name}${space}`,
        why: whyPod(pod, node, lang),
        ...(pod.why && { words: pod.why }),
      };
    }
    case 'Service': {
      const { service } = thing;
      const space = service.namespace === 'default' ? '' : ` -n ${service.namespace}`;
      const ready = service.endpoints.filter((one) => one.ready).length;
      return {
        title: service.name,
        rows: [
          ['TYPE', service.type],
          ['CLUSTER-IP', service.address],
          ['EXTERNAL-IP', service.external.join(', ') || undefined],
          ['PORT(S)', service.ports.join(', ')],
          ['SELECTOR', labelText(service.selector) || '<none>'],
          ['ENDPOINTS', texts.endpointsOf[lang](ready, service.endpoints.length)],
        ],
        command: `kubectl get endpointslices -l kubernetes.io/service-name=${service.name}${space}`,
        why: whyService(service, view, lang),
      };
    }
    case 'Node': {
      const { node } = thing;
      const percent = (share: number): string => `${Math.round(share * 100)} %`;
      return {
        title: node.name,
        state: shape(node.state),
        rows: [
          ['STATUS', node.status],
          ['ROLES', node.roles.join(', ') || '<none>'],
          ['INTERNAL-IP', node.address],
          ['CPU', `${percent(node.cpu)} ${texts.requested[lang]}`],
          ['MEMORY', `${percent(node.memory)} ${texts.requested[lang]}`],
          ['PODS', String(node.pods.length)],
        ],
        command: `kubectl describe node ${node.name}`,
        why: node.status.includes('SchedulingDisabled') ? texts.whyCordoned[lang] : node.state === 'running' ? texts.whyNode[lang] : texts.whyNodeLost[lang],
      };
    }
    case 'component': {
      const { component } = thing;
      return {
        title: component.name,
        state: shape(component.state),
        rows: [
          ['STATUS', component.state === 'running' ? 'Running' : texts.stopped[lang]],
          [texts.figureOf[component.name].name[lang], component.figure.toLocaleString(lang)],
        ],
        command: `kubectl -n kube-system get pods -l component=${component.name}`,
        why: texts.whyComponent[component.name][lang],
      };
    }
  }
}

/** Fills the note's element. */
export function drawNote(note: HTMLElement, thing: Thing, view: MapView, lang: Lang, close: () => void): void {
  const { title, state, rows, command, why, words } = content(thing, view, lang);
  const kind = thing.kind === 'component' ? texts.component[lang] : thing.kind;
  note.setAttribute('aria-label', `${kind} ${title}`);
  note.replaceChildren(
    h(
      'header',
      {},
      h('p', {}, kind),
      h('h3', {}, ...(state ? [state] : []), title),
      h('button', { type: 'button', 'aria-label': texts.close[lang], click: close }, icon('M4 4l8 8M12 4l-8 8')),
    ),
    h('dl', {}, ...rows.flatMap(([name, value]) => (value === undefined ? [] : [h('dt', {}, name), h('dd', {}, value)]))),
    h('p', { class: 'why' }, ...rich(why)),
    ...(words ? [h('p', { class: 'words' }, words)] : []),
    h(
      'button',
      { type: 'button', class: 'line', 'data-line': command, 'aria-label': texts.sendLine[lang](command) },
      icon('M5 3.500 10.500 8 5 12.500'),
      h('code', {}, command),
    ),
  );
}
