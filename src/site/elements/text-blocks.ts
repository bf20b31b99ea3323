/** What the text's blocks do: send marks type into the terminal, code is copied or saved to the learner's home, `data-show` opens a view. */
import type { LabBench } from './lab-bench.ts';

const bench = (): LabBench | null => document.querySelector<LabBench>('lab-bench');
const textOf = (block: Element): string => `${block.querySelector('code')!.textContent.trimEnd()}\n`;

/** Says on the button itself that it was done; the build gives each its word. */
function done(button: HTMLElement): void {
  const before = [...button.childNodes];
  button.replaceChildren(button.dataset['done']!);
  setTimeout(() => button.replaceChildren(...before), 1600);
}

for (const block of document.querySelectorAll('code-block')) {
  block.querySelector<HTMLElement>('.copy')!.hidden = false;
  const put = block.querySelector<HTMLElement>('.put');
  if (put && bench()) put.hidden = false;
}

document.addEventListener('click', (event) => {
  const button = (event.target as Element).closest<HTMLElement>('button');
  if (!button) return;
  const line = button.dataset['line'] ?? button.closest('send-line')?.querySelector('code')!.textContent;
  const block = button.closest<HTMLElement>('code-block');
  if (line) {
    if (bench()) void import('../stores/send-lines.ts').then(({ sendToTerminal }) => sendToTerminal(line, event.shiftKey));
    else void navigator.clipboard?.writeText(line);
  } else if (block && button.classList.contains('copy')) {
    void navigator.clipboard?.writeText(textOf(block)).then(() => done(button));
  } else if (block && button.classList.contains('put')) {
    void bench()?.open().then(() => import('../stores/page-bench.ts')).then(({ withBench }) =>
      withBench(block, (open) => {
        open.press({ save: block.dataset['file']!, text: textOf(block) });
        done(button);
      }));
  } else if (button.dataset['show']) {
    const host = bench();
    host?.pull(true);
    if (host) host.tab = button.dataset['show'];
  }
});
