/** A line that stands in grey at an empty prompt, for the learner to take with Tab or →. It is only drawn; the world knows nothing of it. */
import type { Emulator } from './emulator.ts';

export class Ghost {
  private readonly emulator: Emulator;
  private readonly lines: string[];
  private readonly type: (line: string) => void;
  private readonly ran: () => ReadonlySet<string>;
  private shown = false;

  constructor(emulator: Emulator, lines: readonly string[], type: (line: string) => void, ran: () => ReadonlySet<string>) {
    this.emulator = emulator;
    this.lines = [...lines];
    this.type = type;
    this.ran = ran;
  }

  /** Shows the next line when the cursor stands at an empty prompt. */
  look(): void {
    const ran = this.ran();
    while (this.lines[0] && ran.has(this.lines[0])) this.lines.shift();
    const line = this.lines[0];
    if (this.shown || !line) return;
    const { active } = this.emulator.terminal.buffer;
    const prompt = active.getLine(active.baseY + active.cursorY)?.translateToString(false, 0, active.cursorX) ?? '';
    if (!/[$#] $/.test(prompt)) return;
    this.shown = true;
    const room = this.emulator.terminal.cols - active.cursorX - 1;
    const text = line.length > room ? `${line.slice(0, Math.max(0, room - 1))}…` : line;
    this.emulator.write(`\x1b7\x1b[90m${text}\x1b[0m\x1b8`);
  }

  /** Takes the line away before something else is written. */
  hide(): void {
    if (!this.shown) return;
    this.shown = false;
    this.emulator.write('\x1b[K');
  }

  /** What the learner typed while a line was offered; true when it took the line. */
  take(keys: string): boolean {
    if (!this.shown) return false;
    this.hide();
    if (keys !== '\t' && keys !== '\x1b[C' && keys !== '\x1bOC') return false;
    this.type(this.lines.shift()!);
    return true;
  }
}
