/**
 * `<hand-in-review>`: one hand-in opened. Left the rubric, in the middle its replay, right the end state and the answers.
 * Number keys turn the human items, j and k go through the hand-ins, Escape goes back to the list.
 */
import { mark, pointsOf, type Item, type Marks } from '../../grade/rubric.ts';
import type { Lang } from '../../lab/protocol.ts';
import { h, rich } from '../dom.ts';
import { $labs, $sheets, gradingOrder, groupOf, itemsOf, judge, recordingOf, totalOf, type Sheet } from '../grading/desk.ts';
import * as texts from '../texts.ts';
import { elapsed } from './elapsed.ts';
import { ReplayView } from './replay-view.ts';

export class HandInReview extends HTMLElement {
  private readonly language = document.documentElement.lang as Lang;
  private key: string | undefined;
  private replay: ReplayView | undefined;
  private readonly rubric = h('section', { class: 'rubric' });
  private readonly middle = h('section', { class: 'replay' });
  private readonly end = h('section', { class: 'end-state', tabindex: 0, role: 'region' });

  connectedCallback(): void {
    const lang = this.language;
    this.rubric.setAttribute('aria-label', texts.rubric[lang]);
    this.middle.setAttribute('aria-label', texts.replay[lang]);
    this.end.setAttribute('aria-label', texts.endState[lang]);
    $sheets.listen(() => this.key && this.draw());
    document.addEventListener('keydown', (event) => this.press(event));
  }

  private get sheet(): Sheet | undefined {
    return $sheets.get().find((sheet) => sheet.key === this.key);
  }

  /** Opens the hand-in of this key. */
  open(key: string): void {
    this.replay?.close();
    this.key = key;
    const { sheet, language: lang } = this;
    if (!sheet?.report) return this.shut();
    const lab = $labs.get().get(sheet.report.lab)!;
    document.documentElement.classList.add('reviewing');
    this.hidden = false;
    const heading = h('h2', { tabindex: -1 }, sheet.report.learner.name || texts.nameless[lang]);
    const bar = h(
      'header',
      { class: 'review-bar' },
      h('button', { type: 'button', class: 'act', click: () => this.shut() }, texts.backToTable[lang]),
      heading,
      h('span', { class: 'total' }),
      h('button', { type: 'button', class: 'act next', click: () => this.step(1) }, texts.nextHandIn[lang]),
    );
    this.replaceChildren(bar, h('div', { class: 'review' }, this.rubric, this.middle, this.end));
    this.replay = undefined;
    const recording = recordingOf(sheet);
    if (recording) this.replay = new ReplayView(this.middle, { lab, recording, report: sheet.report, lang, comments: () => this.sheet?.marks.comments ?? [] });
    else this.middle.replaceChildren(h('p', { class: 'empty' }, texts.replayGone[lang]));
    this.drawEnd(sheet);
    this.draw();
    heading.focus();
    scrollTo({ top: 0 });
  }

  /** Back to the list. */
  shut(): void {
    this.replay?.close();
    this.replay = undefined;
    const { key } = this;
    this.key = undefined;
    this.hidden = true;
    document.documentElement.classList.remove('reviewing');
    document.querySelector<HTMLElement>(`tr[data-key="${key}"] button`)?.focus();
  }

  private step(by: number): void {
    const order = gradingOrder().filter((sheet) => sheet.report?.tasks.length);
    const at = order.findIndex((sheet) => sheet.key === this.key);
    const next = order[(at + by + order.length) % order.length];
    if (next) this.open(next.key);
  }

  private press(event: KeyboardEvent): void {
    const { sheet } = this;
    if (!sheet || event.ctrlKey || event.metaKey || event.altKey || (event.target as Element).closest('input, textarea, select, .xterm')) return;
    if (event.key === 'Escape') return this.shut();
    if (event.key === 'j' || event.key === 'k') return this.step(event.key === 'j' ? 1 : -1);
    if (!/^[0-9]$/.test(event.key)) return;
    const item = itemsOf(sheet).filter((one) => one.kind === 'human')[(Number(event.key) + 9) % 10];
    if (item) this.turn(sheet, item);
  }

  /** Full, none, open, and round again. */
  private turn(sheet: Sheet, item: Item): void {
    const now = pointsOf(item, sheet.report!, sheet.marks);
    judge(sheet.key, (marks) => mark(marks, item, now === undefined ? item.of : now === item.of && item.of > 0 ? 0 : undefined));
  }

  private draw(): void {
    const { sheet, language: lang } = this;
    if (!sheet?.report) return;
    const sum = totalOf(sheet);
    this.querySelector('.total')!.textContent = `${sum.points}/${sum.of}${sum.open ? ` · ${texts.stillOpen[lang](sum.open)}` : ''}`;
    const focused = (document.activeElement as HTMLElement | null)?.id;
    let human = 0;
    const group = groupOf(sheet);
    this.rubric.replaceChildren(
      h('h3', {}, texts.rubric[lang]),
      h('ul', {}, ...itemsOf(sheet).map((item) => this.item(sheet, item, item.kind === 'human' ? ++human : 0))),
      ...(human ? [h('p', { class: 'quiet' }, texts.keysHint[lang])] : []),
      ...(group.length > 1
        ? [h('button', { type: 'button', class: 'to-group', click: () => this.giveGroup(sheet, group) }, texts.toGroup[lang](group.length))]
        : []),
      this.comments(sheet),
    );
    if (focused) this.querySelector<HTMLElement>(`#${CSS.escape(focused)}`)?.focus();
    this.replay?.mark();
  }

