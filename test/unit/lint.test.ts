/** The editor's errors: in Kubernetes' words, at the right place of the text. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lintManifests } from '../../src/lab/lint.ts';

const shown = (text: string): string[] => lintManifests(text).map(({ line, column, message }) => `${line}:${column} ${message}`);

const POD = ['apiVersion: v1', 'kind: Pod', 'metadata:', '  name: a', 'spec:', '  containers:', '  - name: x', '    image: nginx', ''];

test('a right manifest has no problems', () => assert.deepEqual(shown(POD.join('\n')), []));

test('an unknown field is found where it stands in its list item', () => {
  assert.deepEqual(shown(POD.with(7, '    imagee: nginx').join('\n')), ['8:5 unknown field "spec.containers[0].imagee"']);
});

test('a tab is named with its line', () => {
  assert.deepEqual(shown(POD.with(3, '\tname: a').join('\n')), ['4:1 yaml: line 4: found character that cannot start any token']);
});

test('a kind in the wrong case is told from a custom resource', () => {
  assert.deepEqual(shown('apiVersion: v1\nkind: service\n'), ['2:1 no matches for kind "service" in version "v1" (Service, v1)']);
  assert.deepEqual(shown('apiVersion: example.com/v1\nkind: Widget\n'), []);
});

test('lines count on through several documents', () => {
  assert.deepEqual(shown(`${POD.join('\n')}---\n${POD.with(6, '  - nam: x').join('\n')}`), ['16:3 spec.containers[0].name: Required value', '16:5 unknown field "spec.containers[0].nam"']);
});
