/** Single commands against what the real GNU tools printed (commands/record.mjs), output, messages and exit code. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { box, FILES } from './commands/box.ts';

interface Recorded {
  readonly line: string;
  /** The order of lines does not count. */
  readonly loose?: boolean;
  readonly out: string;
  readonly err: string;
  readonly code: number;
}

const recorded = JSON.parse(readFileSync(new URL('./commands/recorded.json', import.meta.url), 'utf8')) as Recorded[];

/** What a reader of UTF-8 makes of bytes that are none. */
const readable = (text: string): string => text.replace(/[\udc80-\udcff]/g, '\ufffd');

for (const { line, loose, out, err, code } of recorded) {
  test(`${line} does what the real one does`, () => {
    const ran = box(FILES).run(line);
    const lines = (text: string): string => (loose ? text.split('\n').sort().join('\n') : text);
    assert.deepEqual({ out: lines(readable(ran.out)), err: ran.err, code: ran.code }, { out: lines(out), err, code });
  });
}
