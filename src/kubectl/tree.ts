/**
 * The commands of kubectl in their order, and which piece of code holds each.
 * What is used in the first minutes is here at once; the rest is loaded when it is first called.
 */
import type { Chunk } from '../sim/chunk.ts';
import { chunk } from '../sim/chunk.ts';
import type { LateVerb, Verb } from './command.ts';
import { GLOBAL } from './flags.ts';
import { get } from './verbs/get.ts';

/** Commands that change objects. */
export const CHANGE = chunk<readonly Verb[]>('kubectl/change');
/** Commands that take nodes out of service and put them back. */
export const NODES = chunk<readonly Verb[]>('kubectl/nodes');
/** Commands that keep a connection open. */
export const STREAMS = chunk<readonly Verb[]>('kubectl/streams');
/** Commands about the client, the server and its users. */
export const ABOUT = chunk<readonly Verb[]>('kubectl/about');
/** Commands that explain. */
export const DESCRIBE = chunk<readonly Verb[]>('kubectl/describe');
export const EXPLAIN = chunk<readonly Verb[]>('kubectl/explain');
export const KUSTOMIZE = chunk<readonly Verb[]>('kubectl/kustomize');
export const COMPLETION = chunk<readonly Verb[]>('kubectl/completion');

const late = (chunkOf: Chunk<readonly Verb[]>, name: string, more: Partial<LateVerb> = {}): LateVerb => ({ name, chunk: chunkOf, ...more });

/** The command `kubectl` itself. */
export const ROOT: Verb = {
  name: 'kubectl',
  use: '[flags]',
  shared: GLOBAL,
  verbs: [
    late(CHANGE, 'create'), late(CHANGE, 'expose'), late(CHANGE, 'run'), late(CHANGE, 'set'),
    late(EXPLAIN, 'explain'), get, late(CHANGE, 'edit'), late(CHANGE, 'delete', { suggest: ['rm', 'remove'] }),
    late(CHANGE, 'rollout'), late(CHANGE, 'scale'), late(CHANGE, 'autoscale'),
    late(ABOUT, 'certificate'), late(ABOUT, 'cluster-info', { aliases: ['clusterinfo'] }), late(ABOUT, 'top', { suggest: ['stats'] }), late(NODES, 'cordon'), late(NODES, 'uncordon'), late(NODES, 'drain'), late(NODES, 'taint'),
    late(DESCRIBE, 'describe', { suggest: ['inspect'] }), late(STREAMS, 'logs'), late(STREAMS, 'attach'), late(STREAMS, 'exec'), late(STREAMS, 'port-forward'), late(STREAMS, 'proxy'), late(STREAMS, 'cp'), late(ABOUT, 'auth'), late(STREAMS, 'debug'), late(ABOUT, 'events'),
    late(CHANGE, 'diff'), late(CHANGE, 'apply'), late(CHANGE, 'patch'), late(CHANGE, 'replace'), late(CHANGE, 'wait'), late(KUSTOMIZE, 'kustomize'),
    late(CHANGE, 'label'), late(CHANGE, 'annotate'), late(COMPLETION, 'completion'), late(COMPLETION, '__complete', { hidden: true }), late(COMPLETION, '__completeNoDesc', { hidden: true }),
    late(ABOUT, 'config'), late(ABOUT, 'plugin'), late(ABOUT, 'version'), late(ABOUT, 'api-versions'), late(ABOUT, 'api-resources'), late(ABOUT, 'options'), late(ABOUT, 'kuberc'),
  ],
};
