/** The lines typed so far, and `!` references to them. It lives as long as its shell; there is no history file. */

export class History {
  readonly lines: string[] = [];

  /** Adds a line unless it is blank, or `control` (HISTCONTROL) leaves it out. */
  add(line: string, control = ''): void {
    if (line.trim() === '') return;
    if (/ignore(space|both)/.test(control) && /^\s/.test(line)) return;
    if (/ignore(dups|both)/.test(control) && line === this.lines.at(-1)) return;
    if (control.includes('erasedups')) for (let i = this.lines.length - 1; i >= 0; i--) if (this.lines[i] === line) this.lines.splice(i, 1);
    this.lines.push(line);
    if (this.lines.length > 1000) this.lines.shift();
  }

  remove(at: number): boolean {
    return this.lines.splice(at, 1).length > 0 && at >= 0;
  }

  clear(): void {
    this.lines.length = 0;
  }

  /** The line with `!!`, `!n`, `!-n`, `!text`, `!?text?`, `!$`, `!^`, `!*` and `^old^new` replaced; an error text when a reference leads nowhere. */
  expand(line: string): { line: string; changed: boolean } | { error: string } {
    const { lines } = this;
    const quick = /^\^([^^]+)\^([^^]*)\^?/.exec(line);
    if (quick) {
      const last = lines.at(-1);
      if (!last?.includes(quick[1]!)) return { error: `:s${quick[0]}: substitution failed` };
      return { line: last.replace(quick[1]!, quick[2]!) + line.slice(quick[0].length), changed: true };
    }
    if (!line.includes('!')) return { line, changed: false };
    let out = '';
    let quoted = false;
    for (let i = 0; i < line.length; i++) {
      const char = line[i]!;
      if (char === "'" && !/"[^"]*$/.test(line.slice(0, i).replace(/"[^"]*"/g, ''))) quoted = !quoted;
      if (char === '\\' && !quoted) {
        out += char + (line[++i] ?? '');
        continue;
      }
      if (char !== '!' || quoted || /[\s=(]|$/.test(line[i + 1] ?? ' ') && !/[^\s=(]/.test(line[i + 1] ?? ' ')) {
        out += char;
        continue;
      }
      const match = /^!(?:(!)|(-?\d+)|([$^*])|\?([^?\n]+)\??|([^\s!:;|&()<>"'$^*-][^\s:;|&()<>"']*))(?::([$^*]|\d+))?/.exec(line.slice(i));
      if (!match) {
        out += char;
        continue;
      }
      const [whole, last, number, short, contains, prefix, part] = match;
      // In double quotes a closing quote ends the reference.
      const event = last || short ? lines.at(-1)
        : number !== undefined ? (Number(number) < 0 ? lines.at(Number(number)) : lines[Number(number) - 1])
        : contains !== undefined ? lines.findLast((text) => text.includes(contains))
        : lines.findLast((text) => text.startsWith(prefix!));
      if (event === undefined) return { error: `${whole}: event not found` };
      const which = short ?? part;
      out += which === undefined ? event : wordsOf(event, which);
      i += whole.length - 1;
    }
    return { line: out, changed: out !== line };
  }
}

function wordsOf(line: string, which: string): string {
  const words = line.match(/(?:\\.|'[^']*'|"(?:[^"\\]|\\.)*"|[^\s])+/g) ?? [];
  if (which === '$') return words.at(-1) ?? '';
  if (which === '^') return words[1] ?? '';
  if (which === '*') return words.slice(1).join(' ');
  return words[Number(which)] ?? '';
}
