/**
 * Rolls a Deployment forward: one ReplicaSet per template, scaled up and down as its strategy allows.
 * Stands for pkg/controller/deployment.
 * Unlike Kubernetes: the annotation deprecated.deployment.rollback.to of extensions/v1beta1 is not followed.
 */
import type { Deployment, ReplicaSet } from '../../kinds/types.ts';
import { alike } from '../alike.ts';
import { conditionOf, putCondition } from '../condition.ts';
import { ApiError, type Client, type Controller } from '../controller.ts';
import { templateHash } from '../hash.ts';
import { claim, controllerOf, controllerRef, keyOf, Orphans, owned, quietly, split } from '../owner.ts';
import { matches, selectsAll } from '../selector.ts';
import { isTerminatingNamespace } from '../workload.ts';
import { annotate, byAge, DESIRED, newSet, replicasOf, REVISION, revisionOf, sameTemplate, sizeAnnotations } from './revision.ts';
import { newSize, oldPodsRun, rescale, resize, roll } from './scale.ts';
import { condition, countedStatus, hasDeadline, isComplete, syncStatus } from './status.ts';

const SETS = 'replicasets.apps';

/** A Deployment at work: `deployment` is replaced by what each write gives back. */
interface Work {
  deployment: Deployment;
  readonly client: Client;
  readonly sets: readonly ReplicaSet[];
}

/** Writes the revision annotation and a Progressing condition, when they are not there yet. */
function tell(work: Work, revision: string | undefined, progressing: ReturnType<typeof condition> | undefined): void {
  const { metadata, status } = work.deployment;
  const renumbered = revision !== undefined && metadata.annotations?.[REVISION] !== revision;
  if (!renumbered && !progressing) return;
  work.deployment = work.client.updateStatus({
    ...work.deployment,
    metadata: renumbered ? { ...metadata, annotations: { ...metadata.annotations, [REVISION]: revision } } : metadata,
    status: progressing ? { ...status, conditions: putCondition(status?.conditions, progressing) } : status,
  });
}

/** The set of the present template: found and brought up to date, or made when `create` says so. */
function ensureNew(work: Work, old: readonly ReplicaSet[], create: boolean): ReplicaSet | undefined {
  const { client, sets } = work;
  const { deployment } = work;
  const found = newSet(deployment, sets);
  const revision = Math.max(0, ...old.map(revisionOf)) + 1;
  if (found) {
    const annotations = annotate(deployment, found.metadata.annotations, revision);
    if (annotations !== (found.metadata.annotations ?? annotations) || (found.spec!.minReadySeconds ?? 0) !== (deployment.spec!.minReadySeconds ?? 0)) {
      return client.update({ ...found, metadata: { ...found.metadata, annotations }, spec: { ...found.spec, minReadySeconds: deployment.spec!.minReadySeconds } });
    }
    const news = hasDeadline(deployment) && !conditionOf(deployment.status?.conditions, 'Progressing');
    tell(work, found.metadata.annotations?.[REVISION], news ? condition(client, 'Progressing', 'True', 'FoundNewReplicaSet', `Found new replica set "${found.metadata.name}"`) : undefined);
    return found;
  }
  return create ? makeNew(work, old, revision) : undefined;
}

