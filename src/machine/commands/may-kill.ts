/**
 * Who may send signals to whom: root to all, others to their own. Stands for the check in kill(2).
 */
import type { Process } from '../process.ts';

/** Whether `p` may send signals to `q`. */
export const mayKill = (p: Process, q: Process): boolean => p.user.uid === 0 || p.user.uid === q.user.uid;
