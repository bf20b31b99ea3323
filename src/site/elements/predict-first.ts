/** `<predict-first>`: takes a prediction, and shows what happens once it was made, or once the command it speaks of was run. */
import { keepChoice, keptChoice } from './answers.ts';

class PredictFirst extends HTMLElement {
  connectedCallback(): void {
    const choices = [...this.querySelectorAll<HTMLElement>('.choice')];
    const after = this.querySelector<HTMLElement>('.after');
    const kept = this.querySelector<HTMLElement>('.kept')!;
    const id = `${this.dataset['id']}`;
    const { until } = this.dataset;
    const answer = (): void => {
      if (keptChoice(id) < 0) return;
      kept.textContent = '';
      if (after) after.hidden = false;
      choices.forEach((choice, i) => {
        const right = choice.dataset['right'] !== undefined;
        choice.classList.toggle('right', right);
        choice.classList.toggle('wrong', i === keptChoice(id) && !right);
        const reason = choice.querySelector<HTMLElement>('.reason');
        if (reason) reason.hidden = i !== keptChoice(id);
      });
    };
    const take = (index: number): void => {
      choices[index]!.querySelector('input')!.checked = true;
      if (!until) answer();
      else kept.textContent = kept.dataset['kept']!;
    };
    choices.forEach((choice, i) =>
      choice.querySelector('input')!.addEventListener('change', () => {
        keepChoice(id, i);
        take(i);
      }));
    if (choices[keptChoice(id)]) take(keptChoice(id));
    if (until) document.addEventListener('commandrun', (event) => (event as CustomEvent<ReadonlySet<string>>).detail.has(until.trim()) && answer());
  }
}
customElements.define('predict-first', PredictFirst);
