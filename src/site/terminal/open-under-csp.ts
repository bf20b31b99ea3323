/** Lets xterm open under a strict `style-src`: the style elements that it makes write to constructed style sheets instead. */
import type { Terminal } from '@xterm/xterm';

function adopt(element: HTMLStyleElement): void {
  const sheet = new CSSStyleSheet();
  document.adoptedStyleSheets.push(sheet);
  Object.defineProperty(element, 'textContent', { set: (text: string) => sheet.replaceSync(text), get: () => '' });
  element.remove = () => {
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((one) => one !== sheet);
    HTMLElement.prototype.remove.call(element);
  };
}

/** `terminal.open(host)`, during which every new style element is adopted. */
export function openUnderCsp(terminal: Terminal, host: HTMLElement): void {
  const real = document.createElement;
  document.createElement = ((tag: string, options?: ElementCreationOptions) => {
    const element = real.call(document, tag, options);
    if (tag === 'style') adopt(element as HTMLStyleElement);
    return element;
  }) as typeof real;
  try {
    terminal.open(host);
  } finally {
    document.createElement = real;
  }
}
