/**
 * The fields that words expand into: text, the pattern it is (quoted parts escaped), and the splitting of unquoted expansions by IFS.
 */
import { escapePattern } from './pattern.ts';

export interface Field {
  text: string;
  /** The same as a pattern: what was quoted has its special characters escaped. */
  pattern: string;
  /** Something in it was quoted, so that it stays even when empty. */
  quoted: boolean;
}

export class Fields {
  readonly done: Field[] = [];
  private current: Field | undefined;
  private readonly ifs: string;
  readonly splitting: boolean;

  /** `ifs` undefined: nothing is split, everything is one field. */
  constructor(ifs: string | undefined) {
    this.splitting = ifs !== undefined;
    this.ifs = ifs ?? '';
    if (!this.splitting) this.current = { text: '', pattern: '', quoted: false };
  }

  /** Plain text of the script; its pattern may have active characters. */
  literal(text: string, pattern: string): void {
    const field = this.open();
    field.text += text;
    field.pattern += pattern;
  }

  quoted(text: string): void {
    const field = this.open();
    field.text += text;
    field.pattern += escapePattern(text);
    field.quoted = true;
  }

  /** The result of an unquoted expansion. */
  expanded(text: string): void {
    if (text === '') return;
    if (!this.splitting) return this.literal(text, text);
    const { ifs } = this;
    let run = '';
    const flush = (): void => {
      if (run !== '') this.literal(run, run.replace(/\\/g, '\\\\'));
      run = '';
    };
    for (let i = 0; i < text.length; i++) {
      const char = text[i]!;
      if (!ifs.includes(char)) {
        run += char;
        continue;
      }
      flush();
      let hard = !isBlank(char);
      // Blanks around one other separator belong to it.
      while (i + 1 < text.length && ifs.includes(text[i + 1]!) && (isBlank(text[i + 1]!) || !hard)) {
        if (!isBlank(text[i + 1]!)) hard = true;
        i++;
      }
      // A separator that is no blank makes a field even of nothing.
      if (hard) this.open().quoted = true;
      this.end();
    }
    flush();
  }

  /** Ends the field: the next text begins another one. */
  end(): void {
    if (!this.splitting) return;
    if (this.current) this.done.push(this.current);
    this.current = undefined;
  }

  /** The field that is being built, if one is. */
  get pending(): boolean {
    return this.current !== undefined;
  }

  finish(): readonly Field[] {
    if (this.current) this.done.push(this.current);
    this.current = undefined;
    return this.done;
  }

  private open(): Field {
    return (this.current ??= { text: '', pattern: '', quoted: false });
  }
}

const isBlank = (char: string): boolean => char === ' ' || char === '\t' || char === '\n';
