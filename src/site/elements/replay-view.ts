/** The replay of one hand-in: map and terminal as the learner saw them, a scrubber with marks for commands, tasks and comments, speed 1 to 16. */
import type { Report } from '../../grade/grader.ts';
import type { Lab } from '../../lab/lab.ts';
import type { Lang } from '../../lab/protocol.ts';
import type { Recording } from '../../world/recording.ts';
import { h, icon, write } from '../dom.ts';
import type { AtMoment, ToReplay } from '../grading/replay.ts';
import { shareLink } from '../stores/share.ts';
import type { Emulator } from '../terminal/emulator.ts';
import * as texts from '../texts.ts';
import type { ClusterMap } from './cluster-map.ts';
import './cluster-map.ts';
import { elapsed } from './elapsed.ts';

export interface ReplayOptions {
  readonly lab: Lab;
  readonly recording: Recording;
  readonly report: Report;
  readonly lang: Lang;
  readonly comments: () => readonly { readonly at: number; readonly text: string }[];
}

const SPEEDS = [1, 4, 16] as const;

export class ReplayView {
  /** Virtual milliseconds since the learner's first prompt. */
  at = 0;
  private began = 0;
  private readonly options: ReplayOptions;
  private readonly worker = new Worker(new URL('../worker.ts', import.meta.url), { type: 'module', name: 'review' });
  private readonly map: ClusterMap;
  private readonly host: HTMLElement;
  private readonly slider: HTMLInputElement;
  private readonly marks = h('div', { class: 'marks', 'aria-hidden': 'true' });
  private readonly time = h('time', {});
  private readonly button: HTMLButtonElement;
  private readonly length: number;
  private emulator: Emulator | undefined;
  private last: AtMoment | undefined;
  private speed: number = 4;
  private frame: number | undefined;
  private busy = true;
  private wanted: number | undefined;
  private closed = false;

  constructor(place: HTMLElement, options: ReplayOptions) {
    this.options = options;
    const { lang, recording, report, lab } = options;
    this.length = Math.max(1, report.time);
    this.map = document.createElement('cluster-map') as ClusterMap;
    this.host = h('div', { class: 'screen' });
    this.slider = h('input', { type: 'range', min: 0, max: this.length, step: 100, value: 0, 'aria-label': texts.moment[lang] });
    this.slider.addEventListener('input', () => {
      this.pause();
      this.go(Number(this.slider.value));
    });
    this.button = h('button', { type: 'button', class: 'play', click: () => (this.frame === undefined ? this.play() : this.pause()) });
    const speeds = SPEEDS.map((speed) =>
      h(
        'button',
        {
          type: 'button',
          title: texts.speedOf[lang](speed),
          'aria-pressed': String(speed === this.speed),
          click: () => {
            this.speed = speed;
            speeds.forEach((one, i) => one.setAttribute('aria-pressed', String(SPEEDS[i] === speed)));
          },
        },
        `×${speed}`,
      ),
    );
    const next = h(
      'button',
      {
        type: 'button',
        'aria-label': texts.nextCommand[lang],
        title: texts.nextCommand[lang],
        click: () => this.go((report.commands.find((one) => one.at > this.at + 50)?.at ?? this.length) + 1),
      },
      icon('M3.500 4l5 4-5 4zM12 4v8'),
    );
    const over = h('button', { type: 'button', class: 'act', click: () => void this.takeOver() }, texts.takeOver[lang]);
    place.replaceChildren(
      h('div', { class: 'replay-map' }, this.map),
      h('div', { class: 'replay-screen' }, this.host),
      h(
        'div',
        { class: 'player' },
        this.button,
        h('div', { class: 'speeds' }, ...speeds, next),
        h('div', { class: 'track' }, this.slider, this.marks),
        this.time,
        over,
      ),
    );
    this.pause();
    this.mark();
    this.worker.onmessage = ({ data }: MessageEvent<AtMoment>) => this.show(data);
    this.worker.onerror = (event) => this.show({ type: 'stopped', message: event.message });
    this.send({ type: 'open', lab, recording });
    void import('../terminal/emulator.ts').then(({ openEmulator }) => {
      if (this.closed) return;
      this.emulator = openEmulator({
        host: this.host,
        label: texts.replay[lang],
        fontSize: 12,
        keys: () => {},
        paste: () => {},
        size: () => {},
        title: () => {},
        leave: () => this.button.focus(),
      });
      this.emulator.terminal.options.disableStdin = true;
      if (this.last) this.screen(this.last);
      // What was written before xterm came is asked for anew.
      this.go(this.at);
    });
  }

