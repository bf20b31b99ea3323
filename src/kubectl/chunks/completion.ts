/** Fills the chunk of shell completion. */
import { COMPLETION } from '../late.ts';
import { completing, completingWords, completion } from '../verbs/completion.ts';

COMPLETION.value = [completion, completing, completingWords];
