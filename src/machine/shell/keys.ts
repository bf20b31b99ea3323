/** Keys in what a terminal sends: characters, escape sequences, Alt combinations, bracketed pastes. */

const SEQUENCE = /^\x1b\x1b?(?:\[[\d;?]*[ -/]*[@-~]|O[A-Za-z])/;

/** The key at the start of `text`; '' when it is not whole yet. */
export function keyOf(text: string): string {
  if (text === '') return '';
  if (text.startsWith('\x1b[200~')) {
    const end = text.indexOf('\x1b[201~');
    return end < 0 ? '' : text.slice(0, end + 6);
  }
  if (text[0] === '\x1b') {
    const sequence = SEQUENCE.exec(text)?.[0];
    if (sequence) return sequence;
    if (/^\x1b(?:\x1b?(?:\[[\d;?]*[ -/]*|O)?)?$/.test(text)) return '';
    return `\x1b${String.fromCodePoint(text.codePointAt(1)!)}`;
  }
  if (text.startsWith('\x18')) return text.length === 1 ? '' : text.slice(0, 2);
  return String.fromCodePoint(text.codePointAt(0)!);
}
