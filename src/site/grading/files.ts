/** Files as an instructor drops them: JSON as it is, a zip opened, folders walked. */

export interface Dropped {
  readonly name: string;
  readonly text: string;
}

/** No hand-in is larger; a larger file is not read. */
const LARGEST = 8_000_000;
const isHandIn = (name: string): boolean => name.endsWith('.json') && !/(^|\/)(__MACOSX|\.)/.test(name);

/** Reads files; `bad` hears of each zip that cannot be opened. */
export async function readFiles(files: Iterable<File>, bad: (name: string) => void): Promise<readonly Dropped[]> {
  const out: Dropped[] = [];
  for (const file of files) {
    if (/\.zip$/i.test(file.name)) {
      try {
        const { unzipSync } = await import('fflate');
        const inside = unzipSync(new Uint8Array(await file.arrayBuffer()), { filter: ({ name, originalSize }) => isHandIn(name) && originalSize < LARGEST });
        for (const [name, bytes] of Object.entries(inside)) out.push({ name: name.split('/').at(-1)!, text: new TextDecoder().decode(bytes) });
      } catch {
        bad(file.name);
      }
    } else if (isHandIn(file.name)) {
      out.push({ name: file.name, text: file.size < LARGEST ? await file.text() : '' });
    }
  }
  return out;
}

async function walk(entry: FileSystemEntry, into: File[]): Promise<void> {
  if (entry.isFile) {
    into.push(await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject)));
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (!some.length) return;
    for (const one of some) await walk(one, into);
  }
}

/** All files of a drop, those in folders included. */
export async function filesOf(transfer: DataTransfer): Promise<readonly File[]> {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  if (!entries.length) return [...transfer.files];
  const out: File[] = [];
  for (const entry of entries) await walk(entry, out);
  return out;
}
