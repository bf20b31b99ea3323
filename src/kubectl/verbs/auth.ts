/**
 * kubectl auth: may somebody do something, and who is asking.
 * Stands for k8s.io/kubectl/pkg/cmd/auth.
 */
import type { KubeObject } from '../../kube/api/wire.ts';
import type { Running } from '../../machine/process.ts';
import { printWarning } from '../client.ts';
import type { Kubectl, Verb } from '../command.ts';
import { CliError, Exit, NoMatchError, RequestError, StatusError, isNotFound, isReason } from '../errors.ts';
import { FILES, DRY_RUN, PRINT, flags } from '../flags.ts';
import { compare, sortedKeys } from '../go.ts';
import { printerFor } from '../print/printer.ts';
import { Tabs } from '../print/tabs.ts';

const RESOURCE_VERBS = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection', 'use', 'bind', 'impersonate', '*', 'approve', 'sign', 'escalate', 'attest'];
const URL_VERBS = ['get', 'put', 'post', 'head', 'options', 'delete', 'patch', '*'];
/** Resources that no server lists: whom to impersonate. */
const SPECIAL = ['users', 'groups'];
const REVIEWS = '/apis/authorization.k8s.io/v1';

interface Asked {
  readonly group: string;
  readonly resource: string;
  /** Undefined when the server does not know it. */
  readonly namespaced?: boolean;
}

const warn = (k: Kubectl, text: string): void => printWarning(k.p, `${text}\n`);

/** What a TYPE means; one that the server does not know is asked for as it was typed. */
function* resourceFor(k: Kubectl, word: string): Running<Asked> {
  if (word === '*') return { group: '', resource: '*', namespaced: true };
  const [resource = '', ...rest] = word.toLowerCase().split('.');
  const [version = '', ...group] = rest;
  for (const wanted of [...(group.length ? [{ resource, version, group: group.join('.') }] : []), { resource, version: '', group: rest.join('.') }]) {
    try {
      const found = yield* k.discovery.kindFor(wanted);
      return { group: found.group, resource: found.name, namespaced: found.namespaced };
    } catch (error) {
      if (!(error instanceof NoMatchError) && !(error instanceof RequestError) && !(error instanceof StatusError)) throw error;
    }
  }
  if (!SPECIAL.includes(word.toLowerCase())) warn(k, `the server doesn't have a resource type '${resource}'${rest.length ? ` in group '${rest.join('.')}'` : ''}`);
  return { group: '', resource: word };
}

interface Rule {
  readonly verbs: string[];
  readonly group: string;
  readonly resource: string;
  readonly name: string;
  readonly url: string;
}

interface RulesStatus {
  readonly incomplete?: boolean;
  readonly evaluationError?: string;
  readonly resourceRules?: readonly { readonly verbs: readonly string[]; readonly apiGroups?: readonly string[]; readonly resources?: readonly string[]; readonly resourceNames?: readonly string[] }[];
  readonly nonResourceRules?: readonly { readonly verbs: readonly string[]; readonly nonResourceURLs?: readonly string[] }[];
}

const several = (...words: readonly string[]): string => `[${words.filter((word) => word !== '').join(' ')}]`;

/** Rules broken down to one resource each, and joined again by their verbs; URLs stay apart. */
function compact(status: RulesStatus): readonly Rule[] {
  const joined = new Map<string, Rule>();
  const urls: Rule[] = [];
  for (const { verbs, apiGroups = [], resources = [], resourceNames = [] } of status.resourceRules ?? []) {
    const names = resourceNames.length ? resourceNames : [''];
    for (const group of apiGroups) for (const resource of resources) for (const verb of verbs) for (const name of names) {
      const key = `${group}\n${resource}\n${name}`;
      const known = joined.get(key);
      if (!known) joined.set(key, { verbs: [verb], group, resource, name, url: '' });
      else if (!known.verbs.includes(verb)) known.verbs.push(verb);
    }
  }
  for (const { verbs, nonResourceURLs = [] } of status.nonResourceRules ?? []) for (const url of nonResourceURLs) for (const verb of verbs) urls.push({ verbs: [verb], group: '', resource: '', name: '', url });
  const order = ({ verbs, group, resource, name, url }: Rule): string => `${several(...verbs)},${several(group)},${several(resource)},${several(name)},${several(url)}`;
  return [...urls, ...joined.values()].map((rule) => ({ rule, order: order(rule) })).sort((a, b) => compare(a.order, b.order)).map(({ rule }) => rule);
}

function* list(k: Kubectl): Running<void> {
  const review = yield* k.client.object<{ readonly status: RulesStatus }>({ method: 'POST', path: `${REVIEWS}/selfsubjectrulesreviews`, body: { kind: 'SelfSubjectRulesReview', apiVersion: 'authorization.k8s.io/v1', spec: { namespace: k.namespace.name } } });
  if (review.status.incomplete) printWarning(k.p, `the list may be incomplete: ${review.status.evaluationError ?? ''}`);
  const tabs = new Tabs();
  if (!k.flags.on('no-headers')) tabs.write('Resources\tNon-Resource URLs\tResource Names\tVerbs\n');
  for (const { verbs, group, resource, name, url } of compact(review.status)) {
    const [first = '', sub] = resource.split(/\/(.*)/s);
    tabs.write(`${first}${group && `.${group}`}${sub === undefined ? '' : `/${sub}`}\t${several(url)}\t${several(name)}\t${several(...verbs)}\n`);
  }
  k.out(tabs.flush());
}

