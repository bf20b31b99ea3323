/** kubectl kustomize is not written yet: the chunk is there, so that calling it says so. */
import { KUSTOMIZE } from '../late.ts';

KUSTOMIZE.value = [];
