/** Fills the chunk of commands that change objects. */
import { CHANGE } from '../tree.ts';
import { apply } from '../verbs/apply.ts';
import { autoscale } from '../verbs/autoscale.ts';
import { create } from '../verbs/create.ts';
import { remove } from '../verbs/delete.ts';
import { diff } from '../verbs/diff.ts';
import { editVerb } from '../verbs/edit.ts';
import { expose } from '../verbs/expose.ts';
import { annotate, label } from '../verbs/label.ts';
import { patch } from '../verbs/patch.ts';
import { replace } from '../verbs/replace.ts';
import { rollout } from '../verbs/rollout.ts';
import { run } from '../verbs/run.ts';
import { scale } from '../verbs/scale.ts';
import { set } from '../verbs/set.ts';
import { wait } from '../verbs/wait.ts';

CHANGE.value = [create, autoscale, diff, apply, remove, editVerb, expose, run, rollout, wait, label, annotate, patch, replace, scale, set];
