/**
 * `<lab-bench>`: the frame of a laboratory. Small, loaded with the page; when the laboratory comes into view it fetches the rest
 * (src/site/laboratory.ts). On a narrow page it is a sheet from the bottom, and fetches nothing until it is pulled up.
 */
import { narrow } from '../dom.ts';
import './split-bar.ts';

export class LabBench extends HTMLElement {
  private opened: Promise<void> | undefined;

  connectedCallback(): void {
    this.listen();
    if (this.classList.contains('sheet') && narrow.matches) {
      narrow.addEventListener('change', () => void this.open());
      return;
    }
    const seen = new IntersectionObserver((entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      seen.disconnect();
      void this.open();
    });
    seen.observe(this);
  }

  /** Fetches and starts the laboratory, once. */
  open(): Promise<void> {
    // Asked for now, so that it comes along with the rest.
    if (!this.opened) void import('../terminal/emulator.ts');
    return (this.opened ??= import('../laboratory.ts').then(({ openLaboratory }) => openLaboratory(this)));
  }

  /** Which view is shown: map, flow, files, timeline, and on a narrow page terminal. */
  get tab(): string {
    return this.dataset['tab']!;
  }

  set tab(name: string) {
    this.dataset['tab'] = name;
    for (const tab of this.querySelectorAll<HTMLElement>('.views [role=tab]')) {
      const on = tab.id === `tab-${name}`;
      tab.setAttribute('aria-selected', String(on));
      tab.tabIndex = on ? 0 : -1;
    }
    this.dispatchEvent(new CustomEvent('tabchange', { detail: name }));
  }

  /** Pulls the sheet up or lets it down. */
  pull(up: boolean): void {
    const handle = this.querySelector<HTMLButtonElement>('.handle');
    if (!handle || !narrow.matches) return;
    this.classList.toggle('up', up);
    document.documentElement.classList.toggle('sheet-up', up);
    handle.setAttribute('aria-expanded', String(up));
    handle.lastElementChild!.textContent = handle.dataset[up ? 'close' : 'open']!;
    if (up) void this.open();
  }

  private listen(): void {
    const views = this.querySelector<HTMLElement>('.views')!;
    views.addEventListener('click', (event) => {
      const tab = (event.target as Element).closest('[role=tab]');
      if (tab) this.tab = tab.id.slice(4);
    });
    views.addEventListener('keydown', (event) => {
      const tabs = [...views.querySelectorAll<HTMLElement>('[role=tab]')].filter((tab) => tab.offsetParent);
      const at = tabs.indexOf(event.target as HTMLElement);
      const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
      if (to === undefined) return;
      event.preventDefault();
      const next = tabs[(to + tabs.length) % tabs.length]!;
      next.focus();
      this.tab = next.id.slice(4);
    });
    this.querySelector('.handle')?.addEventListener('click', () => this.pull(!this.classList.contains('up')));
    this.addEventListener('keydown', (event) => {
      if (event.key === 'Escape' && !(event.target as Element).closest('lab-terminal')) this.pull(false);
    });
    const fit = (): void => {
      if (narrow.matches && this.classList.contains('sheet') && this.tab === 'map' && !this.classList.contains('up')) this.tab = 'terminal';
      if (!narrow.matches && this.tab === 'terminal') this.tab = 'map';
    };
    narrow.addEventListener('change', fit);
    fit();
    // A phone's keyboard takes its room from the visual viewport only.
    visualViewport?.addEventListener('resize', () => this.style.setProperty('--seen', `${visualViewport!.height}px`));
  }
}
customElements.define('lab-bench', LabBench);
