/**
 * kubectl rollout: status, history, undo, restart, pause, resume.
 * Stands for k8s.io/kubectl/pkg/cmd/rollout.
 */
import type { KubeObject, WatchEvent } from '../../kube/api/wire.ts';
import type { Running } from '../../machine/process.ts';
import { rfc3339 } from '../../sim/date.ts';
import type { Kubectl, Verb } from '../command.ts';
import { Sheet } from '../describe/sheet.ts';
import { template as describeTemplate } from '../describe/template.ts';
import { rec, text, value } from '../describe/read.ts';
import { CliError, ManyErrors, throwAll } from '../errors.ts';
import { DRY_RUN, FILES, PRINT, SELECTOR, flags, manager } from '../flags.ts';
import type { Rec } from '../go.ts';
import { LAST_APPLIED, done, dryRun } from '../modes.ts';
import { printerFor } from '../print/printer.ts';
import { Tabs } from '../print/tabs.ts';
import { find, infoName, infoResource, known, listItems, pathOf, wantedOf, type Info } from '../resources.ts';
import { eachEvent } from '../watch.ts';
import { Writer } from '../write.ts';
import { CHANGE_CAUSE, REVISION, bare, kindText, pick, revisionsOf, sameTemplate, type Revision } from './rollout/history.ts';
import { viewers } from './rollout/status.ts';

/** Annotations that stay with the Deployment when it is rolled back. */
const KEPT = [LAST_APPLIED, REVISION, 'deployment.kubernetes.io/revision-history', 'deployment.kubernetes.io/desired-replicas', 'deployment.kubernetes.io/max-replicas', 'deprecated.deployment.rollback.to'];

/** What the command line names. Throws when it names nothing. */
function* targets(k: Kubectl): ReturnType<typeof find> {
  if (!k.args.length && !k.flags.list('filename').length && !k.flags.text('kustomize')) throw new CliError('required resource not specified');
  return yield* find(k, { ...wantedOf(k), args: k.args, typeMeansAll: true, keepGoing: true, flatten: true, latest: true });
}

const positive = (k: Kubectl): number => {
  const revision = k.flags.number('revision');
  if (revision < 0) throw new CliError(`revision must be a positive integer: ${revision}`);
  return revision;
};

function* follow(k: Kubectl, info: Info, revision: number, until: number): Running<void> {
  const view = viewers[info.mapping.kind];
  if (!view) throw new CliError(`no status viewer has been implemented for ${kindText(info).slice(1, -1)}`);
  const path = pathOf(info.mapping, info.namespace);
  const fieldSelector = `metadata.name=${info.name}`;
  /** True when there is nothing more to see. */
  const show = (object: KubeObject): boolean => {
    const { say, done: complete } = view(object as Rec, revision);
    k.out(say);
    return complete || !k.flags.on('watch');
  };
  for (;;) {
    const list = yield* k.client.object<KubeObject & { readonly items: readonly KubeObject[] }>({ path, query: { fieldSelector } });
    for (const object of listItems(list)) if (show(object)) return;
    let failure: unknown;
    const over = yield* eachEvent(k, { path, query: { watch: 'true', fieldSelector, resourceVersion: list.metadata.resourceVersion, allowWatchBookmarks: 'true' } }, (event: WatchEvent) => {
      if (event.type === 'BOOKMARK') return true;
      try {
        if (event.type === 'DELETED') throw new CliError('object has been deleted');
        return !show(event.object as KubeObject);
      } catch (error) {
        failure = error;
        return false;
      }
    }, until);
    if (failure !== undefined) throw failure;
    if (over) return;
    if (k.p.now >= until) throw new CliError('timed out waiting for the condition');
  }
}

const status: Verb = {
  name: 'status',
  use: '(TYPE NAME | TYPE/NAME) [flags]',
  flags: [...FILES, ...SELECTOR, ...flags('revision=0', 'timeout=0s', 'w watch=true')],
  complete: 'resources',
  *run(k) {
    const revision = positive(k);
    const found = yield* targets(k);
    const timeout = k.flags.number('timeout');
    let any = false;
    yield* found.each(function* (info) {
      any = true;
      yield* follow(k, info, revision, timeout > 0 ? k.p.now + timeout : Infinity);
    });
    if (!any) k.err(`No resources found in ${k.namespace.name} namespace.\n`);
  },
};

