/**
 * ping and traceroute: who can be reached, by ICMP through the world's network.
 * Unlike the real ones: round trips are the network's latency and a little chance; one probe a hop.
 */
import type { Computer } from '../computer.ts';
import { isAddress } from '../dns.ts';
import { NetError, type Outcome } from '../network.ts';
import type { ExitCode, Process, Running } from '../process.ts';
import { type Flavour, misuse, named, options, type Spec } from './options.ts';

/** What becomes of a packet to an address. */
export function attempt(p: Process, address: string, protocol: 'ICMP' | 'TCP' | 'UDP', port = 0): Outcome {
  const { net } = p.machine;
  const own = address.startsWith('127.') || net.addresses.includes(address);
  if (own) return { ok: true, target: net, address, port, source: address, latency: 0.015, hops: [] };
  if (!net.addresses.length) return { ok: false, error: 'ENETUNREACH', why: 'no address', hops: [] };
  return (p.machine as Computer).kernel.network.reach({ from: net, source: net.addresses[0]!, address, port, protocol });
}

function* addressOf(p: Process, name: string, flavour: Flavour, program: string): Running<string | undefined> {
  if (isAddress(name)) return name;
  try {
    return (yield* p.resolve(name))[0];
  } catch (error) {
    if (!(error instanceof NetError)) throw error;
    p.warn(flavour === 'busybox' ? `${program}: bad address '${name}'\n` : program === 'traceroute' ? `${name}: ${error.message}\nCannot handle "host" cmdline arg \`${name}' on position 1 (argc 1)\n` : `${program}: ${name}: ${error.message}\n`);
    return undefined;
  }
}

export function* ping(p: Process, flavour: Flavour): Running<ExitCode> {
  const spec: Spec = { short: '46c:i:W:w:s:t:qnvaAfDI:O', trouble: 2, after: '\nUsage\n  ping [options] <destination>\n', usage: '[OPTION]... HOST\nSend echo requests.\n\n  -c N  N of them    -i SECS  interval    -W SECS  wait for an answer    -w SECS  in all    -q  only the summary' };
  const o = options(p, flavour, spec);
  if (typeof o === 'number') return o;
  const name = o.words.at(-1);
  if (name === undefined) return misuse(p, flavour, { ...spec, after: 'ping: usage error: Destination address required\n' }, '');
  const busybox = flavour === 'busybox';
  const number = (key: string, fallback: number): number => (o.has(key) ? Number(o.value(key)) : fallback);
  const count = number('c', Infinity);
  if (o.has('c') && !(count >= 1)) {
    p.warn(busybox ? `ping: invalid number '${o.value('c')}'\n` : `ping: invalid argument: '${o.value('c')}'\n`);
    return 1;
  }
  const address = yield* addressOf(p, name, flavour, 'ping');
  if (address === undefined) return busybox ? 1 : 2;
  const size = number('s', 56);
  const interval = number('i', 1) * 1000;
  const wait = number('W', 10) * 1000;
  const limit = o.has('w') ? p.now + number('w', 0) * 1000 : Infinity;
  const first = attempt(p, address, 'ICMP');
  if (!first.ok && first.error === 'ENETUNREACH') {
    p.warn(busybox ? `PING ${name} (${address}): ${size} data bytes\nping: sendto: Network unreachable\n` : 'ping: connect: Network is unreachable\n');
    return busybox ? 1 : 2;
  }
  p.write(busybox ? `PING ${name} (${address}): ${size} data bytes\n` : `PING ${name} (${address}) ${size}(${size + 28}) bytes of data.\n`);
  yield* p.flush();
  const times: number[] = [];
  let sent = 0;
  let errors = 0;
  let interrupted = false;
  p.trap('SIGINT', () => void (interrupted = true));
  const begun = p.now;
  const rest = function* (until: number): Running<void> {
    while (!interrupted && p.now < Math.min(until, limit)) yield Math.min(until, limit);
  };
  while (sent < count && !interrupted && p.now < limit) {
    const start = p.now;
    sent++;
    const outcome = attempt(p, address, 'ICMP');
    if (outcome.ok) {
      const time = outcome.latency * 2 + 0.02 + p.random.below(60) / 1000;
      yield* rest(p.now + time);
      if (interrupted) break;
      times.push(time);
      const ttl = 64 - (outcome.routers?.length ?? 0);
      if (!o.has('q')) p.write(`${size + 8} bytes from ${!busybox && name !== address ? `${name} (${address})` : address}: ${busybox ? `seq=${sent - 1}` : `icmp_seq=${sent}`} ttl=${ttl} time=${time < 1 && !busybox ? time.toFixed(3) : time >= 100 ? Math.round(time) : time.toFixed(busybox ? 3 : time < 10 ? 2 : 1)} ms\n`);
    } else if (outcome.error === 'EHOSTUNREACH') {
      yield* rest(p.now + 3000);
      if (interrupted) break;
      errors++;
      if (!o.has('q') && !busybox) p.write(`From ${p.machine.net.addresses[0]} icmp_seq=${sent} Destination Host Unreachable\n`);
    } else if (sent >= count) yield* rest(p.now + wait);
    yield* p.flush();
    if (sent < count) yield* rest(start + interval);
  }
  const lost = sent ? Math.round(((sent - times.length) / sent) * 100) : 0;
  const total = Math.round(p.now - begun);
  p.write(`\n--- ${name} ping statistics ---\n`);
  const sum = times.reduce((a, b) => a + b, 0);
  const three = (n: number): string => n.toFixed(3);
  if (busybox) {
    p.write(`${sent} packets transmitted, ${times.length} packets received, ${lost}% packet loss\n`);
    if (times.length) p.write(`round-trip min/avg/max = ${three(Math.min(...times))}/${three(sum / times.length)}/${three(Math.max(...times))} ms\n`);
  } else {
    p.write(`${sent} packets transmitted, ${times.length} received, ${errors ? `+${errors} errors, ` : ''}${lost}% packet loss, time ${total}ms\n`);
    const mean = sum / times.length;
    const dev = Math.sqrt(Math.max(0, times.reduce((a, t) => a + t * t, 0) / times.length - mean * mean));
    p.write(times.length ? `rtt min/avg/max/mdev = ${three(Math.min(...times))}/${three(mean)}/${three(Math.max(...times))}/${three(dev)} ms\n` : '\n');
  }
  return times.length ? 0 : 1;
}

