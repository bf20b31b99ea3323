/**
 * Seeded chance. Each part of a world has a stream of its own, so that one part's draws never shift another's.
 * Stands for /dev/urandom and Go's math/rand; the letters are those of k8s.io/apimachinery/pkg/util/rand.
 */

/** The letters of generated names: no vowels, no look-alikes. */
const LETTERS = 'bcdfghjklmnpqrstvwxz2456789';
const HEX = '0123456789abcdef';

/** A deterministic stream of draws (sfc32 seeded by FNV-1a of the seed). */
export class Random {
  private a: number;
  private b: number;
  private c: number;
  private d = 1;

  constructor(seed: string) {
    let hash = 0x811c9dc5;
    const mix = (): number => {
      for (let i = 0; i < seed.length; i++) hash = Math.imul(hash ^ seed.charCodeAt(i), 0x01000193);
      return (hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d)) >>> 0;
    };
    this.a = mix();
    this.b = mix();
    this.c = mix();
    for (let i = 0; i < 12; i++) this.word();
  }

  /** 32 random bits. */
  word(): number {
    const t = (((this.a + this.b) | 0) + this.d) | 0;
    this.d = (this.d + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = ((this.c << 21) | (this.c >>> 11)) + t | 0;
    return t >>> 0;
  }

  /** A whole number from 0 up to, not including, `n`. */
  below(n: number): number {
    return Math.floor((this.word() / 0x1_0000_0000) * n);
  }

  /** `count` letters as in the name of a Pod. */
  letters(count: number): string {
    let out = '';
    for (let i = 0; i < count; i++) out += LETTERS[this.below(LETTERS.length)];
    return out;
  }

  /** `count` lower-case hexadecimal digits. */
  hex(count: number): string {
    // Joined, not added up: a string made of pieces keeps all of them in memory.
    const out: string[] = [];
    for (let i = 0; i < count; i++) out.push(HEX[this.word() >>> 28]!);
    return out.join('');
  }

  /** A version 4 UUID (RFC 9562). */
  uuid(): string {
    return `${this.hex(8)}-${this.hex(4)}-4${this.hex(3)}-${HEX[8 + this.below(4)]}${this.hex(3)}-${this.hex(12)}`;
  }
}
