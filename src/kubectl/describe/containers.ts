/** Containers of a Pod or a template: image, ports, command, state, resources, probes, environment, mounts. */
import { isMap, plain, quote, sortedKeys, type Rec } from '../go.ts';
import { bool, count, date, list, pairs, rec, text, texts } from './read.ts';
import type { Sheet } from './sheet.ts';

/** The value of a field of the Pod that an environment variable refers to; '' when there is none. */
export type Resolve = (fieldPath: string) => string;

const NEVER = (): string => '';

/** How `fieldRef` reads a Pod. */
export const fieldsOf = (pod: Rec): Resolve => (path) => {
  const keyed = /^metadata\.(labels|annotations)\['(.*)'\]$/.exec(path);
  if (keyed) return pairs(pod, 'metadata', keyed[1]!)[keyed[2]!] ?? '';
  const found = path.split('.').reduce<unknown>((at, name) => (isMap(at) ? at[name] : undefined), pod);
  return found === undefined || isMap(found) ? '' : String(found);
};

function ports(container: Rec, field: 'containerPort' | 'hostPort'): string {
  return list(container, 'ports').map((port) => `${count(port, field)}/${text(port, 'protocol')}${text(port, 'name') && ` (${text(port, 'name')})`}`).join(', ');
}

function portLine(sheet: Sheet, label: string, all: string): void {
  if (all.includes(',')) sheet.field(2, `${label}s`, all);
  else sheet.field(2, label, all || '<none>');
}

function words(sheet: Sheet, label: string, all: readonly string[]): void {
  if (!all.length) return;
  sheet.line(2, `${label}:`);
  for (const word of all) for (const line of word.split('\n')) sheet.line(3, line);
}

function state(sheet: Sheet, label: string, of: Rec): void {
  const terminated = of['terminated'];
  const running = of['running'];
  if (isMap(running)) {
    sheet.field(2, label, 'Running');
    sheet.field(3, 'Started', date(text(running, 'startedAt')));
  } else if (isMap(terminated)) {
    sheet.field(2, label, 'Terminated');
    if (text(terminated, 'reason')) sheet.field(3, 'Reason', text(terminated, 'reason'));
    if (text(terminated, 'message')) sheet.field(3, 'Message', text(terminated, 'message'));
    sheet.field(3, 'Exit Code', count(terminated, 'exitCode'));
    if (count(terminated, 'signal') > 0) sheet.field(3, 'Signal', count(terminated, 'signal'));
    sheet.field(3, 'Started', date(text(terminated, 'startedAt')));
    sheet.field(3, 'Finished', date(text(terminated, 'finishedAt')));
  } else {
    sheet.field(2, label, 'Waiting');
    if (text(of, 'waiting', 'reason')) sheet.field(3, 'Reason', text(of, 'waiting', 'reason'));
  }
}

/** Limits and requests, each by name. */
export function resources(sheet: Sheet, of: Rec, level: number): void {
  for (const [label, field] of [['Limits', 'limits'], ['Requests', 'requests']] as const) {
    const all = pairs(of, field);
    if (!Object.keys(all).length) continue;
    sheet.line(level, `${label}:`);
    for (const name of sortedKeys(all)) sheet.field(level + 1, name, all[name]);
  }
}

/** `http-get http://:80/ delay=0s timeout=1s period=10s #success=1 #failure=3` */
export function probeText(probe: Rec): string {
  const attributes = `delay=${count(probe, 'initialDelaySeconds')}s timeout=${count(probe, 'timeoutSeconds')}s period=${count(probe, 'periodSeconds')}s #success=${count(probe, 'successThreshold')} #failure=${count(probe, 'failureThreshold')}`;
  if (probe['exec']) return `exec ${plain(texts(probe, 'exec', 'command'))} ${attributes}`;
  const http = probe['httpGet'];
  if (isMap(http)) {
    const path = text(http, 'path');
    return `http-get ${text(http, 'scheme').toLowerCase()}://${text(http, 'host')}:${text(http, 'port')}${path && !path.startsWith('/') ? '/' : ''}${path} ${attributes}`;
  }
  if (probe['tcpSocket']) return `tcp-socket ${text(probe, 'tcpSocket', 'host')}:${text(probe, 'tcpSocket', 'port')} ${attributes}`;
  if (probe['grpc']) return `grpc <pod>:${text(probe, 'grpc', 'port')} ${text(probe, 'grpc', 'service')} ${attributes}`;
  return `unknown ${attributes}`;
}

function resourceValue(container: Rec, ref: Rec): string {
  const resource = text(ref, 'resource');
  const [field, name] = resource.split(/\.(.*)/) as [string, string];
  const given = pairs(container, 'resources', field)[name];
  if (given === undefined) return resource === 'limits.cpu' || resource === 'limits.memory' ? 'node allocatable' : '0';
  return given;
}