function makeNew(work: Work, old: readonly ReplicaSet[], revision: number): ReplicaSet {
  const { client, deployment } = work;
  const { spec, metadata } = deployment;
  const hash = templateHash(spec!.template!, deployment.status?.collisionCount);
  const name = `${metadata.name}-${hash}`;
  const labels = { ...spec!.template!.metadata?.labels, 'pod-template-hash': hash };
  const size = newSize(deployment, old, 0);
  const wanted = {
    apiVersion: 'apps/v1', kind: 'ReplicaSet',
    metadata: {
      name, namespace: metadata.namespace!, labels,
      annotations: { ...annotate(deployment, {}, revision), ...sizeAnnotations(deployment) },
      ownerReferences: [controllerRef(deployment)],
    },
    spec: {
      replicas: size, ...(spec!.minReadySeconds && { minReadySeconds: spec!.minReadySeconds }),
      selector: { ...spec!.selector, matchLabels: { ...spec!.selector?.matchLabels, 'pod-template-hash': hash } },
      template: { ...spec!.template, metadata: { ...spec!.template!.metadata, labels } },
    },
  } as unknown as ReplicaSet;
  let made: ReplicaSet;
  try {
    made = client.create(wanted);
  } catch (error) {
    if (!(error instanceof ApiError) || isTerminatingNamespace(error)) throw error;
    if (error.reason === 'AlreadyExists') return takeExisting(work, name, error);
    const message = `Failed to create new replica set "${name}": ${error.message}`;
    if (hasDeadline(deployment)) quietly(() => tell(work, undefined, condition(client, 'Progressing', 'False', 'ReplicaSetCreateError', message)));
    client.event(deployment, 'Warning', 'ReplicaSetCreateError', message);
    throw error;
  }
  if (size > 0) client.event(deployment, 'Normal', 'ScalingReplicaSet', `Scaled up replica set ${name} from 0 to ${size}`);
  tell(work, String(revision), hasDeadline(deployment) ? condition(client, 'Progressing', 'True', 'NewReplicaSetCreated', `Created new replica set "${name}"`) : undefined);
  return made;
}

/** A set of that name is there: ours after all, or another's, and then the next try takes another hash. */
function takeExisting(work: Work, name: string, error: ApiError): ReplicaSet {
  const { client, deployment } = work;
  const there = client.get<ReplicaSet>(SETS, deployment.metadata.namespace, name);
  if (there && controllerOf(there)?.uid === deployment.metadata.uid && sameTemplate(there.spec!.template!, deployment.spec!.template!)) return there;
  client.updateStatus({ ...deployment, status: { ...deployment.status, collisionCount: (deployment.status?.collisionCount ?? 0) + 1 } });
  throw error;
}

/** Deletes the oldest sets beyond the history limit, if nothing of them is left. */
function clean({ deployment, client }: Work, old: readonly ReplicaSet[]): void {
  const limit = deployment.spec!.revisionHistoryLimit;
  if (limit === undefined || limit === 2 ** 31 - 1) return;
  const sets = old.filter((set) => !set.metadata.deletionTimestamp).sort((a, b) => revisionOf(a) - revisionOf(b) || byAge(a, b));
  for (const set of sets.slice(0, Math.max(0, sets.length - limit))) {
    if ((set.status?.replicas ?? 0) !== 0 || replicasOf(set) !== 0 || set.metadata.generation! > (set.status?.observedGeneration ?? 0)) continue;
    quietly(() => client.delete(SETS, set.metadata.namespace, set.metadata.name));
  }
}

/** Says Paused or Resumed in the Progressing condition when that changed. */
function tellPause(work: Work): void {
  const { deployment, client } = work;
  const current = conditionOf(deployment.status?.conditions, 'Progressing');
  if (!hasDeadline(deployment) || current?.reason === 'ProgressDeadlineExceeded') return;
  const told = current?.reason === 'DeploymentPaused';
  if (Boolean(deployment.spec!.paused) === told) return;
  tell(work, undefined, told
    ? condition(client, 'Progressing', 'Unknown', 'DeploymentResumed', 'Deployment is resumed')
    : condition(client, 'Progressing', 'Unknown', 'DeploymentPaused', 'Deployment is paused'));
}

function writeCounts({ deployment, client }: Work, sets: readonly ReplicaSet[], fresh: ReplicaSet | undefined): void {
  const status = countedStatus(deployment, sets, fresh, client);
  if (!alike(status, deployment.status)) client.updateStatus({ ...deployment, status });
}

const whole = (fresh: ReplicaSet | undefined, old: readonly ReplicaSet[]): readonly ReplicaSet[] => (fresh ? [...old, fresh] : old);

