/**
 * Reads a lab as its author wrote it (labs/<id>/) and compiles it for the engine. Runs when building, testing and grading, not in the page.
 * Everything wrong comes back as a list of { file, line, message }; nothing is thrown.
 */
import { z } from 'astro/zod';
import { LineCounter, isCollection, parseDocument, type Document } from 'yaml';
import { checks } from './checks/index.ts';
import { CONDITIONS } from './facts.ts';
import type { CheckSpec, FieldType, Lab } from './lab.ts';

/** Something wrong in a content file. */
export interface Fault {
  readonly file: string;
  readonly line: number;
  readonly message: string;
}

/** The day on which every lab begins, unless it says otherwise. */
const EPOCH = '2026-11-24T00:00:00Z';

const text = z.strictObject({ ko: z.string().min(1), en: z.string().min(1) });
const check = z.record(z.string(), z.unknown());
const points = z.number().int().min(0);

const schema = z.strictObject({
  title: text,
  summary: text,
  difficulty: z.enum(['easy', 'medium', 'hard']),
  minutes: z.number().int().positive(),
  requires: z.array(z.string()).default([]),
  checkpoint: z.boolean().default(false),
  /** Names that wording and checks share: `${pod}`. */
  names: z.record(z.string(), z.string()).default({}),
  cluster: z
    .strictObject({
      seed: z.string().optional(),
      epoch: z.string().optional(),
      settle: z.number().int().positive().optional(),
      nodes: z.array(z.strictObject({ name: z.string(), cpu: z.string().optional(), memory: z.string().optional() })).optional(),
    })
    .default({}),
  tasks: z
    .array(
      z.strictObject({
        id: z.string().regex(/^[a-z][a-z0-9-]*$/),
        say: text,
        hints: z.array(text.extend({ when: check.optional() })).default([]),
        must: z.enum(['become', 'stay']),
        points: points.default(1),
        check,
      }),
    )
    .min(1),
  questions: z
    .array(z.strictObject({ id: z.string().regex(/^[a-z][a-z0-9-]*$/), say: text, points, rubric: z.array(z.strictObject({ id: z.string(), say: text, points })).min(1) }))
    .default([]),
});

/** Puts the shared names into every text of a parsed lab. */
function fill(value: unknown, names: Readonly<Record<string, string>>, unknown: (name: string) => void): unknown {
  if (typeof value === 'string') {
    return value.replace(/\$\{([a-zA-Z]\w*)\}/g, (whole, name: string) => {
      const found = names[name];
      if (found === undefined) unknown(name);
      return found ?? whole;
    });
  }
  if (Array.isArray(value)) return value.map((item) => fill(item, names, unknown));
  if (value && typeof value === 'object') return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fill(item, names, unknown)]));
  return value;
}

const TYPES: Readonly<Record<string, (value: unknown) => boolean>> = {
  text: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number',
  flag: (value) => typeof value === 'boolean',
  labels: (value) => !!value && typeof value === 'object' && Object.values(value).every((one) => typeof one === 'string'),
  texts: (value) => Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === 'string'),
  facts: (value) => Array.isArray(value) && value.length > 0,
  check: (value) => !!value && typeof value === 'object',
  checks: (value) => Array.isArray(value) && value.length > 0,
};

/** Why a check spec is not one; undefined when it is. */
function faultOfCheck(spec: CheckSpec): string | undefined {
  const entries = Object.entries(spec);
  if (entries.length !== 1) return `a check has one name, found ${entries.map(([name]) => name).join(', ') || 'none'}`;
  const [name, value] = entries[0]!;
  const found = checks.get(name);
  if (!found) return `no check is called "${name}"; there are ${[...checks.keys()].sort().join(', ')}`;
  const fields = (value ?? {}) as Record<string, unknown>;
  for (const field of Object.keys(fields)) if (!(field in found.fields)) return `${name} has no field "${field}"; it has ${Object.keys(found.fields).join(', ')}`;
  for (const [field, type] of Object.entries(found.fields) as [string, FieldType][]) {
    const given = fields[field];
    if (given === undefined) {
      if (!type.endsWith('?')) return `${name} needs "${field}"`;
      continue;
    }
    const base = type.replace('?', '');
    if (!TYPES[base]!(given)) return `${name}.${field} is not a ${base}`;
    if (base === 'check') {
      const inner = faultOfCheck(given as CheckSpec);
      if (inner) return inner;
    }
    if (base === 'checks') {
      for (const one of given as CheckSpec[]) {
        const inner = faultOfCheck(one);
        if (inner) return inner;
      }
    }
    if (base === 'facts') {
      for (const fact of given as Record<string, unknown>[]) {
        const conditions = CONDITIONS.filter((condition) => condition in fact);
        if (typeof fact['at'] !== 'string' || conditions.length !== 1) return `${name}.${field}: a fact has "at" and one of ${CONDITIONS.join(', ')}`;
      }
    }
  }
  return undefined;
}

