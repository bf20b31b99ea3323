/** Fills the chunk of kubectl explain. */
import { EXPLAIN } from '../late.ts';
import { explainVerb } from '../verbs/explain.ts';

EXPLAIN.value = [explainVerb];
