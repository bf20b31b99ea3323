/** The map: names, side note, and why things are as they are. */
import type { Text, TextOf } from './text.ts';

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
