/**
 * The open watches of one server, by number, so that a wake can end one when its time is over.
 */

interface Ending {
  end(): void;
}

export class Watches {
  private readonly open = new Map<string, Ending>();
  private numbers = 0;

  add(feed: Ending): string {
    const key = `watch:${++this.numbers}`;
    this.open.set(key, feed);
    return key;
  }

  /** The time of a watch is over. */
  timeUp(key: string): void {
    this.open.get(key)?.end();
    this.open.delete(key);
  }

  remove(key: string): void {
    this.open.delete(key);
  }

  /** How many are open. */
  get size(): number {
    return this.open.size;
  }
}
