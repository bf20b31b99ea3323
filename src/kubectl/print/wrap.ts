/** Lines broken between words, as mitchellh/go-wordwrap breaks them: words longer than a line stay whole, blanks at a break go. */

/** Text whose lines are at most `limit` runes long, as far as its words let it. */
export function wrap(text: string, limit: number): string {
  let out = '';
  let line = 0;
  let blank = '';
  let word = '';
  const put = (): void => {
    line += blank.length + [...word].length;
    out += blank + word;
    blank = word = '';
  };
  for (const c of text) {
    if (c === '\n') {
      if (word || line + blank.length <= limit) put();
      blank = '';
      out += c;
      line = 0;
    } else if (/\s/.test(c) && c !== '\xa0') {
      if (!blank || word) put();
      blank += c;
    } else {
      word += c;
      const length = [...word].length;
      if (line + length + blank.length > limit && length < limit) {
        out += '\n';
        line = 0;
        blank = '';
      }
    }
  }
  if (word || line + blank.length <= limit) put();
  return out;
}
