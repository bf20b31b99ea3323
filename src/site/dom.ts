/** Making elements without a framework. */
type Child = Node | string | null | undefined | false;
type Attributes = Readonly<Record<string, string | number | boolean | null | undefined | ((event: never) => void)>>;

function fill(element: Element, attributes: Attributes, children: readonly Child[]): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === 'function') element.addEventListener(name, value as EventListener);
    else element.setAttribute(name, value === true ? '' : String(value));
  }
  for (const child of children) if (child !== null && child !== undefined && child !== false) element.append(child);
}

/** An HTML element; a function among the attributes is a listener of that event. */
export function h<K extends keyof HTMLElementTagNameMap>(tag: K, attributes: Attributes = {}, ...children: Child[]): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  fill(element, attributes, children);
  return element;
}

/** An SVG element. */
export function s<K extends keyof SVGElementTagNameMap>(tag: K, attributes: Attributes = {}, ...children: Child[]): SVGElementTagNameMap[K] {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  fill(element, attributes, children);
  return element;
}

/** A 16-unit line icon. */
export const icon = (...paths: string[]): SVGSVGElement =>
  s('svg', { viewBox: '0 0 16 16', class: 'icon', 'aria-hidden': 'true' }, ...paths.map((d) => s('path', { d })));

/** Sets text only when it differs, so that nothing is announced or laid out twice. */
export function write(node: Node, text: string): void {
  if (node.textContent !== text) node.textContent = text;
}

/** Whether motion is welcome. */
export const moves = (): boolean => !matchMedia('(prefers-reduced-motion: reduce)').matches;

/** The one breakpoint between side by side and a sheet from the bottom. */
export const narrow = matchMedia('(max-width: 900px)');

/** Text with `code` in it, as nodes. */
export const rich = (text: string): Node[] => text.split('`').map((part, i) => (i % 2 ? h('code', {}, part) : document.createTextNode(part)));
