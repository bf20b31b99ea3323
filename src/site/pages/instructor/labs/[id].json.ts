/** /instructor/labs/ID.json: a whole lab with its rubric, for grading. */
import type { APIRoute, GetStaticPaths } from 'astro';
import { getCollection, type CollectionEntry } from 'astro:content';

export const getStaticPaths = (async () =>
  (await getCollection('labs')).map((entry) => ({ params: { id: entry.id }, props: { entry } }))) satisfies GetStaticPaths;

export const GET: APIRoute<{ entry: CollectionEntry<'labs'> }> = ({ props }) => Response.json(props.entry.data.lab);
