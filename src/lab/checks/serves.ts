/** `serves`: a request from somewhere in the cluster is answered as it should be. Tried in a fork, so that nothing is disturbed. */
import type { Machine, Program } from '../../machine/process.ts';
import { NetError } from '../../machine/network.ts';
import type { Check } from '../lab.ts';
import { no, ok } from '../words.ts';

export interface ServesSpec {
  /** `laptop`, a node's name, or `pod/NAME`. */
  readonly from: string;
  readonly url: string;
  /** Text that the answer must hold. */
  readonly has?: string;
  /** Default 200. */
  readonly status?: number;
}

/** How long an answer may take, in virtual milliseconds. */
const PATIENCE = 5000;

export const serves: Check<ServesSpec> = {
  name: 'serves',
  fields: { from: 'text', url: 'text', has: 'text?', status: 'number?' },
  test(spec, probe) {
    const world = probe.fork();
    const machine: Machine | undefined = world.machine(spec.from);
    if (!machine) return no(`${spec.from}: 요청을 보낼 곳이 없다.`, `${spec.from}: there is nowhere to send the request from.`);
    let outcome: { status: number; body: string } | { error: string } | undefined;
    const ask: Program = function* (p) {
      try {
        const reply = yield* p.fetch({ method: 'GET', url: spec.url, timeout: PATIENCE, insecure: true });
        outcome = { status: reply.status, body: typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body) };
      } catch (error) {
        if (!(error instanceof NetError)) throw error;
        outcome = { error: error.code };
      }
      return 0;
    };
    machine.start(ask, ['check'], {});
    for (let waited = 0; !outcome && waited < 2 * PATIENCE; waited += 50) world.advance(50);
    const trial = { ko: `${spec.from}에서 ${spec.url} 요청`, en: `A request from ${spec.from} to ${spec.url}` };
    if (!outcome || 'error' in outcome) return no(`${trial.ko}: 응답이 없다(${outcome?.error ?? 'ETIMEDOUT'}).`, `${trial.en} gets no answer (${outcome?.error ?? 'ETIMEDOUT'}).`);
    const status = spec.status ?? 200;
    if (outcome.status !== status) return no(`${trial.ko}: 응답 코드가 ${outcome.status}이다. ${status}이어야 한다.`, `${trial.en} is answered with ${outcome.status}. It should be ${status}.`);
    if (spec.has !== undefined && !outcome.body.includes(spec.has)) return no(`${trial.ko}: 응답에 "${spec.has}" 문구가 없다.`, `${trial.en}: the answer does not contain "${spec.has}".`);
    return ok;
  },
};