function sync(work: Work): number | undefined {
  const { client, sets } = work;
  const found = newSet(work.deployment, sets);
  let old: readonly ReplicaSet[] = sets.filter((set) => set !== found);
  if (work.deployment.metadata.deletionTimestamp) {
    writeCounts(work, whole(ensureNew(work, old, false), old), found);
    return undefined;
  }
  tellPause(work);
  const { spec } = work.deployment;
  let fresh = ensureNew(work, old, false);
  const rescaled = whole(fresh, old).some((set) => replicasOf(set) > 0 && set.metadata.annotations?.[DESIRED] !== undefined && Number(set.metadata.annotations[DESIRED]) !== spec!.replicas);
  if (spec!.paused || rescaled) {
    rescale(work.deployment, fresh, old, client);
    if (spec!.paused) clean(work, old);
    const now = refresh(whole(fresh, old), client);
    writeCounts(work, now, now.find((set) => set.metadata.uid === fresh?.metadata.uid));
    return undefined;
  }
  if (spec!.strategy?.type === 'Recreate') {
    const downs = old.map((set) => resize(work.deployment, set, 0, client));
    old = downs.map((down) => down.set);
    if (downs.some((down) => down.scaled) || oldPodsRun(fresh, whole(fresh, old), client)) return syncStatus(work.deployment, whole(fresh, old), fresh, client);
    fresh = resize(work.deployment, (fresh ?? ensureNew(work, old, true))!, spec!.replicas!, client).set;
  } else {
    const step = roll(work.deployment, (fresh ?? ensureNew(work, old, true))!, old, client);
    ({ fresh, old } = step);
    if (step.scaled) return syncStatus(work.deployment, whole(fresh, old), fresh, client);
  }
  if (isComplete(work.deployment, work.deployment.status)) clean(work, old);
  return syncStatus(work.deployment, whole(fresh, old), fresh, client);
}

const refresh = (sets: readonly ReplicaSet[], client: Client): readonly ReplicaSet[] =>
  sets.map((set) => client.get<ReplicaSet>(SETS, set.metadata.namespace, set.metadata.name) ?? set);

export function createDeploymentController(): Controller {
  const orphans = new Orphans<ReplicaSet>(SETS);
  return {
    name: 'deployment-controller',
    user: 'system:serviceaccount:kube-system:deployment-controller',
    watches: {
      'deployments.apps': 'self',
      [SETS]: owned('Deployment', 'deployments.apps', orphans as Orphans),
      /** Only the Recreate strategy waits for Pods to be gone. */
      pods(pod, read, change) {
        if (!change || change.now) return [];
        const ref = controllerOf(pod);
        const set = ref?.kind === 'ReplicaSet' ? read.get<ReplicaSet>(SETS, pod.metadata.namespace, ref.name) : undefined;
        const owner = set?.metadata.uid === ref?.uid && set ? controllerOf(set) : undefined;
        const deployment = owner && read.get<Deployment>('deployments.apps', pod.metadata.namespace, owner.name);
        return deployment?.spec!.strategy?.type === 'Recreate' ? [keyOf(deployment)] : [];
      },
    },
    reconcile(key, client) {
      const [namespace, name] = split(key);
      const deployment = client.get<Deployment>('deployments.apps', namespace, name);
      if (!deployment) return undefined;
      const { selector } = deployment.spec!;
      if (selectsAll(selector)) {
        client.event(deployment, 'Warning', 'SelectingAll', 'This deployment is selecting all pods. A non-empty selector is required.');
        if ((deployment.status?.observedGeneration ?? 0) < deployment.metadata.generation!) client.updateStatus({ ...deployment, status: { ...deployment.status, observedGeneration: deployment.metadata.generation } });
        return undefined;
      }
      const candidates = [...client.ownedBy<ReplicaSet>(SETS, deployment.metadata.uid!), ...orphans.of(namespace, client)];
      const sets = claim(client, { owner: deployment, resource: SETS, candidates, matches: (set) => matches(selector, set.metadata.labels) });
      return sync({ deployment, client, sets });
    },
  };
}

