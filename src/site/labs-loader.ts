/** Loads labs/ into a content collection: compiled for the engine, the debrief rendered, every fault told at once. */
import { fileURLToPath } from 'node:url';
import type { Loader } from 'astro/loaders';
import type { Lab } from '../lab/lab.ts';
import type { Lang } from '../lab/protocol.ts';
import { loadLabs } from '../serve/labs.ts';
import { LANGS } from './texts.ts';

/** A lab as the site's pages see it. */
export interface LabEntry {
  readonly lab: Lab;
  /** The debrief as HTML. */
  readonly debrief: Readonly<Record<Lang, string>>;
}

export const labsLoader: Loader = {
  name: 'labs',
  async load({ config, store, renderMarkdown, generateDigest }) {
    const folder = fileURLToPath(new URL('labs/', config.root));
    store.clear();
    for (const lab of loadLabs(folder)) {
      const debrief: Partial<Record<Lang, string>> = {};
      for (const lang of LANGS) {
        const fileURL = new URL(`labs/${lab.id}/debrief.${lang}.md`, config.root);
        debrief[lang] = lab.debrief[lang] && (await renderMarkdown(lab.debrief[lang], { fileURL })).html;
      }
      const data = { lab, debrief };
      store.set({ id: lab.id, data: { ...data }, digest: generateDigest(JSON.stringify(data)) });
    }
  },
};