export function* traceroute(p: Process, flavour: Flavour): Running<ExitCode> {
  const o = options(p, flavour, { short: '4nIm:w:q:p:T', usage: '[OPTION]... HOST\nThe way to a host.' });
  if (typeof o === 'number') return o;
  const name = o.words[0];
  const program = named(p);
  if (name === undefined) return misuse(p, flavour, { after: `Usage: ${program} [ -n ] host\n` }, '');
  const address = yield* addressOf(p, name, flavour, 'traceroute');
  if (address === undefined) return 1;
  const most = Number(o.value('m') ?? 30);
  p.write(`traceroute to ${name} (${address}), ${most} hops max, ${flavour === 'busybox' ? 46 : 60} byte packets\n`);
  const outcome = attempt(p, address, 'ICMP');
  const probe = (): string => `  ${((outcome.ok ? outcome.latency * 2 : 0.3) + p.random.below(40) / 1000).toFixed(3)} ms`;
  if (outcome.ok) {
    for (const [i, hop] of [...(outcome.routers ?? []), address].entries()) {
      const shown = hop === address && name !== address ? `${name} (${address})` : `${hop} (${hop})`;
      p.write(`${String(i + 1).padStart(2)}  ${o.has('n') ? hop : shown}${probe()}${probe()}${probe()}\n`);
      yield* p.flush();
    }
    return 0;
  }
  if (outcome.error === 'EHOSTUNREACH') {
    yield* p.sleep(3000);
    p.write(` 1  ${p.machine.net.addresses[0]} (${p.machine.net.addresses[0]})  3000.123 ms !H  3000.101 ms !H  3000.094 ms !H\n`);
    return 0;
  }
  for (let i = 1; i <= most; i++) {
    yield* p.sleep(5000);
    p.write(`${String(i).padStart(2)}  * * *\n`);
    yield* p.flush();
  }
  return 0;
}
