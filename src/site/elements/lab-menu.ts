/** `<lab-menu>`: export and import of the recording, a link that carries it, and starting over; each can be undone. */
import { h, icon } from '../dom.ts';
import type { Bench } from '../stores/bench.ts';
import { withBench } from '../stores/page-bench.ts';
import { asRecording, shareLink } from '../stores/share.ts';
import * as texts from '../texts.ts';
import { saveFile } from './save-file.ts';
import { toast } from './toast.ts';

/** A longer link is refused by chats and mail programs. */
const LONGEST_LINK = 16_000;

/** Does something to the world, and offers to take it back. */
export async function withUndo(from: Element, bench: Bench, said: string, act: () => void): Promise<void> {
  const before = await bench.session.record();
  act();
  toast(from, said, { text: texts.undo[bench.lang], run: () => bench.session.restart(before) });
}

class LabMenu extends HTMLElement {
  connectedCallback(): void {
    withBench(this, (bench) => this.build(bench));
  }

  private build(bench: Bench): void {
    const { lang, session } = bench;
    const file = h('input', { type: 'file', accept: '.json', hidden: true, 'aria-label': texts.importWorld[lang] });
    const list = h('div', { class: 'menu-list', popover: 'auto' });
    const open = h(
      'button',
      { type: 'button', class: 'menu-open', 'aria-label': texts.menu[lang], title: texts.menu[lang] },
      icon('M3 8h.010M8 8h.010M13 8h.010'),
    );
    open.popoverTargetElement = list;
    const item = (text: string, run: () => void): HTMLElement => h('button', { type: 'button', click: () => (list.hidePopover(), run()) }, text);
    list.append(
      item(
        texts.exportWorld[lang],
        () => void session.record().then((recording) => saveFile(`${bench.lab ?? 'cluster'}.tabernetes.json`, JSON.stringify(recording))),
      ),
      item(texts.importWorld[lang], () => file.click()),
      item(texts.shareWorld[lang], () => void this.share(bench)),
      item(texts.resetWorld[lang], () => void withUndo(this, bench, texts.resetDone[lang], () => session.send({ type: 'reset' }))),
    );
    list.addEventListener('toggle', () => {
      const box = open.getBoundingClientRect();
      list.style.top = `${Math.round(box.bottom + 4)}px`;
      list.style.right = `${Math.round(document.documentElement.clientWidth - box.right)}px`;
    });
    file.addEventListener('change', () => {
      const chosen = file.files?.[0];
      file.value = '';
      void chosen?.text().then((text) => {
        let recording;
        try {
          recording = asRecording(JSON.parse(text));
        } catch {
          recording = undefined;
        }
        if (!recording) return toast(this, texts.notRecording[lang]);
        void withUndo(this, bench, texts.imported[lang], () => session.restart(recording));
      });
    });
    this.append(open, list, file);
    bench.$broken.listen(
      (broken) =>
        broken &&
        toast(
          this,
          texts.brokenWorld[lang](broken.message),
          { text: texts.exportWorld[lang], run: () => saveFile('broken.tabernetes.json', JSON.stringify(broken.recording)) },
          true,
        ),
    );
  }

  private async share({ session, lang }: Bench): Promise<void> {
    const link = await shareLink(await session.record());
    if (link.length > LONGEST_LINK) return toast(this, texts.sharedLong[lang](Math.round(link.length / 1000)));
    await navigator.clipboard?.writeText(link);
    toast(this, texts.shared[lang]);
  }
}
customElements.define('lab-menu', LabMenu);
