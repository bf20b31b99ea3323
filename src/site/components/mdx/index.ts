/** The components that lessons use without importing them. */
import After from './After.astro';
import Choice from './Choice.astro';
import Figure from './Figure.astro';
import Predict from './Predict.astro';
import Quiz from './Quiz.astro';
import Show from './Show.astro';
import Tasks from './Tasks.astro';

export const lessonComponents = { After, Choice, Figure, Predict, Quiz, Show, Tasks };
