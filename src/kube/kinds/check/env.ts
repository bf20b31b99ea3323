/**
 * Environment variables and where their values come from.
 */
import { asPrefix, configKey, dnsLabel, dnsSubdomain, envName } from '../../schema/names.ts';
import type { Faults } from '../faults.ts';
import type { ConfigMapKeySelector, EnvFromSource, EnvVar, FileKeySelector } from '../types.ts';
import { checkAmountOfEnv, checkFieldOfEnv } from './downward.ts';
import { checkText, needText } from './labels.ts';
import { checkNoBacksteps } from './paths.ts';

function checkKeySelector(e: Faults, path: string, { name = '', key }: ConfigMapKeySelector): void {
  checkText(e, `${path}.name`, name, dnsSubdomain);
  needText(e, `${path}.key`, key, configKey);
}

function checkFileKey(e: Faults, path: string, { key, volumeName, path: file }: FileKeySelector): void {
  needText(e, `${path}.key`, key, envName);
  needText(e, `${path}.volumeName`, volumeName, dnsLabel);
  if (!file) e.required(`${path}.path`);
  else checkNoBacksteps(e, `${path}.path`, file);
}

function checkValueFrom(e: Faults, path: string, { value, valueFrom: from }: EnvVar): void {
  if (!from) return;
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef, fileKeyRef } = from;
  if (fieldRef) checkFieldOfEnv(e, `${path}.fieldRef`, fieldRef);
  if (resourceFieldRef) checkAmountOfEnv(e, `${path}.resourceFieldRef`, resourceFieldRef);
  if (configMapKeyRef) checkKeySelector(e, `${path}.configMapKeyRef`, configMapKeyRef);
  if (secretKeyRef) checkKeySelector(e, `${path}.secretKeyRef`, secretKeyRef);
  if (fileKeyRef) checkFileKey(e, `${path}.fileKeyRef`, fileKeyRef);
  const sources = [fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef, fileKeyRef].filter(Boolean).length;
  if (sources === 0) e.invalid(path, '', 'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`');
  else if (value) e.invalid(path, '', 'may not be specified when `value` is not empty');
  else if (sources > 1) e.invalid(path, '', 'may not have more than one field specified at a time');
}

/** The variables of a container. */
export function checkEnv(e: Faults, path: string, vars: readonly EnvVar[]): void {
  for (const [i, variable] of vars.entries()) {
    const at = `${path}[${i}]`;
    needText(e, `${at}.name`, variable.name, envName);
    checkValueFrom(e, `${at}.valueFrom`, variable);
  }
}

/** Whole ConfigMaps and Secrets as variables. */
export function checkEnvFrom(e: Faults, path: string, from: readonly EnvFromSource[]): void {
  for (const [i, { prefix, configMapRef, secretRef }] of from.entries()) {
    const at = `${path}[${i}]`;
    if (prefix) checkText(e, `${at}.prefix`, prefix, envName);
    if (configMapRef) needText(e, `${at}.configMapRef.name`, configMapRef.name, asPrefix(dnsSubdomain));
    if (secretRef) needText(e, `${at}.secretRef.name`, secretRef.name, asPrefix(dnsSubdomain));
    if (!configMapRef && !secretRef) e.invalid(path, '', 'must specify one of: `configMapRef` or `secretRef`');
    else if (configMapRef && secretRef) e.invalid(path, '', 'may not have more than one field specified at a time');
  }
}
