/**
 * The printer that `-o` names: json, yaml, kyaml, name, jsonpath, go-template; commands that change something print `kind/name done` without it.
 * Stands for cli-runtime's PrintFlags. Go templates and KYAML are loaded when first used.
 */
import type { KubeObject } from '../../kube/api/wire.ts';
import type { Running } from '../../machine/process.ts';
import { chunk } from '../../sim/chunk.ts';
import type { Kubectl } from '../command.ts';
import { parseGroupVersion } from '../discovery.ts';
import { CliError } from '../errors.ts';
import { goSyntax, isMap, json, quote } from '../go.ts';
import { goFileError } from '../kubeconfig.ts';
import { printYaml } from '../yaml/print.ts';
import { PathError, parsePath, printPath } from './jsonpath.ts';

/** Prints objects one after another. */
export interface Printer {
  /** The text for an object, or for a watch event about it. Throws CliError. */
  print(object: KubeObject, event?: string): string;
}

/** Printers that are loaded late. */
export interface LatePrinters {
  kyaml(object: unknown): string;
  /** Reads a template; the function renders an object. Throws CliError. */
  goTemplate(template: string, missingIsError: boolean): (object: unknown) => string;
}

export const LATE_PRINTERS = chunk<LatePrinters>('kubectl/printers');

const DATA = ['json', 'yaml', 'kyaml'];
const JSONPATH = ['jsonpath', 'jsonpath-as-json', 'jsonpath-file'];
const TEMPLATES = ['go-template', 'go-template-file', 'template', 'templatefile'];
/** The formats that every printing command has. */
export const FORMATS = [...DATA, 'name', ...TEMPLATES, ...JSONPATH];

export const noPrinter = (format: string, allowed: readonly string[]): CliError =>
  new CliError(`unable to match a printer suitable for the output format ${quote(format)}, allowed formats are: ${[...allowed].sort().join(',')}`);

export interface PrintOptions {
  /** `created`; printed after the name unless `-o name`. */
  readonly operation?: string;
  /** Maps keep the order of Go's structs (objects that kubectl made itself). */
  readonly ordered?: boolean;
  readonly format?: string;
}

/** The printer for the command's flags. Throws CliError when there is none. */
export function* printerFor(k: Kubectl, options: PrintOptions = {}): Running<Printer> {
  const template = k.flags.has('template') ? k.flags.text('template') : '';
  const given = options.format ?? k.flags.text('output');
  const format = template && !k.flags.changed('output') ? 'go-template' : given;
  const data = yield* dataPrinter(k, format, options.ordered ?? false);
  if (data) return data;
  if (format === '' || format.toLowerCase() === 'name') return namePrinter(format === '' ? options.operation ?? '' : '');
  const late = yield* templatePrinter(k, format);
  if (late) return late;
  throw noPrinter(given, FORMATS);
}

/** json, yaml, kyaml; undefined for other formats. */
export function* dataPrinter(k: Kubectl, format: string, ordered = false): Running<Printer | undefined> {
  const lower = format.toLowerCase();
  if (!DATA.includes(lower)) return undefined;
  const keep = k.flags.has('show-managed-fields') && k.flags.on('show-managed-fields');
  const shown = (object: KubeObject): unknown => (keep ? object : withoutManagedFields(object));
  if (lower === 'json') {
    return { print: (object, event) => (event ? `${json({ type: event, object: shown(object) }, '', { ordered: true })}\n` : `${json(shown(object), '    ', { ordered })}\n`) };
  }
  const late = lower === 'kyaml' ? yield* k.p.need(LATE_PRINTERS) : undefined;
  let count = 0;
  return {
    print: (object, event) => {
      const value = event ? { object: shown(object), type: event } : shown(object);
      return late ? late.kyaml(value) : `${count++ > 0 ? '---\n' : ''}${printYaml(value)}`;
    },
  };
}

/** An object without metadata.managedFields, or a list of such. */
export function withoutManagedFields(object: KubeObject): KubeObject {
  const items = object['items'];
  if (Array.isArray(items)) return { ...object, items: (items as readonly KubeObject[]).map(withoutManagedFields) };
  if (!isMap(object.metadata) || !('managedFields' in object.metadata)) return object;
  const { managedFields: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}

/** `deployment.apps/web`. */
export function nameOf(object: KubeObject): string {
  const { group } = parseGroupVersion(object.apiVersion);
  return `${object.kind.toLowerCase()}${group ? `.${group}` : ''}/${object.metadata?.name || '<unknown>'}`;
}

/** Prints `pod/web created`. */
export const namePrinter = (operation: string): Printer => ({
  print: (object) => {
    const items = object['items'];
    if (Array.isArray(items)) return (items as readonly KubeObject[]).map((item) => `${nameOf(item)}${operation && ` ${operation}`}\n`).join('');
    return `${nameOf(object)}${operation && ` ${operation}`}\n`;
  },
});

/** The file or the text that a format carries: `jsonpath={.kind}`. */
function carried(k: Kubectl, format: string, kinds: readonly string[]): { readonly kind: string; readonly text: string } | undefined {
  const argument = k.flags.has('template') ? k.flags.text('template') : '';
  const at = format.indexOf('=');
  const kind = argument || at < 0 ? format : format.slice(0, at);
  if (!kinds.includes(kind)) return undefined;
  const text = argument || (at < 0 ? '' : format.slice(at + 1));
  if (!text) throw new CliError('template format specified but no template given');
  if (!kind.endsWith('file')) return { kind, text };
  try {
    return { kind, text: k.p.files.read(text) };
  } catch (error) {
    throw new CliError(`error reading --template ${text}, ${goFileError(error, 'open', text).message}`);
  }
}

/** jsonpath and go-template in all their forms; undefined for other formats. */
export function* templatePrinter(k: Kubectl, format: string): Running<Printer | undefined> {
  const allowMissing = !k.flags.has('allow-missing-template-keys') || k.flags.on('allow-missing-template-keys');
  const path = carried(k, format, JSONPATH);
  if (path) {
    try {
      const parsed = parsePath(path.text);
      return {
        print: (object, event) => {
          const value = event ? { type: event, object } : object;
          try {
            return printPath(parsed, value, allowMissing, path.kind === 'jsonpath-as-json');
          } catch (error) {
            if (!(error instanceof PathError)) throw error;
            throw new CliError(`error executing jsonpath ${quote(path.text)}: Error executing template: ${error.message}. Printing more information for debugging the template:\n\ttemplate was:\n\t\t${path.text}\n\tobject given to jsonpath engine was:\n\t\t${goSyntax(value)}\n\n\n`);
          }
        },
      };
    } catch (error) {
      if (error instanceof PathError) throw new CliError(`error parsing jsonpath ${path.text}, ${error.message}`);
      throw error;
    }
  }
  const template = carried(k, format, TEMPLATES);
  if (!template) return undefined;
  const render = (yield* k.p.need(LATE_PRINTERS)).goTemplate(template.text, !allowMissing);
  return { print: (object, event) => render(event ? { type: event, object } : object) };
}
