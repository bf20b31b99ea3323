/** Fills the chunk of commands that change objects. */
import { CHANGE } from '../tree.ts';
import { apply } from '../verbs/apply.ts';
import { create } from '../verbs/create.ts';
import { remove } from '../verbs/delete.ts';
import { editVerb } from '../verbs/edit.ts';
import { expose } from '../verbs/expose.ts';
import { run } from '../verbs/run.ts';
import { rollout } from '../verbs/rollout.ts';
import { wait } from '../verbs/wait.ts';

CHANGE.value = [create, apply, remove, editVerb, expose, run, rollout, wait];
