/** `file`: a file on the learner's machine exists and holds a text. */
import type { Check } from '../lab.ts';
import { no, ok } from '../words.ts';

export interface FileSpec {
  readonly path: string;
  readonly has?: string;
}

export const file: Check<FileSpec> = {
  name: 'file',
  fields: { path: 'text', has: 'text?' },
  test(spec, probe) {
    const text = probe.file(spec.path);
    if (text === undefined) return no(`${spec.path} 파일이 없다.`, `There is no file ${spec.path}.`);
    if (spec.has !== undefined && !text.includes(spec.has)) return no(`${spec.path} 파일에 "${spec.has}" 내용이 없다.`, `${spec.path} does not contain "${spec.has}".`);
    return ok;
  },
};
