/**
 * CustomResourceDefinitions as a kind: defaults, status, validation.
 * Stands for apiextensions-apiserver's registry/customresourcedefinition and apis/apiextensions.
 * Unlike Kubernetes: rules in CEL are stored but not compiled or evaluated, and conversion webhooks are not called; both are warned about.
 */
import type { Draft, FieldError, Kind } from '../kind.ts';
import { dns1035Errors, dnsLabelErrors, dnsSubdomainErrors } from '../names.ts';
import type { KubeObject } from '../wire.ts';
import { hasRules, type Schema } from './schema.ts';

export interface Names {
  readonly plural: string;
  readonly singular?: string;
  readonly kind: string;
  readonly listKind?: string;
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
}

export interface PrinterColumn {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'date' | 'boolean' | 'number';
  readonly jsonPath: string;
  readonly format?: string;
  readonly description?: string;
  readonly priority?: number;
}

export interface Version {
  readonly name: string;
  readonly served?: boolean;
  readonly storage?: boolean;
  readonly deprecated?: boolean;
  readonly deprecationWarning?: string;
  readonly schema?: { readonly openAPIV3Schema?: Schema };
  readonly subresources?: { readonly status?: object; readonly scale?: { readonly specReplicasPath: string; readonly statusReplicasPath: string; readonly labelSelectorPath?: string } };
  readonly additionalPrinterColumns?: readonly PrinterColumn[];
  readonly selectableFields?: readonly { readonly jsonPath: string }[];
}

export interface Definition extends KubeObject {
  readonly spec: { readonly group: string; readonly scope: string; readonly names: Names; readonly versions: readonly Version[]; readonly conversion?: { readonly strategy?: string } };
  readonly status?: { readonly conditions?: readonly Condition[] | null; readonly storedVersions?: readonly string[] | null; readonly acceptedNames?: Names };
}

export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
  readonly lastTransitionTime?: string;
}

export const DEFINITIONS = 'customresourcedefinitions.apiextensions.k8s.io';

interface SpecDraft {
  names?: { kind?: string; singular?: string; listKind?: string };
  conversion?: { strategy?: string };
  versions?: { name?: string; storage?: boolean }[];
}

function setDefaults(draft: Draft): void {
  const spec = (draft['spec'] ??= {}) as SpecDraft;
  const names = (spec.names ??= {});
  if (names.kind) {
    names.singular ||= names.kind.toLowerCase();
    names.listKind ||= `${names.kind}List`;
  }
  (spec.conversion ??= {}).strategy ||= 'None';
}

function prepare(draft: Draft, old: Definition | undefined): void {
  const spec = draft['spec'] as SpecDraft;
  const storage = spec.versions?.find((v) => v.storage)?.name;
  const stored = old?.status?.storedVersions ?? [];
  const storedVersions = storage === undefined || stored.includes(storage) ? stored : [...stored, storage];
  draft['status'] = { ...(old?.status ?? { acceptedNames: { plural: '', kind: '' }, conditions: null }), storedVersions };
}

const at = (path: string, name: string): string => `${path}.properties[${name}]`;

/** What makes a schema not structural. */
function structural(schema: Schema, path: string, out: FieldError[]): void {
  for (const [name, field] of Object.entries(schema.properties ?? {})) {
    if (!field.type && !field['x-kubernetes-int-or-string'] && !field['x-kubernetes-preserve-unknown-fields']) out.push({ type: 'Required value', path: `${at(path, name)}.type`, detail: 'must not be empty for specified object fields' });
    structural(field, at(path, name), out);
  }
  if (schema.type === 'array' && !schema.items) out.push({ type: 'Required value', path: `${path}.items`, detail: 'must be specified' });
  if (schema.items) {
    if (!schema.items.type && !schema.items['x-kubernetes-int-or-string'] && !schema.items['x-kubernetes-preserve-unknown-fields']) out.push({ type: 'Required value', path: `${path}.items.type`, detail: 'must not be empty for specified array items' });
    structural(schema.items, `${path}.items`, out);
  }
  if (schema.properties && schema.additionalProperties !== undefined) out.push({ type: 'Forbidden', path: `${path}.additionalProperties`, detail: 'additionalProperties and properties are mutual exclusive' });
  if (schema.uniqueItems) out.push({ type: 'Forbidden', path: `${path}.uniqueItems`, detail: 'uniqueItems cannot be set to true since the runtime complexity becomes quadratic' });
}

