/**
 * `<hand-in lab>`: the end of a checkpoint. Answers go into the world like every other input; Hand in replays the recording once more,
 * packs it with what the page shows, and gives it to the learner as a file.
 */
import type { Lab } from '../../lab/lab.ts';
import type { Lang } from '../../lab/protocol.ts';
import { Pool } from '../grading/pool.ts';
import type { Bench } from '../stores/bench.ts';
import { withBench } from '../stores/page-bench.ts';
import { wallOf } from '../stores/wall.ts';
import * as texts from '../texts.ts';
import type { LabBench } from './lab-bench.ts';
import { saveFile } from './save-file.ts';

class HandIn extends HTMLElement {
  connectedCallback(): void {
    const lab = this.getAttribute('lab')!;
    const lang = document.documentElement.lang as Lang;
    const form = this.querySelector('form')!;
    const said = this.querySelector<HTMLElement>('[role=status]')!;
    for (const field of this.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>('[name]')) {
      const key = field.dataset['answer'] ? `answer:${lab}:${field.name}` : `learner:${field.name}`;
      field.value = localStorage.getItem(key) ?? '';
      field.addEventListener('input', () => localStorage.setItem(key, field.value));
    }
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      said.textContent = texts.packing[lang];
      const host = document.querySelector<LabBench>('lab-bench')!;
      void host.open().then(() => withBench(host, (bench) => void this.give(bench, lab, form).then((text) => (said.textContent = text))));
    });
  }

  private async give(bench: Bench, id: string, form: HTMLFormElement): Promise<string> {
    const { session, lang } = bench;
    for (const answer of form.querySelectorAll<HTMLTextAreaElement>('[data-answer]')) bench.press({ answer: answer.name, value: answer.value });
    const entry = (name: string): string => (form.elements.namedItem(name) as HTMLInputElement).value.trim();
    const pool = new Pool();
    try {
      const lab = (await (await fetch(`/labs/${id}.json`)).json()) as Lab;
      const recording = await session.record();
      const ticket = entry('ticket');
      const done = await pool.run({ type: 'pack', lab, recording, learner: { name: entry('name'), ...(ticket && { ticket }) }, wall: wallOf(id) });
      if (done.type !== 'pack') return texts.packFailed[lang](done.type === 'failed' ? done.message : '');
      const name = entry('name').replaceAll(/[^\p{L}\p{N}]+/gu, '-').replaceAll(/^-|-$/g, '') || 'hand-in';
      saveFile(`${id}-${name}.tabernetes.json`, done.text);
      return texts.handedIn[lang];
    } catch (error) {
      return texts.packFailed[lang]((error as Error).message);
    } finally {
      pool.close();
    }
  }
}
customElements.define('hand-in', HandIn);
