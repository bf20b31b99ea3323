/** YAML as kubectl reads and prints it: values, go-yaml's error texts, layout. Expected results come from sigs.k8s.io/yaml itself. */
import { deepEqual, equal, throws } from 'node:assert/strict';
import { test } from 'node:test';
import { parseYaml } from '../../src/kubectl/yaml/parse.ts';
import { printYaml } from '../../src/kubectl/yaml/print.ts';

const wrong = (text: string, message: string): void => throws(() => parseYaml(text), { message });

test('a document becomes plain values', () => {
  deepEqual(parseYaml('a: 1\nb: [x, {c: yes}]\nd: |\n  two\n  lines\ne: "q\\u00e9"\nf:\n- 010\n- 0x1F\n- 1e3\n- ~\n- 2026-11-24\n'), {
    a: 1, b: ['x', { c: true }], d: 'two\nlines\n', e: 'qé', f: [8, 31, 1000, null, '2026-11-24'],
  });
});

test('anchors, aliases and merges are resolved', () => {
  deepEqual(parseYaml('base: &b {x: 1, z: 2}\nuse:\n  <<: *b\n  z: 3\nagain: *b\n'), { base: { x: 1, z: 2 }, use: { x: 1, z: 3 }, again: { x: 1, z: 2 } });
});

test('the last of two equal keys counts', () => {
  deepEqual(parseYaml('a: 1\na: 2\n'), { a: 2 });
});

test('errors are those of go-yaml, with its line numbers', () => {
  wrong('a: 1\nb:\n\tc: 1\n', 'yaml: line 3: found character that cannot start any token');
  wrong('a: 1\nb:\n  - x\n\ty: 1\n', 'yaml: line 4: found a tab character that violates indentation');
  wrong('a: b\n  c: d\n', 'yaml: line 2: mapping values are not allowed in this context');
  wrong('a: 1\nb: {{ .Values.x }}-y\n', 'yaml: line 1: did not find expected key');
  wrong('a: 1\nb: ["x"\nc: 1\n', "yaml: line 2: did not find expected ',' or ']'");
  wrong('a: *b\n', "yaml: unknown anchor 'b' referenced");
  wrong('a: 1\nb: * * *\n', 'yaml: line 2: did not find expected alphabetic or numeric character');
  wrong('a: "x\n', 'yaml: line 2: found unexpected end of stream');
  wrong('a: 1\nb: @x\n', 'yaml: line 2: found character that cannot start any token');
  wrong('a: 1\nb: "C:\\Users"\n', 'yaml: line 2: did not find expected hexdecimal number');
  wrong('a: 1\nb\nc: 1\n', "yaml: line 3: could not find expected ':'");
  wrong('{a: b}: c\n', 'yaml: invalid map key: map[interface {}]interface {}{"a":"b"}');
});

test('strings are quoted when they would read as something else', () => {
  equal(printYaml({ a: 'yes', b: '1', c: '1:30', d: 'x: y', e: '*', f: '', g: "it's", h: '- x', i: '😀', j: 'a\tb', k: ' x', l: 'y', m: '#x', n: 'a #b' }),
    'a: "yes"\nb: "1"\nc: "1:30"\nd: \'x: y\'\ne: \'*\'\nf: ""\ng: it\'s\nh: \'- x\'\ni: "\\U0001F600"\nj: "a\\tb"\nk: \' x\'\nl: "y"\nm: \'#x\'\n"n": \'a #b\'\n');
});

test('several lines print as a block, long ones are folded at a blank', () => {
  equal(printYaml({ a: 'x\ny', b: 'x\n', c: '\nx\n\n', d: `${'word '.repeat(20)}end` }),
    'a: |-\n  x\n  y\nb: |\n  x\nc: |2+\n\n  x\n\nd: word word word word word word word word word word word word word word word word\n  word word word word end\n');
});

test('keys are in natural order, lists stand at the level of their key', () => {
  equal(printYaml({ b: [{ y: 1, x: [1, [2]] }, []], a10: {}, a9: null, A: 1.5, c: 1e21 }), 'A: 1.5\na9: null\na10: {}\nb:\n- x:\n  - 1\n  - - 2\n  "y": 1\n- []\nc: 1e+21\n');
});
