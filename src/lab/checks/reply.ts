/** `reply`: the learner answered a question of the lab with one of the accepted words. */
import type { Check } from '../lab.ts';
import { no, ok } from '../words.ts';

export interface ReplySpec {
  readonly id: string;
  /** Accepted answers; blanks and case do not matter. */
  readonly oneOf: readonly string[];
}

const plain = (text: string): string => text.trim().toLowerCase();

export const reply: Check<ReplySpec> = {
  name: 'reply',
  fields: { id: 'text', oneOf: 'texts' },
  test(spec, probe) {
    const given = probe.answer(spec.id);
    if (given === undefined || !plain(given)) return no('아직 답하지 않았다.', 'Not answered yet.');
    return spec.oneOf.some((one) => plain(one) === plain(given)) ? ok : no(`"${given}"은(는) 맞지 않는다.`, `"${given}" is not right.`);
  },
};
