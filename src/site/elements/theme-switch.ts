/** `<theme-switch>`: one button that goes round system, light, dark; kept in this browser, followed by every open tab. */
const KEY = 'theme';
const CHOICES = ['system', 'light', 'dark'] as const;
type Choice = (typeof CHOICES)[number];

const chosen = (): Choice => {
  const kept = localStorage.getItem(KEY);
  return kept === 'light' || kept === 'dark' ? kept : 'system';
};

class ThemeSwitch extends HTMLElement {
  connectedCallback(): void {
    const button = this.querySelector('button')!;
    const show = (): void => {
      const choice = chosen();
      const root = document.documentElement;
      if (choice === 'system') delete root.dataset['theme'];
      else root.dataset['theme'] = choice;
      this.setAttribute('choice', choice);
      button.setAttribute('aria-label', button.dataset[choice]!);
      button.title = button.dataset[choice]!;
      dispatchEvent(new Event('themechange'));
    };
    button.addEventListener('click', () => {
      const next = CHOICES[(CHOICES.indexOf(chosen()) + 1) % CHOICES.length]!;
      if (next === 'system') localStorage.removeItem(KEY);
      else localStorage.setItem(KEY, next);
      show();
    });
    addEventListener('storage', (event) => event.key === KEY && show());
    show();
  }
}
customElements.define('theme-switch', ThemeSwitch);
