/** All checks by name. To add one: a file beside this one, and its line here. */
import type { Check, CheckSpec, Probe, Verdict } from '../lab.ts';
import { all, any, later, none } from './combine.ts';
import { endpoints } from './endpoints.ts';
import { file } from './file.ts';
import { gone } from './gone.ts';
import { happened } from './happened.ts';
import { object } from './object.ts';
import { reply } from './reply.ts';
import { serves } from './serves.ts';

export const checks: ReadonlyMap<string, Check<never>> = new Map(
  [all, any, endpoints, file, gone, happened, later, none, object, reply, serves].map((check) => [check.name, check as Check<never>]),
);

/** Runs a check as written in lab.yaml. A name that is not there breaks the lab: format.ts refuses it before. */
export function test(spec: CheckSpec, probe: Probe): Verdict {
  const [[name, fields] = ['', undefined]] = Object.entries(spec);
  const check = checks.get(name);
  if (!check) throw new Error(`no check is called ${name}`);
  return check.test(fields as never, probe);
}
