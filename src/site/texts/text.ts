/** What a text is: one in each language, so that a missing one does not compile. */
import type { Lang } from '../../lab/protocol.ts';

/** One text in both languages. */
export type Text = Readonly<Record<Lang, string>>;
/** A text with something in it. */
export type TextOf<A extends unknown[]> = Readonly<Record<Lang, (...about: A) => string>>;

export const LANGS: readonly Lang[] = ['ko', 'en'];
export const OWN_NAME: Text = { ko: '한국어', en: 'English' };
