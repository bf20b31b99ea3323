/** Fills the chunk of `kubectl run` with a terminal. */
import { RUN_ATTACHED } from '../late.ts';
import { attachAndWait } from '../verbs/run-attached.ts';

RUN_ATTACHED.value = attachAndWait;
