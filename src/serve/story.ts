/**
 * `npm run -s story -- [--out FOLDER] FILE…`: runs recorded stories on a fresh standard cluster, as fast as this machine can,
 * and prints each in the recorded form: commands, combined output, `? code`.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseTranscript, writeTranscript, type Step } from '../lab/transcript.ts';
import '../world/everything.ts';
import { Script } from '../world/script.ts';
import { begin } from '../world/world.ts';

const EPOCH = '2026-11-24T10:30:00Z';

/** Runs a story; what it says comes back in the same form. An unsupported line does not stop it. */
export function tell(text: string): string {
  const { steps, files } = parseTranscript(text);
  const world = begin({ seed: 'story', epoch: EPOCH, home: files }, 'story');
  const script = new Script(world);
  const said = steps.map((step): Step => {
    if ('wait' in step) world.advance(step.wait);
    if (!('line' in step)) return step;
    try {
      const { output, code } = script.line(step.line);
      return { line: step.line, output: output.replace(/\n$/, '').split('\n').slice(0, output ? undefined : 0), code };
    } catch (error) {
      return { line: step.line, output: [`(the simulator broke: ${(error as Error).message})`], code: 70 };
    }
  });
  return writeTranscript({ steps: said, files });
}

if (import.meta.main) {
  const args = process.argv.slice(2);
  const at = args.indexOf('--out');
  const out = at < 0 ? undefined : args.splice(at, 2)[1];
  if (!args.length) {
    console.error('usage: npm run -s story -- [--out FOLDER] FILE…');
    process.exit(2);
  }
  if (out) mkdirSync(out, { recursive: true });
  for (const file of args) {
    const text = tell(readFileSync(file, 'utf8'));
    if (out) writeFileSync(join(out, basename(file)), text);
    else process.stdout.write(text);
  }
}
