/** Fills the chunk of kubectl explain. */
import { EXPLAIN } from '../tree.ts';
import { explainVerb } from '../verbs/explain.ts';

EXPLAIN.value = [explainVerb];
