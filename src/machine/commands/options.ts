/**
 * Command line options as GNU's getopt_long reads them: bundled letters, values, long names and their abbreviations, operands anywhere.
 * Unlike the real one: options that we do not have are unknown, whatever the real tool knows.
 */
import type { ExitCode, Process } from '../process.ts';

/** Whose texts a command speaks. */
export type Flavour = 'gnu' | 'busybox';

export interface Spec {
  /** As for getopt(3): `n:` takes a value, `d::` may; a leading `+` stops at the first operand. */
  readonly short?: string;
  /** Long names and the key that they stand for, with `:` or `::` as above; the key is usually the short letter. */
  readonly long?: Readonly<Record<string, string>>;
  /** What follows `Usage: NAME`. */
  readonly usage?: string;
  /** The exit code of a wrong option; 1 when missing. */
  readonly trouble?: ExitCode;
  /** Printed after the complaint instead of `Try 'NAME --help' …`. */
  readonly after?: string;
  /** What `--version` prints after the name. */
  readonly version?: string;
}

export interface Given {
  readonly words: string[];
  /** Every option in order: its key and value. */
  readonly each: readonly (readonly [key: string, value: string])[];
  has(key: string): boolean;
  /** The last value given. */
  value(key: string): string | undefined;
  all(key: string): string[];
}

/** The program's name as it appears in its messages. */
export const named = (p: Process): string => p.args[0]!.slice(p.args[0]!.lastIndexOf('/') + 1);

/** Complains as GNU tools do about wrong usage and returns the exit code. */
export function misuse(p: Process, flavour: Flavour, spec: Spec, complaint: string): ExitCode {
  const name = named(p);
  if (complaint) p.warn(`${name}: ${complaint}\n`);
  if (flavour === 'busybox') p.warn(busyboxUsage(name, spec));
  else p.warn(spec.after ?? `Try '${name} --help' for more information.\n`);
  return flavour === 'busybox' ? 1 : (spec.trouble ?? 1);
}

const busyboxUsage = (name: string, spec: Spec): string =>
  `BusyBox v1.36.1 (2024-06-10 07:11:47 UTC) multi-call binary.\n\nUsage: ${name} ${spec.usage ?? '[OPTION]...'}\n`;

/** What follows `name` in an option list: '', ':' or '::'; undefined when it is not there. */
function arity(short: string, letter: string): string | undefined {
  const at = letter === ':' ? -1 : short.indexOf(letter);
  if (at < 0) return undefined;
  return short[at + 1] !== ':' ? '' : short[at + 2] === ':' ? '::' : ':';
}

/** Reads the options of `p.args`; an exit code when there is nothing left to do (wrong option, --help). */
export function options(p: Process, flavour: Flavour, spec: Spec, args: readonly string[] = p.args): Given | ExitCode {
  const strict = spec.short?.startsWith('+') ?? false;
  const short = strict ? spec.short!.slice(1) : (spec.short ?? '');
  const long: Record<string, string> = { help: '--help', version: '--version', ...spec.long };
  const each: [string, string][] = [];
  const words: string[] = [];
  const name = named(p);
  for (let i = 1; i < args.length; i++) {
    const arg = args[i]!;
    if (arg === '--') {
      words.push(...args.slice(i + 1));
      break;
    }
    if (arg.startsWith('--')) {
      const equals = arg.indexOf('=');
      const typed = arg.slice(2, equals < 0 ? undefined : equals);
      const fits = Object.hasOwn(long, typed) ? [typed] : Object.keys(long).filter((n) => n.startsWith(typed));
      if (!fits.length) return misuse(p, flavour, spec, `unrecognized option '${equals < 0 ? arg : arg.slice(0, equals)}'`);
      if (fits.length > 1 && fits.some((n) => long[n] !== long[fits[0]!])) {
        return misuse(p, flavour, spec, `option '--${typed}' is ambiguous; possibilities: ${fits.map((n) => `'--${n}'`).join(' ')}`);
      }
      const target = long[fits[0]!]!;
      const key = target.replace(/:+$/, '');
      const kind = target.slice(key.length);
      if (kind === '' && equals >= 0) return misuse(p, flavour, spec, `option '--${fits[0]}' doesn't allow an argument`);
      if (kind === ':' && equals < 0 && i + 1 >= args.length) return misuse(p, flavour, spec, `option '--${fits[0]}' requires an argument`);
      if (key === '--help') {
        if (flavour === 'busybox') p.warn(busyboxUsage(name, spec));
        else p.write(`Usage: ${name} ${spec.usage ?? '[OPTION]...'}\n`);
        return 0;
      }
      if (key === '--version') {
        p.write(`${name} ${spec.version ?? '(GNU coreutils) 9.1'}\n`);
        return 0;
      }
      each.push([key, equals >= 0 ? arg.slice(equals + 1) : kind === ':' ? args[++i]! : '']);
    } else if (arg.length > 1 && arg[0] === '-') {
      for (let k = 1; k < arg.length; k++) {
        const letter = arg[k]!;
        const kind = arity(short, letter);
        if (kind === undefined) return misuse(p, flavour, spec, `invalid option -- '${letter}'`);
        const rest = arg.slice(k + 1);
        if (kind === '') each.push([letter, '']);
        else {
          if (kind === ':' && !rest && i + 1 >= args.length) return misuse(p, flavour, spec, `option requires an argument -- '${letter}'`);
          each.push([letter, rest || kind === '::' ? rest : args[++i]!]);
          break;
        }
      }
    } else if (strict) {
      words.push(...args.slice(i));
      break;
    } else words.push(arg);
  }
  return {
    words,
    each,
    has: (key) => each.some((e) => e[0] === key),
    value: (key) => each.findLast((e) => e[0] === key)?.[1],
    all: (key) => each.filter((e) => e[0] === key).map((e) => e[1]),
  };
}

/** The complaint about a missing or superfluous operand. */
export const missing = (p: Process, flavour: Flavour, spec: Spec): ExitCode => misuse(p, flavour, spec, flavour === 'busybox' ? '' : 'missing operand');
export const extra = (p: Process, flavour: Flavour, spec: Spec, word: string): ExitCode => misuse(p, flavour, spec, flavour === 'busybox' ? '' : `extra operand ‘${word}’`);
