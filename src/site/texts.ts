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
export const madeFor: TextOf<[string]> = { ko: (v) => `쿠버네티스 ${v}에 대조했다`, en: (v) => `Held against Kubernetes ${v}` };
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
export const claim: Text = { ko: '탭 하나에 들어\u00a0있는 쿠버네티스', en: 'Kubernetes in one browser tab' };
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

// The laboratory.
export const laboratory: Text = { ko: '실습실', en: 'Laboratory' };
export const terminals: Text = { ko: '터미널', en: 'Terminals' };
export const terminalNamed: TextOf<[number]> = { ko: (n) => `터미널 ${n}`, en: (n) => `Terminal ${n}` };
export const newTerminal: Text = { ko: '터미널을 하나 더 연다', en: 'Open another terminal' };
export const closeTerminal: TextOf<[number]> = { ko: (n) => `터미널 ${n} 닫기`, en: (n) => `Close terminal ${n}` };
export const terminalLabel: Text = { ko: '터미널 입력. F6을 누르면 터미널에서 나간다', en: 'Terminal input. F6 leaves the terminal' };
export const keyBar: Text = { ko: '터미널 글쇠', en: 'Terminal keys' };
export const close: Text = { ko: '닫기', en: 'Close' };

// The map.
export const mapLabel: Text = { ko: '클러스터 지도. 화살표로 옮겨 다닌다', en: 'Map of the cluster. Arrow keys move about' };
export const mapTables: Text = { ko: '클러스터 표', en: 'The cluster as tables' };
export const asTable: Text = { ko: '표로 보기', en: 'As tables' };
export const component: Text = { ko: '구성 요소', en: 'Component' };
export const stopped: Text = { ko: '멈춤', en: 'stopped' };
export const nodes: Text = { ko: '노드', en: 'Nodes' };
export const pods: Text = { ko: '파드', en: 'Pods' };
export const services: Text = { ko: '서비스', en: 'Services' };
export const controlPlane: Text = { ko: '컨트롤 플레인', en: 'Control plane' };
export const notReady: Text = { ko: '준비 안 됨', en: 'not ready' };
export const memory: Text = { ko: '메모리', en: 'memory' };
export const requested: Text = { ko: '요청됨', en: 'requested' };
export const podsOf: TextOf<[number]> = { ko: (n) => `파드 ${n}개`, en: (n) => (n === 1 ? '1 Pod' : `${n} Pods`) };
export const readyOf: TextOf<[number, number]> = { ko: (n, of) => `컨테이너 ${of}개 중 ${n}개 준비됨`, en: (n, of) => `${n} of ${of} containers ready` };
export const restartsOf: TextOf<[number]> = { ko: (n) => `재시작 ${n}번`, en: (n) => (n === 1 ? '1 restart' : `${n} restarts`) };
export const notPlaced: Text = { ko: '노드 없음', en: 'no node yet' };
export const waitingForNode: TextOf<[number]> = { ko: (n) => `노드를 기다림 ${n}`, en: (n) => `waiting for a node ${n}` };
export const endpointsOf: TextOf<[number, number]> = { ko: (ready, all) => `${all}개 중 ${ready}개 준비됨`, en: (ready, all) => `${ready} of ${all} ready` };
type Part = 'kube-apiserver' | 'etcd' | 'kube-scheduler' | 'kube-controller-manager';
export const figureOf: Readonly<Record<Part, { readonly name: Text }>> = {
  'kube-apiserver': { name: { ko: '요청', en: 'requests' } },
  etcd: { name: { ko: '리비전', en: 'revision' } },
  'kube-scheduler': { name: { ko: '대기', en: 'waiting' } },
  'kube-controller-manager': { name: { ko: '대기열', en: 'queue' } },
};
export const whyComponent: Readonly<Record<Part, Text>> = {
  'kube-apiserver': { ko: '모든 것이 이 문으로만 드나든다. 멈추면 아무것도 바꾸거나 볼 수 없지만, 이미 도는 컨테이너는 계속 돈다.', en: 'The one door that everything goes through. When it stops nothing can be read or changed, but running containers go on.' },
  etcd: { ko: '클러스터의 기억이다. 쓰기마다 리비전이 하나 오른다. API 서버만 여기에 말을 건다.', en: 'The memory of the cluster. Each write raises its revision by one. Only the API server speaks to it.' },
  'kube-scheduler': { ko: '노드가 정해지지 않은 파드를 지켜보다가 노드를 골라 적는다. 멈추면 새 파드는 `Pending`에 머문다.', en: 'It watches for Pods without a node and writes one into each. When it stops, new Pods stay `Pending`.' },
  'kube-controller-manager': { ko: '있는 것을 있어야 할 것에 맞추는 컨트롤러들이다. 멈추면 파드를 지워도 다시 생기지 않는다.', en: 'The controllers that bring what is to what should be. When it stops, a deleted Pod is not replaced.' },
};
export const whyUnplaced: Text = { ko: '아직 노드가 없다. 스케줄러가 알맞은 노드를 찾지 못했거나 아직 보지 못했다.', en: 'It has no node yet: the scheduler found none that fits, or has not looked yet.' };
/** By a pattern of the STATUS column. */
export const whyStatus: Readonly<Record<string, Text>> = {
  '^ContainerCreating$|^PodInitializing$': { ko: 'kubelet이 이미지를 받고 네트워크와 볼륨을 준비하는 중이다.', en: 'The kubelet is pulling the image and preparing network and volumes.' },
  'Image': { ko: '이미지를 받지 못했다. 이름이나 태그가 틀렸거나 레지스트리에 닿지 않는다. kubelet이 간격을 늘려 가며 다시 해 본다.', en: 'The image cannot be pulled: a wrong name or tag, or the registry is out of reach. The kubelet tries again, waiting longer each time.' },
  '^CrashLoopBackOff$': { ko: '컨테이너가 시작하자마자 끝난다. kubelet이 10초부터 5분까지 간격을 두 배씩 늘려 가며 다시 시작한다. `kubectl logs --previous`가 이유를 알려 준다.', en: 'The container ends soon after it starts. The kubelet restarts it, doubling the wait from 10 s to 5 min. `kubectl logs --previous` tells the reason.' },
  'Err|Invalid': { ko: 'kubelet이 컨테이너를 만들지 못했다.', en: 'The kubelet cannot create the container.' },
  '^Terminating$': { ko: '끝나는 중이다. SIGTERM을 받았고, 유예 기간(기본 30초)이 지나면 SIGKILL을 받는다.', en: 'It is ending: it got SIGTERM, and gets SIGKILL after its grace period (30 s by default).' },
  '^Completed$|^Succeeded$': { ko: '할 일을 마치고 0으로 끝났다.', en: 'It did its work and ended with 0.' },
  '^OOMKilled$': { ko: '메모리 한도를 넘어 커널이 끝냈다.', en: 'It went over its memory limit, and the kernel ended it.' },
  '^Evicted$': { ko: '노드에서 축출되었다.', en: 'It was evicted from its node.' },
};
export const whyNotReady: Text = { ko: '돌고 있지만 아직 준비되지 않았다. 준비될 때까지 서비스는 이 파드로 보내지 않는다.', en: 'It runs but is not ready. Until it is, no Service sends traffic to it.' };
export const whyOwned: TextOf<[string]> = { ko: (owner) => `\`${owner}\`이(가) 개수를 지킨다. 지우면 곧 다른 파드가 생긴다.`, en: (owner) => `\`${owner}\` keeps the number. Delete this one, and another takes its place.` };
export const whyBare: Text = { ko: '주인이 없는 파드다. 지우면 다시 생기지 않는다.', en: 'Nobody owns this Pod. Once deleted, it does not come back.' };
export const whyServes: Text = { ko: '준비된 엔드포인트에 번갈아 보낸다. 점선으로 이어진 파드는 아직 준비되지 않아 빠져 있다.', en: 'It sends to the endpoints that are ready. A dashed thread leads to a Pod that is left out until it is ready.' };
export const whyNoneReady: TextOf<[number]> = { ko: (n) => `고른 파드가 ${n}개 있지만 준비된 것이 없다. 연결은 거절된다.`, en: (n) => `It selects ${n === 1 ? 'one Pod, which is not ready' : `${n} Pods, but none is ready`}. Connections are refused.` };
export const whyNoSelector: Text = { ko: '셀렉터가 없다. 엔드포인트는 누군가 손으로 적는다.', en: 'It has no selector: its endpoints are written by hand.' };
export const whyNoMatch: TextOf<[string, string | undefined]> = {
  ko: (selector, near) => `\`${selector}\`에 맞는 파드가 없다.${near ? ` 가까운 것은 ${near}이다.` : ''} 그래서 엔드포인트가 없다.`,
  en: (selector, near) => `No Pod carries \`${selector}\`.${near ? ` The nearest is ${near}.` : ''} So there are no endpoints.`,
};
export const whyNode: Text = { ko: 'kubelet이 10초마다 살아 있음을 알린다. 막대는 파드들이 요청한 몫이지 쓰는 양이 아니다.', en: 'Its kubelet reports every 10 s. The bars show what Pods have requested, not what they use.' };
export const whyCordoned: Text = { ko: '새 파드를 받지 않는다(cordon). 이미 있는 파드는 그대로 돈다.', en: 'It takes no new Pods (cordoned). Those that are here go on.' };
export const whyNodeLost: Text = { ko: 'kubelet의 소식이 끊겼다. 40초 동안 소식이 없으면 NotReady가 되고, 다시 5분 뒤 파드가 축출된다.', en: 'Its kubelet is silent. After 40 s it counts as NotReady, and after five more minutes its Pods are evicted.' };

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
export const hintFor: TextOf<[string]> = { ko: (task) => `힌트: ${task}`, en: (task) => `Hint for: ${task}` };
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