function checkRoot(schema: Schema, path: string, out: FieldError[]): void {
  if (!schema.type) out.push({ type: 'Required value', path: `${path}.type`, detail: 'must not be empty at the root' });
  else if (schema.type !== 'object') out.push({ type: 'Invalid value', path: `${path}.type`, value: schema.type, detail: 'must be object at the root' });
  structural(schema, path, out);
}

function validate(object: Definition, old: Definition | undefined): readonly FieldError[] {
  const out: FieldError[] = [];
  const { spec } = object;
  const required = (path: string, value: unknown): void => void (value ? 0 : out.push({ type: 'Required value', path }));
  const invalid = (path: string, value: unknown, detail: string): void => void out.push({ type: 'Invalid value', path, value, detail });
  const { names, group = '' } = spec ?? {};
  const versions = spec?.versions ?? [];
  if (object.metadata.name !== `${names?.plural}.${group}`) invalid('metadata.name', object.metadata.name, 'must be spec.names.plural+"."+spec.group');
  required('spec.group', group);
  if (group) {
    const wrong = dnsSubdomainErrors(group);
    if (wrong.length) invalid('spec.group', group, wrong.join(','));
    else if (!group.includes('.')) invalid('spec.group', group, 'should be a domain with at least one dot');
  }
  if (!spec?.scope) out.push({ type: 'Required value', path: 'spec.scope' });
  else if (spec.scope !== 'Cluster' && spec.scope !== 'Namespaced') out.push({ type: 'Unsupported value', path: 'spec.scope', value: spec.scope, detail: 'supported values: "Cluster", "Namespaced"' });
  for (const [i, v] of versions.entries()) {
    const path = `spec.versions[${i}]`;
    const wrong = dnsLabelErrors(v.name ?? '');
    if (wrong.length) invalid(`${path}.name`, v.name ?? '', wrong.join(','));
    const schema = v.schema?.openAPIV3Schema;
    if (!schema) out.push({ type: 'Required value', path: `${path}.schema.openAPIV3Schema` });
    else if (versions.length > 1) checkRoot(schema, `${path}.schema.openAPIV3Schema`, out);
  }
  if (new Set(versions.map((v) => v.name)).size !== versions.length) invalid('spec.versions', versions, 'must contain unique version names');
  if (versions.filter((v) => v.storage).length !== 1) invalid('spec.versions', versions, 'must have exactly one version marked as storage version');
  for (const field of ['plural', 'singular', 'kind', 'listKind'] as const) {
    required(`spec.names.${field}`, names?.[field]);
    const wrong = names?.[field] ? dns1035Errors(field === 'kind' || field === 'listKind' ? names[field].toLowerCase() : names[field]) : [];
    if (wrong.length) invalid(`spec.names.${field}`, names![field], field === 'kind' || field === 'listKind' ? `may have mixed case, but should otherwise match: ${wrong.join(',')}` : wrong.join(','));
  }
  // The only version's schema is looked at as that of the whole definition, after the rest.
  const only = versions.length === 1 ? versions[0]!.schema?.openAPIV3Schema : undefined;
  if (only) checkRoot(only, 'spec.validation.openAPIV3Schema', out);
  if (old) for (const [path, now, before] of [['spec.group', group, old.spec.group], ['spec.names.plural', names?.plural, old.spec.names.plural], ['spec.scope', spec.scope, old.spec.scope]] as const) if (now !== before) invalid(path, now, 'field is immutable');
  return out;
}

/** The kind of CustomResourceDefinitions. */
export const definitionKind = {
  resource: DEFINITIONS,
  default: setDefaults,
  prepare,
  validate,
  warnings({ spec }: Definition): readonly string[] {
    const out: string[] = [];
    if ((spec.versions ?? []).some((v) => hasRules(v.schema?.openAPIV3Schema))) out.push('x-kubernetes-validations are stored, but not evaluated here yet');
    if (spec.conversion?.strategy === 'Webhook') out.push('conversion webhooks are not called here yet');
    return out;
  },
} as unknown as Kind;
