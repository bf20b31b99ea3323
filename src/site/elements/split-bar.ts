/**
 * `<split-bar role="separator">`: the line between two parts, moved by pointer or arrow keys and kept in this browser.
 * Sets `data-property` on its parent, in percent of the parent; `data-start`, `data-least` and `data-most` bound it.
 */
class SplitBar extends HTMLElement {
  connectedCallback(): void {
    const { property, start, least, most } = this.dataset as Record<string, string>;
    const upright = this.getAttribute('aria-orientation') === 'vertical';
    const parent = this.parentElement!;
    const key = `split${property}`;
    const set = (percent: number): void => {
      const value = Math.round(Math.min(Number(most), Math.max(Number(least), percent)) * 10) / 10;
      parent.style.setProperty(property!, `${value}%`);
      this.setAttribute('aria-valuenow', String(Math.round(value)));
      localStorage.setItem(key, String(value));
    };
    const now = (): number => Number(this.getAttribute('aria-valuenow'));
    this.setAttribute('aria-valuemin', least!);
    this.setAttribute('aria-valuemax', most!);
    set(Number(localStorage.getItem(key) ?? start));

    // The upright bar measures the part before it, the level one the part below it.
    const [less, more] = upright ? ['ArrowLeft', 'ArrowRight'] : ['ArrowDown', 'ArrowUp'];
    this.addEventListener('keydown', (event) => {
      const step = event.shiftKey ? 10 : 2;
      const to = { [less!]: now() - step, [more!]: now() + step, Home: Number(least), End: Number(most) }[event.key];
      if (to === undefined) return;
      event.preventDefault();
      set(to);
    });
    this.addEventListener('dblclick', () => set(Number(start)));
    this.addEventListener('pointerdown', (event) => {
      event.preventDefault();
      this.focus({ preventScroll: true });
      this.setPointerCapture(event.pointerId);
      const box = parent.getBoundingClientRect();
      const move = ({ clientX, clientY }: PointerEvent): void =>
        set(upright ? ((clientX - box.left) / box.width) * 100 : ((box.bottom - clientY) / box.height) * 100);
      const end = (): void => {
        this.removeEventListener('pointermove', move);
        this.removeEventListener('pointerup', end);
        this.removeEventListener('pointercancel', end);
      };
      this.addEventListener('pointermove', move);
      this.addEventListener('pointerup', end);
      this.addEventListener('pointercancel', end);
    });
  }
}
customElements.define('split-bar', SplitBar);
