/**
 * What a describer writes on: lines at levels of two blanks, whose tab-separated cells are aligned at the end.
 * Stands for kubectl's PrefixWriter over Go's text/tabwriter (padding 2, no minimum width).
 */

/** Cells of a line; all but the last were ended by a tab and belong to a column. */
type Row = readonly string[];

/** Sets the cells of one block from column `at` on; `widths` are those of the columns before. */
function block(rows: readonly Row[], from: number, to: number, widths: readonly number[], out: string[]): void {
  const column = widths.length;
  for (let i = from; i < to; i++) {
    if (column >= rows[i]!.length - 1) {
      out[i] = rows[i]!.map((cell, j) => (j < rows[i]!.length - 1 ? cell.padEnd(widths[j]!) : cell)).join('');
      continue;
    }
    let end = i;
    let width = 0;
    while (end < to && column < rows[end]!.length - 1) width = Math.max(width, rows[end++]![column]!.length + 2);
    block(rows, i, end, [...widths, width], out);
    i = end - 1;
  }
}

/** Aligns tab-separated text as Go's tabwriter does: a column is a run of lines that all have that cell. */
export function align(text: string): string {
  const rows = text.split('\n').map((line) => line.split('\t'));
  const out: string[] = [];
  block(rows, 0, rows.length, [], out);
  return out.join('\n');
}

export class Sheet {
  private readonly out: string[] = [];

  /** A line at a level. */
  line(level: number, text: string): void {
    this.out.push(`${'  '.repeat(level)}${text}\n`);
  }

  /** `Label:` and its value in the next column. */
  field(level: number, label: string, value: unknown): void {
    this.line(level, `${label}:\t${String(value)}`);
  }

  /** A title with as many lines as it has values, aligned behind it; `<none>` without any. */
  many(title: string, values: readonly string[], indent = ''): void {
    if (!values.length) this.line(0, `${indent}${title}:\t<none>`);
    values.forEach((value, i) => this.line(0, i ? `${indent}\t${value}` : `${indent}${title}:\t${value}`));
  }

  /** Everything, aligned. */
  text(): string {
    return align(this.out.join(''));
  }
}
