/** xterm's colours from the page's tokens, as they are under the present theme. */
import type { ITheme } from '@xterm/xterm';

const NAMES = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'] as const;
const bright = (name: string): string => `bright${name[0]!.toUpperCase()}${name.slice(1)}`;

/** Reads the tokens through `probe`, an element that stands in the page. */
export function palette(probe: HTMLElement): ITheme {
  const colour = (token: string): string => {
    probe.style.color = `var(--${token})`;
    return getComputedStyle(probe).color;
  };
  const theme: Record<string, string> = {
    background: colour('terminal'),
    foreground: colour('terminal-ink'),
    cursor: colour('terminal-ink'),
    cursorAccent: colour('terminal'),
    selectionBackground: colour('t8'),
    selectionForeground: colour('t15'),
  };
  NAMES.forEach((name, i) => {
    theme[name] = colour(`t${i}`);
    theme[bright(name)] = colour(`t${i + 8}`);
  });
  probe.style.color = '';
  return theme;
}
