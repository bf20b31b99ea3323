/**
 * From trace notes to stories: one story for each change that the learner asked for, with everything that the cluster did because of it.
 * Because of it: notes about the object itself, and about objects whose names its controllers derived from it.
 */
import type { Note } from '../../sim/trace.ts';

/** A column of the drawing. */
export type Lane = 'client' | 'apiserver' | 'etcd' | 'controllers' | 'scheduler' | 'kubelet' | 'runtime';
export const LANES: readonly Lane[] = ['client', 'apiserver', 'etcd', 'controllers', 'scheduler', 'kubelet', 'runtime'];

/** What a message is, for its words. */
export type Kind = Note['step'] | 'asked' | 'answered' | 'written';

/** One message from lane to lane, or a step within one lane. */
export interface Message {
  readonly note: Note;
  readonly kind: Kind;
  readonly from: Lane;
  readonly to: Lane;
  /** The part's own name, `kube-scheduler`, `deployment`. */
  readonly who: string;
}

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

/** `deployments.apps/default/web` and `default/web` are both about `default/web`. */
export function keyOf(about: string): string {
  const parts = about.split('/');
  return parts.slice(-2).join('/');
}
export const nameOf = (about: string): string => about.split('/').at(-1)!;
/** `deployments` of `deployments.apps/default/web`; empty when only a key stands there. */
export const resourceOf = (about: string): string => (about.split('/').length > 2 ? about.split('/')[0]!.split('.')[0]! : '');

const CLIENTS = /^(kubectl|curl|helm|k9s)/;
const CHANGES = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

function laneOf(who: string): Lane {
  if (who === 'etcd') return 'etcd';
  if (/apiserver/.test(who)) return 'apiserver';
  if (/scheduler/.test(who)) return 'scheduler';
  if (/^(containerd|runtime|cri)/.test(who)) return 'runtime';
  if (/kubelet|node|proxy|dns|coredns/.test(who) && !/controller|lifecycle/.test(who)) return 'kubelet';
  return 'controllers';
}

/** `system:serviceaccount:kube-system:replicaset-controller` is replicaset-controller. */
const userName = (user: string): string => user.split(':').at(-1)!;

/** The messages of one note. */
function messagesOf(note: Note): Message[] {
  const who = String(note.facts['watcher'] ?? note.part);
  const own = laneOf(who);
  const step = (from: Lane, to: Lane, kind: Kind = note.step, name = who): Message[] => [{ note, kind, from, to, who: name }];
  switch (note.step) {
    case 'store': {
      const user = note.facts['user'];
      return typeof user === 'string' ? step(laneOf(userName(user)), 'etcd', 'written', userName(user)) : step('apiserver', 'etcd');
    }
    case 'watch':
      return step('apiserver', own);
    case 'queue':
      return [];
    case 'bind':
      return step(own, 'apiserver');
    case 'status':
      return step('kubelet', 'apiserver');
    case 'pull':
    case 'create':
    case 'start':
    case 'stop':
    case 'probe':
      return own === 'runtime' ? step('runtime', 'runtime') : step('kubelet', 'runtime');
    case 'request':
      return step('apiserver', 'client', 'answered', String(note.facts['agent'] ?? '').split('/')[0]);
    default:
      return step(own, own);
  }
}

interface Open {
  readonly request: Note;
  readonly stages: readonly Note[];
  readonly keys: Set<string>;
  readonly notes: Note[];
}

const isRequest = (note: Note): boolean => note.step === 'request' && CHANGES.has(String(note.facts['method'])) && CLIENTS.test(String(note.facts['agent'] ?? '')) && !/selfsubject|tokenreview/.test(note.about);

/** The stories in these notes, oldest first. */
export function storiesOf(notes: readonly Note[]): readonly Story[] {
  const stories: Open[] = [];
  let stages: Note[] = [];
  for (const note of notes) {
    if (note.step === 'authentication') stages = [];
    if (note.part === 'kube-apiserver' || (note.part === 'etcd' && note.facts['user'] === undefined)) stages.push(note);
    if (isRequest(note)) {
      const name = note.facts['name'];
      const key = keyOf(typeof name === 'string' && nameOf(note.about) !== name ? `${note.about}/${name}` : note.about);
      // What the server told while it was still answering belongs to it too.
      const first = stages[0]?.order ?? note.order;
      const meanwhile = stories.flatMap((story) => story.notes.filter((one) => one.order > first && keyOf(one.about) === key));
      stories.push({ request: note, stages, keys: new Set([key]), notes: meanwhile });
      stages = [];
      continue;
    }
    const key = keyOf(note.about);
    for (let i = stories.length - 1; i >= 0; i--) {
      const story = stories[i]!;
      const derived = note.step === 'store' && [...story.keys].some((one) => key.startsWith(`${one}-`));
      if (!story.keys.has(key) && !derived) continue;
      story.keys.add(key);
      if (!story.stages.includes(note)) story.notes.push(note);
      break;
    }
  }
  return stories.map(({ request, stages: own, notes: later, keys }): Story => {
    const first = own[0] ?? request;
    const asked: Message = { note: { ...request, at: first.at, order: first.order - 0.5 }, kind: 'asked', from: 'client', to: 'apiserver', who: String(request.facts['agent']).split('/')[0]! };
    const all = [...own.filter((one) => one !== request), request, ...later].sort((a, b) => a.order - b.order);
    return {
      id: request.order, at: first.at, method: String(request.facts['method']), resource: request.about.split('/')[0]!.split('.')[0]!, name: typeof request.facts['name'] === 'string' ? request.facts['name'] : nameOf(request.about), code: Number(request.facts['code']),
      messages: [asked, ...all.flatMap(messagesOf)],
      pods: [...new Set(later.filter((one) => resourceOf(one.about) === 'pods').map((one) => nameOf(one.about)))].filter((name) => keys.size > 0 && name),
    };
  });
}
