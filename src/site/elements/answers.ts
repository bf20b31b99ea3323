/** Which choice a learner took at a question of the text, kept in this browser; the key holds the page's path without its language. */
const page = location.pathname.replace(/^\/en\//, '/');

/** The index of the kept choice; -1 when there is none. */
export const keptChoice = (id: string): number => Number(localStorage.getItem(`choice:${page}#${id}`) ?? -1);
export const keepChoice = (id: string, index: number): void => localStorage.setItem(`choice:${page}#${id}`, String(index));
