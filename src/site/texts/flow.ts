/** The way of a request: lanes, and what each message means. */
import type { Text, TextOf } from './text.ts';

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
