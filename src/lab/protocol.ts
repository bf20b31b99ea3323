/**
 * What the page and the worker say to each other. The page holds views only; the world lives in the worker.
 * Everything here is plain and structured-clonable.
 */
import type { Millis } from '../sim/clock.ts';
import type { Note } from '../sim/trace.ts';
import type { Input, Recording } from '../world/recording.ts';

/** Speed of virtual time against real time: 0 pauses. */
export type Speed = 0 | 1 | 10;

/** Page to worker. */
export type ToWorker =
  /** Begin a lab (or a free cluster without `lab`), or take up a recording of it. `lang` chooses the texts of verdicts. */
  | { readonly type: 'start'; readonly lab?: string; readonly recording?: Recording; readonly lang: Lang }
  | { readonly type: 'press'; readonly input: Input }
  | { readonly type: 'speed'; readonly speed: Speed }
  /** Go on to the next thing that happens (at most an hour). */
  | { readonly type: 'skip' }
  /** Back to just before the learner's command `index` of the timeline; later ones are dropped. */
  | { readonly type: 'rewind'; readonly index: number }
  | { readonly type: 'reset' }
  | { readonly type: 'lang'; readonly lang: Lang }
  /** Ask for the recording (export, saving, handing in). */
  | { readonly type: 'record'; readonly ticket: number }
  | { readonly type: 'read'; readonly path: string; readonly ticket: number }
  /** What is wrong with a manifest that is being written. */
  | { readonly type: 'lint'; readonly text: string; readonly ticket: number }
  /** Trace notes from this order on are wanted from now on; null ends it. */
  | { readonly type: 'trace'; readonly from: number | null }
  /** The page is hidden or shown: a hidden page's time goes on but views wait. */
  | { readonly type: 'visible'; readonly visible: boolean };

/** Worker to page. */
export type ToPage =
  | { readonly type: 'ready'; readonly now: Millis; readonly unix: number }
  /** Output of a terminal, coalesced per frame. */
  | { readonly type: 'screen'; readonly terminal: number; readonly text: string }
  /** Clear a terminal before what follows (after a rewind or a reset). */
  | { readonly type: 'clear'; readonly terminal: number }
  | { readonly type: 'clock'; readonly now: Millis; readonly unix: number; readonly speed: Speed; readonly next?: Millis }
  | { readonly type: 'map'; readonly map: MapView }
  | { readonly type: 'tasks'; readonly tasks: readonly TaskView[]; readonly done: boolean }
  | { readonly type: 'timeline'; readonly entries: readonly TimelineEntry[] }
  | { readonly type: 'files'; readonly files: readonly string[]; readonly home: string }
  | { readonly type: 'trace'; readonly notes: readonly Note[] }
  | { readonly type: 'saved'; readonly recording: Recording }
  | { readonly type: 'record'; readonly ticket: number; readonly recording: Recording }
  | { readonly type: 'read'; readonly ticket: number; readonly text: string | null }
  | { readonly type: 'lint'; readonly ticket: number; readonly problems: readonly Problem[] }
  /** A broken invariant of ours: the world stands still, the recording can be saved. */
  | { readonly type: 'broken'; readonly message: string; readonly recording: Recording };

export type Lang = 'ko' | 'en';

/** Something wrong in a manifest; line and column count from 1. */
export interface Problem {
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly severity: 'error' | 'warning';
}

/** The five states of look.md. */
export type State = 'waiting' | 'running' | 'failing' | 'ending' | 'unknown';

export interface MapView {
  readonly nodes: readonly NodeView[];
  /** Pods that no node has yet. */
  readonly pending: readonly PodView[];
  readonly services: readonly ServiceView[];
  readonly components: readonly ComponentView[];
}

export interface NodeView {
  readonly name: string;
  readonly address: string;
  readonly roles: readonly string[];
  readonly state: State;
  /** `Ready`, `NotReady,SchedulingDisabled` */
  readonly status: string;
  /** Requested share of what is allocatable, 0 to 1. */
  readonly cpu: number;
  readonly memory: number;
  readonly pods: readonly PodView[];
}

export interface PodView {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  readonly state: State;
  /** What the STATUS column says. */
  readonly status: string;
  readonly ready: number;
  readonly containers: readonly { readonly name: string; readonly state: State; readonly ready: boolean }[];
  readonly restarts: number;
  readonly ip?: string;
  readonly labels: Readonly<Record<string, string>>;
  /** A control-plane component or another system Pod: shown smaller. */
  readonly system: boolean;
  readonly owner?: string;
  /** The latest reason for not running, in Kubernetes' words. */
  readonly why?: string;
}

export interface ServiceView {
  readonly namespace: string;
  readonly name: string;
  readonly type: string;
  readonly address: string;
  readonly ports: readonly string[];
  readonly selector: Readonly<Record<string, string>>;
  readonly external: readonly string[];
  /** Pods by uid, with readiness. */
  readonly endpoints: readonly { readonly uid: string; readonly ready: boolean }[];
  readonly system: boolean;
}

export interface ComponentView {
  readonly name: 'kube-apiserver' | 'etcd' | 'kube-scheduler' | 'kube-controller-manager';
  readonly state: State;
  /** A small telling figure: requests, revision, queue. */
  readonly figure: number;
}

export interface TaskView {
  readonly id: string;
  readonly say: string;
  readonly state: 'open' | 'done' | 'lost';
  /** What is, against what should be, for an open task that has a verdict. */
  readonly why?: string;
  /** Hints shown so far, and how many there are. */
  readonly hints: readonly string[];
  readonly more: number;
  readonly points?: number;
}

/** One command of the learner. */
export interface TimelineEntry {
  readonly index: number;
  readonly at: Millis;
  readonly line: string;
  readonly terminal: number;
  /** undefined while it runs. */
  readonly exit?: number;
}
