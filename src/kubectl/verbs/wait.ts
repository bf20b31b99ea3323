/**
 * kubectl wait: until objects exist, are gone, or show a condition or a value.
 * Stands for k8s.io/kubectl/pkg/cmd/wait.
 */
import type { KubeObject, WatchEvent } from '../../kube/api/wire.ts';
import type { Running } from '../../machine/process.ts';
import type { Kubectl, Verb } from '../command.ts';
import { WEEK, timedOut, waitGone } from '../deletion.ts';
import { CliError, StatusError, isNotFound } from '../errors.ts';
import { PRINT, SELECTOR, flags } from '../flags.ts';
import { isMap, plain, quote, type Rec } from '../go.ts';
import { PathError, findPath, parsePath, relaxed } from '../print/jsonpath.ts';
import { printerFor } from '../print/printer.ts';
import { find, infoName, infoResource, listItems, pathOf, wantedOf, type Info } from '../resources.ts';
import { eachEvent } from '../watch.ts';

const POLL = 500;

type Test = (object: KubeObject) => boolean;

/** One --for. */
type Goal = 'create' | 'delete' | Test;

/** Parts between single equal signs; a double one belongs to the expression. */
function splitAtEqual(text: string): string[] {
  return text.replaceAll('==', '\0').split('=').map((part) => part.replaceAll('\0', '=='));
}

function conditionTest(wanted: string): Test {
  const [name = '', ...rest] = wanted.split('=');
  const value = (rest.length ? rest.join('=') : 'true').toLowerCase();
  return (object) => {
    const status = isMap(object['status']) ? object['status'] : {};
    const all = (Array.isArray(status['conditions']) ? status['conditions'] : []) as readonly Rec[];
    const found = all.find((one) => String(one['type'] ?? '').toLowerCase() === name.toLowerCase());
    if (!found) return false;
    const observed = found['observedGeneration'] ?? status['observedGeneration'];
    if (object.metadata.generation !== undefined && observed !== undefined && Number(observed) < object.metadata.generation) return false;
    return String(found['status'] ?? '').toLowerCase() === value;
  };
}

/** What is wrong with a path, as an error of this command. */
function told<T>(act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw error instanceof PathError ? new CliError(error.message) : error;
  }
}

function pathTest(wanted: string): Test {
  const parts = splitAtEqual(wanted);
  if (parts.length > 2) throw new CliError("jsonpath wait format must be --for=jsonpath='{.status.readyReplicas}'=3 or --for=jsonpath='{.status.readyReplicas}'");
  const expression = told(() => relaxed(parts[0]!));
  const value = parts[1]?.replace(/^['"]+|['"]+$/g, '');
  if (value === '') throw new CliError("jsonpath wait has to have a value after equal sign, like --for=jsonpath='{.status.readyReplicas}'=3");
  if (!expression) throw new CliError('jsonpath expression cannot be empty');
  const path = told(() => parsePath(expression));
  return (object) => {
    const found = told(() => findPath(path, object));
    if (!found[0]?.length) return false;
    if (found.length > 1) throw new CliError('given jsonpath expression matches more than one list');
    if (found[0].length > 1) throw new CliError('given jsonpath expression matches more than one value');
    if (value === undefined) return true;
    const [only] = found[0];
    if (typeof only === 'object' && only !== null) throw new CliError('jsonpath leads to a nested object or list which is not supported');
    return plain(only).trim() === value.trim();
  };
}

function goalOf(text: string): Goal {
  const lower = text.toLowerCase();
  if (lower === 'delete' || lower === 'create') return lower;
  if (text.startsWith('condition=')) return conditionTest(text.slice('condition='.length));
  if (text.startsWith('jsonpath=')) return pathTest(text.slice('jsonpath='.length));
  throw new CliError(`unrecognized condition: ${quote(text)}`);
}

/** Waits until an object passes; `until` in virtual milliseconds. Throws when it does not, or disappears. */
function* waitFor(k: Kubectl, info: Info, test: Test, timeout: number, until: number): Running<KubeObject> {
  const path = pathOf(info.mapping, info.namespace);
  if (timeout === 0) {
    const object = yield* k.client.object({ path: `${path}/${info.name}` });
    if (!test(object)) throw new CliError(`condition not met for ${infoName(info)}`);
    return object;
  }
  const fieldSelector = `metadata.name=${info.name}`;
  for (;;) {
    const list = yield* k.client.object<KubeObject & { readonly items: readonly KubeObject[] }>({ path, query: { fieldSelector } });
    const [object] = listItems(list);
    if (!object) throw new StatusError({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', reason: 'NotFound', code: 404, message: `${infoResource(info)} ${quote(info.name)} not found` });
    if (test(object)) return object;
    let met: KubeObject | undefined;
    let failure: unknown;
    yield* eachEvent(k, { path, query: { watch: 'true', fieldSelector, resourceVersion: list.metadata.resourceVersion, allowWatchBookmarks: 'true' } }, (event: WatchEvent) => {
      if (event.type !== 'ADDED' && event.type !== 'MODIFIED') return event.type === 'BOOKMARK';
      try {
        if (test(event.object as KubeObject)) met = event.object as KubeObject;
      } catch (error) {
        failure = error;
      }
      return met === undefined && failure === undefined;
    }, until);
    if (failure !== undefined) throw failure;
    if (met) return met;
    if (k.p.now >= until) throw timedOut(info);
  }
}

/** Asks again and again until what is named exists. */
function* created(k: Kubectl, wanted: Parameters<typeof find>[1], until: number): Running<void> {
  for (;;) {
    try {
      if ((yield* (yield* find(k, wanted)).all()).length) return;
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
    if (k.p.now >= until) throw new CliError('timed out waiting for the condition');
    yield* k.p.sleep(POLL);
  }
}

export const wait: Verb = {
  name: 'wait',
  use: "([-f FILENAME] | resource.group/resource.name | resource.group [(-l label | --all)]) [--for=create|--for=delete|--for condition=available|--for=jsonpath='{}'[=value]]",
  flags: [...PRINT, ...SELECTOR, ...flags('all=false', 'A all-namespaces=false', "field-selector=''", 'f filename=[]', 'for=[]:array', 'local=false', 'R recursive=true', 'timeout=30s')],
  complete: 'resources',
  *run(k) {
    const { flags: f } = k;
    const printer = yield* printerFor(k, { operation: 'condition met' });
    const words = f.list('for');
    const goals = words.map(goalOf);
    if (!goals.length) throw new CliError('unrecognized condition: []');
    const timeout = f.number('timeout') < 0 ? WEEK : f.number('timeout');
    const until = k.p.now + timeout;
    const wanted = { ...wantedOf(k), args: k.args, flatten: true, latest: true, keepGoing: false, local: f.on('local'), ignoreNotFound: goals.includes('delete') };
    if (goals.includes('create')) yield* created(k, wanted, until);
    let count = 0;
    yield* (yield* find(k, wanted)).each(function* (info) {
      count++;
      for (const goal of goals) {
        const object = goal === 'create' ? info.object! : goal === 'delete' ? yield* waitGone(k, info, info.object?.metadata.uid, timeout === 0 ? 0 : Math.max(1, until - k.p.now)) : yield* waitFor(k, info, goal, timeout, until);
        k.out(printer.print(object ?? info.object!));
      }
    });
    if (!count && !goals.includes('delete')) throw new CliError('no matching resources found');
  },
};
