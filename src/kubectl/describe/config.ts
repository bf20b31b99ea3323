/** Describes ConfigMaps, Secrets and ServiceAccounts. */
import { sortedKeys } from '../go.ts';
import { bytes, decode } from '../base64.ts';
import type { Describer } from './describer.ts';
import { events, eventsOf } from './events.ts';
import { heading } from './parts.ts';
import { list, pairs, text } from './read.ts';
import { Sheet } from './sheet.ts';

const size = (encoded: string): number => bytes(decode(encoded) ?? '').length;

export const configMap: Describer = function* (object, see) {
  const found = see.events ? yield* eventsOf(see, object) : undefined;
  const sheet = new Sheet();
  heading(sheet, object);
  sheet.line(0, '\nData\n====');
  const plain = pairs(object, 'data');
  for (const key of sortedKeys(plain)) sheet.line(0, `${key}:\n----\n${plain[key]}\n`);
  sheet.line(0, '\nBinaryData\n====');
  const binary = pairs(object, 'binaryData');
  for (const key of sortedKeys(binary)) sheet.line(0, `${key}: ${size(binary[key]!)} bytes`);
  sheet.line(0, '');
  events(sheet, found, see.unix);
  return sheet.text();
};

export const secret: Describer = function* (object) {
  const sheet = new Sheet();
  heading(sheet, object);
  const type = text(object, 'type');
  sheet.line(0, `\nType:\t${type}`);
  sheet.line(0, '\nData\n====');
  const all = pairs(object, 'data');
  for (const key of sortedKeys(all)) sheet.field(0, key, key === 'token' && type === 'kubernetes.io/service-account-token' ? decode(all[key]!) : `${size(all[key]!)} bytes`);
  return sheet.text();
};

export const serviceAccount: Describer = function* (object, see) {
  const found = see.events ? yield* eventsOf(see, object) : undefined;
  const sheet = new Sheet();
  heading(sheet, object);
  const names = list(object, 'imagePullSecrets').map((one) => text(one, 'name'));
  if (!names.length) sheet.line(0, 'Image pull secrets:\t<none>');
  names.forEach((name, i) => sheet.line(0, `${i ? ' '.repeat(19) : 'Image pull secrets:'}\t${name}`));
  events(sheet, found, see.unix);
  return sheet.text();
};
