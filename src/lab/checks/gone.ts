/** `gone`: an object that was there is no more. Something that never existed does not count. */
import type { Check } from '../lab.ts';
import { called, no, ok, subject } from '../words.ts';
import { namespaceOf } from './object.ts';

export interface GoneSpec {
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
  /** The grace that its deletion must have allowed at least, in seconds. */
  readonly grace?: number;
}

export const gone: Check<GoneSpec> = {
  name: 'gone',
  fields: { kind: 'text', name: 'text', namespace: 'text?', grace: 'number?' },
  test(spec, probe) {
    const namespace = namespaceOf(spec);
    const what = called(spec.kind, spec.name);
    const now = probe.read.get(spec.kind, namespace, spec.name);
    if (now?.metadata.deletionTimestamp) return no(`${subject(what.ko)} 아직 종료되는 중이다.`, `${what.en} is still terminating.`);
    if (now) return no(`${subject(what.ko)} 아직 있다.`, `${what.en} is still there.`);
    const last = probe.history(spec.kind).findLast((change) => !change.now && change.before?.value.metadata.name === spec.name && change.before.value.metadata.namespace === namespace);
    if (!last && !probe.began(spec.kind, namespace, spec.name)) return no(`${subject(what.ko)} 아직 만들어진 적이 없다.`, `${what.en} has not existed yet.`);
    const grace = last?.before?.value.metadata.deletionGracePeriodSeconds;
    if (spec.grace !== undefined && last && (grace ?? 0) < spec.grace) {
      return no(`${subject(what.ko)} 유예 시간 ${grace ?? 0}초로 지워졌다. ${spec.grace}초 이상이어야 한다.`, `${what.en} was deleted with a grace period of ${grace ?? 0} s. It should be at least ${spec.grace} s.`);
    }
    return ok;
  },
};
