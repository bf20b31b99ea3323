/** Fills the chunk of generators of `kubectl create`. */
import { CREATE } from '../late.ts';
import { clusterrole, clusterrolebinding, role, rolebinding, serviceaccount, token } from '../verbs/create/access.ts';
import { configmap, secret } from '../verbs/create/config.ts';
import { ingress, service } from '../verbs/create/network.ts';
import { namespace, poddisruptionbudget, priorityclass, quota } from '../verbs/create/policy.ts';
import { cronjob, job } from '../verbs/create/workloads.ts';

CREATE.value = [namespace, quota, secret, configmap, serviceaccount, service, clusterrole, clusterrolebinding, role, rolebinding, poddisruptionbudget, priorityclass, job, cronjob, ingress, token];
