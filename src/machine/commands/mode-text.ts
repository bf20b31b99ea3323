/**
 * Modes as people write them: `u+x,go-w`, `a=rX`, `644`.
 */

/** What `text` makes of the mode `old`; undefined when it is no mode. Where nobody is named, `umask` bits are left alone. */
export function newMode(text: string, old: number, folder: boolean, umask: number): number | undefined {
  if (/^[0-7]{1,4}$/.test(text)) return parseInt(text, 8);
  let mode = old;
  for (const clause of text.split(',')) {
    const m = /^([ugoa]*)((?:[-+=][rwxXst]*|[-+=][ugo])+)$/.exec(clause);
    if (!m) return undefined;
    const who = m[1] || 'a';
    let mask = 0;
    for (const w of who) mask |= w === 'u' ? 0o4700 : w === 'g' ? 0o2070 : w === 'o' ? 0o1007 : 0o7777;
    for (const [, operator, perms] of m[2]!.matchAll(/([-+=])([rwxXst]*|[ugo])/g)) {
      let bits = 0;
      for (const c of perms!) {
        if (c === 'r') bits |= 0o444;
        else if (c === 'w') bits |= 0o222;
        else if (c === 'x') bits |= 0o111;
        else if (c === 'X') bits |= folder || mode & 0o111 ? 0o111 : 0;
        else if (c === 's') bits |= 0o6000;
        else if (c === 't') bits |= 0o1000;
        else bits |= ((mode >> (c === 'u' ? 6 : c === 'g' ? 3 : 0)) & 7) * 0o111;
      }
      bits &= mask;
      if (!m[1]) bits &= ~umask;
      mode = operator === '+' ? mode | bits : operator === '-' ? mode & ~bits : (mode & ~(mask & 0o777)) | bits;
    }
  }
  return mode;
}
