/**
 * Every word of the site's own that a learner or an instructor sees, in both languages. A missing language does not compile.
 * Single exports in a file for each part of the site, so that a page's script carries only what it uses. Lessons and labs bring their own.
 */
export * from './texts/text.ts';
export * from './texts/about.ts';
export * from './texts/bench.ts';
export * from './texts/flow.ts';
export * from './texts/frame.ts';
export * from './texts/grade.ts';
export * from './texts/home.ts';
export * from './texts/lesson.ts';
export * from './texts/map.ts';
