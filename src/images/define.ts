/**
 * How an image is described in this folder: a name, and what stands behind each of its tags.
 */
import type { Tree } from '../machine/files.ts';
import { Random } from '../sim/random.ts';
import type { Image, Tagged } from '../kube/node/image.ts';

/** A tag's content; the root is built when the first container needs it, and once only. */
export interface Variant extends Omit<Tagged, 'root'> {
  /** Variants of one image with the same key are the same content. */
  readonly key: string;
  readonly build: () => Tree;
}

/** An image by its repository's full name. */
export function define(name: string, variant: (tag: string) => Variant | undefined): Image & { digest(tag: string): string | undefined } {
  const known = new Map<string, Tagged>();
  return {
    name,
    tag(tag) {
      const found = variant(tag);
      if (!found) return undefined;
      let tagged = known.get(found.key);
      if (!tagged) {
        const { key, build, ...rest } = found;
        let root: Tree | undefined;
        known.set(key, (tagged = { ...rest, root: () => (root ??= build()) }));
      }
      return tagged;
    },
    digest(tag) {
      const found = variant(tag);
      return found && `sha256:${new Random(`${name}@${found.key}`).hex(64)}`;
    },
  };
}

/** Tags of the kinds `1`, `1.36`, `1.36.1`, `latest`, with any of the suffixes (`''` among them); the full version, or undefined. */
export function versions(latest: readonly string[], suffixes: readonly string[] = ['']): (tag: string) => { readonly version: string; readonly suffix: string } | undefined {
  return (tag) => {
    for (const suffix of suffixes) {
      if (suffix !== '' && tag !== suffix.slice(1) && !tag.endsWith(suffix)) continue;
      const bare = tag === suffix.slice(1) && suffix !== '' ? 'latest' : suffix === '' ? tag : tag.slice(0, -suffix.length);
      if (bare === 'latest' || bare === 'stable') return { version: latest[0]!, suffix };
      if (!/^\d+(\.\d+)*$/.test(bare)) continue;
      const asked = bare.split('.');
      for (const version of latest) {
        const parts = version.split('.');
        if (asked.length > parts.length) continue;
        if (asked.every((part, i) => part === parts[i])) return { version, suffix };
        // Earlier patches of a line that is known exist too.
        const whole = asked.length === parts.length && asked.slice(0, -1).every((part, i) => part === parts[i]);
        if (whole && Number(asked.at(-1)) <= Number(parts.at(-1))) return { version: bare, suffix };
      }
    }
    return undefined;
  };
}

/** Megabytes in bytes, with an odd rest so that sizes look like sizes. */
export const megabytes = (n: number, key: string): number => Math.floor(n * 1_000_000) + new Random(key).below(90_000);
