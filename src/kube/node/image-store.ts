/**
 * The images on a node, and how one comes there: one pull after the other, with back-off after failures.
 * Stands for pkg/kubelet/images with serialized pulls, and containerd's image store.
 * Unlike Kubernetes: no layers are shared, no credentials are asked for, nothing is garbage collected.
 */
import type { Millis } from '../../sim/clock.ts';
import { Backoff } from './backoff.ts';
import { pause, type Steps } from './fiber.ts';
import { goDuration } from './go-duration.ts';
import type { Registry, Tagged } from './image.ts';
import { fullName, parseReference, repository } from './reference.ts';
import type { Reason } from './status.ts';

/** An image on the node. */
export interface LocalImage {
  /** `docker.io/library/nginx:1.25` */
  readonly reference: string;
  /** `docker.io/library/nginx@sha256:…` */
  readonly imageRef: string;
  readonly image: Tagged;
}

/** Writes an Event about what is being worked on. */
export type Recorder = (type: 'Normal' | 'Warning', reason: string, message: string) => void;

/** Milliseconds to ask the registry about a name; bytes per millisecond that come in. */
const RESOLVE: Millis = 25;
const BANDWIDTH = 24_000;

export class ImageStore {
  private readonly registry: Registry;
  private readonly now: () => Millis;
  private readonly local = new Map<string, LocalImage>();
  /** Who pulls or waits to pull, the first one's turn. */
  private readonly queue: { readonly wake: () => void }[] = [];
  private readonly backoffs = new Map<string, { readonly backoff: Backoff; why: string }>();

  constructor(registry: Registry, now: () => Millis, preloaded: readonly string[]) {
    this.registry = registry;
    this.now = now;
    for (const name of preloaded) this.load(name);
  }

  /** Images in the order of their size, largest first, as the node's status lists them. */
  list(): readonly LocalImage[] {
    return [...this.local.values()].sort((a, b) => b.image.size - a.image.size || (a.reference < b.reference ? -1 : 1));
  }

  /** The image of this name, if it is here. */
  find(name: string): LocalImage | undefined {
    const reference = parseReference(name);
    return typeof reference === 'string' ? undefined : this.local.get(fullName(reference));
  }

  /** Puts an image here without a pull; unknown names are passed over. */
  load(name: string): LocalImage | undefined {
    const reference = parseReference(name);
    const pulled = this.registry.pull(name);
    if (typeof reference === 'string' || 'error' in pulled) return undefined;
    const image: LocalImage = { reference: fullName(reference), imageRef: `${repository(reference)}@${pulled.digest}`, image: pulled.image };
    this.local.set(image.reference, image);
    return image;
  }

  /** Makes sure that an image is here. `wake` wakes the caller's fiber; `owner` is the Pod's uid. */
  *ensure(requested: string, policy: string, owner: string, record: Recorder, wake: () => void): Steps<LocalImage | Reason> {
    const reference = parseReference(requested);
    if (typeof reference === 'string') {
      const message = `Failed to apply default image tag "${requested}": couldn't parse image name "${requested}": ${reference}`;
      record('Warning', 'InspectFailed', message);
      return { reason: 'InvalidImageName', message };
    }
    const present = policy === 'Always' ? undefined : this.local.get(fullName(reference));
    if (present) {
      record('Normal', 'Pulled', `Container image "${requested}" already present on machine and can be accessed by the pod`);
      return present;
    }
    if (policy === 'Never') {
      const message = `Container image "${requested}" is not present with pull policy of Never`;
      record('Warning', 'ErrImageNeverPull', message);
      return { reason: 'ErrImageNeverPull', message };
    }
    return yield* this.pull(requested, fullName(reference), `${owner}_${requested}`, record, wake);
  }

  /** Forgets the failures of a Pod's pulls. */
  forget(owner: string): void {
    for (const key of this.backoffs.keys()) if (key.startsWith(`${owner}_`)) this.backoffs.delete(key);
  }

  private *pull(requested: string, full: string, key: string, record: Recorder, wake: () => void): Steps<LocalImage | Reason> {
    const before = this.backoffs.get(key);
    if (before?.backoff.waitingSinceUpdate(this.now())) {
      const message = `Back-off pulling image "${requested}"`;
      record('Normal', 'BackOff', message);
      return { reason: 'ImagePullBackOff', message: `${message}: ${before.why}` };
    }
    record('Normal', 'Pulling', `Pulling image "${requested}"`);
    const asked = this.now();
    const turn = { wake };
    this.queue.push(turn);
    try {
      while (this.queue[0] !== turn) yield;
      const began = this.now();
      yield* pause(this.now, RESOLVE);
      const pulled = this.registry.pull(requested);
      if ('error' in pulled) {
        record('Warning', 'Failed', `Failed to pull image "${requested}": ${pulled.error}`);
        const entry = before ?? { backoff: new Backoff(), why: '' };
        entry.backoff.next(this.now(), this.now());
        entry.why = `ErrImagePull: ${pulled.error}`;
        this.backoffs.set(key, entry);
        return { reason: 'ErrImagePull', message: pulled.error };
      }
      const known = this.local.get(full);
      if (!known) yield* pause(this.now, Math.round(pulled.image.size / BANDWIDTH));
      const { now } = this;
      const took = goDuration(now() - began);
      const all = goDuration(now() - asked);
      record('Normal', 'Pulled', `Successfully pulled image "${requested}" in ${took} (${all} including waiting). Image size: ${pulled.image.size} bytes.`);
      return this.load(requested)!;
    } finally {
      this.queue.splice(this.queue.indexOf(turn), 1);
      this.queue[0]?.wake();
    }
  }
}
