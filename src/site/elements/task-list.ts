/**
 * `<task-list>`: one quiet strip that always shows the task at hand and what is still missing, and opens to the whole list.
 * Tasks tick themselves; hints come one at a time; the solution opens after an honest try, the debrief when all is done.
 */
import type { TaskView } from '../../lab/protocol.ts';
import { h, icon, rich } from '../dom.ts';
import type { Bench } from '../stores/bench.ts';
import { withBench } from '../stores/page-bench.ts';
import * as texts from '../texts.ts';

/** Commands that count as an honest try. */
const HONEST = 8;

class TaskList extends HTMLElement {
  private bench!: Bench;
  private open = false;
  /** Tasks as last shown, to strike a line at the moment it becomes true. */
  private readonly earlier = new Map<string, TaskView['state']>();
  private readonly said = h('p', { class: 'unseen', role: 'status' });

  connectedCallback(): void {
    withBench(this, (bench) => {
      this.bench = bench;
      this.append(h('div', { class: 'strip' }), this.said);
      bench.$tasks.subscribe(() => this.draw());
      bench.$timeline.listen(() => this.offer());
    });
  }

  private draw(): void {
    const { lang, $tasks, $done } = this.bench;
    const tasks = $tasks.get();
    if (!tasks.length) return;
    const done = tasks.filter((task) => task.state === 'done').length;
    const now = tasks.find((task) => task.state !== 'done');
    const ended = $done.get();
    const opener = h(
      'button',
      { type: 'button', class: 'opener', 'aria-expanded': String(this.open), click: () => this.toggle() },
      icon('M5 3.500 10.500 8 5 12.500'),
      h('span', {}, texts.tasksDone[lang](done, tasks.length)),
    );
    const list = h('ol', {}, ...tasks.map((task, i) => this.line(task, i)));
    const strip = h('div', { class: `strip${this.open ? ' open' : ''}${ended ? ' all' : ''}` }, opener);
    if (this.open) strip.append(list);
    else if (now) strip.append(h('div', { class: 'now' }, ...this.body(now)), ...this.hintButton(now));
    else strip.append(h('div', { class: 'now' }, h('p', {}, texts.allDone[lang])));
    const foot = h('div', { class: 'foot-row' });
    if (this.open) strip.append(foot);
    const focused = this.contains(document.activeElement) ? (document.activeElement as HTMLElement).className : undefined;
    this.firstElementChild!.replaceWith(strip);
    if (focused) (this.querySelector<HTMLElement>(`.${focused.split(' ')[0]}`) ?? opener).focus();
    for (const task of tasks) {
      const was = this.earlier.get(task.id);
      if (was && was !== 'done' && task.state === 'done') this.said.textContent = `${texts.stateOf.done[lang]}: ${task.say.replaceAll('`', '')}`;
      this.earlier.set(task.id, task.state);
    }
    this.offer();
    document.querySelector('#debrief')?.toggleAttribute('hidden', !ended);
    if (ended && !this.hasAttribute('checkpoint') && document.querySelector('#debrief'))
      (this.open ? foot : strip).append(h('a', { class: 'act', href: '#debrief' }, texts.debrief[lang]));
  }

  private toggle(): void {
    this.open = !this.open;
    this.draw();
  }

  private line(task: TaskView, i: number): HTMLElement {
    const { lang } = this.bench;
    const fresh = task.state === 'done' && this.earlier.has(task.id) && this.earlier.get(task.id) !== 'done';
    return h(
      'li',
      { class: `${task.state}${fresh ? ' fresh' : ''}` },
      h('span', { class: 'box', 'aria-hidden': 'true' }, task.state === 'done' ? icon('M3 8.500 6.500 12 13 4.500') : String(i + 1)),
      h('div', {}, ...this.body(task)),
      ...(task.points === undefined ? [] : [h('span', { class: 'points' }, texts.points[lang](task.points))]),
      ...this.hintButton(task),
    );
  }

  private body(task: TaskView): Node[] {
    const { lang } = this.bench;
    return [
      h('p', { class: 'say' }, h('span', { class: 'unseen' }, `${texts.stateOf[task.state][lang]}: `), ...rich(task.say)),
      ...(task.why ? [h('p', { class: 'why' }, ...rich(task.why))] : []),
      ...(task.state === 'done' || (!this.open && task.hints.length === 0)
        ? []
        : (this.open ? task.hints : task.hints.slice(-1)).map((text) => h('p', { class: 'hint-text' }, ...rich(text)))),
    ];
  }

  private hintButton(task: TaskView): Node[] {
    const { lang } = this.bench;
    if (task.state === 'done' || task.more === 0) return [];
    const seen = task.hints.length;
    return [
      h(
        'button',
        { type: 'button', class: 'hint', click: () => this.bench.press({ hint: task.id, level: seen + 1 }) },
        texts.hint[lang](seen + 1, seen + task.more),
        h('span', { class: 'unseen' }, `: ${task.say.replaceAll('`', '')}`),
      ),
    ];
  }

  /** The solution, once it was tried: then as text, never as a button that runs it. */
  private offer(): void {
    const template = document.querySelector<HTMLTemplateElement>('#solution');
    const foot = this.querySelector('.foot-row');
    if (!template || !foot) return;
    foot.querySelector('.solve')?.remove();
    const { lang, $tasks, $timeline } = this.bench;
    const open = $tasks.get().filter((task) => task.state !== 'done');
    const tried = $timeline.get().length >= HONEST || open.some((task) => task.hints.length > 0 && task.more === 0) || open.length === 0;
    const shown = document.querySelector('#solution-shown');
    if (shown) return;
    foot.prepend(
      h(
        'button',
        {
          type: 'button',
          class: 'solve',
          disabled: !tried,
          title: tried ? undefined : texts.solutionLater[lang],
          click: () => {
            this.bench.press({ hint: 'solution', level: 1 });
            const place = h('section', { id: 'solution-shown', class: 'solution' });
            place.append(template.content.cloneNode(true));
            template.after(place);
            place.scrollIntoView({ block: 'start' });
            this.offer();
          },
        },
        texts.solution[lang],
      ),
      ...(tried ? [] : [h('span', { class: 'solve unseen' }, texts.solutionLater[lang])]),
    );
  }
}
customElements.define('task-list', TaskList);