  /** Goes to a moment; later wishes replace one that still waits. */
  go(at: number): void {
    this.wanted = Math.max(0, Math.min(this.length, at));
    this.next();
  }

  /** Draws the marks on the track anew. */
  mark(): void {
    const { report, comments } = this.options;
    const one = (at: number, kind: string, title: string): HTMLElement => {
      const element = h('i', { class: kind, title });
      element.style.left = `${Math.min(100, (at / this.length) * 100)}%`;
      return element;
    };
    this.marks.replaceChildren(
      ...report.commands.map((command) => one(command.at, command.exit ? 'command failed' : 'command', command.line)),
      ...report.tasks.flatMap((task) => (task.at === undefined ? [] : [one(task.at, 'task', task.id)])),
      ...comments().map((comment) => one(comment.at, 'comment', comment.text)),
    );
  }

  close(): void {
    this.closed = true;
    this.pause();
    this.worker.terminate();
    this.emulator?.dispose();
  }

  private send(message: ToReplay): void {
    this.worker.postMessage({ replay: message });
  }

  private next(): void {
    if (this.busy || this.wanted === undefined) return;
    this.busy = true;
    const at = this.wanted;
    this.wanted = undefined;
    this.send({ type: 'to', at: this.began + at });
  }

  private show(moment: AtMoment): void {
    this.busy = false;
    this.last = moment;
    if (moment.type === 'stopped') {
      this.pause();
      this.time.textContent = moment.message;
      return;
    }
    this.began = moment.began;
    this.at = Math.max(0, moment.at - moment.began);
    this.map.show(moment.map);
    this.screen(moment);
    this.slider.value = String(this.at);
    this.slider.setAttribute('aria-valuetext', elapsed(this.at));
    write(this.time, elapsed(this.at));
    this.next();
  }

  private screen(moment: AtMoment): void {
    const { emulator } = this;
    if (!emulator || moment.type !== 'at') return;
    const size = this.options.recording.inputs.findLast(([at, input]) => at <= moment.at && 'size' in input && !input.terminal)?.[1];
    if (size && 'size' in size && (size.size[0] !== emulator.terminal.cols || size.size[1] !== emulator.terminal.rows))
      emulator.terminal.resize(...(size.size as [number, number]));
    for (const { terminal, whole, text } of moment.screens) {
      if (terminal !== 0) continue;
      if (whole) emulator.terminal.reset();
      if (text) emulator.write(text);
    }
  }

  private play(): void {
    const { lang } = this.options;
    let before = performance.now();
    if (this.at >= this.length) this.go(0);
    const turn = (now: number): void => {
      const passed = (now - before) * this.speed;
      before = now;
      if (!this.busy) this.go(this.at + passed);
      else before -= passed / this.speed;
      if (this.at >= this.length) return this.pause();
      this.frame = requestAnimationFrame(turn);
    };
    this.frame = requestAnimationFrame(turn);
    this.button.replaceChildren(icon('M5.500 3.500v9M10.500 3.500v9'));
    this.button.setAttribute('aria-label', texts.stop[lang]);
  }

  private pause(): void {
    if (this.frame !== undefined) cancelAnimationFrame(this.frame);
    this.frame = undefined;
    this.button.replaceChildren(icon('M4.500 3.500v9l8-4.500z'));
    this.button.setAttribute('aria-label', texts.play[this.options.lang]);
  }

  /** Opens the lab as it stood at this moment, in a tab of its own. */
  private async takeOver(): Promise<void> {
    const { recording, lab, lang } = this.options;
    const end = this.began + this.at;
    const link = new URL(await shareLink({ ...recording, inputs: recording.inputs.filter(([at]) => at <= end), end }));
    link.pathname = `${lang === 'en' ? '/en' : ''}/labs/${lab.id}/`;
    open(link, '_blank', 'noopener');
  }
}
