/** Random sessions of a learner, for determinism: sensible commands, wrong ones, interrupts, pauses, files, resizes. */
import type { Random } from '../src/sim/random.ts';
import type { Input } from '../src/world/recording.ts';

export type Move = { readonly wait: number } | { readonly input: Input };

const LINES = [
  'kubectl create deployment web --image=nginx --replicas=3', 'kubectl get pods -o wide', 'kubectl get all -A', 'kubectl scale deployment web --replicas=5',
  'kubectl delete pod -l app=web --wait=false', 'kubectl expose deployment web --port=80', 'kubectl run once --image=busybox --restart=Never -- sh -c "echo hi; sleep 3"',
  'kubectl describe deployment web', 'kubectl get events | tail -5', 'kubectl set image deployment/web nginx=nginx:nosuch', 'kubectl rollout undo deployment/web',
  'for i in 1 2 3; do echo $i; sleep 1; done', 'ls -la | sort | head -3', 'kubectl get pods -w', 'kubectl logs once', 'kubectl gte pods', 'cat /etc/hosts; date', 'kubectl delete deployment web',
  'kubectl apply -f file.yaml', 'ssh k8s-node1 hostname', 'curl -s http://192.168.56.101:30080 || echo no', 'while :; do :; done', 'kubectl get pods -o yaml | grep -c uid', 'history | tail -2',
];

/** About `count` moves. */
export function* randomSession(random: Random, count: number): Generator<Move> {
  for (let i = 0; i < count; i++) {
    const draw = random.below(20);
    if (draw < 13) {
      for (const key of `${LINES[random.below(LINES.length)]!}\r`) {
        yield { input: { keys: key } };
        if (random.below(4) === 0) yield { wait: random.below(120) };
      }
    } else if (draw < 15) yield { input: { keys: '\x03' } };
    else if (draw < 16) yield { input: { size: [60 + random.below(80), 20 + random.below(20)] } };
    else if (draw < 17) yield { input: { save: 'file.yaml', text: `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: c${random.below(3)}\n` } };
    else if (draw < 18) yield { input: { keys: '\x1b[A\r' } };
    else yield { input: { keys: 'kubectl get po\t\t' } };
    yield { wait: random.below(8000) };
    if (random.below(3) === 0) yield { input: { keys: '\x03' } };
  }
}
