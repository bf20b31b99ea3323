/** Late code of the engine by chunk name: what the worker loads when a program first needs it. */
const loaders: Readonly<Record<string, () => Promise<unknown>>> = {};

/** Loads a chunk; the module fills the chunk's value itself. Throws when the name is unknown or the network is gone. */
export async function loadChunk(name: string): Promise<void> {
  const load = loaders[name];
  if (!load) throw new Error(`no chunk is called ${name}`);
  await load();
}

/** Loads all late code: a replay runs in one go and cannot wait for it. */
export const loadAll = (): Promise<unknown> => Promise.all(Object.keys(loaders).map(loadChunk));