const canI: Verb = {
  name: 'can-i',
  use: 'VERB [TYPE | TYPE/NAME | NONRESOURCEURL]',
  flags: flags('A all-namespaces=false', 'q quiet=false', "subresource=''", 'list=false', 'no-headers=false'),
  *run(k) {
    const { args, flags: f } = k;
    const everywhere = f.on('all-namespaces');
    const subresource = f.text('subresource');
    if (f.on('list')) {
      if (args.length) throw new CliError('list option must be specified with no arguments');
      if (f.on('quiet') || everywhere || subresource) throw new CliError("list option can't be specified with neither quiet, all-namespaces nor subresource options");
      return yield* list(k);
    }
    if (args.length !== 2) throw new CliError("you must specify two arguments: verb resource or verb resource/resourceName.\nSee 'kubectl auth can-i -h' for help and examples.");
    const [verb, what] = args as readonly [string, string];
    const url = what.startsWith('/');
    const [type = '', name] = url ? [] : what.split(/\/(.*)/s);
    const asked = url ? undefined : yield* resourceFor(k, type);
    const namespace = everywhere ? '' : k.namespace.name;
    if (!asked) {
      if (subresource) throw new CliError('--subresource can not be used with NonResourceURL');
      if (!URL_VERBS.includes(verb)) warn(k, `verb '${verb}' is not a known verb`);
    } else if (!everywhere) {
      if (asked.namespaced === false) warn(k, `resource '${asked.resource}' is not namespace scoped${asked.group && ` in group '${asked.group}'`}`);
      if (!RESOURCE_VERBS.includes(verb)) warn(k, `verb '${verb}' is not a known verb`);
    }
    if (f.on('no-headers')) throw new CliError('--no-headers cannot be set without --list specified');
    const spec = asked
      ? { resourceAttributes: { ...(namespace && { namespace }), verb, ...(asked.group && { group: asked.group }), resource: asked.resource, ...(subresource && { subresource }), ...(name && { name }) } }
      : { nonResourceAttributes: { path: what, verb } };
    const { status } = yield* k.client.object<{ readonly status: { readonly allowed: boolean; readonly reason?: string; readonly evaluationError?: string } }>({
      method: 'POST', path: `${REVIEWS}/selfsubjectaccessreviews`, body: { kind: 'SelfSubjectAccessReview', apiVersion: 'authorization.k8s.io/v1', spec },
    });
    const why = [status.reason, status.evaluationError].map((text) => (text ? ` - ${text}` : '')).join('');
    if (!f.on('quiet')) k.out(status.allowed ? 'yes\n' : `no${why}\n`);
    if (!status.allowed) throw new Exit(1);
  },
};

interface UserInfo {
  readonly username?: string;
  readonly uid?: string;
  readonly groups?: readonly string[];
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

function userTable({ username, uid, groups = [], extra = {} }: UserInfo): string {
  const tabs = new Tabs();
  tabs.write('ATTRIBUTE\tVALUE\n');
  if (username) tabs.write(`Username\t${username}\n`);
  if (uid) tabs.write(`UID\t${uid}\n`);
  if (groups.length) tabs.write(`Groups\t[${groups.join(' ')}]\n`);
  for (const key of sortedKeys(extra)) tabs.write(`Extra: ${key}\t[${extra[key]!.join(' ')}]\n`);
  return tabs.flush();
}

const whoami: Verb = {
  name: 'whoami',
  use: '',
  flags: PRINT,
  complete: 'none',
  *run(k) {
    const { flags: f } = k;
    const printer = f.text('output') || f.text('template') ? yield* printerFor(k, { ordered: true }) : undefined;
    try {
      const review = yield* k.client.object({ method: 'POST', path: '/apis/authentication.k8s.io/v1/selfsubjectreviews', body: { kind: 'SelfSubjectReview', apiVersion: 'authentication.k8s.io/v1', metadata: {} } });
      const { kind, apiVersion, metadata, ...rest } = review;
      k.out(printer ? printer.print({ kind, apiVersion, metadata, ...rest } as KubeObject) : userTable((rest['status'] as { readonly userInfo: UserInfo }).userInfo));
    } catch (error) {
      if (isReason(error, 'Forbidden')) throw new CliError('the selfsubjectreviews API is not enabled in the cluster or you do not have permission to call it');
      if (isNotFound(error)) throw new CliError('the selfsubjectreviews API is not enabled in the cluster');
      throw error;
    }
  },
};

const reconcile: Verb = {
  name: 'reconcile',
  use: '-f FILENAME',
  flags: [...PRINT, ...FILES, ...DRY_RUN, ...flags('remove-extra-permissions=false', 'remove-extra-subjects=false')],
  complete: 'files',
  *run() {
    throw new CliError('auth reconcile is not supported here yet');
  },
};

export const auth: Verb = { name: 'auth', use: '[flags]', group: 'strict', verbs: [canI, reconcile, whoami] };
