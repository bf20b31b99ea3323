/**
 * A lab as the engine runs it: compiled from labs/<id>/ by format.ts, plain JSON, the same in page, tests and grader.
 */
import type { Millis } from '../sim/clock.ts';
import type { Change } from '../sim/store.ts';
import type { Reader } from '../kube/api/server.ts';
import type { KubeObject } from '../kube/api/wire.ts';
import type { Setup } from '../world/recording.ts';
import type { World } from '../world/world.ts';

/** A text that a learner sees, in both languages. */
export interface Text {
  readonly ko: string;
  readonly en: string;
}

/** A check as written in lab.yaml: the check's name and its fields, `{ endpoints: { service: web, ready: 2 } }`. */
export type CheckSpec = { readonly [check: string]: unknown };

export type Verdict = { readonly ok: true } | { readonly ok: false; readonly why: Text };

/** Shown only while `when` passes; the hints of a task form a ladder, one rung at a time. */
export interface Hint extends Text {
  readonly when?: CheckSpec;
}

export interface Task {
  readonly id: string;
  readonly say: Text;
  readonly hints: readonly Hint[];
  /** become: true once is enough; stay: true now and whenever it is graded. */
  readonly must: 'become' | 'stay';
  readonly check: CheckSpec;
  readonly points: number;
}

/** A free-text question of a checkpoint, graded by a person. */
export interface Question {
  readonly id: string;
  readonly say: Text;
  readonly points: number;
  /** What the grader looks for. */
  readonly rubric: readonly { readonly id: string; readonly say: Text; readonly points: number }[];
}

export interface Lab {
  readonly id: string;
  readonly title: Text;
  readonly summary: Text;
  readonly difficulty: 'easy' | 'medium' | 'hard';
  readonly minutes: number;
  readonly requires: readonly string[];
  /** Graded by an instructor: no hints and no solution in the page. */
  readonly checkpoint: boolean;
  readonly setup: Setup;
  readonly tasks: readonly Task[];
  readonly questions: readonly Question[];
  /** A transcript; its `#` lines say why. Empty in the page's copy of a checkpoint. */
  readonly solution: string;
  /** Markdown of the debrief. */
  readonly debrief: Text;
}

/** What a check may see: everything, read-only. To try something out, it forks. */
export interface Probe {
  readonly now: Millis;
  readonly read: Reader;
  /** Changes of a resource that etcd still remembers (at least the last five virtual minutes), oldest first. */
  history(resource: string): readonly Change<KubeObject>[];
  /** A file of the learner's machine. */
  file(path: string): string | undefined;
  /** What the learner answered to a question. */
  answer(id: string): string | undefined;
  /** Whether an object of this uid or name existed when the lab began. */
  began(resource: string, namespace: string | undefined, name: string): boolean;
  /** A second world just like this one, which may be spoiled; it cannot be told apart by what it shows. */
  fork(): World;
}

/** The type of a check's field; `?` at the end: may be missing. */
export type FieldType = 'text' | 'text?' | 'number' | 'number?' | 'flag?' | 'labels?' | 'facts' | 'facts?' | 'check' | 'checks' | 'texts';

/** One file in lab/checks. */
export interface Check<S> {
  readonly name: string;
  readonly fields: Readonly<Record<string, FieldType>>;
  test(spec: S, probe: Probe): Verdict;
}
