/** The frame of every page, and search. */
import type { Text, TextOf } from './text.ts';

// The frame of every page.
export const skip: Text = { ko: '본문으로', en: 'Skip to content' };
export const course: Text = { ko: '과정', en: 'Course' };
export const instructors: Text = { ko: '강사용', en: 'Instructors' };
export const about: Text = { ko: '진짜와 다른 점', en: 'What is simplified' };
export const mainPages: Text = { ko: '주요 페이지', en: 'Main pages' };
export const themeIs: Readonly<Record<'system' | 'light' | 'dark', Text>> = {
  system: { ko: '테마: 시스템을 따른다. 누르면 밝게', en: 'Theme: follows the system. Press for light' },
  light: { ko: '테마: 밝게. 누르면 어둡게', en: 'Theme: light. Press for dark' },
  dark: { ko: '테마: 어둡게. 누르면 시스템을 따른다', en: 'Theme: dark. Press to follow the system' },
};
export const minutes: TextOf<[number]> = { ko: (n) => `${n}분`, en: (n) => `${n} min` };
export const offlineReady: Text = { ko: '오프라인에서도 열린다', en: 'Works offline now' };
export const madeFor: TextOf<[string]> = { ko: (v) => `쿠버네티스 ${v} 버전과 대조했다`, en: (v) => `Held against Kubernetes ${v}` };
export const notFound: Text = { ko: '없는 페이지다', en: 'No such page' };
export const notFoundMore: Text = { ko: '주소가 바뀌었거나 처음부터 없던 곳이다.', en: 'The address has changed, or was never there.' };
export const toCourse: Text = { ko: '과정으로', en: 'To the course' };

// Search.
export const search: Text = { ko: '찾기', en: 'Search' };
export const searchHint: Text = { ko: '찾을 말', en: 'Words to find' };
export const nothingFound: Text = { ko: '그런 말은 과정에 없다.', en: 'The course does not have these words.' };
