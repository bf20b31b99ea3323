/**
 * Objects as rows, as `kubectl get` asks for them, and as bare metadata.
 * Stands for pkg/printers and the table convertor of k8s.io/apiserver.
 */
import { componentColumns, RESOURCE } from './component-status.ts';
import type { Exchange } from './exchange.ts';
import { moment } from '../kinds/age.ts';
import type { Column } from './kind.ts';
import { parameter } from './path.ts';
import type { Json, KubeObject, Table, TableColumn, TableRow } from './wire.ts';

const NAME: TableColumn = { name: 'Name', type: 'string', format: 'name', description: 'Name must be unique within a namespace.', priority: 0 };
const DEFAULT: readonly Column[] = [
  { name: 'Name', type: 'string', format: 'name', cell: (o) => o.metadata.name },
  { name: 'Created At', type: 'date', cell: (o) => o.metadata.creationTimestamp ?? null },
];

const definitions = new WeakMap<readonly Column[], readonly TableColumn[]>();

function definitionsOf(columns: readonly Column[]): readonly TableColumn[] {
  let made = definitions.get(columns);
  if (!made) {
    made = columns.map((c) => (c.name === 'Name' && !c.format ? NAME : { name: c.name, type: c.type ?? 'string', format: c.format ?? '', description: c.description ?? '', priority: c.wide ? 1 : 0 }));
    definitions.set(columns, made);
  }
  return made;
}

/** What of each object a row carries: `Metadata` (the default), `Object` or `None`. */
export type Included = 'Metadata' | 'Object' | 'None';

export function includedIn(x: Exchange): Included {
  const asked = parameter(x.request, 'includeObject');
  return asked === 'Object' || asked === 'None' ? asked : 'Metadata';
}

/** An object of which only the metadata is told. */
export const partial = (object: KubeObject): KubeObject => ({ kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: object.metadata });

const SCALE: readonly Column[] = [
  { name: 'Name', format: 'name', cell: (o) => o.metadata.name },
  { name: 'Desired', type: 'integer', cell: (o) => (o['spec'] as { replicas?: number }).replicas ?? 0 },
  { name: 'Available', type: 'integer', cell: (o) => (o['status'] as { replicas?: number }).replicas ?? 0 },
  { name: 'Age', cell: (o, at) => at.age(o.metadata.creationTimestamp) },
];

function columnsOf(x: Exchange, first: KubeObject | undefined): readonly Column[] {
  if (x.info.subresource === 'scale' && first?.kind === 'Scale') return SCALE;
  return x.resource.groupResource === RESOURCE ? componentColumns : (x.kind?.columns ?? DEFAULT);
}

/** A Table of objects. `headers` false leaves out the column definitions, as later events of a watch do. */
export function tableOf(x: Exchange, objects: readonly KubeObject[], metadata: Table['metadata'], included: Included, headers = true): Table {
  const columns = columnsOf(x, objects[0]);
  const at = moment(x.core.unix);
  return {
    kind: 'Table', apiVersion: 'meta.k8s.io/v1', metadata,
    columnDefinitions: headers ? definitionsOf(columns) : [],
    rows: objects.map((object): TableRow => {
      const cells: Json[] = columns.map((c) => c.cell(object, at));
      if (included === 'None') return { cells };
      return { cells, object: included === 'Object' ? object : partial(object) };
    }),
  };
}
