/**
 * The words of a line without a shell: blanks, single and double quotes, backslash, $'…' with \n and \t.
 */
export function words(line) {
  const out = [];
  let word;
  for (let i = 0; i < line.length; i++) {
    const c = line[i];
    if (c === '$' && line[i + 1] === "'") {
      const end = line.indexOf("'", i + 2);
      word = (word ?? '') + line.slice(i + 2, end).replaceAll('\\n', '\n').replaceAll('\\t', '\t');
      i = end;
    } else if (c === "'") {
      const end = line.indexOf("'", i + 1);
      word = (word ?? '') + line.slice(i + 1, end);
      i = end;
    } else if (c === '"') {
      for (i++, word ??= ''; line[i] !== '"'; i++) word += line[i] === '\\' && '"\\$`'.includes(line[i + 1]) ? line[++i] : line[i];
    } else if (c === '\\') word = (word ?? '') + line[++i];
    else if (c === ' ') {
      if (word !== undefined) out.push(word);
      word = undefined;
    } else word = (word ?? '') + c;
  }
  if (word !== undefined) out.push(word);
  return out;
}
