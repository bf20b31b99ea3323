/**
 * kubectl set: the command above its setters (set/).
 * Stands for k8s.io/kubectl/pkg/cmd/set.
 */
import type { Verb } from '../command.ts';
import { env } from './set/env.ts';
import { selector, subject } from './set/other.ts';
import { image, resources, serviceaccount } from './set/pod.ts';

export const set: Verb = { name: 'set', use: 'SUBCOMMAND', group: 'strict', verbs: [env, image, resources, selector, serviceaccount, subject] };
