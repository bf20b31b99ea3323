/** Trace notes as messages between lanes: who tells whom what. */
import type { Note } from '../../sim/trace.ts';

/** A column of the drawing. */
export type Lane = 'client' | 'apiserver' | 'etcd' | 'controllers' | 'scheduler' | 'kubelet' | 'runtime';
export const LANES: readonly Lane[] = ['client', 'apiserver', 'etcd', 'controllers', 'scheduler', 'kubelet', 'runtime'];

/** What a message is, for its words. */
export type Kind = Note['step'] | 'asked' | 'answered' | 'written' | 'sandbox' | 'found';

/** One message from lane to lane, or a step within one lane. */
export interface Message {
  readonly note: Note;
  readonly kind: Kind;
  readonly from: Lane;
  readonly to: Lane;
  /** The part's own name, `kube-scheduler`, `deployment-controller`. */
  readonly who: string;
}

/** `deployments.apps/default/web` and `default/web` are both about `default/web`. */
export const keyOf = (about: string): string => about.split('/').slice(-2).join('/');
export const nameOf = (about: string): string => about.split('/').at(-1)!;
/** `deployments` of `deployments.apps/default/web`; empty when only a key stands there. */
export const resourceOf = (about: string): string => (about.split('/').length > 2 ? about.split('/')[0]!.split('.')[0]! : '');

function laneOf(who: string): Lane {
  if (who === 'etcd') return 'etcd';
  if (/apiserver/.test(who)) return 'apiserver';
  if (/scheduler/.test(who)) return 'scheduler';
  if (/^(containerd|runtime|cri)/.test(who)) return 'runtime';
  if (/kubelet|node|proxy|dns/.test(who) && !/controller/.test(who)) return 'kubelet';
  return 'controllers';
}

const userName = (user: unknown): string => String(user).split(':').at(-1)!;

/** The message of one note; `seen` holds Pods that their kubelet has found already. */
function messageOf(note: Note, seen: Set<string>): Message | undefined {
  const { part: who, step, facts } = note;
  const own = laneOf(who);
  const one = (from: Lane, to: Lane, kind: Kind = step, name = who): Message => ({ note, kind, from, to, who: name });
  const node = String(facts['node'] ?? '');
  switch (step) {
    case 'queue':
      return undefined;
    case 'store':
      return facts['user'] === undefined ? one('apiserver', 'etcd') : one(laneOf(userName(facts['user'])), 'etcd', 'written', userName(facts['user']));
    case 'watch':
      return one('apiserver', own);
    case 'bind':
      return one(own, 'apiserver');
    case 'sync': {
      const first = !seen.has(note.about);
      seen.add(note.about);
      return first ? one('apiserver', 'kubelet', 'found', `kubelet ${node}`) : one('kubelet', 'kubelet', 'sync', `kubelet ${node}`);
    }
    case 'status':
      return one('kubelet', 'apiserver', 'status', `kubelet ${node}`);
    case 'create':
      return one('kubelet', 'runtime', facts['sandbox'] === undefined ? 'create' : 'sandbox', `kubelet ${node}`);
    case 'pull':
    case 'start':
    case 'stop':
    case 'probe':
      return one('kubelet', 'runtime', step, `kubelet ${node}`);
    case 'request':
      return one('apiserver', 'client', 'answered', 'kube-apiserver');
    default:
      return one(own, own);
  }
}

/** The request, and then one message for each note. */
export function messagesOf(asked: Note, notes: readonly Note[]): readonly Message[] {
  const seen = new Set<string>();
  return [
    { note: asked, kind: 'asked', from: 'client', to: 'apiserver', who: String(asked.facts['agent']).split('/')[0]! },
    ...notes.flatMap((note) => messageOf(note, seen) ?? []),
  ];
}
