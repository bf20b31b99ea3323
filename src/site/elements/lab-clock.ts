/** `<lab-clock>`: the time in the cluster, and how fast it goes: paused, as it is, ten times faster, or on to the next thing that happens. */
import type { Speed } from '../../lab/protocol.ts';
import { h, icon, write } from '../dom.ts';
import { withBench } from '../stores/page-bench.ts';
import * as texts from '../texts.ts';
import { elapsed } from './elapsed.ts';

const SPEEDS: readonly Speed[] = [0, 1, 10];

class LabClock extends HTMLElement {
  connectedCallback(): void {
    withBench(this, (bench) => {
      const { lang, session } = bench;
      const time = h('time', {});
      const buttons = SPEEDS.map((speed) =>
        h(
          'button',
          { type: 'button', title: speed ? texts.speedOf[lang](speed) : texts.pause[lang], click: () => session.send({ type: 'speed', speed }) },
          speed ? `×${speed}` : icon('M5.500 3.500v9M10.500 3.500v9'),
          h('span', { class: 'unseen' }, ` ${speed ? texts.speedOf[lang](speed) : texts.pause[lang]}`),
        ),
      );
      const skip = h(
        'button',
        { type: 'button', class: 'ahead', 'aria-label': texts.skipAhead[lang], title: texts.skipAhead[lang], click: () => session.send({ type: 'skip' }) },
        icon('M3.500 4l5 4-5 4zM12 4v8'),
      );
      this.append(h('div', { class: 'speeds', role: 'group', 'aria-label': texts.clockLabel[lang] }, ...buttons, skip), time);
      bench.$clock.subscribe(({ now, unix, speed }) => {
        write(time, elapsed(now));
        const date = new Date(unix).toISOString();
        time.dateTime = date;
        time.title = `${date.slice(0, 10)} ${date.slice(11, 19)} UTC`;
        buttons.forEach((button, i) => button.setAttribute('aria-pressed', String(SPEEDS[i] === speed)));
      });
    });
  }
}
customElements.define('lab-clock', LabClock);
