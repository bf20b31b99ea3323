/** One quiet sentence at the edge of the laboratory, with at most one thing to do about it. */
import { h } from '../dom.ts';

let timer: ReturnType<typeof setTimeout> | undefined;

/** Shows a sentence in the laboratory around `from` for eight seconds, or until something else is said. */
export function toast(from: Element, text: string, act?: { readonly text: string; run(): void }, stay = false): void {
  const place = from.closest('lab-bench')?.querySelector<HTMLElement>('.toast');
  if (!place) return;
  clearTimeout(timer);
  place.hidden = false;
  place.replaceChildren(h('span', {}, text));
  if (act) {
    place.append(
      h('button', { type: 'button', click: () => {
        place.hidden = true;
        act.run();
      } }, act.text),
    );
  }
  if (!stay) timer = setTimeout(() => (place.hidden = true), 8000);
}