  private item(sheet: Sheet, item: Item, number: number): HTMLElement {
    const lang = this.language;
    const report = sheet.report!;
    const points = pointsOf(item, report, sheet.marks);
    const given = sheet.marks.points[item.id] !== undefined;
    const id = `item-${item.id.replaceAll('/', '-')}`;
    const result = report.tasks.find((task) => task.id === item.id);
    const field = h('input', {
      id,
      type: 'number',
      min: 0,
      max: item.of,
      step: 1,
      value: points ?? '',
      'aria-label': texts.pointsFor[lang](item.say[lang], item.of),
    });
    field.addEventListener('change', () => judge(sheet.key, (marks) => mark(marks, item, field.value === '' ? undefined : Number(field.value))));
    const say = item.say[lang];
    return h(
      'li',
      { class: points === undefined ? 'open' : points === item.of ? 'full' : points === 0 ? 'none' : 'part' },
      h(
        'button',
        {
          type: 'button',
          class: 'turn',
          'aria-pressed': points === undefined ? 'mixed' : String(points > 0),
          click: () => (item.kind === 'human' ? this.turn(sheet, item) : judge(sheet.key, (marks) => mark(marks, item, points === item.of ? 0 : item.of))),
        },
        number ? String(number % 10) : points ? '✓' : '✕',
        h('span', { class: 'unseen' }, ` ${say.replaceAll('`', '')}`),
      ),
      h('p', { class: 'say' }, ...rich(say)),
      h(
        'p',
        { class: 'quiet' },
        item.kind === 'automatic' ? (given ? texts.overridden[lang] : texts.byReplay[lang]) : points === undefined ? texts.notJudged[lang] : '',
        ...(result?.why && points === 0 ? [' · ', ...rich(result.why[lang])] : []),
      ),
      h(
        'span',
        { class: 'score' },
        field,
        `/${item.of}`,
        given
          ? h(
              'button',
              {
                type: 'button',
                class: 'undo',
                'aria-label': texts.takeBack[lang](say.replaceAll('`', '')),
                click: () => judge(sheet.key, (marks) => mark(marks, item, undefined)),
              },
              '↺',
            )
          : null,
      ),
    );
  }

  private comments(sheet: Sheet): HTMLElement {
    const lang = this.language;
    const text = h('textarea', { id: 'comment', rows: 2, 'aria-label': texts.comments[lang] });
    const at = (): number => this.replay?.at ?? 0;
    const add = h(
      'button',
      {
        type: 'button',
        class: 'act',
        click: () => {
          if (text.value.trim())
            judge(sheet.key, (marks): Marks => ({
              ...marks,
              comments: [...marks.comments, { at: at(), text: text.value.trim() }].sort((a, b) => a.at - b.at),
            }));
        },
      },
      texts.addComment[lang](elapsed(at())),
    );
    text.addEventListener('focus', () => (add.textContent = texts.addComment[lang](elapsed(at()))));
    return h(
      'div',
      { class: 'comments' },
      h('h3', {}, texts.comments[lang]),
      h(
        'ul',
        {},
        ...sheet.marks.comments.map((comment, i) =>
          h(
            'li',
            {},
            h('button', { type: 'button', class: 'pin', click: () => this.replay?.go(comment.at) }, elapsed(comment.at)),
            h('span', {}, comment.text),
            h(
              'button',
              {
                type: 'button',
                class: 'undo',
                'aria-label': texts.dropComment[lang](comment.text),
                click: () => judge(sheet.key, (marks) => ({ ...marks, comments: marks.comments.filter((_, j) => j !== i) })),
              },
              '✕',
            ),
          ),
        ),
      ),
      text,
      add,
    );
  }

  private giveGroup(sheet: Sheet, group: readonly Sheet[]): void {
    for (const other of group) if (other.key !== sheet.key) judge(other.key, (marks) => ({ ...marks, points: { ...sheet.marks.points } }));
  }

  private drawEnd(sheet: Sheet): void {
    const lang = this.language;
    const report = sheet.report!;
    const lab = $labs.get().get(report.lab)!;
    this.end.replaceChildren(
      ...(report.notes.length ? [h('div', { class: 'odd' }, ...report.notes.map((note) => h('p', {}, note[lang])))] : []),
      h('h3', {}, texts.endState[lang]),
      h(
        'ul',
        { class: 'verdicts' },
        ...report.tasks.map((task) =>
          h(
            'li',
            { class: task.passed ? 'passed' : 'missed' },
            h(
              'p',
              {},
              h('span', { 'aria-hidden': 'true' }, task.passed ? '✓ ' : '✕ '),
              h('span', { class: 'unseen' }, `${texts.stateOf[task.passed ? 'done' : 'open'][lang]}: `),
              ...rich(lab.tasks.find((one) => one.id === task.id)?.say[lang] ?? task.id),
            ),
            task.at === undefined ? null : h('button', { type: 'button', class: 'pin', click: () => this.replay?.go(task.at!) }, elapsed(task.at)),
            task.why ? h('p', { class: 'quiet' }, ...rich(task.why[lang])) : null,
          ),
        ),
      ),
      ...report.answers.map((answer) =>
        h(
          'div',
          { class: 'answer' },
          h('h3', {}, ...rich(lab.questions.find((one) => one.id === answer.id)?.say[lang] ?? answer.id)),
          h('blockquote', {}, answer.value || texts.noAnswer[lang]),
        ),
      ),
      h('p', { class: 'quiet' }, `${texts.commandsTyped[lang](report.commands.length)} · ${report.file}`),
    );
  }
}
customElements.define('hand-in-review', HandInReview);
