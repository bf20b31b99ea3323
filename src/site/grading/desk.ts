/** The instructor's desk: hand-ins with their reports and marks. Marks are kept in this browser by the digest of the file, so that grading anew loses nothing. */
import { get, set } from 'idb-keyval';
import { atom } from 'nanostores';
import { digest } from '../../grade/canonical.ts';
import type { Report } from '../../grade/grader.ts';
import { readHandIn } from '../../grade/hand-in.ts';
import { noMarks, rubricOf, total, type Item, type Marks } from '../../grade/rubric.ts';
import type { Lab } from '../../lab/lab.ts';
import type { Recording } from '../../world/recording.ts';
import * as texts from '../texts.ts';
import { Pool } from './pool.ts';

export interface Sheet {
  readonly file: string;
  readonly text: string;
  readonly key: string;
  readonly report?: Report;
  readonly marks: Marks;
}

export const $sheets = atom<readonly Sheet[]>([]);
export const $labs = atom<ReadonlyMap<string, Lab>>(new Map());

/** The report of a file whose replay had to be ended from outside. */
function stuck(file: string, text: string): Report {
  const read = readHandIn(text);
  const known = 'malformed' in read ? undefined : read;
  return {
    file,
    outcome: 'over budget',
    notes: [texts.replayStuck],
    learner: known?.learner ?? { name: '' },
    lab: known?.lab ?? '',
    tasks: [],
    answers: [],
    points: 0,
    of: 0,
    time: 0,
    commands: [],
    end: '',
    hints: 0,
  };
}

let pool: Pool | undefined;

/** Fetches the labs that can be handed in. */
export async function loadLabs(ids: readonly string[]): Promise<void> {
  const labs = await Promise.all(ids.map(async (id) => (await (await fetch(`/instructor/labs/${id}.json`)).json()) as Lab));
  $labs.set(new Map(labs.map((lab) => [lab.id, lab])));
}

const change = (key: string, with_: (sheet: Sheet) => Sheet): void => $sheets.set($sheets.get().map((sheet) => (sheet.key === key ? with_(sheet) : sheet)));

/** Puts files on the desk and grades them; the same file twice counts once. */
export async function take(files: readonly { readonly name: string; readonly text: string }[]): Promise<void> {
  const fresh: Sheet[] = [];
  for (const { name, text } of files) {
    const key = digest(text);
    if ([...$sheets.get(), ...fresh].some((sheet) => sheet.key === key)) continue;
    let marks = noMarks;
    try {
      marks = (await get<Marks>(`marks:${key}`)) ?? noMarks;
    } catch {
      // No storage: marks live as long as the page.
    }
    fresh.push({ file: name, text, key, marks });
  }
  $sheets.set([...$sheets.get(), ...fresh]);
  pool ??= new Pool();
  const labs = [...$labs.get().values()];
  await Promise.all(
    fresh.map(async ({ file, text, key }) => {
      const done = await pool!.run({ type: 'grade', name: file, text, labs });
      const report = done.type === 'grade' ? done.report : stuck(file, text);
      change(key, (sheet) => ({ ...sheet, report }));
    }),
  );
}

/** Changes the marks of a sheet. */
export function judge(key: string, with_: (marks: Marks) => Marks): void {
  change(key, (sheet) => {
    const marks = with_(sheet.marks);
    void set(`marks:${key}`, marks).catch(() => {});
    return { ...sheet, marks };
  });
}

/** Takes everything off the desk; the marks stay in the browser. */
export function clear(): void {
  pool?.close();
  pool = undefined;
  $sheets.set([]);
}

/** The rubric of a sheet; empty when it could not be graded. */
export function itemsOf(sheet: Sheet): readonly Item[] {
  const lab = sheet.report && $labs.get().get(sheet.report.lab);
  return lab && sheet.report!.tasks.length ? rubricOf(lab) : [];
}

/** Points in all. */
export const totalOf = (sheet: Sheet): ReturnType<typeof total> =>
  sheet.report ? total(itemsOf(sheet), sheet.report, sheet.marks) : { points: 0, of: 0, open: 0 };

/** The recording of a sheet; undefined when the file is damaged. */
export function recordingOf(sheet: Sheet): Recording | undefined {
  const read = readHandIn(sheet.text);
  return 'malformed' in read ? undefined : read.recording;
}

/** Sheets with the same end state as this one, itself included. */
export const groupOf = (sheet: Sheet): readonly Sheet[] =>
  sheet.report?.end ? $sheets.get().filter((one) => one.report?.end === sheet.report!.end && one.report.lab === sheet.report!.lab) : [sheet];

/** The order of grading: shuffled by the files themselves, neither by name nor by hand-in time. */
export const gradingOrder = (): readonly Sheet[] => [...$sheets.get()].sort((a, b) => (a.key < b.key ? -1 : 1));