export const firstLesson: Text = { ko: '첫 수업으로', en: 'Start the first lesson' };
/** Offered at the prompt of the home page, one after another. */
export const ghostLines: readonly string[] = [
  'kubectl create deployment web --image=nginx --replicas=3',
  'kubectl get pods -o wide',
  'kubectl expose deployment web --port=80',
  'kubectl scale deployment web --replicas=12',
];
/** What a visitor may try with one press. */
export const tries: readonly { readonly say: Text; readonly line: string }[] = [
  { say: { ko: '파드 셋을 띄운다', en: 'Start three Pods' }, line: 'kubectl create deployment web --image=nginx --replicas=3' },
  { say: { ko: '모두 지우고, 누가 다시 만드는지 본다', en: 'Delete them all; who makes new ones?' }, line: 'kubectl delete pod -l app=web --wait=false' },
  { say: { ko: '서비스를 앞에 둔다', en: 'Put a Service in front' }, line: 'kubectl expose deployment web --port=80' },
];
export const how: readonly { readonly title: Text; readonly text: Text; readonly to?: { readonly path: string; readonly text: Text } }[] = [
  {
    title: { ko: '진짜와 대조한다', en: 'Held against the real thing' },
    text: { ko: '쿠버네티스 1.36 클러스터에서 녹음한 대답과 한 글자씩 맞춰 본다. 단순하게 만든 것은 모두 적어 둔다.', en: 'Answers are compared, letter by letter, with those recorded from a Kubernetes 1.36 cluster. What is simplified is listed.' },
    to: { path: 'about/', text: { ko: '진짜와 다른 점', en: 'What is simplified' } },
  },
  {
    title: { ko: '강사를 위해', en: 'For instructors' },
    text: { ko: '제출 파일을 받아 되돌려 보고, 채점 기준표로 점수를 매기고, 쓰던 성적부에 그대로 넣는다. 파일은 어디로도 보내지 않는다.', en: 'Take hand-ins as files, replay them, grade them by a rubric, and put the points into the gradebook you have. Nothing leaves your machine.' },
    to: { path: 'instructor/', text: { ko: '채점하러 가기', en: 'Go grading' } },
  },
  {
    title: { ko: '오프라인', en: 'Offline' },
    text: { ko: '한 번 열면 인터넷 없이도 된다. 작업은 이 브라우저에만 남고, 파일로 가져갈 수 있다.', en: 'Opened once, it works without a network. Your work stays in this browser, and leaves it only as a file that you save.' },
  },
];

