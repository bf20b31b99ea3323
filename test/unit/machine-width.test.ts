/** Cells of characters agree with the terminal of the page. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cells } from '../../src/machine/width.ts';

test('Hangul and emoji are wide, combining marks take no cell', () => {
  assert.deepEqual(['a', '한글', '🚀', 'é', '…', 'ｗ', '한'.normalize('NFD')].map(cells), [1, 4, 2, 1, 1, 2, 2]);
});
