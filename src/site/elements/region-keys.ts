/** F6 and Shift+F6 go round the regions of a page (`[data-region]`): the way out of a terminal, which keeps Tab for itself. */
const SEEN = 'a[href],button:not([disabled]):not([tabindex="-1"]),input,select,textarea,[tabindex="0"]';

/** Puts the focus into the region before or after the one that `from` stands in. */
export function leaveRegion(from: Element, backwards: boolean): void {
  const regions = [...document.querySelectorAll<HTMLElement>('[data-region]')].filter((region) => region.checkVisibility());
  const here = regions.findIndex((region) => region.contains(from));
  const next = regions[(here + (backwards ? -1 : 1) + regions.length) % regions.length];
  if (next?.localName === 'lab-terminal') return next.focus();
  const target =
    next?.querySelector<HTMLElement>('[aria-selected="true"]') ?? [...(next?.querySelectorAll<HTMLElement>(SEEN) ?? [])].find((one) => one.checkVisibility());
  target?.focus();
}

addEventListener('keydown', (event) => {
  if (event.key !== 'F6' || event.defaultPrevented) return;
  event.preventDefault();
  leaveRegion(event.target as Element, event.shiftKey);
});