function environment(sheet: Sheet, container: Rec, resolve: Resolve): void {
  const from = list(container, 'envFrom');
  if (from.length) {
    sheet.line(2, 'Environment Variables from:');
    for (const one of from) {
      const kind = one['configMapRef'] ? 'ConfigMap' : 'Secret';
      const ref = rec(one, one['configMapRef'] ? 'configMapRef' : 'secretRef');
      const prefix = text(one, 'prefix');
      sheet.line(3, `${text(ref, 'name')}\t${kind}${prefix && ` with prefix '${prefix}'`}\tOptional: ${ref['optional'] === true}`);
    }
  }
  const all = list(container, 'env');
  sheet.line(2, all.length ? 'Environment:' : 'Environment:\t<none>');
  for (const one of all) {
    const name = text(one, 'name');
    const source = one['valueFrom'];
    if (!isMap(source)) {
      text(one, 'value').split('\n').forEach((line, i) => sheet.line(3, i ? `\t${line}` : `${name}:\t${line}`));
      continue;
    }
    if (source['fieldRef']) sheet.line(3, `${name}:\t${resolve(text(source, 'fieldRef', 'fieldPath'))} (${text(source, 'fieldRef', 'apiVersion')}:${text(source, 'fieldRef', 'fieldPath')})`);
    else if (source['resourceFieldRef']) sheet.line(3, `${name}:\t${resourceValue(container, rec(source, 'resourceFieldRef'))} (${text(source, 'resourceFieldRef', 'resource')})`);
    else {
      const [kind, ref] = source['secretKeyRef'] ? ['in secret', rec(source, 'secretKeyRef')] as const : ['of config map', rec(source, 'configMapKeyRef')] as const;
      sheet.line(3, `${name}:\t<set to the key '${text(ref, 'key')}' ${kind} '${text(ref, 'name')}'>\tOptional: ${ref['optional'] === true}`);
    }
  }
}

function mounts(sheet: Sheet, container: Rec): void {
  const byPath = (field: string) => (a: Rec, b: Rec): number => (text(a, field) < text(b, field) ? -1 : 1);
  const all = [...list(container, 'volumeMounts')].sort(byPath('mountPath'));
  sheet.line(2, all.length ? 'Mounts:' : 'Mounts:\t<none>');
  for (const mount of all) {
    const flags = [mount['readOnly'] === true ? 'ro' : 'rw', ...(text(mount, 'subPath') ? [`path=${quote(text(mount, 'subPath'))}`] : [])];
    sheet.line(3, `${text(mount, 'mountPath')} from ${text(mount, 'name')} (${flags.join(',')})`);
  }
  const devices = [...list(container, 'volumeDevices')].sort(byPath('devicePath'));
  if (devices.length) sheet.line(2, 'Devices:');
  for (const device of devices) sheet.line(3, `${text(device, 'devicePath')} from ${text(device, 'name')}`);
}

/** A group of containers with their states, when there are any. `space` indents those of a template. */
export function containers(sheet: Sheet, label: string, all: readonly Rec[], states: readonly Rec[], space: string, resolve: Resolve = NEVER): void {
  sheet.line(0, `${space}${label}:${all.length ? '' : ' <none>'}`);
  for (const container of all) {
    const status = states.find((one) => text(one, 'name') === text(container, 'name'));
    sheet.line(1, `${space && ' '}${text(container, 'name')}:`);
    if (status) sheet.field(2, 'Container ID', text(status, 'containerID'));
    sheet.field(2, 'Image', text(container, 'image'));
    if (status) sheet.field(2, 'Image ID', text(status, 'imageID'));
    portLine(sheet, 'Port', ports(container, 'containerPort'));
    portLine(sheet, 'Host Port', ports(container, 'hostPort'));
    const seccomp = rec(container, 'securityContext', 'seccompProfile');
    if (seccomp['type']) sheet.field(2, 'SeccompProfile', text(seccomp, 'type'));
    if (seccomp['type'] === 'Localhost') sheet.field(3, 'LocalhostProfile', text(seccomp, 'localhostProfile'));
    words(sheet, 'Command', texts(container, 'command'));
    words(sheet, 'Args', texts(container, 'args'));
    if (status) {
      state(sheet, 'State', rec(status, 'state'));
      if (rec(status, 'lastState')['terminated']) state(sheet, 'Last State', rec(status, 'lastState'));
      sheet.field(2, 'Ready', bool(status['ready']));
      sheet.field(2, 'Restart Count', count(status, 'restartCount'));
    }
    resources(sheet, rec(container, 'resources'), 2);
    for (const [title, field] of [['Liveness', 'livenessProbe'], ['Readiness', 'readinessProbe'], ['Startup', 'startupProbe']] as const) if (container[field]) sheet.field(2, title, probeText(rec(container, field)));
    environment(sheet, container, resolve);
    mounts(sheet, container);
  }
}
