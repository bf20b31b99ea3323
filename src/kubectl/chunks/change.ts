/** Fills the chunk of commands that change objects. */
import { CHANGE } from '../tree.ts';
import { create } from '../verbs/create.ts';

CHANGE.value = [create];
