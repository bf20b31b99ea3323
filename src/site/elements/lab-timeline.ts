/** `<lab-timeline>`: the learner's commands with their virtual times and exit codes; one can go back before any of them and try another way. */
import { h } from '../dom.ts';
import { withBench } from '../stores/page-bench.ts';
import * as texts from '../texts.ts';
import { elapsed } from './elapsed.ts';
import { withUndo } from './lab-menu.ts';

class LabTimeline extends HTMLElement {
  connectedCallback(): void {
    withBench(this, (bench) => {
      const { lang } = bench;
      const list = h('ol', { class: 'commands' });
      const empty = h('p', { class: 'empty' }, texts.noCommands[lang]);
      this.append(empty, list);
      bench.$timeline.subscribe((entries) => {
        empty.hidden = entries.length > 0;
        list.replaceChildren(
          ...entries.map((entry) =>
            h(
              'li',
              {},
              h('time', {}, elapsed(entry.at)),
              h('code', {}, entry.line),
              h(
                'span',
                { class: `code${entry.exit ? ' failing' : ''}` },
                entry.exit === undefined ? texts.running[lang] : entry.exit ? texts.exitCode[lang](entry.exit) : '',
              ),
              h(
                'button',
                {
                  type: 'button',
                  class: 'back',
                  title: texts.backBeforeLine[lang](entry.line),
                  click: () => void withUndo(this, bench, texts.rewound[lang], () => bench.session.send({ type: 'rewind', index: entry.index })),
                },
                texts.backBefore[lang],
                h('span', { class: 'unseen' }, `: ${entry.line}`),
              ),
            ),
          ),
        );
        this.parentElement!.scrollTop = this.parentElement!.scrollHeight;
      });
    });
  }
}
customElements.define('lab-timeline', LabTimeline);
