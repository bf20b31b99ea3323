/**
 * The commands of kubectl in their order, and which piece of code holds each.
 * What is used in the first minutes is here at once; the rest is loaded when it is first called (late.ts).
 */
import type { Verb } from './command.ts';
import { GLOBAL } from './flags.ts';
import { ABOUT, CHANGE, COMPLETION, DESCRIBE, EXPLAIN, KUSTOMIZE, NODES, STREAMS, late } from './late.ts';
import { apply } from './verbs/apply.ts';
import { create } from './verbs/create.ts';
import { remove } from './verbs/delete.ts';
import { get } from './verbs/get.ts';
import { run } from './verbs/run.ts';

/** The command `kubectl` itself. */
export const ROOT: Verb = {
  name: 'kubectl',
  use: '[flags]',
  shared: GLOBAL,
  verbs: [
    create, late(CHANGE, 'expose'), run, late(CHANGE, 'set'),
    late(EXPLAIN, 'explain'), get, late(CHANGE, 'edit'), remove,
    late(CHANGE, 'rollout'), late(CHANGE, 'scale'), late(CHANGE, 'autoscale'),
    late(ABOUT, 'certificate'), late(ABOUT, 'cluster-info', { aliases: ['clusterinfo'] }), late(ABOUT, 'top', { suggest: ['stats'] }), late(NODES, 'cordon'), late(NODES, 'uncordon'), late(NODES, 'drain'), late(NODES, 'taint'),
    late(DESCRIBE, 'describe', { suggest: ['inspect'] }), late(STREAMS, 'logs'), late(STREAMS, 'attach'), late(STREAMS, 'exec'), late(STREAMS, 'port-forward'), late(STREAMS, 'proxy'), late(STREAMS, 'cp'), late(ABOUT, 'auth'), late(STREAMS, 'debug'), late(ABOUT, 'events'),
    late(CHANGE, 'diff'), apply, late(CHANGE, 'patch'), late(CHANGE, 'replace'), late(CHANGE, 'wait'), late(KUSTOMIZE, 'kustomize'),
    late(CHANGE, 'label'), late(CHANGE, 'annotate'), late(COMPLETION, 'completion'), late(COMPLETION, '__complete', { hidden: true }), late(COMPLETION, '__completeNoDesc', { hidden: true }),
    late(ABOUT, 'config'), late(ABOUT, 'plugin'), late(ABOUT, 'version'), late(ABOUT, 'api-versions'), late(ABOUT, 'api-resources'), late(ABOUT, 'options'), late(ABOUT, 'kuberc'),
  ],
};
