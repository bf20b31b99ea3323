/** Late code of the engine by chunk name: what the worker loads when a program first needs it. */
import { LATE, type Suite } from '../machine/commands/chunks.ts';

type Load = () => Promise<unknown>;
const nameOf = (path: string): string => /([\w-]+)\.ts$/.exec(path)![1]!;

/** Late commands export a `suite`; the list is that of src/machine/commands/chunks.ts. */
const commands = import.meta.glob<{ readonly suite: Suite }>(
  '../machine/commands/{absent,awk,calculate,copy,curl,diff,digest,dump,find,host,hunt,inspect,jq,lines,lookup,mode,nano,network,openssl,pager,ps,sed,tar,top,vi,watch,wget}.ts',
);

const loaders: Readonly<Record<string, Load>> = {
  // These modules fill their chunk themselves; kubectl's are named after their file, `kubectl/describe`.
  'kube/custom': () => import('../kube/api/custom/index.ts'),
  'kube/openapi': () => import('../kube/api/openapi.ts'),
  'kube/checks': () => import('../kube/kinds/checks.ts'),
  'images/programs': () => import('../images/late-programs.ts'),
  ...Object.fromEntries(Object.entries(import.meta.glob('../kubectl/chunks/*.ts')).map(([path, load]): [string, Load] => [`kubectl/${nameOf(path)}`, load])),
  ...Object.fromEntries(
    Object.entries(commands).map(([path, load]): [string, Load] => {
      const chunk = LATE[nameOf(path) as keyof typeof LATE];
      return [chunk.name, async () => (chunk.value = (await load()).suite)];
    }),
  ),
};

/** Loads a chunk; afterwards its value is there. Throws when the name is unknown or the network is gone. */
export async function loadChunk(name: string): Promise<void> {
  const load = loaders[name];
  if (!load) throw new Error(`no chunk is called ${name}`);
  await load();
}

/** Loads all late code: a replay runs in one go and cannot wait for it. */
export const loadAll = (): Promise<unknown> => Promise.all(Object.keys(loaders).map(loadChunk));
