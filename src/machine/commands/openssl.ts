/**
 * openssl: rand and base64.
 * Unlike OpenSSL: no keys are made, nothing is signed or encrypted.
 */
import type { ExitCode, Process, Running } from '../process.ts';
import { encode64, decode64 } from './base64.ts';
import { fromBytes, toBytes } from './bytes.ts';
import type { Suite } from './chunks.ts';
import { Input, open } from './input.ts';

function* openssl(p: Process): Running<ExitCode> {
  const [name, ...args] = p.args.slice(1);
  const has = (flag: string): boolean => args.includes(flag);
  const value = (flag: string): string | undefined => (args.includes(flag) ? args[args.indexOf(flag) + 1] : undefined);
  switch (name) {
    case 'version':
      p.write('OpenSSL 3.0.17 1 Jul 2025 (Library: OpenSSL 3.0.17 1 Jul 2025)\n');
      return 0;
    case 'rand': {
      const count = Number(args.filter((a) => /^\d+$/.test(a)).at(-1));
      if (!(count >= 0)) {
        p.warn('rand: Use -help for summary.\n');
        return 1;
      }
      const bytes = Uint8Array.from({ length: count }, () => p.random.below(256));
      if (has('-hex')) p.write(`${[...bytes].map((b) => b.toString(16).padStart(2, '0')).join('')}\n`);
      else if (has('-base64')) p.write(encode64(bytes).replace(/(.{64})/g, '$1\n').replace(/\n?$/, '\n'));
      else p.write(fromBytes(bytes));
      return 0;
    }
    case 'base64': case 'enc': {
      if (name === 'enc' && !has('-base64')) break;
      const input = value('-in') === undefined ? new Input(p, '-') : open(p, value('-in')!);
      if (!input) return 1;
      const text = yield* input.rest();
      if (has('-d')) p.write(fromBytes(decode64(text, true).bytes));
      else {
        const code = encode64(toBytes(text));
        p.write(has('-A') ? code : code.replace(/(.{64})/g, '$1\n').replace(/\n?$/, code ? '\n' : ''));
      }
      return 0;
    }
    default:
  }
  p.warn(name === undefined ? 'usage: openssl rand|base64|version [options]\n' : `openssl: ${name} is not supported here yet\n`);
  return 1;
}

/** The commands of this chunk. */
export const suite: Suite = { openssl };
