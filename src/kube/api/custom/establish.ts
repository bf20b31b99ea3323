/**
 * Definitions come and go: their names are accepted, their resources served, and at last their objects deleted.
 * Stands for the naming, establishing and finalizing controllers of apiextensions-apiserver.
 */
import { APISERVER } from '../bootstrap.ts';
import { PART, type Core } from '../core.ts';
import { handle } from '../handle.ts';
import { keyOf } from '../keys.ts';
import type { KubeObject } from '../wire.ts';
import { DEFINITIONS, definitionKind, type Condition, type Definition } from './definition.ts';
import { servedBy, type Served } from './resource.ts';

const PREFIX = '/registry/apiextensions.k8s.io/customresourcedefinitions/';
const FINALIZER = 'customresourcecleanup.apiextensions.k8s.io';
/** Milliseconds until a new definition is served, as long as the real controllers take. */
const SOON = 20;
/** Milliseconds between tries to delete the last objects. */
const AGAIN = 1000;

const attached = new WeakMap<Core, Map<string, readonly Served[]>>();

/** Begins to look after the definitions of a server. */
export function attach(core: Core): void {
  if (attached.has(core)) return;
  const served = new Map<string, readonly Served[]>();
  attached.set(core, served);
  core.addKind(definitionKind);
  core.waking.set('crd', (name) => look(core, name));
  core.store.watch(PREFIX, (change) => {
    const definition = (change.now ?? change.before)!.value as Definition;
    if (change.now && isEstablished(definition)) serve(core, served, definition);
    else if (!change.now) withdraw(core, served, definition.metadata.name);
    if (change.now) core.clock.wake(PART, `crd:${definition.metadata.name}`, SOON);
  });
  for (const definition of core.read.list<Definition>(DEFINITIONS)) {
    if (isEstablished(definition)) serve(core, served, definition);
    else core.clock.wake(PART, `crd:${definition.metadata.name}`, SOON);
  }
}

/** The served versions of a definition, by its name. */
export const servedFor = (core: Core, name: string): readonly Served[] => attached.get(core)?.get(name) ?? [];

const isEstablished = (d: Definition): boolean => !!d.status?.conditions?.some((c) => c.type === 'Established' && c.status === 'True');

function serve(core: Core, all: Map<string, readonly Served[]>, definition: Definition): void {
  withdraw(core, all, definition.metadata.name);
  const served = servedBy(definition);
  all.set(definition.metadata.name, served);
  for (const one of served) core.serve(one);
  core.customChanges++;
}

function withdraw(core: Core, all: Map<string, readonly Served[]>, name: string): void {
  for (const { resource } of all.get(name) ?? []) core.withdraw(resource);
  if (all.delete(name)) core.customChanges++;
}

const path = (name: string, sub?: string): string => `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${name}${sub ? `/${sub}` : ''}`;

/** Does what has to be done about one definition. */
function look(core: Core, name: string): void {
  const definition = core.read.get<Definition>(DEFINITIONS, undefined, name);
  if (!definition) return;
  if (definition.metadata.deletionTimestamp) cleanUp(core, definition);
  else if (!isEstablished(definition)) establish(core, definition);
}

const send = (core: Core, method: 'PUT' | 'PATCH' | 'DELETE', at: string, body?: unknown): number =>
  handle(core, { method, path: at, body, user: APISERVER, headers: { 'user-agent': 'kube-apiserver', ...(method === 'PATCH' && { 'content-type': 'application/merge-patch+json' }) } }).code;

/** Accepts the names unless another definition of the group has them. */
function establish(core: Core, definition: Definition): void {
  const { stamp } = core;
  const { spec, status } = definition;
  const taken = core.read.list<Definition>(DEFINITIONS).filter((d) => d !== definition && d.spec.group === spec.group).flatMap((d) => [d.status?.acceptedNames?.plural, d.status?.acceptedNames?.singular, ...(d.status?.acceptedNames?.shortNames ?? [])]);
  const clash = [spec.names.plural, spec.names.singular, ...(spec.names.shortNames ?? [])].find((n) => n !== undefined && n !== '' && taken.includes(n));
  const conditions: Condition[] = clash === undefined
    ? [{ lastTransitionTime: stamp, message: 'no conflicts found', reason: 'NoConflicts', status: 'True', type: 'NamesAccepted' }, { lastTransitionTime: stamp, message: 'the initial names have been accepted', reason: 'InitialNamesAccepted', status: 'True', type: 'Established' }]
    : [{ lastTransitionTime: stamp, message: `${JSON.stringify(clash)} is already in use`, reason: 'PluralConflict', status: 'False', type: 'NamesAccepted' }, { lastTransitionTime: stamp, message: 'not all names are accepted', reason: 'NotAccepted', status: 'False', type: 'Established' }];
  if (clash !== undefined && status?.conditions?.length) return;
  send(core, 'PUT', path(definition.metadata.name, 'status'), { ...definition, status: { ...status, acceptedNames: clash === undefined ? spec.names : (status?.acceptedNames ?? { plural: '', kind: '' }), conditions } });
  if (clash === undefined && !definition.metadata.finalizers?.includes(FINALIZER)) send(core, 'PATCH', path(definition.metadata.name), { metadata: { finalizers: [...(definition.metadata.finalizers ?? []), FINALIZER] } });
}

/** Deletes the objects of a definition that goes, then lets it go. */
function cleanUp(core: Core, definition: Definition): void {
  const { name, finalizers = [] } = definition.metadata;
  if (!finalizers.includes(FINALIZER)) return;
  const resource = servedFor(core, name)[0]?.storage;
  const left = (): readonly KubeObject[] => (resource ? core.read.list(resource.groupResource) : []);
  if (resource) {
    for (const object of left()) {
      const ns = object.metadata.namespace;
      if (!object.metadata.deletionTimestamp) send(core, 'DELETE', `/apis/${resource.apiVersion}${ns ? `/namespaces/${ns}` : ''}/${resource.name}/${object.metadata.name}`);
    }
  }
  if (left().length) core.clock.wake(PART, `crd:${name}`, AGAIN);
  else send(core, 'PATCH', path(name), { metadata: { finalizers: finalizers.filter((f) => f !== FINALIZER) } });
}

/** Where a definition stands in the store. */
export const keyOfDefinition = (name: string): string => keyOf(PREFIX, undefined, name);