function lineOf(document: Document, lines: LineCounter, path: readonly PropertyKey[]): number {
  for (let length = path.length; length > 0; length--) {
    const node = document.getIn(path.slice(0, length), true);
    const range = isCollection(node) || (node && typeof node === 'object') ? (node as { range?: [number, number, number] }).range : undefined;
    if (range) return lines.linePos(range[0]).line;
  }
  return 1;
}

/** Compiles the files of labs/<id>/ (relative path to text). */
export function compileLab(id: string, files: Readonly<Record<string, string>>): { readonly lab: Lab } | { readonly faults: readonly Fault[] } {
  const file = `labs/${id}/lab.yaml`;
  const source = files['lab.yaml'];
  if (source === undefined) return { faults: [{ file, line: 1, message: 'the file is missing' }] };
  const lines = new LineCounter();
  const document = parseDocument(source, { lineCounter: lines });
  const faults: Fault[] = document.errors.map((error) => ({ file, line: error.linePos?.[0].line ?? 1, message: error.message.split('\n')[0]! }));
  if (faults.length) return { faults };
  const raw = document.toJS() as { names?: Record<string, string> };
  const filled = fill(raw, raw?.names ?? {}, (name) => faults.push({ file, line: 1, message: `\${${name}} stands in a text, but names: has no "${name}"` }));
  const parsed = schema.safeParse(filled);
  if (!parsed.success) {
    for (const issue of parsed.error.issues) faults.push({ file, line: lineOf(document, lines, issue.path), message: `${issue.path.join('.') || 'the file'}: ${issue.message}` });
    return { faults };
  }
  const spec = parsed.data;
  const ids = new Set<string>();
  spec.tasks.forEach((task, i) => {
    const at = (path: readonly PropertyKey[], message: string): number => faults.push({ file, line: lineOf(document, lines, ['tasks', i, ...path]), message: `task ${task.id}: ${message}` });
    if (ids.has(task.id)) at(['id'], 'this id is used twice');
    ids.add(task.id);
    const fault = faultOfCheck(task.check);
    if (fault) at(['check'], fault);
    task.hints.forEach((hint, j) => {
      const wrong = hint.when && faultOfCheck(hint.when);
      if (wrong) at(['hints', j], wrong);
    });
    if (!spec.checkpoint && task.hints.length === 0) at([], 'there is no hint');
  });
  const body = (name: string, needed: boolean): string => {
    if (files[name] === undefined && needed) faults.push({ file: `labs/${id}/${name}`, line: 1, message: 'the file is missing' });
    return files[name] ?? '';
  };
  const solution = body('solution.txt', true);
  const debrief = { ko: body('debrief.ko.md', !spec.checkpoint), en: body('debrief.en.md', !spec.checkpoint) };
  if (faults.length) return { faults };
  const inFolder = (folder: string): [string, string][] => Object.entries(files).filter(([name]) => name.startsWith(folder)).sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, body]) => [name.slice(folder.length), body]);
  const { epoch = EPOCH, seed = id, ...cluster } = spec.cluster;
  return {
    lab: {
      id,
      title: spec.title,
      summary: spec.summary,
      difficulty: spec.difficulty,
      minutes: spec.minutes,
      requires: spec.requires,
      checkpoint: spec.checkpoint,
      setup: { seed, epoch, ...cluster, manifests: inFolder('start/').map(([, body]) => body), home: Object.fromEntries(inFolder('home/')) },
      tasks: spec.tasks,
      questions: spec.questions,
      solution,
      debrief,
    },
  };
}
