/** The page that says what is simplified. */
import type { Text, TextOf } from './text.ts';

// What is simplified.
export const aboutHow: TextOf<[string]> = {
  ko: (v) => `이 과정의 클러스터는 쿠버네티스 ${v} 버전을 흉내 낸 것이다. 명령과 대답은 진짜 클러스터에서 녹음한 것과 글자까지 맞춰 보았고, 같은 kubectl 명령이 진짜 클러스터에서도 그대로 통한다. 아래는 진짜와 다르게 만든 것을 빠짐없이 모은 것이다. 만든 사람이 부분마다 소스 코드 첫머리에 적어 둔 문장이라 영어로 되어 있다. 지원하지 않는 명령과 옵션은 그런 척하지 않고 지원하지 않는다고 말한다.`,
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