// The way of a request.
export const lanes: Readonly<Record<'client' | 'apiserver' | 'etcd' | 'controllers' | 'scheduler' | 'kubelet' | 'runtime', Text>> = {
  client: { ko: 'kubectl', en: 'kubectl' },
  apiserver: { ko: 'apiserver', en: 'apiserver' },
  etcd: { ko: 'etcd', en: 'etcd' },
  controllers: { ko: '컨트롤러', en: 'controllers' },
  scheduler: { ko: 'scheduler', en: 'scheduler' },
  kubelet: { ko: 'kubelet', en: 'kubelet' },
  runtime: { ko: '런타임', en: 'runtime' },
};
export const flowLabel: Text = { ko: '요청이 지나간 길. 위아래 화살표로 메시지를 하나씩 본다', en: 'The way of the request. Up and down go through its messages' };
export const flowEmpty: Text = {
  ko: '아직 바꾼 것이 없다. `kubectl run myweb --image=nginx` 같은 명령을 치면, 그 요청이 지나간 길이 여기에 메시지 하나씩 그려진다.',
  en: 'Nothing was changed yet. Type something like `kubectl run myweb --image=nginx`, and the way of that request is drawn here, message by message.',
};
export const whichRequest: Text = { ko: '요청', en: 'Request' };
export const whichPod: Text = { ko: '따라갈 파드', en: 'Pod to follow' };
export const allPods: Text = { ko: '모두', en: 'all' };
export const before: Text = { ko: '앞 메시지', en: 'Previous message' };
export const next: Text = { ko: '다음 메시지', en: 'Next message' };
export const messageOf: TextOf<[number, number]> = { ko: (n, of) => `${n} / ${of}`, en: (n, of) => `${n} / ${of}` };
export const noFacts: Text = { ko: '남긴 기록이 더 없다.', en: 'It left no more facts.' };
type MessageKind = 'asked' | 'answered' | 'written' | 'request' | 'authentication' | 'authorisation' | 'admission' | 'validation' | 'store' | 'watch' | 'queue' | 'reconcile' | 'filter' | 'score' | 'bind' | 'sync' | 'pull' | 'create' | 'start' | 'stop' | 'probe' | 'status' | 'route' | 'sandbox' | 'found';
/** A message's name in the drawing, and what it means. */
export const messages: Readonly<Record<MessageKind, { readonly name: Text; readonly more: Text }>> = {
  asked: { name: { ko: '요청', en: 'request' }, more: { ko: 'kubectl은 명령을 HTTP 요청 하나로 바꿔 API 서버에 보낸다. 클러스터의 다른 무엇과도 말하지 않는다.', en: 'kubectl turns the command into one HTTP request to the API server. It speaks to nothing else in the cluster.' } },
  answered: { name: { ko: '응답', en: 'answer' }, more: { ko: '적혔다는 뜻이지 다 되었다는 뜻이 아니다. 나머지는 지켜보던 이들이 이제부터 한다.', en: 'It says that the wish is written down, not that it is fulfilled. The rest is done from now on by those who watch.' } },
  request: { name: { ko: '요청', en: 'request' }, more: { ko: 'API 서버가 요청 하나를 받았다.', en: 'The API server got a request.' } },
  authentication: { name: { ko: '인증: 누구인가', en: 'authentication: who?' }, more: { ko: '인증서나 토큰에서 사용자와 그룹을 알아낸다. 실패하면 401이다.', en: 'Certificate or token tell the user and the groups. If not: 401.' } },
  authorisation: { name: { ko: '인가: 해도 되는가', en: 'authorisation: may they?' }, more: { ko: '이 사용자가 이 동작을 이 리소스에 해도 되는지 RBAC으로 본다. 아니면 403이다.', en: 'RBAC tells whether this user may do this to this resource. If not: 403.' } },
  admission: { name: { ko: '어드미션: 고치거나 막는다', en: 'admission: amend or refuse' }, more: { ko: '적기 전에 내용을 고치거나(기본값, 서비스어카운트) 규칙에 어긋나면 막는다.', en: 'Before it is written, the content may be amended (defaults, service account) or refused by a rule.' } },
  validation: { name: { ko: '검증: 내용이 맞는가', en: 'validation: is it right?' }, more: { ko: '필드마다 형식과 규칙을 본다. 틀리면 422와 함께 필드 이름을 말해 준다.', en: 'Each field is held against its form and rules. If wrong: 422 and the name of the field.' } },
  store: { name: { ko: 'etcd에 적는다', en: 'written to etcd' }, more: { ko: '읽은 뒤로 바뀌지 않았을 때만 적힌다. 적히면 리비전이 하나 오른다.', en: 'It is written only if nothing changed since it was read; the revision rises by one.' } },
  written: { name: { ko: 'API를 거쳐 적는다', en: 'written through the API' }, more: { ko: '이것도 API 서버를 거친다. 컨트롤러도 스케줄러도 kubelet도 etcd에 직접 쓰지 않는다.', en: 'This goes through the API server as well: no controller, scheduler or kubelet writes to etcd itself.' } },
  watch: { name: { ko: '지켜보다가 알게 됨', en: 'seen by a watch' }, more: { ko: 'API 서버가 일을 시킨 것이 아니다. 미리 열어 둔 watch로 변화가 흘러갔을 뿐이고, 무엇을 할지는 지켜보던 쪽이 정한다.', en: 'The API server gave no order. A change flowed down a watch that was open already; what to do is up to whoever watches.' } },
  queue: { name: { ko: '대기열에 넣음', en: 'queued' }, more: { ko: '무엇이 바뀌었는지는 버리고 누구를 볼지만 적어 둔다.', en: 'It notes whom to look at, not what changed.' } },
  reconcile: { name: { ko: '있는 것과 있어야 할 것을 견줌', en: 'what is against what should be' }, more: { ko: '컨트롤러가 지금 상태를 의도한 상태와 견주고, 다르면 한 걸음 다가간다. 무슨 일이 있었는지는 묻지 않는다.', en: 'A controller holds what is against what should be, and takes a step if they differ. It never asks what happened.' } },
  filter: { name: { ko: 'filter: 안 되는 노드를 뺀다', en: 'filter: which nodes can?' }, more: { ko: '플러그인마다 이 노드에 놓일 수 있는지 본다. 하나라도 아니라고 하면 그 노드는 빠진다.', en: 'Each plugin says whether the Pod can run on the node. One no is enough to leave it out.' } },
  score: { name: { ko: 'score: 남은 노드에 점수', en: 'score: which fits best?' }, more: { ko: '남은 노드마다 플러그인의 점수를 더한다. 가장 높은 노드가 뽑힌다.', en: 'The plugins\' points are added up for each node that is left. The highest is chosen.' } },
  bind: { name: { ko: 'bind: 노드 이름을 적는다', en: 'bind: the node is written' }, more: { ko: '스케줄러는 파드를 보내지 않는다. 파드의 `spec.nodeName`에 노드 이름을 적을 뿐이다.', en: 'The scheduler sends no Pod anywhere. It writes a node\'s name into `spec.nodeName`.' } },
  sync: { name: { ko: 'kubelet이 다시 맞춰 봄', en: 'the kubelet looks again' }, more: { ko: '컨테이너의 상태가 바뀔 때마다 kubelet이 파드를 있어야 할 모습과 견준다.', en: 'Whenever a container changes, the kubelet holds the Pod against what it should be.' } },
  found: { name: { ko: 'kubelet이 자기 파드를 발견함', en: 'the kubelet finds its Pod' }, more: { ko: '그 노드의 kubelet은 자기 노드 이름이 적힌 파드만 지켜본다. 스케줄러가 이름을 적은 것이 여기에서 보인다.', en: 'The kubelet of that node watches only for Pods that carry its node name. What the scheduler wrote is seen here.' } },
  sandbox: { name: { ko: '샌드박스와 주소를 마련함', en: 'sandbox and address made' }, more: { ko: '컨테이너보다 먼저 파드의 네트워크 공간(샌드박스)을 만들고 CNI가 주소를 붙인다. 파드 안의 컨테이너들은 이 주소를 함께 쓴다.', en: 'Before any container, the Pod\'s network space (sandbox) is made, and CNI gives it an address that all its containers share.' } },
  pull: { name: { ko: '이미지를 받음', en: 'image pulled' }, more: { ko: '런타임이 레지스트리에서 이미지를 받는다. 이미 있으면 건너뛴다.', en: 'The runtime pulls the image from the registry, unless it is there.' } },
  create: { name: { ko: '컨테이너를 만듦', en: 'container created' }, more: { ko: '네트워크와 볼륨이 마련된 자리에 컨테이너를 만든다.', en: 'The container is made where network and volumes stand ready.' } },
  start: { name: { ko: '컨테이너를 시작함', en: 'container started' }, more: { ko: '이제야 프로그램이 돈다.', en: 'Only now the program runs.' } },
  stop: { name: { ko: '컨테이너를 멈춤', en: 'container stopped' }, more: { ko: 'SIGTERM을 보내고, 유예 기간이 지나도 남아 있으면 SIGKILL을 보낸다.', en: 'SIGTERM first, and SIGKILL if it is still there after the grace period.' } },
  probe: { name: { ko: '프로브', en: 'probe' }, more: { ko: 'kubelet이 컨테이너가 살아 있는지, 준비되었는지 물어본다.', en: 'The kubelet asks whether the container lives, or is ready.' } },
  status: { name: { ko: '상태를 적음', en: 'status written' }, more: { ko: 'kubelet이 본 것을 파드의 `status`에 적는다. `kubectl get`이 보여 주는 것이 이것이다.', en: 'What the kubelet sees goes into the Pod\'s `status`. That is what `kubectl get` shows.' } },
  route: { name: { ko: '길을 낸다', en: 'route set' }, more: { ko: '노드마다 서비스 주소에서 준비된 파드로 가는 규칙을 고친다.', en: 'On each node, the rules from the Service\'s address to its ready Pods are set.' } },
};

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

