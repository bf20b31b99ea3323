/**
 * A hand-in: the file that a learner gives to an instructor. Inputs, answers and claims; no code, no state, no score that counts.
 */
import type { Lab } from '../lab/lab.ts';
import type { Progress } from '../lab/progress.ts';
import type { Recording } from '../world/recording.ts';
import { canonical, digest } from './canonical.ts';

export const FORMAT = 1;

export interface Learner {
  readonly name: string;
  /** A number or word that the instructor gave, to tell learners apart. */
  readonly ticket?: string;
}

/** What the page showed when it was handed in; believed by nobody, compared by the grader. */
export interface Claim {
  /** Ids of the tasks that were ticked. */
  readonly tasks: readonly string[];
  /** Digest of the end state. */
  readonly end: string;
  /** Per command of the timeline: its exit code and a short digest of the world after it. Tells where a replay parts. */
  readonly marks: readonly (readonly [exit: number, mark: string])[];
}

export interface HandIn {
  readonly format: typeof FORMAT;
  readonly kind: 'tabernetes/hand-in';
  readonly lab: string;
  /** Digest of the lab's setup, tasks and questions. */
  readonly content: string;
  readonly learner: Learner;
  readonly recording: Recording;
  /** Real Unix seconds at some inputs, sparse: [index of the input, seconds]. Shown, never trusted. */
  readonly wall: readonly (readonly [number, number])[];
  readonly claim: Claim;
  /** SHA-256 of the canonical JSON of everything above. */
  readonly sha256: string;
}

/** The part of a lab that decides about points. */
export const contentOf = (lab: Lab): string =>
  digest({ setup: lab.setup, tasks: lab.tasks.map(({ id, must, check, points }) => ({ id, must, check, points })), questions: lab.questions.map(({ id, points }) => ({ id, points })) });

/** Packs what a learner did for handing in. `wall` is given by the page, which alone knows the real time. */
export function handIn(progress: Progress, learner: Learner, wall: HandIn['wall']): HandIn {
  const { world, lab } = progress;
  const body = {
    format: FORMAT,
    kind: 'tabernetes/hand-in',
    lab: lab.id,
    content: contentOf(lab),
    learner,
    recording: world.record(),
    wall,
    claim: { tasks: progress.states.filter((state) => progress.done(state)).map((state) => state.task.id), end: world.fingerprint(), marks: world.commands.map((command) => [command.exit ?? -1, command.mark ?? ''] as const) },
  } as const;
  return { ...body, sha256: digest(body) };
}

/** The text of the file. */
export const written = (file: HandIn): string => `${canonical(file)}\n`;

/** A hand-in that cannot be one, and why. */
export interface Malformed {
  readonly malformed: string;
}

const LIMITS = { bytes: 8_000_000, inputs: 200_000, keys: 100_000, name: 200, hours: 12 };

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
const isText = (value: unknown, most: number): value is string => typeof value === 'string' && value.length <= most;
const isTime = (value: unknown, low: number, high: number): value is number => typeof value === 'number' && value >= low && value <= high;
const isWhole = (value: unknown, low: number, high: number): value is number => Number.isSafeInteger(value) && (value as number) >= low && (value as number) <= high;

/** Why no learner can have made this input; undefined when one can. */
function faultOfInput(input: unknown): string | undefined {
  if (!isObject(input)) return 'is not an object';
  const terminal = input['terminal'];
  if (terminal !== undefined && !isWhole(terminal, 0, 15)) return 'names no terminal';
  const fields = Object.keys(input).filter((key) => key !== 'terminal');
  const kind = fields[0];
  const only = (...names: string[]): boolean => fields.length === names.length && names.every((name) => fields.includes(name));
  if ((kind === 'keys' || kind === 'paste') && only(kind) && isText(input[kind], LIMITS.keys) && input[kind]) return undefined;
  if (only('save', 'text') && isText(input['save'], 4096) && isText(input['text'], 1_000_000)) return undefined;
  const size = input['size'];
  if (only('size') && Array.isArray(size) && size.length === 2 && isWhole(size[0], 2, 1000) && isWhole(size[1], 1, 1000)) return undefined;
  if ((kind === 'open' || kind === 'close') && only(kind) && isWhole(input[kind], 1, 15)) return undefined;
  if (only('answer', 'value') && isText(input['answer'], 100) && isText(input['value'], 100_000)) return undefined;
  if (only('hint', 'level') && isText(input['hint'], 100) && isWhole(input['level'], 0, 100)) return undefined;
  return `is none that a page sends (${fields.join(', ').slice(0, 80) || 'empty'})`;
}

