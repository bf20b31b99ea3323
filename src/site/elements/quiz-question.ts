/** `<quiz-question>`: says at once whether a choice is right, and why; one may choose again. */
import { keepChoice, keptChoice } from './answers.ts';

class QuizQuestion extends HTMLElement {
  connectedCallback(): void {
    const choices = [...this.querySelectorAll<HTMLElement>('.choice')];
    const verdict = this.querySelector<HTMLElement>('.verdict')!;
    const id = `${this.dataset['id']}`;
    const take = (index: number): void => {
      choices.forEach((choice, i) => {
        const right = choice.dataset['right'] !== undefined;
        const reason = choice.querySelector<HTMLElement>('.reason');
        choice.classList.toggle('right', i === index && right);
        choice.classList.toggle('wrong', i === index && !right);
        if (reason) reason.hidden = i !== index;
      });
      verdict.textContent = verdict.dataset[choices[index]!.dataset['right'] === undefined ? 'wrong' : 'right']!;
    };
    choices.forEach((choice, i) =>
      choice.querySelector('input')!.addEventListener('change', () => {
        keepChoice(id, i);
        take(i);
      }));
    const kept = keptChoice(id);
    if (choices[kept]) {
      choices[kept].querySelector('input')!.checked = true;
      take(kept);
    }
  }
}
customElements.define('quiz-question', QuizQuestion);
