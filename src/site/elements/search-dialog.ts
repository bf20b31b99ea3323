/** The search dialog: every word must stand somewhere in a section, also in the middle of a Korean word; titles count more. */
import type { Lang } from '../../lab/protocol.ts';
import { h } from '../dom.ts';
import type { Place } from '../pages/search.[lang].json.ts';
import * as texts from '../texts.ts';

const MOST = 12;
const AROUND = 60;

/** Places that hold all words, best first. */
function find(places: readonly Place[], query: string): readonly Place[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (!words.length) return [];
  const scored = places.flatMap((place) => {
    const [page, section, text] = [place.page.toLowerCase(), place.section.toLowerCase(), place.text.toLowerCase()];
    let score = 0;
    for (const word of words) {
      const here = (page.includes(word) ? 8 : 0) + (section.includes(word) ? 5 : 0) + Math.min(3, text.split(word).length - 1);
      if (!here) return [];
      score += here;
    }
    return [{ place, score }];
  });
  return scored
    .sort((a, b) => b.score - a.score)
    .slice(0, MOST)
    .map(({ place }) => place);
}

/** The text around the first word, with the word marked. */
function excerpt(text: string, query: string): Node[] {
  const word = query
    .toLowerCase()
    .split(/\s+/)
    .find((one) => one && text.toLowerCase().includes(one));
  if (!word) return [document.createTextNode(text.slice(0, 2 * AROUND))];
  const at = text.toLowerCase().indexOf(word);
  const from = Math.max(0, at - AROUND);
  return [
    document.createTextNode(`${from ? '…' : ''}${text.slice(from, at)}`),
    h('mark', {}, text.slice(at, at + word.length)),
    document.createTextNode(`${text.slice(at + word.length, at + word.length + AROUND)}…`),
  ];
}

/** Opens the dialog of a `<site-search>`. */
export async function openSearch(host: HTMLElement): Promise<void> {
  const lang = document.documentElement.lang as Lang;
  let dialog = host.querySelector('dialog');
  if (!dialog) {
    const input = h('input', {
      type: 'text',
      role: 'searchbox',
      enterkeyhint: 'search',
      'aria-label': texts.search[lang],
      placeholder: texts.searchHint[lang],
      autocomplete: 'off',
      spellcheck: 'false',
    });
    const list = h('ul', {});
    const said = h('p', { role: 'status' });
    dialog = h('dialog', { class: 'search', 'aria-label': texts.search[lang] }, input, said, list);
    host.append(dialog);
    const own = dialog;
    own.addEventListener('click', (event) => event.target === own && own.close());
    const places = fetch(`/search.${lang}.json`).then((response) => response.json() as Promise<readonly Place[]>);
    const draw = async (): Promise<void> => {
      const query = input.value.trim();
      const found = find(await places, query);
      said.textContent = query && !found.length ? texts.nothingFound[lang] : '';
      list.replaceChildren(
        ...found.map((place) =>
          h(
            'li',
            {},
            h(
              'a',
              { href: place.to, click: () => own.close() },
              h('b', {}, place.page),
              h('span', {}, place.section),
              h('p', {}, ...excerpt(place.text, query)),
            ),
          ),
        ),
      );
    };
    input.addEventListener('input', () => void draw());
    own.addEventListener('keydown', (event) => {
      if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
      event.preventDefault();
      const stops = [input, ...list.querySelectorAll('a')];
      stops[(stops.indexOf(document.activeElement as HTMLInputElement) + (event.key === 'ArrowDown' ? 1 : -1) + stops.length) % stops.length]?.focus();
    });
  }
  if (!dialog.open) dialog.showModal();
  dialog.querySelector('input')!.select();
}
