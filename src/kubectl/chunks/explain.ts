/** kubectl explain is not written yet: the chunk is there, so that calling it says so. */
import { EXPLAIN } from '../tree.ts';

EXPLAIN.value = [];
