/** One xterm on the page, set up for this site: CSP, screen reader, native copy and paste, no answers to queries of old output. */
import { FitAddon } from '@xterm/addon-fit';
import { Unicode11Addon } from '@xterm/addon-unicode11';
import { WebLinksAddon } from '@xterm/addon-web-links';
import { Terminal } from '@xterm/xterm';
import { openUnderCsp } from './open-under-csp.ts';
import { palette } from './palette.ts';

export interface EmulatorOptions {
  readonly host: HTMLElement;
  readonly label: string;
  readonly fontSize: number;
  keys(keys: string): void;
  paste(text: string): void;
  size(columns: number, rows: number): void;
  title(title: string): void;
  /** The way out of the terminal by keyboard. */
  leave(backwards: boolean): void;
}

export interface Emulator {
  readonly terminal: Terminal;
  write(text: string, then?: () => void): void;
  fit(): void;
  recolour(): void;
  dispose(): void;
}

/** Programs ask terminals for their kind, cursor or colours; a replayed screen must not be answered. */
function silence({ parser }: Terminal): void {
  const swallow = (): boolean => true;
  parser.registerCsiHandler({ final: 'c' }, swallow);
  parser.registerCsiHandler({ prefix: '>', final: 'c' }, swallow);
  parser.registerCsiHandler({ final: 'n' }, swallow);
  parser.registerCsiHandler({ prefix: '?', final: 'n' }, swallow);
  parser.registerCsiHandler({ intermediates: '$', final: 'p' }, swallow);
  for (const colour of [4, 10, 11, 12]) parser.registerOscHandler(colour, swallow);
}

/** Opens a terminal in `host`. */
export function openEmulator(options: EmulatorOptions): Emulator {
  const { host } = options;
  const terminal = new Terminal({
    allowProposedApi: true,
    cursorBlink: false,
    fontFamily: getComputedStyle(host).getPropertyValue('--code'),
    fontSize: options.fontSize,
    lineHeight: 1.25,
    scrollback: 5000,
    screenReaderMode: true,
    theme: palette(host),
  });
  const fit = new FitAddon();
  terminal.loadAddon(fit);
  terminal.loadAddon(new Unicode11Addon());
  terminal.unicode.activeVersion = '11';
  terminal.loadAddon(new WebLinksAddon((_, address) => address.startsWith('https:') && open(address, '_blank', 'noopener')));
  silence(terminal);
  openUnderCsp(terminal, host);
  terminal.textarea?.setAttribute('aria-label', options.label);
  terminal.onData(options.keys);
  terminal.onTitleChange(options.title);
  terminal.onResize(({ cols, rows }) => options.size(cols, rows));

  terminal.attachCustomKeyEventHandler((event) => {
    const { key, ctrlKey, shiftKey, altKey, type } = event;
    if (key === 'F6') {
      if (type === 'keydown') options.leave(shiftKey);
      event.preventDefault();
      return false;
    }
    if (ctrlKey && !altKey && key.toLowerCase() === 'v') return false;
    if (ctrlKey && !altKey && key.toLowerCase() === 'c' && terminal.hasSelection()) {
      // The browser copies first, then the selection goes, so that the next ^C interrupts.
      if (type === 'keydown') setTimeout(() => terminal.clearSelection());
      return false;
    }
    return true;
  });
  host.addEventListener(
    'paste',
    (event) => {
      const text = event.clipboardData?.getData('text/plain');
      event.preventDefault();
      event.stopImmediatePropagation();
      if (text) options.paste(text);
    },
    true,
  );

  return {
    terminal,
    write: (text, then) => terminal.write(text, then),
    fit: () => {
      if (host.clientWidth > 0 && host.clientHeight > 0) fit.fit();
    },
    recolour: () => {
      terminal.options.theme = palette(host);
    },
    dispose: () => terminal.dispose(),
  };
}
