/**
 * Objects in an editor: what `kubectl edit`, `kubectl create --edit` and `kubectl apply edit-last-applied` share.
 * Stands for k8s.io/kubectl/pkg/cmd/util/editor: the temporary file, the editor's program, the rounds until it fits.
 */
import type { KubeObject } from '../kube/api/wire.ts';
import type { Running } from '../machine/process.ts';
import type { Kubectl } from './command.ts';
import { CliError, Exit, StatusError, isNotFound, isReason } from './errors.ts';
import { quote, json } from './go.ts';
import { goFileError } from './kubeconfig.ts';
import { documents, kindErrors } from './manifest.ts';
import { dataPrinter, withoutManagedFields } from './print/printer.ts';
import { find, infoResource, known, type Info } from './resources.ts';

/** What became of a round. */
export class Round {
  readonly reasons: { readonly head: string; readonly more: readonly string[] }[] = [];
  /** Objects that must be edited again. */
  again = 0;
  retryable = 0;
  notFound = 0;

  /** Notes an error of the server; what to print about it. */
  add(error: Error, info: Info): string {
    const what = `${infoResource(info)} ${quote(info.name)}`;
    if (isReason(error, 'Invalid')) {
      this.again++;
      const causes = (error as StatusError).status.details?.causes ?? [];
      this.reasons.push({ head: `${what} was not valid`, more: causes.map((cause) => `${cause.field ?? ''}: ${cause.message ?? ''}`) });
      return `error: ${what} is invalid\n`;
    }
    if (isNotFound(error)) {
      this.notFound++;
      return `error: ${what} could not be found on the server\n`;
    }
    this.retryable++;
    return `error: ${what} could not be patched: ${error.message}\n`;
  }
}

export interface Editing {
  /** The sentences at the top of the file. */
  readonly header: string;
  readonly validate: boolean;
  readonly subresource?: string;
  readonly windows?: boolean;
  /** Takes what was saved. `originals` are what was shown. */
  save(updated: readonly Info[], round: Round): Running<void>;
}

export const OBJECT_HEADER = `# Please edit the object below. Lines beginning with a '#' will be ignored,
# and an empty file will abort the edit. If an error occurs while saving this file will be
# reopened with the relevant failures.
#
`;
export const ANNOTATION_HEADER = `# Please edit the 'last-applied-configuration' annotations below.
# Lines beginning with a '#' will be ignored, and an empty file will abort the edit.
#
`;

