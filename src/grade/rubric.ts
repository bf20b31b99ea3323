/**
 * The rubric of a checkpoint: automatic items that the replay ticks and a person may override, and human items that only a person decides.
 */
import type { Lab, Text } from '../lab/lab.ts';
import type { Millis } from '../sim/clock.ts';
import type { Report } from './grader.ts';

export interface Item {
  /** Unique in a rubric: the task's id, or `question/item`. */
  readonly id: string;
  readonly say: Text;
  readonly of: number;
  readonly kind: 'automatic' | 'human';
  /** Of a human item: the question it belongs to. */
  readonly question?: string;
}

/** What a person decided about one hand-in. Kept beside the reports, so that grading again loses nothing. */
export interface Marks {
  /** Points by item; of an automatic item this overrides the replay. */
  readonly points: Readonly<Record<string, number>>;
  readonly comments: readonly { readonly at: Millis; readonly text: string }[];
}

export const noMarks: Marks = { points: {}, comments: [] };

/** The items of a lab, automatic ones first. */
export const rubricOf = (lab: Lab): readonly Item[] => [
  ...lab.tasks.map((task): Item => ({ id: task.id, say: task.say, of: task.points, kind: 'automatic' })),
  ...lab.questions.flatMap((question) => question.rubric.map((item): Item => ({ id: `${question.id}/${item.id}`, say: item.say, of: item.points, kind: 'human', question: question.id }))),
];

/** The points of one item: a person's word, else the replay's, else none yet. */
export function pointsOf(item: Item, report: Report, marks: Marks): number | undefined {
  const given = marks.points[item.id];
  if (given !== undefined) return given;
  return item.kind === 'automatic' ? (report.tasks.find((task) => task.id === item.id)?.points ?? 0) : undefined;
}

/** Marks with one item set; `points` is held between 0 and what the item gives, undefined takes the word back. */
export function mark(marks: Marks, item: Item, points: number | undefined): Marks {
  const rest = Object.fromEntries(Object.entries(marks.points).filter(([id]) => id !== item.id));
  return { ...marks, points: points === undefined ? rest : { ...rest, [item.id]: Math.max(0, Math.min(item.of, points)) } };
}

/** Points in all, and whether a human item still waits. */
export function total(items: readonly Item[], report: Report, marks: Marks): { readonly points: number; readonly of: number; readonly open: number } {
  let points = 0;
  let of = 0;
  let open = 0;
  for (const item of items) {
    const given = pointsOf(item, report, marks);
    points += given ?? 0;
    of += item.of;
    if (given === undefined) open++;
  }
  return { points, of, open };
}
