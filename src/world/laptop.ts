/**
 * The learner's own machine beside the cluster: a small Debian with kubectl, a home directory and an administrator's kubeconfig.
 */
import { kubectl } from '../kubectl/kubectl.ts';
import type { Cluster } from '../kube/cluster.ts';
import { commands } from '../machine/commands/index.ts';
import type { Kernel } from '../machine/kernel.ts';
import type { Machine, User } from '../machine/process.ts';
import type { Terminal } from '../machine/tty.ts';