/** The lines that are no comments. */
const bare = (text: string): string => text.split('\n').filter((line) => !/^\s*#(?!!)/.test(line)).join('\n');

/** What counts of a text: its first document as JSON, or the text without comments. */
function counts(text: string): string {
  try {
    for (const document of documents(text, 'edited-file')) return json(document);
  } catch (error) {
    if (!known(error)) throw error;
  }
  return bare(text);
}

const commented = (text: string): string => text.replace(/\n(?!#|$)/g, '\n# ');

/** Shows objects in the editor until what was saved is taken or nothing changes. Throws CliError, Exit. */
export function* edit(k: Kubectl, infos: readonly Info[], how: Editing): Running<void> {
  const format = k.flags.text('output').toLowerCase() === 'json' ? 'json' : 'yaml';
  const fields = new Map(infos.map((info) => [info.object!.metadata?.uid, info.object!.metadata?.managedFields]));
  const shown = infos.map((info) => withoutManagedFields(info.object!));
  const printer = (yield* dataPrinter(k, format))!;
  const original = printer.print(shown.length === 1 ? shown[0]! : ({ apiVersion: 'v1', kind: 'List', metadata: {}, items: shown } as unknown as KubeObject));
  let round = new Round();
  let file = '';
  let edited = '';
  let failed = false;
  const keep = (error: unknown): unknown => {
    if (known(error) && file && k.p.files.exists(file)) k.err(`A copy of your changes has been stored to ${quote(file)}\n`);
    return error;
  };
  for (;;) {
    const head = format === 'json' ? '' : how.header + round.reasons.map(({ head: text, more }) => `# ${commented(text)}${more.length ? ':' : ''}\n${more.map((one) => `# * ${commented(one)}\n`).join('')}#\n`).join('');
    const before = edited;
    const text = head + (failed ? bare(edited) : original);
    try {
      const made = yield* launch(k, how.windows ? text.replaceAll('\n', '\r\n') : text, `.${format}`);
      if (failed && counts(before) === counts(made.text)) {
        file = made.path;
        throw new CliError('Edit cancelled, no valid changes were saved.');
      }
      if (file) k.p.files.remove(file);
      file = made.path;
      edited = made.text;
    } catch (error) {
      throw keep(error);
    }
    const wrong = how.validate ? validation(edited) : undefined;
    if (wrong !== undefined) {
      round = new Round();
      failed = true;
      const status = { kind: 'Status' as const, apiVersion: 'v1' as const, metadata: {}, status: 'Failure' as const, reason: 'Invalid', code: 422, message: '' };
      k.err(`${round.add(new StatusError({ ...status, details: { causes: [{ field: '', message: `Invalid value: "The edited file failed validation": ${wrong}` }] } }), infos[0]!)}`);
      continue;
    }
    if (counts(head + original) === counts(edited)) {
      k.p.files.remove(file);
      return k.err('Edit cancelled, no changes made.\n');
    }
    if (!edited.split('\n').some((line) => /^\s*[^#\s]/.test(line))) {
      k.p.files.remove(file);
      return k.err('Edit cancelled, saved file was empty.\n');
    }
    round = new Round();
    let updated: Info[];
    try {
      const found = yield* find(k, { namespace: k.namespace.name, text: { kind: 'text', name: 'edited-file', text: edited }, keepGoing: true, flatten: true, ...(how.subresource && { subresource: how.subresource }) });
      updated = yield* found.all();
    } catch (error) {
      if (!known(error)) throw error;
      failed = true;
      round.reasons.push({ head: `The edited file had a syntax error: ${error.message}`, more: [] });
      continue;
    }
    failed = false;
    for (const info of updated) {
      const managedFields = fields.get(info.object!.metadata?.uid);
      if (managedFields) info.object = { ...info.object!, metadata: { ...info.object!.metadata, managedFields } };
    }
    try {
      yield* how.save(updated, round);
    } catch (error) {
      throw keep(error);
    }
    if (round.retryable > 0) throw new Exit(1, `You can run \`kubectl replace -f ${file}\` to try this update again.\n`);
    if (round.notFound > 0) throw new Exit(1, `The edits you made on deleted resources have been saved to ${quote(file)}\n`);
    if (round.again === 0) return k.p.files.remove(file);
    failed = round.reasons.length > 0;
  }
}

/** What is wrong with a text before any server sees it. */
function validation(text: string): string | undefined {
  try {
    for (const document of documents(text, 'edited-file')) {
      const errors = kindErrors(document);
      return errors.length === 0 ? undefined : errors.length === 1 ? errors[0] : `[${errors.join(', ')}]`;
    }
    return kindErrors({})[0];
  } catch (error) {
    if (!known(error)) throw error;
    return error.message;
  }
}

/** Writes a temporary file, runs the editor on it, and reads it again. Throws CliError. */
function* launch(k: Kubectl, text: string, suffix: string): Running<{ readonly text: string; readonly path: string }> {
  const { p } = k;
  const folder = p.env.get('TMPDIR') || '/tmp';
  let path: string;
  do path = `${folder}/kubectl-edit-${p.random.below(4294967296)}${suffix}`;
  while (p.files.exists(path));
  try {
    p.files.write(path, text, 0o600);
  } catch (error) {
    throw goFileError(error, 'open', path);
  }
  const editor = p.env.get('KUBE_EDITOR') || p.env.get('EDITOR') || 'vi';
  const shell = editor.includes(' ') && /["'\\]/.test(editor);
  const words = shell ? [p.env.get('SHELL') || '/bin/bash', '-c', editor] : editor.split(' ');
  const program = p.find(words[0]!);
  const called = quote(words.join(' '));
  if (typeof program !== 'function') throw new CliError(`unable to launch the editor ${called}`);
  const code = yield* p.wait(p.spawn(program, shell ? [words[0]!, '-c', `${editor} ${quote(path)}`] : [...words, path]));
  if (code !== 0) throw new CliError(`there was a problem with the editor ${called}`);
  return { text: p.files.read(path), path };
}
