/** Fills the chunk of commands that take nodes out of service and put them back. */
import { NODES } from '../late.ts';
import { cordon, uncordon } from '../verbs/cordon.ts';
import { drain } from '../verbs/drain.ts';
import { taint } from '../verbs/taint.ts';

NODES.value = [cordon, uncordon, drain, taint];
