/**
 * kubectl certificate approve and deny: the word about a certificate signing request.
 * Stands for k8s.io/kubectl/pkg/cmd/certificates.
 */
import type { KubeObject } from '../../kube/api/wire.ts';
import type { Running } from '../../machine/process.ts';
import { rfc3339 } from '../../sim/date.ts';
import type { Kubectl, Verb } from '../command.ts';
import { list, rec, text } from '../describe/read.ts';
import { parseGroupVersion } from '../discovery.ts';
import { CliError, isNotFound, isReason } from '../errors.ts';
import { FILES, PRINT, flags } from '../flags.ts';
import { quote } from '../go.ts';
import { printerFor } from '../print/printer.ts';
import { find, wantedOf } from '../resources.ts';

const GROUP = 'certificates.k8s.io';
const RETRIES = 10;

interface Word {
  readonly condition: string;
  /** What may not have been said. */
  readonly other: string;
  readonly reason: string;
  readonly message: string;
}

/** Puts the condition on a request, again when somebody else changed it meanwhile. Throws CliError and the errors of the server. */
function* say(k: Kubectl, name: string, { condition, other, reason, message }: Word): Running<void> {
  const path = `/apis/${GROUP}/v1/certificatesigningrequests/${name}`;
  for (let i = 0; ; i++) {
    let csr: KubeObject;
    try {
      csr = yield* k.client.object({ path });
    } catch (error) {
      throw isNotFound(error) ? new CliError(`could not find v1 version of ${name}: ${(error as Error).message}`) : error;
    }
    const conditions = list(csr, 'status', 'conditions');
    for (const one of conditions) if (text(one, 'type') === other) throw new CliError(`certificate signing request ${quote(name)} is already ${other}`);
    const said = conditions.some((one) => text(one, 'type') === condition);
    if (said && !k.flags.on('force')) return;
    const more = said ? [] : [{ type: condition, status: 'True', reason, message, lastUpdateTime: rfc3339(k.p.date), lastTransitionTime: null }];
    try {
      yield* k.client.object({ method: 'PUT', path: `${path}/approval`, body: { ...csr, status: { ...rec(csr, 'status'), conditions: [...conditions, ...more] } } });
      return;
    } catch (error) {
      if (!isReason(error, 'Conflict') || i >= RETRIES) throw error;
    }
  }
}

const verb = (name: string, done: string, word: Word): Verb => ({
  name,
  use: '(-f FILENAME | NAME)',
  flags: [...PRINT, ...FILES, ...flags('force=false')],
  *complete(k, words) {
    const typed = words.at(-1) ?? '';
    const all = yield* k.client.object<{ readonly items: readonly KubeObject[] }>({ path: `/apis/${GROUP}/v1/certificatesigningrequests` });
    return all.items.map(({ metadata }) => ({ text: metadata.name })).filter((one) => one.text.startsWith(typed));
  },
  *run(k) {
    const printer = yield* printerFor(k, { operation: done });
    if (!k.args.length && !k.flags.list('filename').length && !k.flags.text('kustomize')) throw new CliError('one or more CSRs must be specified as <name> or -f <filename>');
    const args = k.args.map((arg) => (arg.includes('/') ? arg : `certificatesigningrequests/${arg}`));
    const found = yield* find(k, { ...wantedOf(k), enforce: false, args, keepGoing: true, flatten: true, latest: true });
    let count = 0;
    yield* found.each(function* (info) {
      const { kind, apiVersion } = info.object!;
      const { group } = parseGroupVersion(apiVersion);
      if (kind !== 'CertificateSigningRequest' || group !== GROUP) throw new CliError(`can only handle CertificateSigningRequest.${GROUP} objects, got ${kind}${group && `.${group}`}`);
      yield* say(k, info.name, word);
      count++;
      k.out(printer.print(info.object!));
    });
    if (!count) k.out('No resources found\n');
  },
});

export const certificate: Verb = {
  name: 'certificate',
  use: 'SUBCOMMAND',
  group: 'lax',
  verbs: [
    verb('approve', 'approved', { condition: 'Approved', other: 'Denied', reason: 'KubectlApprove', message: 'This CSR was approved by kubectl certificate approve.' }),
    verb('deny', 'denied', { condition: 'Denied', other: 'Approved', reason: 'KubectlDeny', message: 'This CSR was denied by kubectl certificate deny.' }),
  ],
};
