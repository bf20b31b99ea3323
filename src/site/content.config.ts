/** Content collections: the course's modules and lessons, each with a strict schema, and the labs, compiled by src/lab/format.ts. */
import { defineCollection, reference } from 'astro:content';
import { file, glob } from 'astro/loaders';
import { z } from 'astro/zod';
import { labsLoader, type LabEntry } from './labs-loader.ts';

const text = z.strictObject({ ko: z.string().min(1), en: z.string().min(1) });

export const collections = {
  modules: defineCollection({
    loader: file('content/modules.yaml'),
    schema: z.strictObject({ id: z.string(), title: text }),
  }),
  lessons: defineCollection({
    loader: glob({ base: './content', pattern: '{ko,en}/*/*.mdx' }),
    schema: z.strictObject({
      title: z.string().min(1),
      /** The short question behind the lesson, for the course map. */
      question: z.string().min(1),
      /** One or two sentences: the goal, and what one will be able to do. */
      goal: z.string().min(1),
      minutes: z.int().positive(),
      /** The lab whose cluster stands beside the text; without it the page is text only. */
      lab: reference('labs').optional(),
    }),
  }),
  labs: defineCollection({ loader: labsLoader, schema: z.custom<LabEntry>() }),
};
