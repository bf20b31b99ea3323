/**
 * Every word of the site's own that a learner or an instructor sees, in both languages. A missing language does not compile.
 * Single exports, so that a page's script carries only the texts that it uses. Lessons and labs bring their own.
 */
import type { Lang } from '../lab/protocol.ts';

/** One text in both languages. */
export type Text = Readonly<Record<Lang, string>>;
/** A text with something in it. */
export type TextOf<A extends unknown[]> = Readonly<Record<Lang, (...about: A) => string>>;

export const LANGS: readonly Lang[] = ['ko', 'en'];
export const OWN_NAME: Text = { ko: '한국어', en: 'English' };

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
export const madeFor: TextOf<[string]> = { ko: (v) => `쿠버네티스 ${v}과 대조했다`, en: (v) => `Held against Kubernetes ${v}` };
export const notFound: Text = { ko: '없는 페이지다', en: 'No such page' };
export const notFoundMore: Text = { ko: '주소가 바뀌었거나 처음부터 없던 곳이다.', en: 'The address has changed, or was never there.' };
export const toCourse: Text = { ko: '과정으로', en: 'To the course' };

// Text blocks of lessons.
export const noteTitle: Text = { ko: '덧붙임', en: 'Note' };
export const oftenTitle: Text = { ko: '흔한 설명과 실제', en: 'Often said, and in fact' };
export const realTitle: Text = { ko: '진짜 클러스터에서는', en: 'On a real cluster' };
export const sendLine: TextOf<[string]> = { ko: (line) => `터미널에서 실행: ${line}`, en: (line) => `Run in the terminal: ${line}` };
export const sendTitle: Text = { ko: '터미널에서 실행한다 (Shift: 쳐 넣기만 한다)', en: 'Run in the terminal (Shift: only type it)' };
export const ranLine: TextOf<[string]> = { ko: (line) => `실행했다. 다시 실행: ${line}`, en: (line) => `Run already. Run again: ${line}` };
export const outputOf: TextOf<[string]> = { ko: (line) => `${line}의 출력`, en: (line) => `Output of ${line}` };
export const later: TextOf<[number]> = { ko: (s) => (s % 60 ? `${s}초 뒤` : `${s / 60}분 뒤`), en: (s) => (s % 60 ? `${s} s later` : `${s / 60} min later`) };
export const copy: Text = { ko: '복사', en: 'Copy' };
export const copied: Text = { ko: '복사했다', en: 'Copied' };
export const copyNamed: TextOf<[string]> = { ko: (name) => `${name} 복사`, en: (name) => `Copy ${name}` };
export const putFile: Text = { ko: '내 홈에 저장', en: 'Save to my home' };
export const putFileNamed: TextOf<[string]> = { ko: (name) => `${name}을(를) 실습 컴퓨터의 홈에 저장`, en: (name) => `Save ${name} to the home directory of the lab` };
export const putDone: Text = { ko: '저장했다', en: 'Saved' };
export const codeIn: TextOf<[string]> = { ko: (language) => `${language} 코드`, en: (language) => `${language} code` };

// Home.
export const claim: Text = { ko: '탭 하나에 들어 있는 쿠버네티스', en: 'Kubernetes in one browser tab' };
export const claimMore: Text = {
  ko: '설치도 계정도 기다림도 없다. 여기 있는 것은 그림이 아니라 지금 이 페이지에서 도는 클러스터다. 명령을 치면 진짜처럼 대답하고, 고장 내면 진짜처럼 고장 난다.',
  en: 'Nothing to install, no account, no waiting. This is not a picture but a cluster that runs in this page now. It answers as the real one does, and breaks as the real one does.',
};
export const checkpoints: Text = { ko: '체크포인트', en: 'Checkpoints' };
export const courseTable: Text = { ko: '모듈과 수업', en: 'Modules and lessons' };
export const module: Text = { ko: '모듈', en: 'Module' };
export const lesson: Text = { ko: '수업', en: 'Lesson' };
export const question: Text = { ko: '질문', en: 'Question' };
export const timeAndProgress: Text = { ko: '걸리는 시간과 내 진도', en: 'Minutes and your progress' };
export const progressDone: Text = { ko: '마침', en: 'done' };
