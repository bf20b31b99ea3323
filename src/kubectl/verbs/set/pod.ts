/**
 * kubectl set image, resources, serviceaccount: fields of Pod templates.
 * Stands for set_image.go, set_resources.go and set_serviceaccount.go of k8s.io/kubectl/pkg/cmd/set.
 */
import type { Verb } from '../../command.ts';
import { CliError, throwAll } from '../../errors.ts';
import { flags } from '../../flags.ts';
import { quote, type Rec } from '../../go.ts';
import { dryRun } from '../../modes.ts';
import { printerFor } from '../../print/printer.ts';
import { BAD_QUANTITY, canonical } from '../../quantity.ts';
import { parsePairs } from '../generate.ts';
import { resourcesAndPairs } from '../label.ts';
import { BOTH_LOCAL, SELECTING, SETTER, containersOf, isMeant, setAll, setTargets, withContainers, withPodSpec } from './setter.ts';

export const image: Verb = {
  name: 'image',
  use: '(-f FILENAME | TYPE NAME) CONTAINER_NAME_1=CONTAINER_IMAGE_1 ... CONTAINER_NAME_N=CONTAINER_IMAGE_N',
  flags: SELECTING,
  complete: 'resources',
  *run(k) {
    const { flags: f } = k;
    const mode = dryRun(k);
    yield* printerFor(k);
    const { resources, pairs } = resourcesAndPairs(k.args, 'image');
    const images = parsePairs(pairs, 'image').pairs;
    const infos = yield* setTargets(k, resources);
    const wrong: string[] = [];
    const names = Object.keys(images);
    if (f.on('all') && f.text('selector')) wrong.push('cannot set --all and --selector at the same time');
    if (resources.length === 0 && f.list('filename').length === 0 && f.text('kustomize') === '') wrong.push('one or more resources must be specified as <resource> <name> or <resource>/<name>');
    if (names.length === 0) wrong.push('at least one image update is required');
    else if (names.length > 1 && names.includes('*')) wrong.push('all containers are already specified by *, but saw more than one container_name=container_image pairs');
    if (f.on('local') && mode === 'server') wrong.push(BOTH_LOCAL);
    throwAll(wrong.map((text) => new CliError(text)));
    const errors: Error[] = [];
    yield* setAll(k, infos, {
      operation: 'image updated', failed: 'failed to patch image update to pod template:', mode, errors,
      change: (object) => withPodSpec(object, (spec) => {
        let out = spec;
        for (const name of names) {
          if (!containersOf(spec).some((c) => name === '*' || c.name === name)) errors.push(new CliError(`error: unable to find container named ${quote(name)}`));
          out = withContainers(out, (c) => (name === '*' || c.name === name ? { ...c, image: images[name] } : c));
        }
        return out;
      }),
    });
  },
};

/** `cpu=100m,memory=1Gi`. Throws CliError. */
function quantities(text: string): Rec {
  const out: Record<string, string> = {};
  for (const part of text === '' ? [] : text.split(',')) {
    const [name, value, ...more] = part.split('=');
    if (value === undefined || more.length) throw new CliError(`Invalid argument syntax ${part}, expected <resource>=<value>`);
    const quantity = canonical(value);
    if (quantity === undefined) throw new CliError(BAD_QUANTITY);
    out[name!] = quantity;
  }
  return out;
}

export const resources: Verb = {
  name: 'resources',
  use: '(-f FILENAME | TYPE NAME)  ([--limits=LIMITS & --requests=REQUESTS]',
  flags: [...SELECTING, ...flags("c containers='*'", "limits=''", "requests=''")],
  complete: 'resources',
  *run(k) {
    const { flags: f } = k;
    const mode = dryRun(k);
    yield* printerFor(k);
    const infos = yield* setTargets(k, k.args);
    if (f.on('local') && mode === 'server') throw new CliError(BOTH_LOCAL);
    if (f.on('all') && f.text('selector')) throw new CliError('cannot set --all and --selector at the same time');
    if (!f.text('limits') && !f.text('requests')) throw new CliError('you must specify an update to requests or limits (in the form of --requests/--limits)');
    const wanted = { limits: quantities(f.text('limits')), requests: quantities(f.text('requests')) };
    const pattern = f.text('containers');
    const errors: Error[] = [];
    yield* setAll(k, infos, {
      operation: 'resource requirements updated', failed: 'failed to patch resources update to pod template', mode, errors,
      change(object) {
        let found = false;
        const after = withPodSpec(object, (spec) => withContainers(spec, (c) => {
          if (!isMeant(c.name, pattern)) return c;
          found = true;
          const before = (c['resources'] ?? {}) as Readonly<Record<string, Rec>>;
          const merged = { ...before };
          for (const key of ['limits', 'requests'] as const) if (Object.keys(wanted[key]).length) merged[key] = { ...before[key], ...wanted[key] };
          return { ...c, resources: merged };
        }));
        if (found) return after;
        errors.push(new CliError(`error: unable to find container named ${pattern}`));
        return undefined;
      },
    });
  },
};

export const serviceaccount: Verb = {
  name: 'serviceaccount',
  aliases: ['sa'],
  use: '(-f FILENAME | TYPE NAME) SERVICE_ACCOUNT',
  flags: SETTER,
  complete: 'resources',
  *run(k) {
    const mode = dryRun(k);
    if (k.flags.on('local') && mode === 'server') throw new CliError(BOTH_LOCAL);
    yield* printerFor(k);
    const name = k.args.at(-1);
    if (name === undefined) throw new CliError('serviceaccount is required');
    const infos = yield* setTargets(k, k.flags.on('local') ? [] : k.args.slice(0, -1));
    yield* setAll(k, infos, {
      operation: 'serviceaccount updated', failed: 'failed to patch ServiceAccountName', mode, always: true,
      change: (object) => withPodSpec(object, (spec) => ({ ...spec, serviceAccountName: name })),
    });
  },
};
