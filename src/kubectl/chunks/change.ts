/** Fills the chunk of commands that change objects. */
import { CHANGE } from '../late.ts';
import { editLastApplied, setLastApplied, viewLastApplied } from '../verbs/apply/last-applied.ts';
import { autoscale } from '../verbs/autoscale.ts';
import { diff } from '../verbs/diff.ts';
import { editVerb } from '../verbs/edit.ts';
import { expose } from '../verbs/expose.ts';
import { annotate, label } from '../verbs/label.ts';
import { patch } from '../verbs/patch.ts';
import { replace } from '../verbs/replace.ts';
import { rollout } from '../verbs/rollout.ts';
import { scale } from '../verbs/scale.ts';
import { set } from '../verbs/set.ts';
import { wait } from '../verbs/wait.ts';

CHANGE.value = [autoscale, diff, editVerb, expose, rollout, wait, label, annotate, patch, replace, scale, set, editLastApplied, setLastApplied, viewLastApplied];
