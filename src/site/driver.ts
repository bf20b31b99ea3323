/**
 * The only real clock: moves a session's virtual time along with the real one, loads missing code, and posts what changed.
 * Real time that passed while the machine slept or the tab was frozen does not count.
 */
import type { Session } from '../lab/session.ts';
import type { ToPage, ToWorker } from '../lab/protocol.ts';
import { loadChunk } from './chunks.ts';

/** Milliseconds between two looks while things move: one frame. */
const FRAME = 16;
/** The longest step of real time that counts, in milliseconds: beyond it the machine slept. */
const LONGEST = 2000;
/** A quiet world is looked at once a second, for the clock on the wall. */
const QUIET = 1000;

export class Driver {
  private readonly session: Session;
  private readonly post: (messages: readonly ToPage[]) => void;
  private last = performance.now();
  /** Virtual time that real time has earned but the world has not yet used. */
  private target: number;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private loading = false;

  constructor(session: Session, post: (messages: readonly ToPage[]) => void) {
    this.session = session;
    this.post = post;
    this.target = session.world.now;
    this.turn();
  }

  /** Takes a message of the page at this very moment. */
  receive(message: ToWorker): void {
    this.move();
    this.session.receive(message);
    if (message.type === 'rewind' || message.type === 'reset' || message.type === 'skip') this.target = this.session.world.now;
    this.turn();
  }

  stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  /** Real time to virtual time, and the world along with it. */
  private move(): void {
    const { session } = this;
    const now = performance.now();
    const passed = Math.min(LONGEST, now - this.last);
    this.last = now;
    if (this.loading) return;
    const speed = session.speed || (session.busy ? 1 : 0);
    this.target = Math.max(session.world.now, this.target + passed * speed);
    session.advance(Math.floor(this.target));
    if (session.world.held) void this.load();
  }

  private async load(): Promise<void> {
    const { world } = this.session;
    if (this.loading || !world.missing) return;
    this.loading = true;
    await loadChunk(world.missing);
    this.loading = false;
    this.last = performance.now();
    world.loaded();
    this.turn();
  }

  /** One turn: move, post, and decide when to look again. */
  private turn(): void {
    this.stop();
    this.move();
    const { session } = this;
    const messages = session.flush();
    if (messages.length) this.post(messages);
    if (this.loading) return;
    const speed = session.speed || (session.busy ? 1 : 0);
    const next = session.world.next();
    const due = speed === 0 || next === undefined ? QUIET : (next - session.world.now) / speed;
    if (speed === 0 && next !== session.world.now) return;
    this.timer = setTimeout(() => this.turn(), Math.min(QUIET, Math.max(FRAME, due)));
  }
}
