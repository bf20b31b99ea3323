/**
 * Grades hand-ins: each is replayed on a clean engine and checked again. Nothing that the file claims counts.
 */
import type { Lab, Text } from '../lab/lab.ts';
import { Progress } from '../lab/progress.ts';
import type { Millis } from '../sim/clock.ts';
import { begin, type World } from '../world/world.ts';
import { canonical } from './canonical.ts';
import { contentOf, readHandIn, sealed, type HandIn } from './hand-in.ts';

export type Outcome = 'graded' | 'diverged' | 'over budget' | 'malformed';

export interface TaskResult {
  readonly id: string;
  readonly points: number;
  readonly of: number;
  readonly passed: boolean;
  /** When it became true, in virtual milliseconds since the learner's first prompt. */
  readonly at?: Millis;
  readonly why?: Text;
}

export interface Report {
  /** The name of the file. */
  readonly file: string;
  readonly outcome: Outcome;
  /** Why it is not simply graded, or what is odd about it, one sentence each. */
  readonly notes: readonly Text[];
  readonly learner: { readonly name: string; readonly ticket?: string };
  readonly lab: string;
  readonly tasks: readonly TaskResult[];
  readonly answers: readonly { readonly id: string; readonly value: string }[];
  readonly points: number;
  readonly of: number;
  /** Virtual milliseconds from the first prompt to the end. */
  readonly time: Millis;
  readonly commands: readonly { readonly at: Millis; readonly line: string; readonly exit?: number }[];
  /** Hand-ins of one group have the same: digest of the canonical end state without what chance and time decide. */
  readonly end: string;
  readonly hints: number;
}

/** More wakes than this, and a replay is stopped: an hour of a busy lab has about a hundred thousand. */
const MOST_WAKES = 20_000_000;

const note = (ko: string, en: string): Text => ({ ko, en });

/** The report of a file that cannot be graded at all. */
export function failed(file: string, outcome: Outcome, why: Text, known?: HandIn): Report {
  return { file, outcome, notes: [why], learner: known?.learner ?? { name: '' }, lab: known?.lab ?? '', tasks: [], answers: [], points: 0, of: 0, time: 0, commands: [], end: '', hints: 0 };
}

/** Replays the inputs of a hand-in; undefined when the budget ran out. */
export function replayProgress(lab: Lab, file: HandIn, budget = MOST_WAKES): Progress | undefined {
  const world: World = begin(lab.setup, file.recording.engine);
  const progress = new Progress(world, lab);
  for (const [at, input] of file.recording.inputs) {
    progress.advance(at);
    if (world.woken > budget) return undefined;
    world.press(input);
    progress.look();
  }
  progress.advance(file.recording.end);
  progress.look();
  return world.woken > budget ? undefined : progress;
}

/** The first command at which the replay and the learner's page part; undefined when they agree. */
function parting(world: World, file: HandIn): Text | undefined {
  const { marks } = file.claim;
  for (let i = 0; i < Math.max(marks.length, world.commands.length); i++) {
    const here = world.commands[i];
    const there = marks[i];
    if (!here) return note(`명령 ${i + 1}번이 재생에는 없다.`, `Command ${i + 1} does not happen in the replay.`);
    if (!there) return note(`명령 ${i + 1}번(${here.line})이 제출 파일에는 없다.`, `Command ${i + 1} (${here.line}) is not in the hand-in.`);
    if ((here.exit ?? -1) !== there[0] || (here.mark ?? '') !== there[1]) {
      return note(`명령 ${i + 1}번(${here.line})부터 재생과 학습자의 화면이 다르다.`, `From command ${i + 1} (${here.line}) on, the replay differs from what the learner's page showed.`);
    }
  }
  return world.fingerprint() === file.claim.end ? undefined : note('마지막 상태가 학습자의 화면과 다르다.', "The end state differs from the learner's.");
}

/** Grades the text of one file. `labs` finds a lab by id; `engine` is the identity of this engine. Never throws on bad input. */
export function grade(name: string, text: string, labs: (id: string) => Lab | undefined, engine: string): Report {
  const file = readHandIn(text);
  if ('malformed' in file) return failed(name, 'malformed', note(`읽을 수 없는 제출 파일이다: ${file.malformed}.`, `Not a readable hand-in: ${file.malformed}.`));
  const lab = labs(file.lab);
  if (!lab) return failed(name, 'malformed', note(`이 과정에 ${file.lab} 실습이 없다.`, `This course has no lab ${file.lab}.`), file);
  if (canonical(file.recording.setup) !== canonical(lab.setup)) return failed(name, 'malformed', note('다른 시작 상태(시드나 클러스터)에서 만든 기록이다.', "It was recorded from another start (seed or cluster) than this lab's."), file);
  const notes: Text[] = [];
  if (!sealed(file)) notes.push(note('파일이 만들어진 뒤에 고쳐졌다(SHA-256이 맞지 않는다). 아래 점수는 재생으로 다시 매긴 것이다.', 'The file was changed after it was made (its SHA-256 does not match). The points below come from the replay.'));
  if (file.content !== contentOf(lab)) notes.push(note('실습 내용이 제출한 뒤에 바뀌었다. 지금의 내용으로 채점했다.', 'The lab has changed since it was handed in. It was graded as it is now.'));
  if (file.recording.engine !== engine) notes.push(note('다른 버전의 엔진으로 기록되었다.', 'It was recorded by another version of the engine.'));
  let progress: Progress | undefined;
  try {
    progress = replayProgress(lab, file);
  } catch (error) {
    return failed(name, 'diverged', note(`재생이 멈췄다: ${(error as Error).message}`, `The replay stopped: ${(error as Error).message}`), file);
  }
  if (!progress) return failed(name, 'over budget', note('재생에 드는 계산이 한도를 넘었다.', 'Replaying it takes more computation than is allowed.'), file);
  const { world } = progress;
  const parted = parting(world, file);
  if (parted) notes.push(parted);
  const tasks = progress.states.map((state): TaskResult => {
    const passed = progress.done(state);
    return { id: state.task.id, points: passed ? state.task.points : 0, of: state.task.points, passed, ...(state.at !== undefined && { at: state.at - world.began }), ...(!passed && !state.verdict.ok && { why: state.verdict.why }) };
  });
  const claimed = [...file.claim.tasks].sort().join();
  const passed = tasks.filter((task) => task.passed).map((task) => task.id).sort().join();
  if (claimed !== passed) notes.push(note(`파일의 주장(${claimed || '없음'})과 재생 결과(${passed || '없음'})가 다르다. 재생 결과를 따른다.`, `The file claims ${claimed || 'nothing'}, the replay shows ${passed || 'nothing'}. The replay counts.`));
  return {
    file: name,
    outcome: parted ? 'diverged' : 'graded',
    notes,
    learner: file.learner,
    lab: lab.id,
    tasks,
    answers: lab.questions.map(({ id }) => ({ id, value: world.answers.get(id) ?? '' })),
    points: tasks.reduce((sum, task) => sum + task.points, 0),
    of: tasks.reduce((sum, task) => sum + task.of, 0) + lab.questions.reduce((sum, question) => sum + question.points, 0),
    time: world.now - world.began,
    commands: world.commands.map(({ at, line, exit }) => ({ at: at - world.began, line, ...(exit !== undefined && { exit }) })),
    end: world.shape(),
    hints: file.recording.inputs.filter(([, input]) => 'hint' in input).length,
  };
}
