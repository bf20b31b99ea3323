/** Fills the chunk of commands that keep a connection open. */
import { STREAMS } from '../late.ts';
import { attach } from '../verbs/attach.ts';
import { cp } from '../verbs/cp.ts';
import { debug } from '../verbs/debug.ts';
import { exec } from '../verbs/exec.ts';
import { logs } from '../verbs/logs.ts';
import { proxy } from '../verbs/proxy.ts';
import { portForward } from '../verbs/port-forward.ts';

STREAMS.value = [logs, exec, attach, portForward, cp, proxy, debug];
