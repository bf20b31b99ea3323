/**
 * Who a container's main process runs as: the security context, the image's user, /etc/passwd and /etc/group of the image.
 * Stands for the kubelet's kuberuntime/security_context.go and containerd's oci.WithUser.
 * Unlike Kubernetes: supplementalGroupsPolicy is taken as Merge.
 */
import type { User } from '../../machine/process.ts';
import type { Container as Spec, Pod } from '../kinds/types.ts';
import { ConfigError } from './environment.ts';
import type { Tagged } from './image.ts';
import { formatPod } from './station.ts';

interface People {
  readonly users: ReadonlyMap<string, User>;
  /** Groups by their members' names. */
  readonly groups: readonly (readonly [gid: number, members: readonly string[]])[];
}

const peopleOfImages = new WeakMap<Tagged, People>();

/** Who exists in an image. */
function peopleOf(image: Tagged): People {
  let people = peopleOfImages.get(image);
  if (people) return people;
  const { files } = image.root();
  const fields = (path: string): string[][] => (files.exists(path) ? files.read(path).split('\n').filter((line) => line.includes(':')).map((line) => line.split(':')) : []);
  const users = new Map<string, User>();
  for (const [name, , uid, gid, , home = '/', shell = '/bin/sh'] of fields('/etc/passwd')) users.set(name!, { name: name!, uid: Number(uid), gid: Number(gid), home, shell });
  people = { users, groups: fields('/etc/group').map(([, , gid, members]) => [Number(gid), (members ?? '').split(',')] as const) };
  peopleOfImages.set(image, people);
  return people;
}

/** The user with all groups of the main process, the own one first. Throws ConfigError when it may not run as that. */
export function userOf(pod: Pod, spec: Spec, image: Tagged): User & { readonly groups: readonly number[] } {
  const shared = pod.spec?.securityContext;
  const own = spec.securityContext;
  const [nameOrId, groupOrId] = (image.user ?? '0').split(':') as [string, string?];
  const numeric = /^\d+$/.test(nameOrId);
  const asked = own?.runAsUser ?? shared?.runAsUser;
  const { users, groups: all } = peopleOf(image);
  const byId = (id: number): User | undefined => [...users.values()].find((user) => user.uid === id);
  const known = asked !== undefined ? byId(asked) : numeric ? byId(Number(nameOrId)) : users.get(nameOrId);
  const uid = asked ?? known?.uid ?? (numeric ? Number(nameOrId) : 0);
  if (own?.runAsNonRoot ?? shared?.runAsNonRoot) {
    const where = `(pod: "${formatPod(pod)}", container: ${spec.name})`;
    if (asked === 0) throw new ConfigError(`container's runAsUser breaks non-root policy ${where}`);
    const has = 'container has runAsNonRoot and image';
    if (asked === undefined && !numeric) throw new ConfigError(`${has} has non-numeric user (${nameOrId}), cannot verify user is non-root ${where}`);
    if (asked === undefined && uid === 0) throw new ConfigError(`${has} will run as root ${where}`);
  }
  const gid = own?.runAsGroup ?? shared?.runAsGroup ?? (groupOrId && /^\d+$/.test(groupOrId) ? Number(groupOrId) : (known?.gid ?? 0));
  const member = known ? all.filter(([, members]) => members.includes(known.name)).map(([id]) => id) : [];
  const groups = [...new Set([gid, ...member, ...(shared?.fsGroup !== undefined ? [shared.fsGroup] : []), ...(shared?.supplementalGroups ?? [])])];
  return { name: known?.name ?? String(uid), uid, gid, home: known?.home ?? '/', shell: known?.shell ?? '/bin/sh', groups };
}
