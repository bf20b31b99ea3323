/**
 * Hangul back to the keys of the two-set keyboard, for commands typed while a Korean input method was left on: ㅓ is j, 여 is du.
 */

const JAMO = 'ㄱrㄲRㄳrtㄴsㄵswㄶsgㄷeㄸEㄹfㄺfrㄻfaㄼfqㄽftㄾfxㄿfvㅀfgㅁaㅂqㅃQㅄqtㅅtㅆTㅇdㅈwㅉWㅊcㅋzㅌxㅍvㅎgㅏkㅐoㅑiㅒOㅓjㅔpㅕuㅖPㅗhㅘhkㅙhoㅚhlㅛyㅜnㅝnjㅞnpㅟnlㅠbㅡmㅢmlㅣl';
const KEYS = new Map([...JAMO.matchAll(/([^\x00-\x7f])([A-Za-z]+)/g)].map((m) => [m[1]!, m[2]!]));
const LEADS = 'ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ';
const VOWELS = 'ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ';
const TAILS = 'ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ';

/** The Latin keys that one character stands for; undefined when it is no Hangul. */
export function latinKeys(c: string): string | undefined {
  const jamo = KEYS.get(c);
  if (jamo !== undefined) return jamo;
  const code = c.codePointAt(0)! - 0xac00;
  if (code < 0 || code >= 11_172) return undefined;
  const tail = code % 28;
  return KEYS.get(LEADS[Math.floor(code / 588)]!)! + KEYS.get(VOWELS[Math.floor(code / 28) % 21]!)! + (tail ? KEYS.get(TAILS[tail - 1]!)! : '');
}

/** A whole word typed that way, if all of it is Hangul or punctuation. */
export function latinWord(text: string): string {
  const parts = [...text].map((c) => latinKeys(c) ?? (c < '\x80' && !/[A-Za-z]/.test(c) ? c : undefined));
  return parts.some((x) => x === undefined) ? text : parts.join('');
}
