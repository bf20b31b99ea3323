/**
 * Names of users and groups, permission letters, and the wall clock of a file's time stamps, for ls, stat, find, ps, id.
 */
import type { Stat } from '../files.ts';
import type { Process } from '../process.ts';

/** A user's name, or the number when nobody has it. */
export function userName(p: Process, uid: number): string {
  for (const user of p.machine.users.values()) if (user.uid === uid) return user.name;
  return uid === 0 ? 'root' : String(uid);
}

/** Groups as /etc/group lists them; without that file each user has a group of the user's own name. */
export function groups(p: Process): readonly { readonly name: string; readonly gid: number; readonly members: readonly string[] }[] {
  try {
    return p.machine.files
      .read('/etc/group')
      .split('\n')
      .filter((line) => line.includes(':'))
      .map((line) => line.split(':'))
      .map(([name, , gid, members]) => ({ name: name!, gid: Number(gid), members: members ? members.split(',') : [] }));
  } catch {
    return [...p.machine.users.values()].map((u) => ({ name: u.name, gid: u.gid, members: [] }));
  }
}

/** A group's name, or the number when there is none. */
export const groupName = (p: Process, gid: number): string => groups(p).find((g) => g.gid === gid)?.name ?? (gid === 0 ? 'root' : String(gid));

/** The user id that a name or number stands for. */
export function userId(p: Process, name: string): number | undefined {
  return p.machine.users.get(name)?.uid ?? (/^\d+$/.test(name) ? Number(name) : name === 'root' ? 0 : undefined);
}

/** The group id that a name or number stands for. */
export function groupId(p: Process, name: string): number | undefined {
  return groups(p).find((g) => g.name === name)?.gid ?? (/^\d+$/.test(name) ? Number(name) : name === 'root' ? 0 : undefined);
}

/** `drwxr-xr-x` */
export function modeLetters(stat: Stat): string {
  const kind = stat.type === 'directory' ? 'd' : stat.type === 'link' ? 'l' : stat.type === 'device' ? 'c' : '-';
  const special = [stat.mode & 0o4000, stat.mode & 0o2000, stat.mode & 0o1000];
  let out = kind;
  for (let who = 0; who < 3; who++) {
    const bits = (stat.mode >> (6 - 3 * who)) & 7;
    const x = bits & 1;
    const s = special[who] ? (who < 2 ? (x ? 's' : 'S') : x ? 't' : 'T') : x ? 'x' : '-';
    out += (bits & 4 ? 'r' : '-') + (bits & 2 ? 'w' : '-') + s;
  }
  return out;
}

/** Unix milliseconds of a time stamp. */
export const wallTime = (p: Process, at: number): number => p.date - p.now + at;

/** Sizes as `ls -h` and `du -h` write them: rounded up, one digit behind the point below ten. */
export function human(size: number, units = ' KMGTP'): string {
  if (size < 1024) return String(size);
  let n = size;
  let unit = 0;
  while (n >= 1024 && unit < units.length - 1) {
    n /= 1024;
    unit++;
  }
  const tenths = Math.ceil(n * 10) / 10;
  return (tenths < 10 ? tenths.toFixed(1) : String(Math.ceil(n))) + units[unit];
}

/** 512-byte blocks that a file takes on a disk with blocks of 4 KiB. */
export const blocks = (stat: Stat): number => (stat.type === 'directory' ? 8 : stat.type === 'file' ? Math.ceil(stat.size / 4096) * 8 : 0);
