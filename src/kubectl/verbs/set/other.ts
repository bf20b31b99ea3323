/**
 * kubectl set selector and subject: what a Service selects, whom a binding names.
 * Stands for set_selector.go and set_subject.go of k8s.io/kubectl/pkg/cmd/set.
 */
import type { KubeObject } from '../../../kube/api/wire.ts';
import type { Verb } from '../../command.ts';
import { CliError } from '../../errors.ts';
import { flags } from '../../flags.ts';
import { compare, json, type Rec } from '../../go.ts';
import { done, dryRun } from '../../modes.ts';
import { twoWay } from '../../patch/strategic-diff.ts';
import { printerFor } from '../../print/printer.ts';
import { find, wantedOf } from '../../resources.ts';
import { parseSelector } from '../../selector.ts';
import { Writer } from '../../write.ts';
import { BOTH_LOCAL, SELECTING, SETTER, setAll, setTargets } from './setter.ts';

/** A selector in words as labels that must be equal. Throws CliError. */
function labelsOf(text: string): Rec {
  const parsed = parseSelector(text);
  if (typeof parsed === 'string') throw new CliError(`couldn't parse the selector string "${text}": ${parsed}`);
  const labels: Record<string, string> = {};
  const others: string[] = [];
  for (const { key, operator, values } of parsed) {
    if (operator === '=') labels[key] = values[0] ?? '';
    else others.push(`{${key} ${operator === 'in' ? 'In' : operator === 'notin' || operator === '!=' ? 'NotIn' : operator === 'exists' ? 'Exists' : 'DoesNotExist'} [${[...values].sort().join(' ')}]}`);
  }
  if (others.length) throw new CliError(`match expression [${others.join(' ')}] not supported on this object`);
  return labels;
}

export const selector: Verb = {
  name: 'selector',
  use: '(-f FILENAME | TYPE NAME) EXPRESSIONS [--resource-version=version]',
  flags: [...SETTER, ...flags("resource-version=''")],
  complete: 'resources',
  *run(k) {
    const { flags: f } = k;
    const mode = dryRun(k);
    const words = k.args.at(-1);
    if (words !== undefined) {
      const parsed = parseSelector(words);
      if (typeof parsed === 'string') throw new CliError(`couldn't parse the selector string "${words}": ${parsed}`);
    }
    const printer = yield* printerFor(k, { operation: done('selector updated', mode) });
    if (words === undefined) throw new CliError('one selector is required');
    const local = f.on('local');
    const { all, ...wanted } = wantedOf(k);
    const found = yield* find(k, { ...wanted, keepGoing: true, flatten: true, ...(local ? { local } : { args: k.args.slice(0, -1), ...(all && { all }), latest: true }) });
    const writer = new Writer(k, { dryRun: mode === 'server', manager: f.text('field-manager') });
    const version = f.text('resource-version');
    yield* found.each(function* (info) {
      const before = info.object!;
      if (before.kind !== 'Service') throw new CliError('setting a selector is only supported for Services');
      const after: KubeObject = { ...before, metadata: { ...before.metadata, ...(version && { resourceVersion: version }) }, spec: { ...(before['spec'] as object | undefined), selector: labelsOf(words) } };
      const { resourceVersion: _, ...metadata } = before.metadata;
      const patch = twoWay(version ? { ...before, metadata } : before, after, 'Service');
      k.out(printer.print(local || mode === 'client' ? after : yield* writer.patch(info, 'strategic', patch)));
    });
  },
};

export const subject: Verb = {
  name: 'subject',
  use: '(-f FILENAME | TYPE NAME) [--user=username] [--group=groupname] [--serviceaccount=namespace:serviceaccountname] [--dry-run=server|client|none]',
  flags: [...SELECTING.filter((flag) => flag.name !== 'record'), ...flags('user=[]:array', 'group=[]:array', 'serviceaccount=[]:array')],
  complete: 'resources',
  *run(k) {
    const { flags: f } = k;
    const mode = dryRun(k);
    yield* printerFor(k);
    const infos = yield* setTargets(k, k.args);
    if (f.on('local') && mode === 'server') throw new CliError(BOTH_LOCAL);
    if (f.on('all') && f.text('selector')) throw new CliError('cannot set --all and --selector at the same time');
    const accounts = f.list('serviceaccount');
    if (f.list('user').length === 0 && f.list('group').length === 0 && accounts.length === 0) throw new CliError('you must specify at least one value of user, group or serviceaccount');
    for (const account of accounts) {
      const [namespace, name, ...more] = account.split(':');
      if (!name || more.length) throw new CliError('serviceaccount must be <namespace>:<name>');
      if (namespace === '' && infos.some(({ object }) => object!.kind === 'ClusterRoleBinding')) throw new CliError('serviceaccount must be <namespace>:<name>, namespace must be specified');
    }
    const distinct = (list: readonly string[]): string[] => [...new Set(list)].sort(compare);
    const apiGroup = 'rbac.authorization.k8s.io';
    const subjects = [
      ...distinct(f.list('user')).map((name) => ({ kind: 'User', apiGroup, name })),
      ...distinct(f.list('group')).map((name) => ({ kind: 'Group', apiGroup, name })),
      ...distinct(accounts).map((account) => ({ kind: 'ServiceAccount', name: account.split(':')[1]!, namespace: account.split(':')[0] || k.namespace.name })),
    ];
    yield* setAll(k, infos, {
      operation: 'subjects updated', failed: 'failed to patch subjects to rolebinding:', mode,
      change(object) {
        if (object.kind !== 'RoleBinding' && object.kind !== 'ClusterRoleBinding') throw new CliError('setting subjects is only supported for RoleBinding/ClusterRoleBinding');
        const before = (object['subjects'] ?? []) as readonly Rec[];
        const fresh = subjects.filter((one) => !before.some((old) => json(old) === json(one)));
        return fresh.length ? { ...object, subjects: [...before, ...fresh] } : undefined;
      },
    });
  },
};
