/** Fills the chunk of commands that keep a connection open. */
import { STREAMS } from '../tree.ts';
import { attach } from '../verbs/attach.ts';
import { exec } from '../verbs/exec.ts';
import { logs } from '../verbs/logs.ts';

STREAMS.value = [logs, exec, attach];
