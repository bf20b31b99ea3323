/**
 * Fills every chunk of commands at once: for Node, where nothing is downloaded.
 */
import { LATE, type Suite } from './chunks.ts';
import { suite as absent } from './absent.ts';
import { suite as awk } from './awk.ts';
import { suite as calculate } from './calculate.ts';
import { suite as copy } from './copy.ts';
import { suite as curl } from './curl.ts';
import { suite as diff } from './diff.ts';
import { suite as digest } from './digest.ts';
import { suite as dump } from './dump.ts';
import { suite as find } from './find.ts';
import { suite as host } from './host.ts';
import { suite as hunt } from './hunt.ts';
import { suite as inspect } from './inspect.ts';
import { suite as jq } from './jq.ts';
import { suite as lines } from './lines.ts';
import { suite as lookup } from './lookup.ts';
import { suite as mode } from './mode.ts';
import { suite as nano } from './nano.ts';
import { suite as network } from './network.ts';
import { suite as openssl } from './openssl.ts';
import { suite as pager } from './pager.ts';
import { suite as ps } from './ps.ts';
import { suite as sed } from './sed.ts';
import { suite as tar } from './tar.ts';
import { suite as top } from './top.ts';
import { suite as vi } from './vi.ts';
import { suite as watch } from './watch.ts';
import { suite as wget } from './wget.ts';

const SUITES: Readonly<Record<keyof typeof LATE, Suite>> = {
  absent, awk, calculate, copy, curl, diff, digest, dump, find, host, hunt, inspect, jq, lines, lookup, mode, nano, network, openssl, pager, ps, sed, tar, top, vi, watch, wget,
};

/** Loads all late commands; importing this module does it too. */
export function loadAll(): void {
  for (const name of Object.keys(LATE) as (keyof typeof LATE)[]) LATE[name].value = SUITES[name];
}

loadAll();