function templateText(template: Rec, cause: string): string {
  const shown = cause ? { ...template, metadata: { ...rec(template, 'metadata'), annotations: { ...rec(template, 'metadata', 'annotations'), [CHANGE_CAUSE]: cause } } } : template;
  const sheet = new Sheet();
  describeTemplate(sheet, shown);
  return sheet.raw();
}

function historyText(revisions: readonly Revision[], revision: number): string {
  if (!revisions.length) return 'No rollout history found.';
  if (revision > 0) {
    const found = revisions.find((one) => one.number === revision);
    if (!found) throw new CliError('unable to find the specified revision');
    return templateText(found.template, found.cause);
  }
  const tabs = new Tabs({ padding: 2, least: 0, remember: false });
  tabs.write(`REVISION\tCHANGE-CAUSE\n${revisions.map((one) => `${one.number}\t${one.cause || '<none>'}\n`).join('')}`);
  return tabs.flush();
}

const history: Verb = {
  name: 'history',
  use: '(TYPE NAME | TYPE/NAME) [flags]',
  flags: [...PRINT, ...FILES, ...SELECTOR, ...flags('revision=0')],
  complete: 'resources',
  *run(k) {
    const revision = positive(k);
    const found = yield* targets(k);
    const whole = k.flags.changed('output') ? yield* printerFor(k) : undefined;
    yield* found.each(function* (info) {
      const revisions = yield* revisionsOf(k, info, 'history viewer');
      if (!whole) {
        const printer = yield* printerFor(k, { operation: `${revision > 0 ? `with revision #${revision}` : ''}\n${historyText(revisions, revision)}` });
        k.out(printer.print(info.object!));
        return;
      }
      const wanted = revision > 0 ? revisions.filter((one) => one.number === revision) : revisions;
      if (revision > 0 && !wanted.length) throw new CliError('unable to find the specified revision');
      for (const one of wanted) k.out(whole.print(info.mapping.kind === 'Deployment' ? one.holder : ({ ...info.object!, spec: { ...rec(info.object as Rec, 'spec'), template: bare(one.template) } })));
    });
  },
};

/** Makes a workload as it was in a revision; returns what to say. */
function* rollBack(k: Kubectl, info: Info, to: number): Running<string> {
  const mode = dryRun(k);
  const object = info.object! as Rec;
  const deployment = info.mapping.kind === 'Deployment';
  const revision = pick(yield* revisionsOf(k, info, 'rollbacker'), to, info);
  if (mode === 'client') return done(deployment ? templateText(revision.template, '') : `will roll back to ${templateText(revision.template, '')}`, mode);
  if (deployment && value(object, 'spec', 'paused') === true) throw new CliError("you cannot rollback a paused deployment; resume it first with 'kubectl rollout resume' and try again");
  if (sameTemplate(revision.template, rec(object, 'spec', 'template'))) return done(`skipped rollback (current template already matches revision ${to})`, mode);
  const writer = new Writer(k, { dryRun: mode === 'server' });
  try {
    if (deployment) {
      const own = rec(object, 'metadata', 'annotations');
      const theirs = revision.holder.metadata.annotations ?? {};
      const annotations = { ...Object.fromEntries(KEPT.flatMap((key) => (own[key] === undefined ? [] : [[key, own[key]]]))), ...Object.fromEntries(Object.entries(theirs).filter(([key]) => !KEPT.includes(key))) };
      yield* writer.patch(info, 'json', [{ op: 'replace', path: '/spec/template', value: bare(revision.template) }, { op: 'replace', path: '/metadata/annotations', value: annotations }]);
    } else yield* writer.patch(info, 'strategic', revision.holder['data'] as Rec);
  } catch (error) {
    if (!known(error)) throw error;
    throw new CliError(`failed restoring revision ${to}: ${error.message}`);
  }
  return done('rolled back', mode);
}

const undo: Verb = {
  name: 'undo',
  use: '(TYPE NAME | TYPE/NAME) [flags]',
  flags: [...PRINT, ...FILES, ...SELECTOR, ...DRY_RUN, ...flags('to-revision=0')],
  complete: 'resources',
  *run(k) {
    const found = yield* targets(k);
    yield* found.each(function* (info) {
      if (info.object?.metadata.annotations?.[LAST_APPLIED] !== undefined) {
        k.err(`Warning: resource ${infoName(info)} was previously managed with 'kubectl apply'. Rolling back will not update the ${LAST_APPLIED} annotation, which may cause unexpected behavior on future 'kubectl apply' operations. Consider using 'kubectl apply' with your previous configuration file instead.\n`);
      }
      const operation = yield* rollBack(k, info, k.flags.number('to-revision'));
      k.out((yield* printerFor(k, { operation })).print(info.object!));
    });
  },
};

/** restart, pause and resume: a small patch each. `patch` says undefined when there is nothing to do. */
const patching = (name: string, operation: string, patch: (object: Rec, k: Kubectl) => Rec | undefined): Verb => ({
  name,
  use: 'RESOURCE',
  flags: [...PRINT, ...FILES, ...SELECTOR, ...manager('kubectl-rollout')],
  complete: 'resources',
  *run(k) {
    const found = yield* targets(k);
    const { infos, error } = yield* found.infos();
    const errors: Error[] = error ? [error] : [];
    if (!infos.length && !errors.length) k.err(`No resources found in ${k.namespace.name} namespace.\n`);
    const writer = new Writer(k, { manager: k.flags.text('field-manager') });
    for (const info of infos) {
      try {
        const wanted = patch(info.object as Rec, k);
        if (!wanted) throw new CliError(`failed to create patch for ${info.name}: if restart has already been triggered within the past second, please wait before attempting to trigger another`);
        const object = yield* writer.patch(info, 'strategic', wanted);
        k.out((yield* printerFor(k, { operation })).print(object));
      } catch (problem) {
        if (problem instanceof Refused) errors.push(new CliError(`error: ${infoResource(info)} ${JSON.stringify(info.name)} ${problem.message}`));
        else if (known(problem)) errors.push(problem instanceof CliError ? problem : new CliError(`failed to patch: ${problem.message}`));
        else throw problem;
      }
    }
    throwAll(errors.length > 1 ? [new ManyErrors(errors)] : errors);
  },
});

/** The object cannot be changed so. */
class Refused extends Error {}

const ROLLED = new Set(['Deployment', 'DaemonSet', 'StatefulSet']);

const restart = patching('restart', 'restarted', (object, k) => {
  if (!ROLLED.has(text(object, 'kind'))) throw new Refused('restarting is not supported');
  if (value(object, 'spec', 'paused') === true) throw new Refused("can't restart paused deployment (run rollout resume first)");
  const restartedAt = rfc3339(k.p.date);
  const key = 'kubectl.kubernetes.io/restartedAt';
  return rec(object, 'spec', 'template', 'metadata', 'annotations')[key] === restartedAt ? undefined : { spec: { template: { metadata: { annotations: { [key]: restartedAt } } } } };
});

const pausing = (object: Rec, verb: string, paused: boolean): Rec => {
  if (text(object, 'kind') !== 'Deployment') throw new Refused(`${verb} is not supported`);
  if ((value(object, 'spec', 'paused') === true) === paused) throw new Refused(paused ? 'is already paused' : 'is not paused');
  return { spec: { paused: paused ? true : null } };
};

const pause = patching('pause', 'paused', (object) => pausing(object, 'pausing', true));
const resume = patching('resume', 'resumed', (object) => pausing(object, 'resuming', false));

export const rollout: Verb = { name: 'rollout', use: 'SUBCOMMAND', group: 'strict', verbs: [history, pause, restart, resume, status, undo] };
