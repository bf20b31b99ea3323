/** Lessons: blocks and questions of the text; lab and checkpoint pages. */
import type { Text, TextOf } from './text.ts';

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
export const putFile: Text = { ko: '내 홈에 저장', en: 'Save to my home' };
export const putFileNamed: TextOf<[string]> = { ko: (name) => `${name}을(를) 실습 컴퓨터의 홈에 저장`, en: (name) => `Save ${name} to the home directory of the lab` };
export const putDone: Text = { ko: '저장했다', en: 'Saved' };
export const codeIn: TextOf<[string]> = { ko: (language) => `${language} 코드`, en: (language) => `${language} code` };

// Lessons.
export const place: TextOf<[number, number]> = { ko: (n, of) => `${of} 가운데 ${n}`, en: (n, of) => `${n} of ${of}` };
export const onward: Text = { ko: '앞뒤 수업', en: 'Neighbouring lessons' };
export const previousLesson: Text = { ko: '앞 수업', en: 'Before' };
export const nextLesson: Text = { ko: '다음 수업', en: 'Next' };
export const solutionTitle: Text = { ko: '풀이', en: 'Solution' };
export const quiz: Text = { ko: '확인', en: 'Check' };
export const quizRight: Text = { ko: '맞다.', en: 'Right.' };
export const quizWrong: Text = { ko: '아니다. 다시 골라 보자.', en: 'No. Choose again.' };
export const predict: Text = { ko: '먼저 예측', en: 'Predict first' };
export const predictThenRun: TextOf<[string]> = { ko: (line) => `적어 두었다. 이제 ${line}을 실행해 보자.`, en: (line) => `Noted. Now run ${line}.` };

// Lab and checkpoint pages.
export const lab: Text = { ko: '실습', en: 'Lab' };
export const checkpoint: Text = { ko: '체크포인트', en: 'Checkpoint' };
export const checkpointRules: Text = {
  ko: '시간 제한은 없다. 되감기와 여러 번 해 보기도 괜찮다. 제출하기 전까지 작업은 이 브라우저에만 남는다.',
  en: 'There is no timer. You may rewind and try again. Until you hand in, your work stays in this browser.',
};
export const questions: Text = { ko: '질문', en: 'Questions' };
export const handInTitle: Text = { ko: '제출', en: 'Handing in' };
export const handInHow: Text = {
  ko: '제출하면 파일 하나를 받는다. 강사에게 그 파일을 준다. 파일에는 이름, 친 것과 그 시각, 답이 들어 있고 다른 것은 없다. 강사는 그것을 처음부터 다시 돌려 보고 채점한다.',
  en: 'You get a file; give it to your instructor. It holds your name, what you typed and when, and your answers, and nothing else. The instructor replays it from the beginning and grades what happens.',
};
export const learnerName: Text = { ko: '이름', en: 'Name' };
export const learnerTicket: Text = { ko: '번호 (받은 것이 있으면)', en: 'Number (if you were given one)' };
export const handIn: Text = { ko: '제출 파일 받기', en: 'Hand in' };
export const packing: Text = { ko: '처음부터 다시 돌려 확인하고 묶는다', en: 'Replaying once more, and packing' };
export const handedIn: Text = { ko: '파일을 내려받았다. 강사에게 주면 된다.', en: 'The file is downloaded. Give it to your instructor.' };
export const packFailed: TextOf<[string]> = { ko: (why) => `묶지 못했다: ${why}. 실습실 메뉴에서 기록을 파일로 저장해 강사에게 주자.`, en: (why) => `Packing failed: ${why}. Save the recording from the laboratory's menu and give that to your instructor.` };
