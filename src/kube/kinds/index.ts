/**
 * Every built-in kind that knows more than its schema says.
 */
import type { Kind } from '../api/kind.ts';
import { deployment } from './deployment.ts';
import { namespace } from './namespace.ts';
import { node } from './node.ts';
import { pod } from './pod.ts';
import { replicaSet } from './replicaset.ts';
import { service } from './service.ts';

export const kinds: readonly Kind[] = [pod, service, deployment, replicaSet, node, namespace];
