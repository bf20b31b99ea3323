/** Command lines in the text show whether they have been run, and buttons anywhere on the page send theirs to the terminal. */
import type { LabBench } from '../elements/lab-bench.ts';
import type { LabTerminal } from '../elements/lab-terminal.ts';
import * as texts from '../texts.ts';
import type { Bench } from './bench.ts';

/** Keeps every `<send-line>` in step with the learner's timeline. */
export function markLines(bench: Bench): void {
  const lines = [...document.querySelectorAll<HTMLElement>('send-line')].map((element) => ({
    element,
    line: element.querySelector('code')!.textContent.trim(),
  }));
  bench.$timeline.subscribe((entries) => {
    const run: ReadonlySet<string> = new Set(entries.filter((entry) => entry.exit !== undefined).map((entry) => entry.line.trim()));
    document.dispatchEvent(new CustomEvent('commandrun', { detail: run }));
    for (const { element, line } of lines) {
      const on = run.has(line);
      if (element.classList.toggle('ran', on) !== on) continue;
      element.querySelector('button')!.setAttribute('aria-label', (on ? texts.ranLine : texts.sendLine)[bench.lang](line));
    }
  });
}

/** Types a line into the laboratory's terminal, opening what is closed. */
export async function sendToTerminal(line: string, only = false): Promise<void> {
  const host = document.querySelector<LabBench>('lab-bench');
  if (!host) return;
  host.pull(true);
  await host.open();
  if (getComputedStyle(host.querySelector('#tab-terminal')!).display !== 'none') host.tab = 'terminal';
  host.querySelector<LabTerminal>('lab-terminal')!.type(line, only);
}
