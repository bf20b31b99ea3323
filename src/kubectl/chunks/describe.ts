/** The commands that explain one object: loaded when the first is called. */
import { DESCRIBE } from '../late.ts';
import { describeVerb } from '../verbs/describe.ts';

DESCRIBE.value = [describeVerb];
