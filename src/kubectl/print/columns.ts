/**
 * -o custom-columns and custom-columns-file.
 * Stands for k8s.io/kubectl's CustomColumnsPrinter.
 */
import type { Kubectl } from '../command.ts';
import { CliError } from '../errors.ts';
import { plain } from '../go.ts';
import { goFileError } from '../kubeconfig.ts';
import { isList, listItems } from '../resources.ts';
import { PathError, findPath, parsePath, relaxed, type JsonPath } from './jsonpath.ts';
import type { Printer } from './printer.ts';
import { escapeTerminal } from './table.ts';
import { Tabs } from './tabs.ts';

interface Column {
  readonly header: string;
  readonly path: JsonPath;
}

/** The printer for a format that begins with custom-columns; undefined for others. Throws CliError. */
export function columnsPrinter(k: Kubectl, format: string): Printer | undefined {
  const argument = k.flags.text('template');
  const at = format.indexOf('=');
  const kind = argument || at < 0 ? format : format.slice(0, at);
  if (kind !== 'custom-columns' && kind !== 'custom-columns-file') return undefined;
  const spec = argument || (at < 0 ? '' : format.slice(at + 1));
  if (!spec) throw new CliError('custom-columns format specified but no custom columns given');
  const file = kind === 'custom-columns-file';
  const columns = file ? fromFile(k, spec) : spec.split(',').map((part): Column => {
    const colon = part.indexOf(':');
    if (colon < 0) throw new CliError(`unexpected custom-columns spec: ${part}, expected <header>:<json-path-expr>`);
    return column(part.slice(0, colon), part.slice(colon + 1));
  });
  let headed = !file && k.flags.on('no-headers');
  return {
    print: (object, event) => {
      const tabs = new Tabs();
      if (!headed) tabs.write(`${columns.map(({ header }) => header).join('\t')}\n`);
      headed = true;
      for (const item of event ? [{ type: event, object }] : isList(object) ? listItems(object) : [object]) tabs.write(`${columns.map(({ path }) => cell(path, item)).join('\t')}\n`);
      return tabs.flush();
    },
  };
}

function column(header: string, spec: string): Column {
  try {
    return { header, path: parsePath(relaxed(spec)) };
  } catch (error) {
    if (error instanceof PathError) throw new CliError(error.message);
    throw error;
  }
}

function fromFile(k: Kubectl, path: string): Column[] {
  let text: string;
  try {
    text = k.p.files.read(path);
  } catch (error) {
    throw new CliError(`error reading template ${path}, ${goFileError(error, 'open', path).message}\n`);
  }
  const lines = text.split('\n');
  if (lines[lines.length - 1] === '') lines.pop();
  const expected = 'Expected format is one line of space separated headers, one line of space separated column specs.';
  if (lines.length === 0) throw new CliError(`invalid template, missing header line. ${expected}`);
  if (lines.length === 1) throw new CliError(`invalid template, missing spec line. ${expected}`);
  const [headers, specs] = [lines[0]!, lines[1]!].map((line) => line.split(/\s+/).filter((word) => word !== '')) as [string[], string[]];
  if (headers.length !== specs.length) throw new CliError(`number of headers (${headers.length}) and field specifications (${specs.length}) don't match`);
  return headers.map((header, i) => column(header, specs[i]!));
}

function cell(path: JsonPath, object: unknown): string {
  try {
    const values = findPath(path, object);
    const texts = values.flat().map((value) => escapeTerminal(plain(value)));
    return values.length === 0 || values[0]!.length === 0 ? ['<none>', ...texts].join(',') : texts.join(',');
  } catch (error) {
    if (error instanceof PathError) throw new CliError(error.message);
    throw error;
  }
}
