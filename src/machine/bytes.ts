/**
 * Lengths in UTF-8 bytes of the text that flows through a machine.
 * A lone surrogate U+DC80..U+DCFF stands for one byte that is not valid UTF-8.
 */

/** How many bytes the text takes. */
export function byteLength(text: string): number {
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x80) continue;
    if (code < 0x800) bytes++;
    else if (code >= 0xd800 && code < 0xdc00 && (text.charCodeAt(i + 1) & 0xfc00) === 0xdc00) {
      bytes += 2;
      i++;
    } else if (code < 0xdc80 || code > 0xdcff) bytes += 2;
  }
  return bytes;
}

/** How many code units of `text`, from its start, make up `bytes` bytes; undefined when it is shorter. Never cuts a character. */
export function unitsOf(text: string, bytes: number): number | undefined {
  if (text.length * 3 < bytes) return undefined;
  let i = 0;
  for (let left = bytes; left > 0; ) {
    if (i >= text.length) return undefined;
    const code = text.charCodeAt(i++);
    if (code < 0x80) left--;
    else if (code < 0x800) left -= 2;
    else if (code >= 0xd800 && code < 0xdc00 && (text.charCodeAt(i) & 0xfc00) === 0xdc00) {
      left -= 4;
      i++;
    } else left -= code >= 0xdc80 && code <= 0xdcff ? 1 : 3;
  }
  return i;
}
