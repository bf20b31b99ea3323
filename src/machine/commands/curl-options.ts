/**
 * The command line of curl.
 */
import type { ExitCode, Process } from '../process.ts';

/** Options: their letter, their long name, `:` when they take a value. */
const OPTIONS = `s silent|S show-error|v verbose|i include|I head|L location|o: output|O remote-name|w: write-out|k insecure|X: request|H: header|d: data|G get|u: user|m: max-time|f fail|A: user-agent|e: referer
b: cookie|c: cookie-jar|E: cert|N no-buffer|4 ipv4|6 ipv6|# progress-bar|0 http1.0|g globoff|j junk-session-cookies|J remote-header-name|R remote-time|Z parallel|x: proxy|F: form|T: upload-file|r: range|C: continue-at|h help|V version|q disable|K: config|a append|n netrc|z: time-cond|D: dump-header|y: speed-time|Y: speed-limit`;
const LONG = 'data-raw: data-binary: data-urlencode: data-ascii: json: connect-timeout: resolve: cacert: capath: key: url: retry: retry-delay: retry-max-time: max-redirs: noproxy: interface: connect-to: http1.1 http2 http2-prior-knowledge compressed fail-with-body location-trusted retry-connrefused retry-all-errors create-dirs no-progress-meter post301 post302 post303 tlsv1.2 tlsv1.3 path-as-is no-keepalive tcp-nodelay proto: oauth2-bearer: unix-socket: output-dir: stderr: trace: trace-ascii: fail-early basic anyauth next';
const letters = new Map<string, string>();
const names = new Map<string, boolean>();
for (const part of OPTIONS.split(/[|\n]/)) {
  const [letter, name] = part.split(' ');
  letters.set(letter![0]!, name!);
  names.set(name!, letter!.endsWith(':'));
}
for (const name of LONG.split(' ')) names.set(name.replace(':', ''), name.endsWith(':'));
const UNSUPPORTED = new Set(['proxy', 'form', 'upload-file', 'range', 'continue-at', 'config', 'unix-socket', 'trace', 'trace-ascii', 'next', 'cookie-jar', 'netrc', 'time-cond']);

/** What was asked for: option names with their values in order. */
export interface Asked {
  readonly has: (name: string) => boolean;
  readonly value: (name: string) => string | undefined;
  readonly all: (name: string) => string[];
  readonly each: readonly (readonly [string, string])[];
  readonly urls: readonly string[];
}

/** Reads the command line; an exit code when it is wrong. */
export function read(p: Process): Asked | ExitCode {
  const each: [string, string][] = [];
  const urls: string[] = [];
  const help = "curl: try 'curl --help' or 'curl --manual' for more information\n";
  const args = p.args.slice(1);
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!;
    if (arg[0] !== '-' || arg === '-') {
      urls.push(arg);
      continue;
    }
    const long = arg.startsWith('--');
    for (let k = 1; k < arg.length; k++) {
      let name = long ? arg.slice(2) : letters.get(arg[k]!);
      const shown = long ? arg : arg.length > 2 && k === 1 ? `-${arg[k]}` : `-${arg[k]}`;
      let off = false;
      if (long && !names.has(name!)) {
        const fits = [...names.keys()].filter((n) => n.startsWith(name!));
        if (name!.startsWith('no-') && names.has(name!.slice(3))) {
          off = true;
          name = name!.slice(3);
        } else if (fits.length === 1) name = fits[0]!;
        else {
          p.warn(`curl: option ${arg}: ${fits.length ? 'is ambiguous' : 'is unknown'}\n${help}`);
          return 2;
        }
      }
      if (name === undefined) {
        p.warn(`curl: option ${arg}: is unknown\n${help}`);
        return 2;
      }
      if (UNSUPPORTED.has(name)) {
        p.warn(`curl: option ${shown}: is not supported here yet\n`);
        return 2;
      }
      if (names.get(name)) {
        const rest = long ? '' : arg.slice(k + 1);
        const value = rest || args[++i];
        if (value === undefined) {
          p.warn(`curl: option ${shown}: requires parameter\n${help}`);
          return 2;
        }
        if (name === 'url') urls.push(value);
        else each.push([name, value]);
        break;
      }
      if (!off) each.push([name, '']);
      if (long) break;
    }
  }
  return {
    each,
    urls,
    has: (name) => each.some((e) => e[0] === name),
    value: (name) => each.findLast((e) => e[0] === name)?.[1],
    all: (name) => each.filter((e) => e[0] === name).map((e) => e[1]),
  };
}
