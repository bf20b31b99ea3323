/**
 * Watching: events of a request until somebody has enough, the server ends it, or a deadline passes.
 * Stands for client-go's tools/watch.
 */
import type { WatchEvent } from '../kube/api/wire.ts';
import type { Running } from '../machine/process.ts';
import type { Ask } from './client.ts';
import type { Kubectl } from './command.ts';

/** Calls `hear` for each event until it returns false. True when it did; false when the stream ended or `until` (virtual milliseconds) passed. */
export function* eachEvent(k: Kubectl, ask: Ask, hear: (event: WatchEvent) => boolean, until = Infinity): Running<boolean> {
  const stream = yield* k.client.stream(ask);
  const stop = stream.listen(k.p);
  try {
    for (;;) {
      for (let item = stream.take(); item !== undefined; item = stream.take()) if (!hear(item as WatchEvent)) return true;
      if (stream.ended) return false;
      if (k.p.now >= until) return false;
      yield* k.p.flush();
      if (until < Infinity) yield until;
      else yield;
    }
  } finally {
    stop();
    stream.close();
  }
}
