/** The laboratory: terminal, tabs, clock, menu, timeline, tasks, files. */
import type { Text, TextOf } from './text.ts';

// The laboratory.
export const laboratory: Text = { ko: '실습실', en: 'Laboratory' };
export const terminals: Text = { ko: '터미널', en: 'Terminals' };
export const terminalNamed: TextOf<[number]> = { ko: (n) => `터미널 ${n}`, en: (n) => `Terminal ${n}` };
export const newTerminal: Text = { ko: '터미널을 하나 더 연다', en: 'Open another terminal' };
export const closeTerminal: TextOf<[number]> = { ko: (n) => `터미널 ${n} 닫기`, en: (n) => `Close terminal ${n}` };
export const terminalLabel: Text = { ko: '터미널 입력. F6을 누르면 터미널에서 나간다', en: 'Terminal input. F6 leaves the terminal' };
export const keyBar: Text = { ko: '터미널 글쇠', en: 'Terminal keys' };
export const close: Text = { ko: '닫기', en: 'Close' };

// Bench: tabs, clock, menu.
export const tabs: Readonly<Record<'map' | 'flow' | 'files' | 'timeline' | 'terminal', Text>> = {
  terminal: { ko: '터미널', en: 'Terminal' },
  map: { ko: '지도', en: 'Map' },
  flow: { ko: 'API 흐름', en: 'API flow' },
  files: { ko: '파일', en: 'Files' },
  timeline: { ko: '되감기', en: 'Rewind' },
};
export const labViews: Text = { ko: '실습실의 창', en: 'Views of the laboratory' };
export const openLab: Text = { ko: '실습실 열기', en: 'Open the laboratory' };
export const closeLab: Text = { ko: '실습실 내리기', en: 'Lower the laboratory' };
export const widthOf: Text = { ko: '글과 실습실의 너비', en: 'Width of text and laboratory' };
export const heightOf: Text = { ko: '지도와 터미널의 높이', en: 'Height of map and terminal' };
export const starting: Text = { ko: '클러스터를 켠다', en: 'Starting the cluster' };
export const clockLabel: Text = { ko: '클러스터의 시간', en: 'Time in the cluster' };
export const pause: Text = { ko: '멈춤', en: 'Pause' };
export const speedOf: TextOf<[number]> = { ko: (n) => `${n}배 빠르기`, en: (n) => (n === 1 ? 'Normal speed' : `${n} times faster`) };
export const skipAhead: Text = { ko: '다음 일이 일어날 때로', en: 'On to the next thing that happens' };
export const menu: Text = { ko: '실습실 메뉴', en: 'Laboratory menu' };
export const exportWorld: Text = { ko: '기록을 파일로 저장', en: 'Save the recording as a file' };
export const importWorld: Text = { ko: '기록 파일 열기', en: 'Open a recording' };
export const shareWorld: Text = { ko: '이 상태로 가는 링크 복사', en: 'Copy a link to this state' };
export const resetWorld: Text = { ko: '처음부터 다시', en: 'Start over' };
export const shared: Text = { ko: '링크를 복사했다', en: 'The link is copied' };
export const sharedLong: TextOf<[number]> = { ko: (kb) => `링크가 ${kb} KB나 된다. 파일로 저장하는 편이 낫다.`, en: (kb) => `The link would be ${kb} KB long. Better save a file.` };
export const resetDone: Text = { ko: '처음으로 돌아갔다', en: 'Back at the beginning' };
export const rewound: Text = { ko: '그 명령 전으로 돌아갔다', en: 'Back before that command' };
export const imported: Text = { ko: '기록을 이어받았다', en: 'Took up the recording' };
export const sharedOpened: Text = { ko: '링크에 담긴 클러스터를 열었다', en: 'Opened the cluster from the link' };
export const undo: Text = { ko: '되돌리기', en: 'Undo' };
export const notRecording: Text = { ko: '이 파일은 실습 기록이 아니다. “기록을 파일로 저장”으로 만든 파일을 고른다.', en: 'This file is no recording. Choose one that “Save the recording as a file” made.' };
export const brokenWorld: TextOf<[string]> = { ko: (why) => `시뮬레이터의 잘못으로 클러스터가 멈췄다: ${why}. 기록을 저장해 알려 주면 고칠 수 있다.`, en: (why) => `A fault of the simulator stopped this cluster: ${why}. Save the recording and report it, and it can be mended.` };

// Timeline.
export const noCommands: Text = { ko: '아직 친 명령이 없다. 명령마다 한 줄씩 쌓이고, 어느 줄 앞으로든 돌아갈 수 있다.', en: 'No commands yet. Each will stand here as a line, and you can go back before any of them.' };
export const running: Text = { ko: '도는 중', en: 'running' };
export const exitCode: TextOf<[number]> = { ko: (n) => `종료 코드 ${n}`, en: (n) => `exit code ${n}` };
export const backBefore: Text = { ko: '이 앞으로', en: 'Back before' };
export const backBeforeLine: TextOf<[string]> = { ko: (line) => `${line} 앞으로 돌아간다`, en: (line) => `Go back before ${line}` };

// Tasks.
export const tasksLabel: Text = { ko: '과제', en: 'Tasks' };
export const tasksDone: TextOf<[number, number]> = { ko: (n, of) => `과제 ${n}/${of}`, en: (n, of) => `Tasks ${n}/${of}` };
export const allDone: Text = { ko: '모두 해냈다', en: 'All done' };
export const hint: TextOf<[number, number]> = { ko: (n, of) => `힌트 ${n}/${of}`, en: (n, of) => `Hint ${n}/${of}` };
export const stateOf: Readonly<Record<'open' | 'done' | 'lost', Text>> = {
  open: { ko: '아직', en: 'open' },
  done: { ko: '됨', en: 'done' },
  lost: { ko: '한번 됐다가 풀림', en: 'was done, no longer' },
};
export const solution: Text = { ko: '풀이 보기', en: 'Show the solution' };
export const solutionLater: Text = { ko: '힌트를 다 보았거나 명령을 여덟 번 쳐 보면 풀이가 열린다', en: 'The solution opens once the hints are read, or after eight commands' };
export const debrief: Text = { ko: '돌아보기', en: 'Debrief' };
export const points: TextOf<[number]> = { ko: (n) => `${n}점`, en: (n) => (n === 1 ? '1 point' : `${n} points`) };

// Files.
export const files: Text = { ko: '내 파일', en: 'Your files' };
export const noFiles: Text = { ko: '홈이 비어 있다', en: 'Your home is empty' };
export const chooseFile: Text = { ko: '파일을 고르면 여기에서 고칠 수 있다. 저장하면 터미널의 홈 디렉터리에 있다.', en: 'Choose a file to edit it here. Saved, it stands in the home directory of the terminal.' };
export const newFile: Text = { ko: '새 파일', en: 'New file' };
export const newFileHint: Text = { ko: 'pod.yaml', en: 'pod.yaml' };
export const save: Text = { ko: '저장', en: 'Save' };
export const unsaved: Text = { ko: '고쳤다', en: 'edited' };
export const loseChanges: TextOf<[string]> = { ko: (name) => `${name}에서 고친 것을 버릴까?`, en: (name) => `Drop your changes to ${name}?` };
export const editorLabel: Text = { ko: '파일 편집기. Esc 다음 Tab으로 나간다', en: 'File editor. Esc, then Tab leaves it' };
