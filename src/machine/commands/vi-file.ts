/**
 * Reading and writing files in vi, with Vim's messages.
 */
import { FileError } from '../files.ts';
import { byteLength } from './bytes.ts';
import { why } from './input.ts';
import type { State } from './vi-state.ts';

/** Reads a file into the editor, as vi is opened with it. */
export function edit(e: State, name: string): void {
  e.name = name;
  const stat = e.p.files.stat(name);
  if (!stat) {
    e.load(['']);
    e.noEol = false;
    return e.say(`"${name}" [New]`);
  }
  if (stat.type === 'directory') {
    e.load(['']);
    return e.say(`"${name}" is a directory`);
  }
  let text: string;
  try {
    text = e.p.files.read(name);
  } catch (error) {
    e.load(['']);
    return e.say(`"${name}" ${error instanceof FileError && error.code === 'EACCES' ? '[Permission Denied]' : why(error)}`);
  }
  e.noEol = text !== '' && !text.endsWith('\n');
  const lines = text.split('\n');
  if (!e.noEol) lines.pop();
  e.load(lines);
  const readonly = !e.p.files.may(name, 2);
  e.options['readonly'] = readonly;
  e.say(`"${name}" ${readonly ? '[readonly] ' : ''}${e.noEol ? '[noeol] ' : ''}${lines.length}L, ${byteLength(text)}B`);
}

/** Writes lines to a file; false when that failed. */
export function write(e: State, name: string | undefined, force: boolean, from = 0, to = e.lines.length - 1, append = false): boolean {
  const target = name ?? e.name;
  if (target === undefined) {
    e.say('E32: No file name', true);
    return false;
  }
  const whole = from === 0 && to === e.lines.length - 1;
  const there = e.p.files.stat(target);
  if (there?.type === 'directory') {
    e.say(`"${target}" E502: is a directory`, true);
    return false;
  }
  if (e.options['readonly'] && !force && target === e.name) {
    e.say("E45: 'readonly' option is set (add ! to override)", true);
    return false;
  }
  if (there && target !== e.name && !force && !append) {
    e.say('E13: File exists (add ! to override)', true);
    return false;
  }
  const lines = e.lines.slice(from, to + 1);
  const text = lines.length === 1 && lines[0] === '' && whole && !there ? '' : `${lines.join('\n')}${e.noEol && whole ? '' : '\n'}`;
  try {
    if (append) e.p.files.append(target, text);
    else e.p.files.write(target, text);
  } catch (error) {
    const text_ = why(error);
    e.say(text_ === 'No such file or directory' ? `"${target}" E212: Can't open file for writing` : text_ === 'Permission denied' || text_ === 'Read-only file system' ? `"${target}" E212: Can't open file for writing` : `"${target}" ${text_}`, true);
    return false;
  }
  if (e.name === undefined) e.name = target;
  if (whole && target === e.name) e.written();
  e.say(`"${target}" ${there ? '' : '[New] '}${e.noEol && whole ? '[noeol] ' : ''}${text === '' ? 0 : lines.length}L, ${byteLength(text)}B ${append ? 'appended' : 'written'}`);
  return true;
}
