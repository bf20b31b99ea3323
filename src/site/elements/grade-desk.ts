/** `<grade-desk>`: drop hand-ins, watch them being graded, see them as a table, open one, save the gradebook. */
import { csv, json } from '../../grade/gradebook.ts';
import type { Lang } from '../../lab/protocol.ts';
import { h, write } from '../dom.ts';
import { $labs, $sheets, clear, groupOf, loadLabs, take, totalOf, type Sheet } from '../grading/desk.ts';
import { filesOf, readFiles } from '../grading/files.ts';
import * as texts from '../texts.ts';
import type { HandInReview } from './hand-in-review.ts';
import './hand-in-review.ts';
import { saveFile } from './save-file.ts';

const minutesOf = (ms: number): string => `${Math.floor(ms / 60_000)}:${String(Math.floor((ms % 60_000) / 1000)).padStart(2, '0')}`;

class GradeDesk extends HTMLElement {
  private readonly language = document.documentElement.lang as Lang;
  private readonly said = this.querySelector<HTMLElement>('[role=status]')!;
  private readonly bar = this.querySelector<HTMLProgressElement>('progress')!;
  private readonly body = this.querySelector<HTMLElement>('tbody')!;
  private readonly results = this.querySelector<HTMLElement>('.results')!;
  private readonly review = this.querySelector<HandInReview>('hand-in-review')!;
  private ready: Promise<void> | undefined;

  connectedCallback(): void {
    const input = this.querySelector<HTMLInputElement>('input[type=file]')!;
    input.addEventListener('change', () => {
      void this.receive([...(input.files ?? [])]);
      input.value = '';
    });
    const drop =
      (on: boolean) =>
      (event: DragEvent): void => {
        event.preventDefault();
        this.classList.toggle('over', on);
      };
    addEventListener('dragover', drop(true));
    addEventListener('dragleave', drop(false));
    addEventListener('drop', (event) => {
      drop(false)(event);
      if (event.dataTransfer) void filesOf(event.dataTransfer).then((files) => this.receive(files));
    });
    const rows = (): { report: NonNullable<Sheet['report']>; marks: Sheet['marks'] }[] =>
      $sheets.get().flatMap(({ report, marks }) => (report ? [{ report, marks }] : []));
    const labs = (id: string): ReturnType<typeof $labs.get> extends ReadonlyMap<string, infer L> ? L | undefined : never => $labs.get().get(id);
    this.querySelector('.csv')!.addEventListener('click', () => saveFile('grades.csv', csv(rows(), labs), 'text/csv'));
    this.querySelector('.json')!.addEventListener('click', () => saveFile('grades.json', json(rows(), labs)));
    this.querySelector('.clear')!.addEventListener('click', () => {
      this.review.shut();
      clear();
    });
    $sheets.subscribe(() => this.draw());
  }

  private async receive(files: readonly File[]): Promise<void> {
    const lang = this.language;
    let trouble = '';
    const read = await readFiles(files, (name) => (trouble = texts.badZip[lang](name)));
    if (!read.length) {
      this.said.textContent = trouble || texts.nothingThere[lang];
      return;
    }
    await (this.ready ??= loadLabs(this.dataset['labs']!.split(' ').filter(Boolean)));
    await take(read);
    if (trouble) this.said.textContent = trouble;
  }

  private draw(): void {
    const lang = this.language;
    const sheets = $sheets.get();
    this.results.hidden = sheets.length === 0;
    const done = sheets.filter((sheet) => sheet.report).length;
    this.bar.hidden = done === sheets.length;
    this.bar.max = sheets.length || 1;
    this.bar.value = done;
    write(this.said, sheets.length ? texts.gradedOf[lang](done, sheets.length) : '');
    const groups = [...new Set(sheets.filter((sheet) => groupOf(sheet).length > 1).map((sheet) => sheet.report!.end))];
    this.body.replaceChildren(...sheets.map((sheet) => this.row(sheet, groups)));
  }

  private row(sheet: Sheet, groups: readonly string[]): HTMLElement {
    const lang = this.language;
    const { report } = sheet;
    const outcome = report?.outcome ?? 'waiting';
    const sum = totalOf(sheet);
    const name = report?.learner.name || (report ? sheet.file : '…');
    const lab = report && $labs.get().get(report.lab);
    const gradable = report && report.tasks.length > 0;
    const group = report?.end ? groups.indexOf(report.end) : -1;
    return h(
      'tr',
      { 'data-key': sheet.key },
      h(
        'th',
        { scope: 'row' },
        gradable ? h('button', { type: 'button', title: texts.openHandIn[lang](name), click: () => this.review.open(sheet.key) }, name) : name,
        report?.learner.ticket ? h('span', { class: 'ticket' }, report.learner.ticket) : null,
      ),
      h('td', {}, lab?.title[lang] ?? report?.lab ?? ''),
      h('td', {}, h('span', { class: `outcome ${outcome.replace(' ', '-')}` }, texts.outcomes[outcome][lang])),
      h(
        'td',
        { class: 'number' },
        gradable ? `${sum.points}/${sum.of}` : '',
        gradable && sum.open ? h('span', { class: 'open' }, texts.stillOpen[lang](sum.open)) : null,
      ),
      h('td', { class: 'number' }, gradable ? minutesOf(report.time) : ''),
      h('td', {}, group < 0 ? '' : String.fromCharCode(65 + (group % 26))),
      h('td', { class: 'notes' }, report?.notes.map((note) => note[lang]).join(' ') ?? ''),
    );
  }
}
customElements.define('grade-desk', GradeDesk);
