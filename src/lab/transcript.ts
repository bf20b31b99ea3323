/**
 * The transcript: test, solution, lesson example, bug report and recorded story in one format.
 * `$ line` is typed and runs to the next prompt, then its output and `? code` when that is not 0; `+ 5s` lets time pass,
 * `^C` presses a key, `# text` speaks, after a blank line when a step stands before it; `-- name --` begins a file of the home directory.
 */
import type { Millis } from '../sim/clock.ts';

export type Step =
  | { readonly say: string }
  | { readonly wait: Millis }
  | { readonly press: string }
  | { readonly line: string; readonly output: readonly string[]; readonly code: number };

export interface Transcript {
  readonly steps: readonly Step[];
  /** Files that stand in the home directory from the beginning. */
  readonly files: Readonly<Record<string, string>>;
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Reads a transcript. Lines before the first step and blank lines between steps are kept as speech. */
export function parseTranscript(text: string): Transcript {
  const steps: Step[] = [];
  const files: Record<string, string> = {};
  let file: string | undefined;
  let open: { line: string; output: string[]; code: number } | undefined;
  for (const line of text.replace(/\n$/, '').split('\n')) {
    const head = /^-- (\S+) --$/.exec(line);
    const wait = /^\+ (\d+)(ms|s|m|h)$/.exec(line);
    if (head) {
      file = head[1]!;
      files[file] = '';
    } else if (file !== undefined) {
      files[file] += `${line}\n`;
    } else if (line.startsWith('$ ')) {
      steps.push((open = { line: line.slice(2), output: [], code: 0 }));
    } else if (wait) {
      open = undefined;
      steps.push({ wait: Number(wait[1]) * UNITS[wait[2]!]! });
    } else if (line === '^C' || line === '^D') {
      open = undefined;
      steps.push({ press: line });
    } else if (open && /^\? \d+$/.test(line)) {
      open.code = Number(line.slice(2));
      open = undefined;
    } else if (open && line.startsWith('# ') && open.output.at(-1) === '') {
      open.output.pop();
      open = undefined;
      steps.push({ say: '' }, { say: line });
    } else if (open) {
      open.output.push(line);
    } else {
      steps.push({ say: line });
    }
  }
  return { steps, files };
}

/** Writes a transcript as `parseTranscript` reads it. */
export function writeTranscript({ steps, files }: Transcript): string {
  const out: string[] = [];
  for (const step of steps) {
    if ('say' in step) out.push(step.say);
    else if ('wait' in step) out.push(`+ ${span(step.wait)}`);
    else if ('press' in step) out.push(step.press);
    else out.push(`$ ${step.line}`, ...step.output, ...(step.code ? [`? ${step.code}`] : []));
  }
  let text = out.map((line) => `${line}\n`).join('');
  for (const [name, body] of Object.entries(files)) text += `-- ${name} --\n${body}`;
  return text;
}

function span(ms: Millis): string {
  for (const unit of ['h', 'm', 's']) if (ms % UNITS[unit]! === 0) return `${ms / UNITS[unit]!}${unit}`;
  return `${ms}ms`;
}

/** The lines to type of a transcript, in order: what a solution does. */
export const linesOf = (transcript: Transcript): readonly string[] => transcript.steps.flatMap((step) => ('line' in step ? [step.line] : []));