function faultOfRecording(recording: unknown): string | undefined {
  if (!isObject(recording)) return 'recording is missing';
  if (recording['format'] !== 1) return `recording has format ${JSON.stringify(recording['format'])}, expected 1`;
  if (!isText(recording['engine'], 200)) return 'recording.engine is missing';
  if (!isObject(recording['setup'])) return 'recording.setup is missing';
  const inputs = recording['inputs'];
  if (!Array.isArray(inputs)) return 'recording.inputs is not a list';
  if (inputs.length > LIMITS.inputs) return `recording.inputs has ${inputs.length} entries, more than ${LIMITS.inputs}`;
  const end = recording['end'];
  if (!isTime(end, 0, LIMITS.hours * 3_600_000)) return `recording.end is not a time between 0 and ${LIMITS.hours} hours`;
  let before = 0;
  for (const [index, entry] of inputs.entries()) {
    if (!Array.isArray(entry) || entry.length !== 2) return `input ${index} is not a pair of time and input`;
    const [at, input] = entry as [unknown, unknown];
    if (!isTime(at, before, end)) return `input ${index} is at ${JSON.stringify(at)} ms, which is not between ${before} and ${end}`;
    before = at;
    const fault = faultOfInput(input);
    if (fault) return `input ${index} ${fault}`;
  }
  return undefined;
}

/** Reads a hand-in; never throws. What it accepts can be replayed. */
export function readHandIn(text: string): HandIn | Malformed {
  if (text.length > LIMITS.bytes) return { malformed: `the file has ${text.length} characters, more than ${LIMITS.bytes}` };
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch {
    return { malformed: 'the file is not JSON; it may have been cut off or opened in another program' };
  }
  if (!isObject(raw) || raw['kind'] !== 'tabernetes/hand-in') return { malformed: 'the file is not a hand-in of this course' };
  if (raw['format'] !== FORMAT) return { malformed: `the hand-in has format ${JSON.stringify(raw['format'])}, this page reads ${FORMAT}` };
  const learner = raw['learner'];
  if (!isText(raw['lab'], 100) || !isText(raw['content'], 100)) return { malformed: 'lab or content is missing' };
  if (!isObject(learner) || !isText(learner['name'], LIMITS.name)) return { malformed: 'learner.name is missing' };
  if (learner['ticket'] !== undefined && !isText(learner['ticket'], LIMITS.name)) return { malformed: 'learner.ticket is not a text' };
  const fault = faultOfRecording(raw['recording']);
  if (fault) return { malformed: fault };
  const claim = raw['claim'];
  const texts = (list: unknown): boolean => Array.isArray(list) && list.every((one) => typeof one === 'string');
  const pairs = (list: unknown, second: string): boolean => Array.isArray(list) && list.every((one) => Array.isArray(one) && one.length === 2 && typeof one[0] === 'number' && typeof one[1] === second);
  if (!isObject(claim) || !texts(claim['tasks']) || !isText(claim['end'], 100) || !pairs(claim['marks'], 'string')) return { malformed: 'claim is missing' };
  if (!pairs(raw['wall'], 'number')) return { malformed: 'wall is not a list of pairs' };
  return raw as unknown as HandIn;
}

/** Whether the digest in the file is that of its content. */
export function sealed(file: HandIn): boolean {
  const { sha256, ...body } = file;
  return digest(body) === sha256;
}

