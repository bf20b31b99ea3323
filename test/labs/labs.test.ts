/** Every lab is proven both ways: untouched it scores nothing, solved it scores all, and each wrong way fails as told. */
import { test, describe } from 'node:test';
import assert from 'node:assert/strict';
import { filesOfLab, labIds, loadLab } from '../../src/serve/labs.ts';
import { parseTranscript, type Step } from '../../src/lab/transcript.ts';
import { after, doneTasks, open, perform, screenOf } from '../typist.ts';

const HOUR = 3_600_000;
/** Things that a curious learner does besides, and that must not matter. */
const EXTRAS = `
$ kubectl create configmap extra --from-literal=a=b
$ kubectl create namespace playground
$ kubectl -n playground create deployment extra --image=nginx --replicas=2
$ kubectl -n playground expose deployment extra --port=80
$ echo note > note.txt
`;

/** The steps of a solution by the task that their comment names (`# task: why`). */
function byTask(steps: readonly Step[]): ReadonlyMap<string, readonly Step[]> {
  const parts = new Map<string, Step[]>();
  let part: Step[] = [];
  for (const step of steps) {
    const task = 'say' in step ? /^# ([a-z][a-z0-9-]*):/.exec(step.say)?.[1] : undefined;
    if (task) parts.set(task, (part = []));
    else if (!('say' in step)) part.push(step);
  }
  return parts;
}

for (const id of labIds()) {
  describe(`lab ${id}`, () => {
    const lab = loadLab(id);
    const all = lab.tasks.map((task) => task.id);
    const parts = byTask(parseTranscript(lab.solution).steps);

    test('untouched, it scores nothing, now and an hour later', () => {
      const progress = open(lab);
      assert.deepEqual(doneTasks(progress), []);
      progress.advance(progress.world.now + HOUR);
      progress.look();
      assert.deepEqual(doneTasks(progress), []);
    });

    test('its solution scores all, and still does an hour later', () => {
      const progress = after(lab, lab.solution);
      assert.deepEqual(doneTasks(progress), all, screenOf(progress.world));
      progress.advance(progress.world.now + HOUR);
      progress.look();
      assert.deepEqual(doneTasks(progress), all);
    });

    test('harmless extras change nothing', () => {
      const progress = open(lab);
      perform(progress, [...parseTranscript(EXTRAS.trim()).steps, ...parseTranscript(lab.solution).steps]);
      assert.deepEqual(doneTasks(progress), all, screenOf(progress.world));
    });

    test('its solution names every task', () => assert.deepEqual([...parts.keys()], all));

    for (const task of all) {
      test(`without the lines of ${task}, that task fails`, () => {
        const progress = open(lab);
        perform(progress, [...parts].flatMap(([name, steps]) => (name === task ? [] : steps)));
        assert.ok(!doneTasks(progress).includes(task), screenOf(progress.world));
      });
    }

    for (const [name, text] of Object.entries(filesOfLab(id)).filter(([file]) => file.startsWith('wrong/'))) {
      test(`${name} fails as told`, () => {
        const fails = /^# fails: (.+)$/m.exec(text)?.[1];
        const says = /^# says: (.+)$/m.exec(text)?.[1];
        const progress = after(lab, text);
        const state = progress.states.find((one) => one.task.id === fails);
        assert.ok(state, `${name} names no task of the lab`);
        assert.ok(!progress.done(state), `${fails} passes\n${screenOf(progress.world)}`);
        assert.equal(state.verdict.ok ? '' : state.verdict.why.en, says, screenOf(progress.world));
      });
    }
  });
}
