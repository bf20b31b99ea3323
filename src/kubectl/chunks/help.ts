/** Fills the chunk of help texts. */
import { HELP } from '../help-texts.ts';
import { HELP_TEXTS } from '../help.ts';

HELP_TEXTS.value = HELP;
