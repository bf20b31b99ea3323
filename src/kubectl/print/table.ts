/**
 * Tables for people: the server's Table with what kubectl adds to it (kind, namespace, labels, watch events).
 * Stands for cli-runtime's HumanReadablePrinter; without a Table it shows name and age.
 */
import type { KubeObject, Table, TableColumn, TableRow } from '../../kube/api/wire.ts';
import { isMap, number } from '../go.ts';
import type { Tabs } from './tabs.ts';

export interface TableOptions {
  readonly headers: boolean;
  readonly wide: boolean;
  readonly namespace: boolean;
  readonly labels: boolean;
  readonly labelColumns: readonly string[];
  /** `pod`, `deployment.apps` before the name, or ''. */
  readonly kind: string;
}

export const isTable = (object: unknown): object is Table => isMap(object) && object['kind'] === 'Table' && String(object['apiVersion']).startsWith('meta.k8s.io/');

const EVENTS: Record<string, string> = { ADDED: 'ADDED   ', MODIFIED: 'MODIFIED', DELETED: 'DELETED ', ERROR: 'ERROR   ' };

/** Control characters that would move a terminal's cursor are shown. */
export const escapeTerminal = (text: string): string => text.replaceAll('\x1b', '^[').replaceAll('\r', '\\r');

/** `a=1,b=2` in order of keys, `<none>` without labels. */
export function formatLabels(labels: Readonly<Record<string, string>> | undefined): string {
  const pairs = Object.keys(labels ?? {}).sort().map((key) => `${key}=${labels![key]!}`);
  return pairs.length ? pairs.join(',') : '<none>';
}

/** Time since a date in Kubernetes' short form, from milliseconds: `5s`, `3m20s`, `2d4h`. */
export function humanDuration(ms: number): string {
  const seconds = Math.trunc(ms / 1000);
  if (seconds < -1) return '<invalid>';
  if (seconds < 0) return '0s';
  if (seconds < 120) return `${seconds}s`;
  const minutes = Math.trunc(ms / 60_000);
  const with_ = (big: number, unit: string, small: number, smallUnit: string): string => `${big}${unit}${small ? `${small}${smallUnit}` : ''}`;
  if (minutes < 10) return with_(minutes, 'm', seconds % 60, 's');
  if (minutes < 180) return `${minutes}m`;
  const hours = Math.trunc(ms / 3_600_000);
  if (hours < 8) return with_(hours, 'h', minutes % 60, 'm');
  if (hours < 48) return `${hours}h`;
  if (hours < 192) return with_(Math.trunc(hours / 24), 'd', hours % 24, 'h');
  if (hours < 8760 * 2) return `${Math.trunc(hours / 24)}d`;
  if (hours < 8760 * 8) return with_(Math.trunc(hours / 8760), 'y', Math.trunc(hours / 24) % 365, 'd');
  return `${Math.trunc(hours / 8760)}y`;
}

/** Prints tables one after another; headers only when the columns change. */
export class TablePrinter {
  private readonly options: TableOptions;
  private readonly age: (stamp: string | undefined) => string;
  private columns: readonly TableColumn[] = [];
  private headed = false;
  private plainHeaded = false;

  constructor(options: TableOptions, age: (stamp: string | undefined) => string) {
    this.options = options;
    this.age = age;
  }

  print(object: unknown, tabs: Tabs, event = ''): void {
    if (isTable(object)) this.table(object, tabs, event);
    else this.plain(object as KubeObject, tabs, event);
  }

  private table(table: Table, tabs: Tabs, event: string): void {
    const columns = table.columnDefinitions ?? [];
    const rows = table.rows ?? [];
    const same = columns.length === 0 || sameColumns(columns, this.columns);
    let headers = this.options.headers && !(this.headed && same);
    const definitions = columns.length === 0 ? this.columns : columns;
    if (!same) {
      this.columns = columns;
      this.headed = false;
      headers = this.options.headers;
    }
    if (rows.length > 0) this.headed = true;
    const shown = definitions.map((column, i) => ({ column, i })).filter(({ column }) => this.options.wide || column.priority === 0 || column.priority === undefined);
    const { namespace, labels, labelColumns, kind } = this.options;
    if (headers && rows.length > 0) {
      tabs.write(`${[
        ...(event ? ['EVENT'] : []), ...(namespace ? ['NAMESPACE'] : []), ...shown.map(({ column }) => column.name.toUpperCase()),
        ...labelColumns.map((label) => label.slice(label.lastIndexOf('/') + 1).toUpperCase()), ...(labels ? ['LABELS'] : []),
      ].join('\t')}\n`);
    }
    const nameAt = kind ? definitions.findIndex((column) => column.format === 'name' && column.type === 'string') : -1;
    for (const row of rows) {
      const meta = row.object?.metadata;
      const cells = event ? [EVENTS[event] ?? event] : [];
      if (namespace) cells.push(meta?.namespace ?? '');
      for (const { i } of shown) if (i < row.cells.length) cells.push(i === nameAt ? `${kind}/${cell(row, i)}` : cell(row, i));
      for (const label of labelColumns) cells.push(meta?.labels?.[label] ?? '');
      if (labels) cells.push(formatLabels(meta?.labels));
      tabs.write(`${cells.join('\t')}\n`);
    }
  }

  private plain(object: KubeObject, tabs: Tabs, event: string): void {
    const { headers, namespace, labels, labelColumns, kind } = this.options;
    if (headers && !this.plainHeaded) {
      tabs.write(`${[...(event ? ['EVENT'] : []), ...(namespace ? ['NAMESPACE'] : []), 'NAME', 'AGE', ...labelColumns.map((label) => label.slice(label.lastIndexOf('/') + 1).toUpperCase()), ...(labels ? ['LABELS'] : [])].join('\t')}\n`);
    }
    this.plainHeaded = true;
    const items = Array.isArray(object['items']) ? object['items'] as readonly KubeObject[] : [object];
    for (const { metadata } of items) {
      const name = metadata?.name ?? '';
      tabs.write(`${[
        ...(event ? [EVENTS[event] ?? event] : []), ...(namespace ? [metadata?.namespace ?? ''] : []), kind ? `${kind}/${name}` : name, this.age(metadata?.creationTimestamp),
        ...labelColumns.map((label) => metadata?.labels?.[label] ?? ''), ...(labels ? [formatLabels(metadata?.labels)] : []),
      ].join('\t')}\n`);
    }
  }
}

function cell(row: TableRow, i: number): string {
  const value = row.cells[i];
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return number(value);
  if (typeof value !== 'string') return String(value);
  const end = value.search(/[\f\n\r]/);
  return escapeTerminal(end < 0 ? value : `${value.slice(0, end)}`) + (end < 0 ? '' : '...');
}

const sameColumns = (a: readonly TableColumn[], b: readonly TableColumn[]): boolean => a === b || (a.length === b.length && a.every((column, i) => column.name === b[i]!.name && column.priority === b[i]!.priority && column.type === b[i]!.type && column.format === b[i]!.format));
