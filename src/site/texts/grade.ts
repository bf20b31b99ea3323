/** Grading. */
import type { Text, TextOf } from './text.ts';

// Instructors.
export const grading: Text = { ko: '채점', en: 'Grading' };
export const gradingHow: Text = {
  ko: '제출 파일을 이 페이지에 놓으면, 하나씩 깨끗한 엔진에서 처음부터 다시 돌려 채점한다. 파일에 적힌 점수는 믿지 않는다. 모두 이 컴퓨터에서 이루어지고 아무것도 밖으로 나가지 않는다.',
  en: 'Drop hand-ins on this page. Each is replayed from the beginning on a clean engine and graded by what happens; what a file claims is not believed. Everything runs here, and nothing leaves this machine.',
};
export const chooseHandIns: Text = { ko: '제출 파일이나 zip 고르기', en: 'Choose hand-ins or a zip' };
export const orDrop: Text = { ko: '또는 여기에 놓는다', en: 'or drop them here' };
export const gradedOf: TextOf<[number, number]> = { ko: (n, of) => (n === of ? `제출 ${of}개를 모두 채점했다` : `제출 ${of}개 가운데 ${n}개를 채점했다`), en: (n, of) => (n === of ? `All ${of} graded` : `${n} of ${of} graded`) };
export const gradeColumns: Readonly<Record<'name' | 'lab' | 'outcome' | 'points' | 'time' | 'group' | 'notes', Text>> = {
  name: { ko: '이름', en: 'Name' },
  lab: { ko: '체크포인트', en: 'Checkpoint' },
  outcome: { ko: '결과', en: 'Outcome' },
  points: { ko: '점수', en: 'Points' },
  time: { ko: '걸린 시간', en: 'Time' },
  group: { ko: '같은 상태', en: 'Same state' },
  notes: { ko: '덧붙임', en: 'Notes' },
};
export const outcomes: Readonly<Record<'graded' | 'diverged' | 'over budget' | 'malformed' | 'waiting', Text>> = {
  graded: { ko: '채점됨', en: 'graded' },
  diverged: { ko: '갈라짐', en: 'diverged' },
  'over budget': { ko: '계산 한도 초과', en: 'over budget' },
  malformed: { ko: '읽을 수 없음', en: 'malformed' },
  waiting: { ko: '기다림', en: 'waiting' },
};
export const stillOpen: TextOf<[number]> = { ko: (n) => `사람이 볼 것 ${n}`, en: (n) => `${n} to judge` };
export const saveCsv: Text = { ko: 'CSV 저장', en: 'Save CSV' };
export const saveJson: Text = { ko: 'JSON 저장', en: 'Save JSON' };
export const clearDesk: Text = { ko: '모두 치우기', en: 'Clear the desk' };
export const nothingThere: Text = { ko: '제출 파일이 없다. JSON이나 zip 파일을 놓자.', en: 'There is no hand-in among these. Drop JSON or zip files.' };
export const badZip: TextOf<[string]> = { ko: (name) => `${name}은 읽을 수 없는 zip이다.`, en: (name) => `${name} is not a readable zip.` };
export const openHandIn: TextOf<[string]> = { ko: (name) => `${name}의 제출을 연다`, en: (name) => `Open the hand-in of ${name}` };
export const nameless: Text = { ko: '이름 없음', en: 'no name' };
export const backToTable: Text = { ko: '목록으로', en: 'Back to the list' };
export const nextHandIn: Text = { ko: '다음 제출', en: 'Next hand-in' };
export const rubric: Text = { ko: '채점 기준', en: 'Rubric' };
export const byReplay: Text = { ko: '재생이 매김', en: 'by the replay' };
export const overridden: Text = { ko: '사람이 고침', en: 'changed by you' };
export const notJudged: Text = { ko: '아직', en: 'not yet' };
export const takeBack: TextOf<[string]> = { ko: (item) => `되돌리기: ${item}`, en: (item) => `Take back: ${item}` };
export const pointsFor: TextOf<[string, number]> = { ko: (item, of) => `점수 (0부터 ${of}까지): ${item}`, en: (item, of) => `Points (0 to ${of}): ${item}` };
export const keysHint: Text = { ko: '숫자 키 1–0: 사람이 볼 항목을 만점, 0점, 미정으로 돌린다', en: 'Keys 1 to 0 turn human items through full, none and open' };
export const answerTo: Text = { ko: '답', en: 'Answer' };
export const noAnswer: Text = { ko: '(쓰지 않았다)', en: '(nothing written)' };
export const comments: Text = { ko: '덧붙이는 말', en: 'Comments' };
export const addComment: TextOf<[string]> = { ko: (at) => `${at}에 남기기`, en: (at) => `Pin at ${at}` };
export const dropComment: TextOf<[string]> = { ko: (text) => `지우기: ${text}`, en: (text) => `Delete: ${text}` };
export const toGroup: TextOf<[number]> = { ko: (n) => `마지막 상태가 같은 ${n}개에 똑같이 매긴다`, en: (n) => `Give the same to the ${n} with this end state` };
export const replay: Text = { ko: '재생', en: 'Replay' };
export const play: Text = { ko: '재생한다', en: 'Play' };
export const stop: Text = { ko: '멈춘다', en: 'Pause' };
export const nextCommand: Text = { ko: '다음 명령으로', en: 'To the next command' };
export const moment: Text = { ko: '순간', en: 'Moment' };
export const takeOver: Text = { ko: '여기부터 이어서 해 보기', en: 'Take over from here' };
export const endState: Text = { ko: '마지막 상태', en: 'End state' };
export const commandsTyped: TextOf<[number]> = { ko: (n) => `명령 ${n}개`, en: (n) => (n === 1 ? '1 command' : `${n} commands`) };
export const replayGone: Text = { ko: '이 파일은 재생할 수 없다.', en: 'This file cannot be replayed.' };
export const replayStuck: Text = { ko: '재생이 끝나지 않아 멈췄다.', en: 'The replay did not end and was stopped.' };
