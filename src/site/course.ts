/** The course in order: modules with their lessons in one language, and the checkpoints. */
import { getCollection, type CollectionEntry } from 'astro:content';
import type { Lang } from '../lab/protocol.ts';
import { lessonOf } from './address.ts';

export interface Lesson {
  readonly entry: CollectionEntry<'lessons'>;
  readonly path: string;
  /** The module's title. */
  readonly module: string;
  readonly place: number;
}

/** Every lesson of a language, in the order of the folders' numbers. */
export async function lessonsIn(lang: Lang): Promise<readonly Lesson[]> {
  const modules = new Map((await getCollection('modules')).map(({ id, data }) => [id, data.title[lang]]));
  const entries = await getCollection('lessons', ({ id }) => id.startsWith(`${lang}/`));
  return entries
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .map((entry, i) => {
      const { module, path } = lessonOf(entry.id);
      const title = modules.get(module);
      if (!title) throw new Error(`content/${entry.id}.mdx: module ${module} is not listed in content/modules.yaml`);
      return { entry, path, module: title, place: i + 1 };
    });
}

/** Labs that an instructor grades. */
export const checkpoints = (): Promise<CollectionEntry<'labs'>[]> => getCollection('labs', ({ data }) => data.lab.checkpoint);
