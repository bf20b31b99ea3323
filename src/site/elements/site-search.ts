/** `<site-search>`: a button, and Ctrl+K; the dialog behind them is fetched when first opened. */
class SiteSearch extends HTMLElement {
  connectedCallback(): void {
    const open = (): void => void import('./search-dialog.ts').then(({ openSearch }) => openSearch(this));
    this.querySelector('button')!.addEventListener('click', open);
    addEventListener('keydown', (event) => {
      if (!(event.ctrlKey || event.metaKey) || event.key !== 'k' || (event.target as Element).closest?.('.xterm')) return;
      event.preventDefault();
      open();
    });
  }
}
customElements.define('site-search', SiteSearch);
