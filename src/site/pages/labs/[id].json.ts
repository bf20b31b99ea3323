/** /labs/ID.json: a lab as the learner's worker takes it, without what a checkpoint must not tell. */
import type { APIRoute, GetStaticPaths } from 'astro';
import { getCollection, type CollectionEntry } from 'astro:content';
import type { Lab } from '../../../lab/lab.ts';

export const getStaticPaths = (async () =>
  (await getCollection('labs')).map((entry) => ({ params: { id: entry.id }, props: { entry } }))) satisfies GetStaticPaths;

const quiet = (lab: Lab): Lab =>
  lab.checkpoint
    ? {
        ...lab,
        solution: '',
        debrief: { ko: '', en: '' },
        tasks: lab.tasks.map((task) => ({ ...task, hints: [] })),
        questions: lab.questions.map((one) => ({ ...one, rubric: [] })),
      }
    : { ...lab, solution: '', debrief: { ko: '', en: '' } };

export const GET: APIRoute<{ entry: CollectionEntry<'labs'> }> = ({ props }) => Response.json(quiet(props.entry.data.lab));
