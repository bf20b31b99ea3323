/** A recording as text for an address: JSON, deflated, base64url. `#world=…` opens it. */
import type { Recording } from '../../world/recording.ts';

const KEY = '#world=';

const through = async (bytes: Uint8Array<ArrayBuffer>, stream: GenericTransformStream): Promise<Uint8Array<ArrayBuffer>> =>
  new Uint8Array(
    await new Response(new Blob([bytes]).stream().pipeThrough(stream as ReadableWritablePair<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>)).arrayBuffer(),
  );

const toText = (bytes: Uint8Array): string =>
  btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '');
const fromText = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (char) => char.charCodeAt(0));

/** The address of this page with a recording in it. */
export async function shareLink(recording: Recording): Promise<string> {
  const packed = await through(new TextEncoder().encode(JSON.stringify(recording)), new CompressionStream('deflate-raw'));
  return `${location.origin}${location.pathname}${KEY}${toText(packed)}`;
}

/** The recording in this page's address, which is then cleaned; undefined when there is none or it is damaged. */
export async function sharedRecording(): Promise<Recording | undefined> {
  if (!location.hash.startsWith(KEY)) return undefined;
  const text = location.hash.slice(KEY.length);
  history.replaceState(null, '', location.pathname + location.search);
  try {
    const bytes = await through(fromText(text), new DecompressionStream('deflate-raw'));
    return asRecording(JSON.parse(new TextDecoder().decode(bytes)));
  } catch {
    return undefined;
  }
}

/** A parsed file as a recording; undefined when it is none. */
export function asRecording(value: unknown): Recording | undefined {
  const recording = value as Partial<Recording> | null;
  return recording && typeof recording === 'object' && recording.format === 1 && Array.isArray(recording.inputs) && recording.setup
    ? (recording as Recording)
    : undefined;
}
