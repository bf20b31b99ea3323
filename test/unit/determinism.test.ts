/** A world is a replay: random sessions, recorded and replayed, end in the same bytes, wherever they are cut. */
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { begin, replay } from '../../src/world/world.ts';
import { Random } from '../../src/sim/random.ts';
import '../../src/world/everything.ts';
import { randomSession } from '../sessions.ts';

const SETUP = { seed: 'determinism', epoch: '2026-11-24T00:00:00Z' };

for (const seed of ['one', 'two', 'three', 'four', 'five']) {
  test(`session ${seed} replays to the same world at random moments`, () => {
    const world = begin(SETUP, 'test');
    const random = new Random(seed);
    for (const step of randomSession(random, 25)) {
      if ('wait' in step) world.advance(step.wait);
      else world.press(step.input);
      if (random.below(12) === 0) assert.equal(replay(world.record()).fingerprint(), world.fingerprint());
    }
    world.advance(5000);
    const again = replay(world.record());
    assert.equal(again.fingerprint(), world.fingerprint());
    assert.equal(again.takeScreen(0, true), world.takeScreen(0, true));
  });
}

test('a fork has the same future, and spoiling it leaves the world alone', () => {
  const world = begin(SETUP, 'test');
  world.press({ keys: 'kubectl create deployment web --image=nginx --replicas=3\r' });
  world.advance(700);
  const fork = world.fork();
  world.advance(10_000);
  const spoiled = world.fork();
  spoiled.press({ keys: 'kubectl delete deployment web\r' });
  spoiled.advance(20_000);
  fork.advance(10_000);
  assert.equal(fork.fingerprint(), world.fingerprint());
  assert.ok(world.read.get('deployments.apps', 'default', 'web'));
  assert.equal(spoiled.read.get('deployments.apps', 'default', 'web'), undefined);
});
