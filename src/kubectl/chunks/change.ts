/** Fills the chunk of commands that change objects. */
import { CHANGE } from '../tree.ts';

CHANGE.value = [];
