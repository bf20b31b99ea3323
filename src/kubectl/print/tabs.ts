/**
 * Columns from cells separated by tabs.
 * Stands for liggitt/tabwriter with the settings that kubectl gives it: at least 6 wide, 3 blanks between, widths remembered from one table to the next.
 */

const PADDING = 3;
const LEAST = 6;

/** Lays out lines; `flush` ends a table, and the next one is at least as wide as it was. */
export class Tabs {
  private text = '';
  private remembered: number[] = [];
  private readonly padding: number;
  private readonly least: number;
  private readonly remember: boolean;

  constructor(options: { readonly padding?: number; readonly least?: number; readonly remember?: boolean } = {}) {
    this.padding = options.padding ?? PADDING;
    this.least = options.least ?? LEAST;
    this.remember = options.remember ?? true;
  }

  write(text: string): void {
    this.text += text;
  }

  /** Forgets the widths of earlier tables. */
  forget(): void {
    this.remembered = [];
  }

  /** What was written since, in columns. */
  flush(): string {
    const lines = this.text.split('\n').map((line) => line.split('\t'));
    this.text = '';
    const out: string[] = lines.map(() => '');
    this.layout(lines, 0, lines.length, 0, out);
    return lines.map((cells, i) => out[i]! + cells[cells.length - 1]!).join('\n');
  }

  /** A column is a run of lines that have a cell there which a tab ends; each run has a width of its own. */
  private layout(lines: readonly (readonly string[])[], from: number, to: number, column: number, out: string[]): void {
    for (let i = from; i < to; i++) {
      if (column >= lines[i]!.length - 1) continue;
      let end = i;
      let width = this.least;
      for (; end < to && column < lines[end]!.length - 1; end++) width = Math.max(width, runes(lines[end]![column]!) + this.padding);
      if (this.remember) this.remembered[column] = width = Math.max(width, this.remembered[column] ?? 0);
      for (let k = i; k < end; k++) {
        const cell = lines[k]![column]!;
        out[k] += cell + ' '.repeat(width - runes(cell));
      }
      this.layout(lines, i, end, column + 1, out);
      i = end - 1;
    }
  }
}

/** Runes, not columns of a terminal. */
function runes(text: string): number {
  let n = text.length;
  for (let i = 0; i < text.length; i++) if ((text.charCodeAt(i) & 0xfc00) === 0xdc00) n--;
  return n;
}
