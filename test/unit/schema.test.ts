/** The schema's reader, the decoder, and quantities. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { decode, DecodeError, normalise } from '../../src/kube/schema/decode.ts';
import { addQuantities, canonicalQuantity, compareQuantities, milliOf, parseQuantity, subtractQuantities, wholeOf, WRONG_FORMAT, WRONG_SUFFIX } from '../../src/kube/schema/quantity.ts';
import { allTypes, resourceAt, resourceNamed, resourceOf, resources, typeOf } from '../../src/kube/schema/schema.ts';

test('resources are found by path, by name and by kind', () => {
  const deployments = resourceAt('apps', 'v1', 'deployments')!;
  assert.equal(deployments.groupResource, 'deployments.apps');
  assert.equal(resourceNamed('deployments.apps'), deployments);
  assert.equal(resourceOf('apps/v1', 'Deployment'), deployments);
  assert.deepEqual(deployments.shortNames, ['deploy']);
  assert.deepEqual(deployments.subresources.map((s) => s.name), ['scale', 'status']);
  assert.equal(deployments.subresources[0]!.apiVersion, 'autoscaling/v1');
  assert.equal(resourceNamed('horizontalpodautoscalers.autoscaling')!.version, 'v2');
  assert.equal(resourceNamed('nodes')!.namespaced, false);
});

test('every resource has a type, and every line of the schema can be read', () => {
  for (const resource of resources) assert.ok(resource.type, resource.groupResource);
  for (const type of allTypes) for (const field of type.fields.values()) assert.ok(field.base, `${type.name}.${field.name}`);
});

test('fields know how lists are merged, which values are allowed, and what is always written', () => {
  const spec = typeOf('v1', 'Pod')!.fields.get('spec')!.type!;
  const containers = spec.fields.get('containers')!;
  assert.deepEqual([containers.listType, containers.keys, containers.mergeKey, containers.required, containers.always], ['map', ['name'], 'name', true, true]);
  const container = containers.of!.type!;
  assert.deepEqual(container.fields.get('imagePullPolicy')!.enum, ['Always', 'IfNotPresent', 'Never']);
  assert.deepEqual(container.fields.get('ports')!.keys, ['containerPort', 'protocol']);
  assert.equal(container.fields.get('ports')!.of!.type!.fields.get('protocol')!.default, 'TCP');
  assert.equal(spec.fields.get('volumes')!.retainKeys, true);
});

const pod = typeOf('v1', 'Pod')!;
const spec = (extra: unknown): unknown => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' }, spec: extra });

test('decoding puts fields into order, drops what Go leaves out, and fills in what it always writes', () => {
  const { object } = decode(spec({ hostNetwork: false, automountServiceAccountToken: false, containers: [{ image: 'x', name: 'c', args: [], stdin: true }] }), pod);
  assert.deepEqual(Object.keys(object), ['kind', 'apiVersion', 'metadata', 'spec', 'status']);
  assert.deepEqual(object['spec'], { containers: [{ name: 'c', image: 'x', resources: {}, stdin: true }], automountServiceAccountToken: false });
  assert.deepEqual(decode({ rules: [] }, typeOf('rbac.authorization.k8s.io/v1', 'Role')!).object, { metadata: {}, rules: null });
});

test('unknown fields are told with their paths', () => {
  const { unknown } = decode(spec({ containers: [{ name: 'c', port: 1, ports: [{ containerport: 80 }] }], replica: 1 }), pod);
  assert.deepEqual(unknown, ['spec.containers[0].port', 'spec.containers[0].ports[0].containerport', 'spec.replica']);
});

test('wrong types are refused in the words of the decoder of Go', () => {
  const fails = (value: unknown, text: string): void => assert.throws(() => decode(value, pod), (error: unknown) => error instanceof DecodeError && error.message === text);
  fails(spec({ containers: 'x' }), 'json: cannot unmarshal string into Go struct field PodSpec.spec.containers of type []v1.Container');
  fails(spec({ containers: [{ name: 'c', imagePullPolicy: 5 }] }), 'json: cannot unmarshal number into Go struct field Container.spec.containers.imagePullPolicy of type v1.PullPolicy');
  fails(spec({ containers: [{ ports: [{ containerPort: 1.5 }] }] }), 'json: cannot unmarshal number 1.5 into Go struct field ContainerPort.spec.containers.ports.containerPort of type int32');
  fails(spec({ nodeSelector: { a: true } }), 'json: cannot unmarshal bool into Go struct field PodSpec.spec.nodeSelector of type string');
  fails(spec({ containers: [{ resources: { limits: { cpu: 'much' } } }] }), WRONG_FORMAT);
});

test('frozen parts of a component\'s object are kept as they are', () => {
  const labels = Object.freeze({ b: '1', a: '2' });
  const made = normalise({ metadata: { name: 'a', labels }, spec: { containers: [{ name: 'c' }] } }, pod);
  assert.equal((made['metadata'] as { labels: unknown }).labels, labels);
  assert.deepEqual(made['spec'], { containers: [{ name: 'c', resources: {} }] });
});

test('quantities have the canonical form of Kubernetes', () => {
  const table: readonly (readonly [string, string])[] = [
    ['1024Mi', '1Gi'], ['512Mi', '512Mi'], ['1.5Gi', '1536Mi'], ['0.5', '500m'], ['100m', '100m'], ['1000m', '1'], ['02', '02'], ['1.5', '1500m'], ['1.234', '1.234'], ['1E3', '1E3'], ['1000k', '1M'], ['0', '0'], ['0.1m', '100u'],
    ['123456789Ki', '123456789Ki'], ['1000Ki', '1000Ki'], ['-5', '-5'], ['12e6', '12e6'], ['.5', '500m'], ['1Ki', '1Ki'], ['0.5Ki', '512'], ['100n', '100n'],
  ];
  for (const [written, canonical] of table) assert.equal(canonicalQuantity(written), canonical, written);
  assert.equal(parseQuantity('1x'), WRONG_FORMAT);
  assert.equal(parseQuantity('1mm'), WRONG_SUFFIX);
});

test('quantities are compared, added and counted', () => {
  assert.equal(compareQuantities('1Gi', '1024Mi'), 0);
  assert.equal(compareQuantities('1', '999m'), 1);
  assert.equal(addQuantities('500m', '1'), '1500m');
  assert.equal(addQuantities('0', '64Mi'), '64Mi');
  assert.equal(subtractQuantities('1Gi', '512Mi'), '512Mi');
  assert.equal(milliOf('0.1'), 100);
  assert.equal(wholeOf('1Ki'), 1024);
  assert.equal(wholeOf('100m'), 1);
});
