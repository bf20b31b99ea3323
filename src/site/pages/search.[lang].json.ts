/** /search.ko.json and /search.en.json: the text of every lesson by section, for the search dialog. */
import type { APIRoute, GetStaticPaths } from 'astro';
import { render } from 'astro:content';
import type { Lang } from '../../lab/protocol.ts';
import { address } from '../address.ts';
import { checkpoints, lessonsIn } from '../course.ts';
import * as texts from '../texts.ts';

export const getStaticPaths = (() => texts.LANGS.map((lang) => ({ params: { lang } }))) satisfies GetStaticPaths;

/** One place that can be found. */
export interface Place {
  /** Address, title of the page, title of the section, text. */
  readonly to: string;
  readonly page: string;
  readonly section: string;
  readonly text: string;
}

/** Markdown as plain text, near enough to be searched. */
const plain = (markdown: string): string =>
  markdown
    .replaceAll(/<\w[^>]*?(?:ask|why|caption)="([^"]*)"[^>]*>/g, ' $1 ')
    .replaceAll(/<[^>]+>|^```.*$|^:::.*$|[`*_]|\[([^\]]*)\]\([^)]*\)/gm, '$1')
    .replaceAll(/\s+/g, ' ')
    .trim();

export const GET: APIRoute = async ({ params }) => {
  const lang = params['lang'] as Lang;
  const places: Place[] = [];
  for (const { entry, path, module } of await lessonsIn(lang)) {
    const { headings } = await render(entry);
    const [first, ...rest] = (entry.body ?? '').split(/^#{2,3} .*$/m);
    const to = address(lang, path);
    places.push({ to, page: entry.data.title, section: module, text: plain(`${entry.data.question} ${entry.data.goal} ${first}`) });
    headings
      .filter(({ depth }) => depth === 2 || depth === 3)
      .forEach(({ slug, text }, i) => places.push({ to: `${to}#${slug}`, page: entry.data.title, section: text, text: plain(rest[i] ?? '') }));
  }
  for (const {
    data: { lab },
  } of await checkpoints())
    places.push({
      to: address(lang, `labs/${lab.id}/`),
      page: lab.title[lang],
      section: texts.checkpoint[lang],
      text: plain(`${lab.summary[lang]} ${lab.tasks.map((task) => task.say[lang]).join(' ')}`),
    });
  return Response.json(places);
};
