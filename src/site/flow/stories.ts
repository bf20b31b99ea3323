/**
 * From trace notes to stories: one story for each change that the learner asked for, with everything that the cluster did because of it.
 * Because of it: notes about the object itself, about what its controllers made (their names begin with its name), and about
 * whatever a controller queued when it saw a change of these.
 */
import type { Note } from '../../sim/trace.ts';
import { keyOf, messagesOf, nameOf, resourceOf, type Message } from './messages.ts';

export interface Story {
  readonly id: number;
  readonly at: number;
  readonly method: string;
  readonly resource: string;
  readonly name: string;
  readonly code: number;
  readonly messages: readonly Message[];
  /** Pods among the objects it is about, by name. */
  readonly pods: readonly string[];
}

interface Open {
  readonly request: Note;
  readonly stages: readonly Note[];
  readonly keys: Set<string>;
  readonly notes: Note[];
}

const CLIENTS = /^(kubectl|curl|helm|k9s)/;
const CHANGES = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);
const STAGES = new Set(['authentication', 'authorisation', 'admission', 'validation']);

const isRequest = (note: Note): boolean =>
  note.step === 'request' &&
  CHANGES.has(String(note.facts['method'])) &&
  CLIENTS.test(String(note.facts['agent'] ?? '')) &&
  !/selfsubject|tokenreview/.test(note.about);
const plain = (name: string): string => name.replaceAll('-', '');
/** `system:serviceaccount:kube-system:replicaset-controller` is replicaset-controller. */
const writer = (note: Note): string =>
  plain(
    String(note.facts['user'] ?? '')
      .split(':')
      .at(-1)!,
  );

/** Watchers are told within the write; the write stands first here. */
function inOrder(notes: readonly Note[]): readonly Note[] {
  const out: Note[] = [];
  let held: Note[] = [];
  for (const note of notes) {
    if (note.step === 'watch' || note.step === 'queue') held.push(note);
    else {
      if (note.step !== 'store' || !held.some((one) => one.step === 'watch' && keyOf(one.about) === keyOf(note.about))) {
        out.push(...held);
        held = [];
      }
      out.push(note, ...held);
      held = [];
    }
  }
  return [...out, ...held];
}

/** Leaves out what led to nothing: controllers that looked and had nothing to do, and what they had been told before. */
function telling(notes: readonly Note[]): readonly Note[] {
  const useful = new Set<Note>();
  notes.forEach((note, i) => {
    if (note.step !== 'reconcile' && note.step !== 'filter') return;
    const part = plain(note.part);
    for (const later of notes.slice(i + 1)) {
      if (later.step === 'reconcile' && later.part === note.part) return;
      if (note.step === 'filter' ? later.part === note.part : later.step === 'store' && writer(later) === part) {
        useful.add(note);
        return;
      }
    }
  });
  const told = new Map<string, Note>();
  for (const note of notes) {
    if (note.step === 'watch' && !told.has(note.part)) told.set(note.part, note);
    if (note.step !== 'reconcile' && note.step !== 'filter') continue;
    const cause = told.get(note.part);
    if (cause && useful.has(note)) useful.add(cause);
    told.delete(note.part);
  }
  return notes.filter((note, i) => {
    if (note.step === 'queue') return false;
    if (note.step === 'watch' || note.step === 'reconcile') return useful.has(note);
    // What is bound or reported is a write as well; one line says both.
    const next = notes.slice(i + 1).find((one) => one.step !== 'watch' && one.step !== 'queue');
    return note.step !== 'store' || note.facts['user'] === undefined || !next || (next.step !== 'bind' && next.step !== 'status') || next.about !== note.about;
  });
}

function finish({ request, stages, notes, keys }: Open): Story {
  const asked: Note = { ...request, at: (stages[0] ?? request).at, order: -1 };
  const name = request.facts['name'];
  return {
    id: request.order,
    at: asked.at,
    method: String(request.facts['method']),
    resource: resourceOf(`${request.about}//`),
    name: typeof name === 'string' ? name : nameOf(request.about),
    code: Number(request.facts['code']),
    messages: messagesOf(asked, [...stages, request, ...telling(notes)]),
    pods: [...new Set(notes.filter((one) => resourceOf(one.about) === 'pods' && keys.has(keyOf(one.about))).map((one) => nameOf(one.about)))],
  };
}

/** The stories in these notes, oldest first. */
export function storiesOf(noted: readonly Note[]): readonly Story[] {
  const notes = inOrder(noted);
  const stories: Open[] = [];
  /** Since the last authentication: a request's own stages, and what others were told meanwhile. */
  let recent: Note[] = [];
  const give = (note: Note, story: Open, i: number, all: readonly Note[]): void => {
    story.notes.push(note);
    if (note.step !== 'watch') return;
    for (const next of all.slice(i + 1)) {
      if (next.step !== 'queue' || next.part !== note.part) break;
      story.keys.add(keyOf(next.about));
    }
  };
  notes.forEach((note, i) => {
    if (note.step === 'authentication') recent = [];
    recent.push(note);
    if (isRequest(note)) {
      const named = note.facts['name'];
      const key = keyOf(typeof named === 'string' && nameOf(note.about) !== named ? `${note.about}/${named}` : note.about);
      const own = (one: Note): boolean => STAGES.has(one.step) || (one.step === 'store' && one.facts['user'] === undefined);
      const story: Open = { request: note, stages: recent.filter(own), keys: new Set([key]), notes: [] };
      recent.forEach((one, j, all) => one !== note && !own(one) && story.keys.has(keyOf(one.about)) && give(one, story, j, all));
      for (const older of stories) for (const one of recent) if (older.notes.at(-1) === one) older.notes.pop();
      stories.push(story);
      recent = [];
      return;
    }
    if (STAGES.has(note.step)) return;
    const key = keyOf(note.about);
    const story = stories.findLast((one) => one.keys.has(key) || (note.step === 'store' && [...one.keys].some((known) => key.startsWith(`${known}-`))));
    if (!story) return;
    story.keys.add(key);
    give(note, story, i, notes);
  });
  return stories.map(finish);
}
