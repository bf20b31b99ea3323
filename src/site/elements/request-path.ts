/**
 * `<request-path>`: the way of the learner's own request, drawn from what the cluster noted: lanes for the parts, a row for each message
 * with its virtual time, and beside it what the message said and meant. Up and down step through.
 */
import { h, icon, rich, write } from '../dom.ts';
import { LANES, nameOf, resourceOf, type Message } from '../flow/messages.ts';
import { storiesOf, type Story } from '../flow/stories.ts';
import { factsOf } from '../flow/facts.ts';
import type { Bench } from '../stores/bench.ts';
import { withBench } from '../stores/page-bench.ts';
import * as texts from '../texts.ts';
import { after } from './elapsed.ts';
import type { LabBench } from './lab-bench.ts';

class RequestPath extends HTMLElement {
  private bench!: Bench;
  private stories: readonly Story[] = [];
  private story: Story | undefined;
  /** The Pod followed; undefined follows all. */
  private pod: string | undefined;
  private shown: readonly Message[] = [];
  private at = 0;
  private asked = false;
  private readonly which = h('select', {});
  private readonly whichPod = h('select', {});
  private readonly count = h('span', { class: 'count' });
  private readonly rows = h('ol', { class: 'messages' });
  private readonly side = h('div', { class: 'message-note', 'aria-live': 'polite' });
  private readonly empty = h('p', { class: 'empty' });
  private readonly body = h('div', { class: 'flow', hidden: true });

  connectedCallback(): void {
    withBench(this, (bench) => {
      this.bench = bench;
      this.build();
      const host = this.closest<LabBench>('lab-bench')!;
      host.addEventListener('tabchange', () => this.ask(host));
      bench.$ready.listen(() => {
        this.asked = false;
        this.ask(host);
      });
      this.ask(host);
      bench.$notes.subscribe((notes) => this.take(storiesOf(notes)));
    });
  }

  /** Notes are wanted only once somebody looks. */
  private ask(host: LabBench): void {
    if (this.asked || host.tab !== 'flow' || !this.bench.$ready.get()) return;
    this.asked = true;
    this.bench.session.send({ type: 'trace', from: 0 });
  }

  private build(): void {
    const { lang } = this.bench;
    this.empty.append(...rich(texts.flowEmpty[lang]));
    this.rows.setAttribute('aria-label', texts.flowLabel[lang]);
    const step = (by: number, text: string, path: string): HTMLElement =>
      h('button', { type: 'button', 'aria-label': text, title: text, click: () => this.go(this.at + by) }, icon(path));
    this.body.append(
      h(
        'div',
        { class: 'flow-bar' },
        h('label', {}, h('span', {}, texts.whichRequest[lang]), this.which),
        h('label', { class: 'which-pod' }, h('span', {}, texts.whichPod[lang]), this.whichPod),
        h(
          'span',
          { class: 'steps' },
          step(-1, texts.before[lang], 'M3.500 10 8 5.500 12.500 10'),
          this.count,
          step(1, texts.next[lang], 'M3.500 6 8 10.500 12.500 6'),
        ),
      ),
      h(
        'div',
        { class: 'sequence' },
        h('div', { class: 'lane-names', 'aria-hidden': 'true' }, h('span', {}), ...LANES.map((lane) => h('span', {}, texts.lanes[lane][lang]))),
        this.rows,
      ),
      this.side,
    );
    this.append(this.empty, this.body);
    this.which.addEventListener('change', () => this.choose(Number(this.which.value)));
    this.whichPod.addEventListener('change', () => {
      this.pod = this.whichPod.value || undefined;
      this.drawRows();
      this.go(0);
    });
    this.rows.addEventListener('click', (event) => {
      const row = (event.target as Element).closest('button');
      if (row) this.go(Number(row.dataset['at']), false);
    });
    this.rows.addEventListener('keydown', (event) => {
      const to = { ArrowDown: this.at + 1, ArrowUp: this.at - 1, Home: 0, End: this.shown.length - 1 }[event.key];
      if (to === undefined) return;
      event.preventDefault();
      this.go(to);
    });
  }

  private take(stories: readonly Story[]): void {
    const fresh = stories.at(-1)?.id !== this.stories.at(-1)?.id;
    this.stories = stories;
    this.empty.hidden = stories.length > 0;
    this.body.hidden = stories.length === 0;
    if (!stories.length) {
      this.story = undefined;
      return;
    }
    if (this.which.options.length !== stories.length || fresh) {
      this.which.replaceChildren(
        ...[...stories].reverse().map((story) => h('option', { value: story.id }, `${story.method} ${story.resource} ${story.name} → ${story.code}`)),
      );
    }
    if (fresh || !this.story) return this.choose(stories.at(-1)!.id);
    const now = stories.find((story) => story.id === this.story!.id)!;
    if (now.messages.length === this.story.messages.length) return;
    this.story = now;
    this.drawPods();
    this.drawRows();
    this.mark();
  }

