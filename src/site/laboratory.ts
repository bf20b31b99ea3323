/** The laboratory's own code: opens the session and defines every element in it. Fetched when a laboratory comes into view. */
import type { Lang } from '../lab/protocol.ts';
import type { LabBench } from './elements/lab-bench.ts';
import { openSession } from './session.ts';
import { benchOn } from './stores/bench.ts';
import { announceBench } from './stores/page-bench.ts';
import { sharedRecording } from './stores/share.ts';
import './elements/cluster-map.ts';
import './elements/lab-clock.ts';
import './elements/lab-files.ts';
import './elements/lab-menu.ts';
import './elements/lab-terminal.ts';
import './elements/lab-timeline.ts';
import './elements/request-path.ts';
import './elements/task-list.ts';
import { markLines } from './stores/send-lines.ts';
import { watchWall } from './stores/wall.ts';

/** Opens the session of a bench; resolves when its world stands ready. */
export async function openLaboratory(host: LabBench): Promise<void> {
  const lab = host.getAttribute('lab') ?? undefined;
  const lang = host.lang as Lang;
  const recording = await sharedRecording();
  const bench = benchOn(openSession({ lang, ...(lab && { lab }), ...(recording && { recording }) }), lang, lab);
  announceBench(host, bench);
  markLines(bench);
  watchWall(bench);
  await new Promise<void>((ready) => {
    const stop = bench.$ready.subscribe((worlds) => {
      if (!worlds) return;
      ready();
      queueMicrotask(() => stop());
    });
  });
  host.classList.add('ready');
}
