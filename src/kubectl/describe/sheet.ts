/**
 * What a describer writes on: lines at levels of two blanks, whose tab-separated cells are aligned at the end.
 * Stands for kubectl's PrefixWriter over Go's text/tabwriter (padding 2, no minimum width).
 */
import { Tabs } from '../print/tabs.ts';

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
    values.forEach((value, i) => this.line(0, i ? `\t${value}` : `${indent}${title}:\t${value}`));
  }

  /** Everything as it was written, tabs and all: rollout history prints a template so. */
  raw(): string {
    return this.out.join('');
  }

  /** Everything, aligned. */
  text(): string {
    const tabs = new Tabs({ padding: 2, least: 0, remember: false });
    tabs.write(this.out.join(''));
    return tabs.flush();
  }
}
