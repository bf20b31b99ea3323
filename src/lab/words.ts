/**
 * The words of verdicts, in both languages: what a kind is called, and how a failure is put.
 * Korean sentences put the kind's word after the name, so that the particle always follows a Hangul syllable.
 */
import type { Text, Verdict } from './lab.ts';

export const ok: Verdict = { ok: true };

/** A failure with its sentence. */
export const no = (ko: string, en: string): Verdict => ({ ok: false, why: { ko, en } });

const KINDS: Readonly<Record<string, Text>> = {
  pods: { ko: '파드', en: 'Pod' },
  services: { ko: '서비스', en: 'Service' },
  'deployments.apps': { ko: '디플로이먼트', en: 'Deployment' },
  'replicasets.apps': { ko: '레플리카셋', en: 'ReplicaSet' },
  'daemonsets.apps': { ko: '데몬셋', en: 'DaemonSet' },
  'statefulsets.apps': { ko: '스테이트풀셋', en: 'StatefulSet' },
  'jobs.batch': { ko: '잡', en: 'Job' },
  'cronjobs.batch': { ko: '크론잡', en: 'CronJob' },
  namespaces: { ko: '네임스페이스', en: 'Namespace' },
  nodes: { ko: '노드', en: 'Node' },
  configmaps: { ko: '컨피그맵', en: 'ConfigMap' },
  secrets: { ko: '시크릿', en: 'Secret' },
  serviceaccounts: { ko: '서비스어카운트', en: 'ServiceAccount' },
  'ingresses.networking.k8s.io': { ko: '인그레스', en: 'Ingress' },
  'networkpolicies.networking.k8s.io': { ko: '네트워크폴리시', en: 'NetworkPolicy' },
  persistentvolumes: { ko: '퍼시스턴트볼륨', en: 'PersistentVolume' },
  persistentvolumeclaims: { ko: '퍼시스턴트볼륨클레임', en: 'PersistentVolumeClaim' },
};

/** What a resource is called. */
export const kindName = (resource: string): Text => KINDS[resource] ?? { ko: resource.split('.')[0]!, en: resource.split('.')[0]! };

/** `web 디플로이먼트` and `Deployment web`. */
export function called(resource: string, name: string): Text {
  const kind = kindName(resource);
  return { ko: `${name} ${kind.ko}`, en: `${kind.en} ${name}` };
}

/** The subject particle of a word that ends in a Hangul syllable: 이 after a final consonant, else 가. */
export function subject(word: string): string {
  const code = word.charCodeAt(word.length - 1);
  return `${word}${code >= 0xac00 && code <= 0xd7a3 && (code - 0xac00) % 28 ? '이' : '가'}`;
}

/** `{a=b,c=d}` as a selector is written. */
export const selectorText = (labels: Readonly<Record<string, string>>): string => Object.entries(labels).map(([key, value]) => `${key}=${value}`).join(',') || '<none>';
