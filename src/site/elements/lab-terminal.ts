/**
 * `<lab-terminal>`: the learner's terminals as tabs. xterm is fetched when the element first comes into view.
 * `ghost` holds lines, one each, that are offered at an empty prompt in turn; Tab or → takes the one shown.
 */
import { h, icon, narrow } from '../dom.ts';
import { withBench } from '../stores/page-bench.ts';
import type { Bench, ScreenMessage } from '../stores/bench.ts';
import type { Emulator } from '../terminal/emulator.ts';
import { Ghost } from '../terminal/ghost.ts';
import { keyBar } from '../terminal/key-bar.ts';
import { leaveRegion } from './region-keys.ts';
import * as texts from '../texts.ts';

interface Tab {
  readonly number: number;
  readonly host: HTMLElement;
  readonly button: HTMLButtonElement;
  readonly emulator: Emulator;
  readonly ghost: Ghost | undefined;
}

/** The most terminals that a world has. */
const MOST = 8;

class LabTerminal extends HTMLElement {
  private readonly tabs = new Map<number, Tab>();
  private readonly bar = h('div', { class: 'term-tabs', role: 'tablist' });
  private readonly screens = h('div', { class: 'screens' });
  private bench: Bench | undefined;
  private make: typeof import('../terminal/emulator.ts').openEmulator | undefined;
  private current = 0;

  connectedCallback(): void {
    withBench(this, (bench) => {
      this.bench = bench;
      const { lang } = bench;
      this.bar.setAttribute('aria-label', texts.terminals[lang]);
      const more = h(
        'button',
        { type: 'button', class: 'more', 'aria-label': texts.newTerminal[lang], title: texts.newTerminal[lang], click: () => this.another() },
        icon('M8 3v10M3 8h10'),
      );
      const keys = keyBar(texts.keyBar[lang], (text) => this.press(text));
      this.press = (text) => bench.press({ keys: keys.mark(text), ...(this.current && { terminal: this.current }) });
      this.append(h('div', { class: 'term-bar' }, this.bar, more), this.screens, keys.element);
      void import('../terminal/emulator.ts').then(({ openEmulator }) => {
        this.make = openEmulator;
        bench.screens((message) => this.hear(message));
        this.tab(0);
      });
      bench.$timeline.listen(() => this.tabs.forEach((tab) => tab.ghost?.look()));
      new ResizeObserver(() => this.tabs.get(this.current)?.emulator.fit()).observe(this.screens);
      addEventListener('themechange', () => this.tabs.forEach((tab) => tab.emulator.recolour()));
      matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.tabs.forEach((tab) => tab.emulator.recolour()));
    });
  }

  /** Types a line for the learner, with Enter unless `only`. Takes a free terminal, or opens one. */
  type(line: string, only = false): void {
    const { bench } = this;
    if (!bench) return;
    const busy = new Set(
      bench.$timeline
        .get()
        .filter((entry) => entry.exit === undefined)
        .map((entry) => entry.terminal),
    );
    let number = this.current;
    if (busy.has(number)) number = [...this.tabs.keys()].find((one) => !busy.has(one)) ?? this.another();
    this.show(number);
    this.tabs.get(number)?.ghost?.hide();
    bench.press({ keys: only ? line : `${line}\r`, ...(number && { terminal: number }) });
    this.tabs.get(number)?.emulator.terminal.focus();
  }

  override focus(): void {
    this.tabs.get(this.current)?.emulator.terminal.focus();
  }

  private press(_keys: string): void {}

  private hear(message: ScreenMessage): void {
    const tab = this.tab(message.terminal);
    if (message.type === 'clear') tab.emulator.terminal.reset();
    else {
      tab.ghost?.hide();
      tab.emulator.write(message.text, () => tab.ghost?.look());
    }
  }

  private another(): number {
    let number = 1;
    while (this.tabs.has(number)) number++;
    if (number >= MOST) return this.current;
    this.bench!.press({ open: number });
    this.tab(number);
    this.show(number);
    this.focus();
    return number;
  }

  private close(number: number): void {
    const tab = this.tabs.get(number);
    if (!tab) return;
    this.bench!.press({ close: number });
    tab.emulator.dispose();
    tab.host.remove();
    tab.button.parentElement!.remove();
    this.tabs.delete(number);
    this.show([...this.tabs.keys()].at(-1)!);
    this.focus();
  }

  private tab(number: number): Tab {
    const old = this.tabs.get(number);
    if (old) return old;
    const bench = this.bench!;
    const { lang } = bench;
    const id = `terminal-${number}`;
    const host = h('div', { class: 'screen', id, role: 'tabpanel', 'aria-label': texts.terminalNamed[lang](number + 1) });
    const button = h(
      'button',
      { type: 'button', role: 'tab', 'aria-controls': id, click: () => (this.show(number), this.focus()) },
      number ? `student@laptop ${number + 1}` : 'student@laptop',
    );
    const holder = h('span', { class: 'term-tab', role: 'presentation' }, button);
    if (number)
      holder.append(
        h(
          'button',
          { type: 'button', class: 'close', 'aria-label': texts.closeTerminal[lang](number + 1), click: () => this.close(number) },
          icon('M4.500 4.500l7 7M11.500 4.500l-7 7'),
        ),
      );
    this.bar.append(holder);
    this.screens.append(host);
    this.reveal(number, host, button);
    const terminal = number ? { terminal: number } : {};
    const emulator = this.make!({
      host,
      label: texts.terminalLabel[lang],
      fontSize: narrow.matches ? 12 : 13,
      keys: (keys) => (tab.ghost?.take(keys) ? undefined : this.press(keys)),
      paste: (text) => bench.press({ paste: text, ...terminal }),
      size: (columns, rows) => bench.press({ size: [columns, rows], ...terminal }),
      title: (title) => {
        if (title) button.textContent = title;
      },
      leave: (backwards) => leaveRegion(this, backwards),
    });
    const lines = number === 0 ? this.getAttribute('ghost') : null;
    const tab: Tab = {
      number,
      host,
      button,
      emulator,
      ghost: lines
        ? new Ghost(
            emulator,
            lines.split('\n'),
            (line) => bench.press({ keys: line }),
            () => new Set(bench.$timeline.get().map((entry) => entry.line)),
          )
        : undefined,
    };
    this.tabs.set(number, tab);
    emulator.fit();
    return tab;
  }

  private show(number: number): void {
    this.current = number;
    for (const tab of this.tabs.values()) this.reveal(tab.number, tab.host, tab.button);
    this.tabs.get(number)?.emulator.fit();
  }

  private reveal(number: number, host: HTMLElement, button: HTMLElement): void {
    const on = number === this.current;
    host.hidden = !on;
    button.setAttribute('aria-selected', String(on));
    button.tabIndex = on ? 0 : -1;
  }
}
customElements.define('lab-terminal', LabTerminal);
export type { LabTerminal };