// What is simplified.
export const aboutHow: TextOf<[string]> = {
  ko: (v) => `이 과정의 클러스터는 쿠버네티스 ${v}을 흉내 낸 것이다. 명령과 대답은 진짜 클러스터에서 녹음한 것과 글자까지 맞춰 보았고, 같은 kubectl 명령이 진짜 클러스터에서도 그대로 통한다. 아래는 진짜와 다르게 만든 것을 빠짐없이 모은 것이다. 만든 사람이 부분마다 소스 코드 첫머리에 적어 둔 문장이라 영어로 되어 있다. 지원하지 않는 명령과 옵션은 그런 척하지 않고 지원하지 않는다고 말한다.`,
  en: (v) => `The cluster of this course imitates Kubernetes ${v}. Commands and answers were held, to the letter, against recordings of a real cluster, and the same kubectl lines work on a real one. Below stands everything that was made differently, in the words that each part's source file opens with. A command or option that is not supported says so, and never pretends.`,
};
export const aboutVersions: Text = { ko: '버전', en: 'Versions' };
export const engineVersion: Text = { ko: '엔진', en: 'Engine' };
export const areas = {
  api: { ko: 'API 서버와 etcd', en: 'API server and etcd' },
  control: { ko: '스케줄러와 컨트롤러', en: 'Scheduler and controllers' },
  kinds: { ko: '오브젝트의 종류', en: 'Kinds of objects' },
  node: { ko: 'kubelet과 런타임', en: 'Kubelet and runtime' },
  net: { ko: '네트워크', en: 'Network' },
  kubectl: { ko: 'kubectl', en: 'kubectl' },
  machine: { ko: '컴퓨터: 셸과 명령', en: 'Machines: shell and commands' },
  images: { ko: '컨테이너 이미지', en: 'Container images' },
  others: { ko: '그 밖에', en: 'Others' },
} as const satisfies Readonly<Record<string, Text>>;

// Search.
export const search: Text = { ko: '찾기', en: 'Search' };
export const searchHint: Text = { ko: '찾을 말', en: 'Words to find' };
export const nothingFound: Text = { ko: '그런 말은 과정에 없다.', en: 'The course does not have these words.' };
