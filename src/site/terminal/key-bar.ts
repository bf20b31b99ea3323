/** The keys that a phone's keyboard lacks, as a bar above it: Tab, Esc, a sticky Ctrl, arrows, and signs of the shell. */
import { h } from '../dom.ts';

const KEYS: readonly (readonly [label: string, keys: string, name?: string])[] = [
  ['Tab', '\t'],
  ['Esc', '\x1b'],
  ['Ctrl', ''],
  ['←', '\x1b[D', 'Left'],
  ['↓', '\x1b[B', 'Down'],
  ['↑', '\x1b[A', 'Up'],
  ['→', '\x1b[C', 'Right'],
  ['|', '|'],
  ['-', '-'],
  ['/', '/'],
];

/** `mark` turns keys typed while Ctrl is held by the bar into control keys. */
export interface KeyBar {
  readonly element: HTMLElement;
  mark(keys: string): string;
}

/** Makes the bar; `press` gets what a key sends. The terminal keeps the focus. */
export function keyBar(label: string, press: (keys: string) => void): KeyBar {
  let held = false;
  const element = h('div', { class: 'key-bar', role: 'toolbar', 'aria-label': label });
  for (const [text, keys, name] of KEYS) {
    const button = h('button', { type: 'button', tabindex: -1, 'aria-label': name ?? text, pointerdown: (event: Event) => event.preventDefault() }, text);
    button.addEventListener('click', () => {
      if (keys) press(keys);
      else hold(!held);
    });
    element.append(button);
  }
  const control = element.children[2]!;
  function hold(on: boolean): void {
    held = on;
    control.setAttribute('aria-pressed', String(on));
  }
  hold(false);
  return {
    element,
    mark(keys) {
      if (!held || keys.length !== 1) return keys;
      hold(false);
      return String.fromCharCode(keys.toUpperCase().charCodeAt(0) & 31);
    },
  };
}