  private choose(id: number): void {
    this.story = this.stories.find((story) => story.id === id);
    this.which.value = String(id);
    this.pod = this.story!.pods[0];
    this.drawPods();
    this.drawRows();
    this.go(0);
  }

  private drawPods(): void {
    const { pods } = this.story!;
    this.pod ??= pods.length > 1 && this.whichPod.options.length === 0 ? pods[0] : this.pod;
    this.whichPod.parentElement!.hidden = pods.length < 2;
    this.whichPod.replaceChildren(...pods.map((pod) => h('option', { value: pod }, pod)), h('option', { value: '' }, texts.allPods[this.bench.lang]));
    this.whichPod.value = this.pod ?? '';
  }

  private drawRows(): void {
    const { lang } = this.bench;
    const { pod } = this;
    const others = new Set(this.story!.pods.filter((one) => pod && one !== pod));
    this.shown = this.story!.messages.filter(({ note }) => !others.has(nameOf(note.about)));
    const lane = (name: Message['from']): number => LANES.indexOf(name) + 2;
    this.rows.replaceChildren(
      ...this.shown.map((message, i) => {
        const [from, to] = [lane(message.from), lane(message.to)];
        const [left, right] = [Math.min(from, to), Math.max(from, to)];
        const arrow = h('i', { class: from === to ? 'self' : to > from ? 'right' : 'left' });
        arrow.style.gridColumn = `${left} / ${right + 1}`;
        arrow.style.setProperty('--span', String(right - left + 1));
        // Beside the arrow on the side with more room; over it when it is long.
        const side = right - left > 2 ? 'over' : left - 2 > 8 - right ? 'before' : 'behind';
        const label = h('span', { class: `label ${side}` }, h('b', {}, this.nameFor(message)), ' ', this.detail(message));
        label.style.gridColumn = side === 'over' ? `${left} / ${right + 1}` : side === 'before' ? `2 / ${left}` : `${right + 1} / -1`;
        return h(
          'li',
          {},
          h(
            'button',
            { type: 'button', class: `message ${message.kind}`, 'data-at': i, tabindex: -1 },
            h('time', {}, after(message.note.at - this.story!.at)),
            arrow,
            label,
            h('span', { class: 'unseen' }, `${texts.lanes[message.from][lang]} → ${texts.lanes[message.to][lang]}`),
          ),
        );
      }),
    );
  }

  private nameFor({ kind, who, note }: Message): string {
    const { lang } = this.bench;
    if (kind === 'asked') return `${String(note.facts['method'])} ${this.story!.resource}`;
    if (kind === 'answered') return String(note.facts['code']);
    if (kind === 'watch' || kind === 'reconcile' || kind === 'written' || kind === 'found') return who.replace(/-controller$/, '');
    return texts.messages[kind].name[lang];
  }

  private detail({ kind, note }: Message): string {
    const name = nameOf(note.about);
    // The end of a long name tells it from its siblings.
    const object = name.length > 16 && name.includes('-') ? `…${name.split('-').at(-1)!}` : name;
    if (kind === 'asked' || kind === 'answered') return '';
    if (kind === 'watch') return `${String(note.facts['type'] ?? '')} ${object}`;
    if (kind === 'reconcile') return object;
    if (kind === 'store' || kind === 'written') return `${String(note.facts['verb'] ?? '')} ${resourceOf(note.about)} ${object}`;
    if (kind === 'found' || kind === 'sync') return object;
    if (kind === 'status') return String(note.facts['phase'] ?? '');
    if (kind === 'sandbox') return String(note.facts['address'] ?? '');
    if (kind === 'pull')
      return String(note.facts['image'] ?? '')
        .split('/')
        .at(-1)!;
    return kind === 'bind' ? String(note.facts['node'] ?? '') : '';
  }

  private go(at: number, focus = this.rows.contains(document.activeElement)): void {
    this.at = Math.max(0, Math.min(this.shown.length - 1, at));
    this.mark();
    const row = this.rows.children[this.at]?.firstElementChild as HTMLElement | undefined;
    if (focus) row?.focus({ preventScroll: true });
    row?.scrollIntoView({ block: 'nearest' });
  }

  private mark(): void {
    const { lang } = this.bench;
    [...this.rows.children].forEach((row, i) => {
      const button = row.firstElementChild as HTMLElement;
      button.tabIndex = i === this.at ? 0 : -1;
      button.classList.toggle('later', i > this.at);
      if (i === this.at) button.setAttribute('aria-current', 'step');
      else button.removeAttribute('aria-current');
    });
    write(this.count, texts.messageOf[lang](this.at + 1, this.shown.length));
    const message = this.shown[this.at];
    if (!message) return this.side.replaceChildren();
    const { note, kind, who } = message;
    const facts = factsOf(note);
    this.side.replaceChildren(
      h('h3', {}, texts.messages[kind].name[lang]),
      h('p', { class: 'who' }, `${who} · ${note.about}`),
      h('p', {}, ...rich(texts.messages[kind].more[lang])),
      ...(facts.length ? facts : [h('p', { class: 'empty' }, texts.noFacts[lang])]),
    );
  }
}
customElements.define('request-path', RequestPath);
