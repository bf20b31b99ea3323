/**
 * The gradebook: what goes out to an instructor's own tools, as CSV (RFC 4180) and JSON.
 */
import type { Lab } from '../lab/lab.ts';
import type { Report } from './grader.ts';
import { noMarks, pointsOf, rubricOf, total, type Marks } from './rubric.ts';

/** A graded hand-in with what a person added. */
export interface Row {
  readonly report: Report;
  readonly marks?: Marks;
}

/** A cell that a spreadsheet takes for text: one that would be a formula is led by an apostrophe. */
function cell(value: string | number): string {
  if (typeof value === 'number') return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const minutes = (ms: number): number => Math.round(ms / 6000) / 10;

/** One line per hand-in, with a column per rubric item. Begins with a byte order mark, without which Excel breaks Hangul. */
export function csv(rows: readonly Row[], labs: (id: string) => Lab | undefined): string {
  const items = new Map(rows.flatMap(({ report }) => rubricOfReport(report, labs)).map((item) => [item.id, item]));
  const head = ['name', 'ticket', 'file', 'lab', 'outcome', 'points', 'of', 'minutes', 'hints', 'notes', 'comments', ...items.keys()];
  const lines = rows.map(({ report, marks = noMarks }) => {
    const own = rubricOfReport(report, labs);
    const sum = total(own, report, marks);
    return [
      report.learner.name, report.learner.ticket ?? '', report.file, report.lab, report.outcome, sum.points, sum.of, minutes(report.time), report.hints,
      report.notes.map((note) => note.en).join(' '), marks.comments.map((comment) => comment.text).join(' / '),
      ...[...items.keys()].map((id) => {
        const item = own.find((one) => one.id === id);
        return (item && pointsOf(item, report, marks)) ?? '';
      }),
    ];
  });
  return `\u{feff}${[head, ...lines].map((line) => line.map(cell).join(',')).join('\r\n')}\r\n`;
}

/** Everything, for other programs. */
export function json(rows: readonly Row[], labs: (id: string) => Lab | undefined): string {
  const out = rows.map(({ report, marks = noMarks }) => ({ ...report, total: total(rubricOfReport(report, labs), report, marks), marks }));
  return `${JSON.stringify(out, null, 2)}\n`;
}

function rubricOfReport(report: Report, labs: (id: string) => Lab | undefined): ReturnType<typeof rubricOf> {
  const lab = labs(report.lab);
  return lab && report.tasks.length ? rubricOf(lab) : [];
}
