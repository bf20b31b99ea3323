/** Addresses of the site's pages: Korean at /, English under /en/, the same path in both. */
import type { Lang } from '../lab/protocol.ts';

/** The address of a page in a language; `path` is without a leading slash and ends with one, or is empty for home. */
export const address = (lang: Lang, path = ''): string => (lang === 'ko' ? `/${path}` : `/en/${path}`);

/** `ko/02-architecture/01-pod-request` is the lesson `architecture/pod-request` in Korean. */
export function lessonOf(entry: string): { lang: Lang; module: string; lesson: string; path: string } {
  const [lang, module, lesson] = entry.split('/').map((part) => part.replace(/^\d+-/, '')) as [Lang, string, string];
  return { lang, module, lesson, path: `learn/${module}/${lesson}/` };
}

/** The two languages as static paths for a `[...lang]` page; a new list each time, as Astro keeps its own marks on it. */
export const langPaths = () => [
  { params: { lang: undefined }, props: { lang: 'ko' as Lang } },
  { params: { lang: 'en' }, props: { lang: 'en' as Lang } },
];

/** The language of a page, from its address. */
export const langOf = (url: URL): Lang => (/^\/en(\/|$)/.test(url.pathname) ? 'en' : 'ko');
