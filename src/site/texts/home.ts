/** Home and the course map. */
import type { Text } from './text.ts';

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
