/** `<lab-files>`: the learner's files, and an editor for one of them that is fetched when first opened. */
import { h } from '../dom.ts';
import type { Bench } from '../stores/bench.ts';
import { withBench } from '../stores/page-bench.ts';
import type { Editor } from '../editor/editor.ts';
import * as texts from '../texts.ts';

class LabFiles extends HTMLElement {
  private bench!: Bench;
  private path: string | undefined;
  private saved = '';
  private editor: Editor | undefined;
  private readonly list = h('ul', {});
  private readonly place = h('div', { class: 'editor' });
  private readonly name = h('b', {});
  private readonly state = h('span', { role: 'status' });
  private readonly save = h('button', { type: 'button', class: 'save', disabled: true });

  connectedCallback(): void {
    withBench(this, (bench) => {
      this.bench = bench;
      const { lang } = bench;
      const fresh = h(
        'form',
        { class: 'fresh', submit: (event: SubmitEvent) => this.make(event) },
        h('input', {
          name: 'name',
          placeholder: texts.newFileHint[lang],
          'aria-label': texts.newFile[lang],
          pattern: '[\\w.\\-]+(/[\\w.\\-]+)*',
          required: true,
          autocomplete: 'off',
          spellcheck: 'false',
        }),
        h('button', { type: 'submit' }, texts.newFile[lang]),
      );
      this.save.textContent = texts.save[lang];
      this.save.addEventListener('click', () => this.keep());
      this.append(
        h('nav', { 'aria-label': texts.files[lang] }, this.list, fresh),
        h('div', { class: 'sheet-of-text' }, h('div', { class: 'file-bar' }, this.name, this.state, this.save), this.place),
      );
      this.place.append(h('p', { class: 'empty' }, texts.chooseFile[lang]));
      bench.$files.subscribe(({ files }) => this.draw(files));
      // Whatever ran may have changed the file; an edited one is left alone.
      bench.$timeline.listen(() => void this.reload());
      bench.$ready.listen(() => void this.reload());
    });
  }

  private draw(files: readonly string[]): void {
    const { lang } = this.bench;
    this.list.replaceChildren(
      ...(files.length
        ? files.map((file) =>
            h('li', {}, h('button', { type: 'button', 'aria-current': file === this.path ? 'true' : undefined, click: () => void this.openFile(file) }, file)),
          )
        : [h('li', { class: 'empty' }, texts.noFiles[lang])]),
    );
  }

  private make(event: SubmitEvent): void {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const path = (form.elements.namedItem('name') as HTMLInputElement).value.trim();
    form.reset();
    if (!this.bench.$files.get().files.includes(path)) this.bench.press({ save: path, text: '' });
    void this.openFile(path);
  }

  private async openFile(path: string): Promise<void> {
    if (this.dirty && !confirm(texts.loseChanges[this.bench.lang](this.path!))) return;
    this.path = path;
    this.draw(this.bench.$files.get().files);
    this.name.textContent = path;
    this.saved = (await this.bench.session.read(path)) ?? '';
    if (!this.editor) {
      const { openEditor } = await import('../editor/editor.ts');
      this.place.replaceChildren();
      this.editor = openEditor({
        place: this.place,
        label: texts.editorLabel[this.bench.lang],
        changed: () => this.mark(),
        save: () => this.keep(),
        check: (text) => this.bench.session.lint(text),
      });
    }
    this.editor.set(this.saved, path);
    this.mark();
    this.editor.focus();
  }

  private async reload(): Promise<void> {
    if (!this.path || !this.editor || this.dirty) return;
    const text = (await this.bench.session.read(this.path)) ?? '';
    if (text === this.saved || this.dirty) return;
    this.saved = text;
    this.editor.set(text, this.path);
  }

  private get dirty(): boolean {
    return this.editor !== undefined && this.path !== undefined && this.editor.text() !== this.saved;
  }

  private mark(): void {
    this.save.disabled = !this.dirty;
    this.state.textContent = this.dirty ? texts.unsaved[this.bench.lang] : '';
  }

  private keep(): void {
    if (!this.path || !this.editor || !this.dirty) return;
    this.saved = this.editor.text();
    this.bench.press({ save: this.path, text: this.saved });
    this.mark();
    this.state.textContent = texts.putDone[this.bench.lang];
  }
}
customElements.define('lab-files', LabFiles);
