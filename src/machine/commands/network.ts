/**
 * ip, ifconfig, route, arp: addresses, links and routes of this network namespace. Stands for iproute2 and net-tools.
 * Unlike Linux: nothing can be changed; IPv4 only; neighbours and traffic counters are not kept.
 */
import type { Device, Route } from '../network.ts';
import type { ExitCode, Process, Running } from '../process.ts';
import type { Suite } from './chunks.ts';
import { nc } from './nc.ts';
import { type Flavour, named } from './options.ts';
import { ping, traceroute } from './ping.ts';
import { netstat, ss } from './sockets.ts';

const LOOPBACK: Device = { name: 'lo', mac: '00:00:00:00:00:00', mtu: 65536, up: true, addresses: ['127.0.0.1/8'] };

/** The devices with their numbers; there is always a loopback. */
function devices(p: Process): (Device & { readonly number: number })[] {
  const all = p.machine.net.devices.some((d) => d.name === 'lo') ? [...p.machine.net.devices] : [LOOPBACK, ...p.machine.net.devices];
  return all.map((d, i) => ({ ...d, number: d.index ?? i + 1 }));
}

const bits = (cidr: string): number => Number(cidr.split('/')[1] ?? 32);
const toNumber = (address: string): number => address.split('.').reduce((n, part) => n * 256 + Number(part), 0);
const toAddress = (n: number): string => [24, 16, 8, 0].map((s) => Math.floor(n / 2 ** s) % 256).join('.');
const mask = (n: number): number => 2 ** 32 - 2 ** (32 - n);
const network = (cidr: string): string => toAddress(toNumber(cidr.split('/')[0]!) - (toNumber(cidr.split('/')[0]!) % 2 ** (32 - bits(cidr))));
const broadcast = (cidr: string): string => toAddress(toNumber(network(cidr)) + 2 ** (32 - bits(cidr)) - 1);

/** The routes, and those to the networks of the devices where none are listed. */
function routes(p: Process): readonly Route[] {
  const { net } = p.machine;
  if (net.routes.length) return net.routes;
  return net.devices.filter((d) => d.name !== 'lo' && d.addresses[0]).map((d) => ({ to: `${network(d.addresses[0]!)}/${bits(d.addresses[0]!)}`, device: d.name, source: d.addresses[0]!.split('/')[0]! }));
}

const routeLine = (r: Route, flavour: Flavour): string =>
  `${r.to}${r.via ? ` via ${r.via}` : ''} dev ${r.device}${r.scope ? ` ${r.scope.replace(/^(link|host)$/, 'scope $1')}` : !r.via && r.to !== 'default' ? (flavour === 'busybox' ? ' scope link ' : ' proto kernel scope link') : ''}${r.source ? ` src ${r.source}` : ''} \n`;

function* ip(p: Process, flavour: Flavour): Running<ExitCode> {
  let brief = false;
  let four = false;
  const words: string[] = [];
  for (const arg of p.args.slice(1)) {
    if (arg === '-br' || arg === '-brief') brief = true;
    else if (arg === '-4') four = true;
    else if (arg === '-6') {
      return 0;
    } else if (arg === '-V') {
      p.write('ip utility, iproute2-6.1.0, libbpf 1.1.2\n');
      return 0;
    } else if (/^-(c|color|o|oneline|d|details|s|stats|statistics|h|human|N|r)(=.*)?$/.test(arg)) continue;
    else if (arg[0] === '-' && arg !== '-') {
      p.warn(`Option "${arg}" is unknown, try "ip -help".\n`);
      return 255;
    } else words.push(arg);
  }
  const fits = (word: string | undefined, full: string): boolean => word !== undefined && word !== '' && full.startsWith(word);
  const object = words.shift();
  if (object === undefined || object === 'help') {
    p.warn('Usage: ip [ OPTIONS ] OBJECT { COMMAND | help }\nwhere  OBJECT := { address | link | neigh | route }\n       OPTIONS := { -br[ief] | -4 | -V }\n');
    return object ? 0 : 255;
  }
  const verb = words[0];
  const show = verb === undefined || fits(verb, 'show') || fits(verb, 'list') || verb === 'dev' || verb === 'ls';
  const cannot = (): ExitCode => {
    if (verb !== undefined && !/^(add|del|delete|change|replace|set|flush)$/.test(verb)) {
      p.warn(`Command "${verb}" is unknown, try "ip ${object} help".\n`);
      return 255;
    }
    p.warn(p.user.uid ? 'RTNETLINK answers: Operation not permitted\n' : `ip: changing the network by hand is not supported here yet\n`);
    return 2;
  };
  const only = words.includes('dev') ? words[words.indexOf('dev') + 1] : words.find((w, i) => (i > 0 || !show || (verb !== undefined && !fits(verb, 'show') && !fits(verb, 'list'))) && devices(p).some((d) => d.name === w)) ?? (show && words[1] && words[1] !== 'up' && words[1] !== 'scope' && words[1] !== 'type' ? words[1] : undefined);
  if (fits(object, 'address') || fits(object, 'link')) {
    const links = !fits(object, 'address');
    if (!show && !devices(p).some((d) => d.name === verb)) return cannot();
    const chosen = devices(p).filter((d) => only === undefined || d.name === only);
    if (!chosen.length) {
      p.warn(`Device "${only}" does not exist.\n`);
      return 1;
    }
    for (const d of chosen) {
      const lo = d.name === 'lo';
      const shownName = d.peer === undefined ? d.name : `${d.name}@if${d.peer}`;
      if (brief) {
        p.write(`${shownName.padEnd(16)} ${(lo ? 'UNKNOWN' : d.up ? 'UP' : 'DOWN').padEnd(14)} ${links ? `${d.mac} <${lo ? 'LOOPBACK,UP,LOWER_UP' : 'BROADCAST,MULTICAST,UP,LOWER_UP'}>` : d.addresses.join(' ')} \n`);
        continue;
      }
      const flags = lo ? 'LOOPBACK,UP,LOWER_UP' : `BROADCAST,MULTICAST${d.up ? ',UP,LOWER_UP' : ''}`;
      const bb = flavour === 'busybox';
      p.write(`${d.number}: ${shownName}: <${flags}> mtu ${d.mtu} qdisc noqueue${bb ? '' : ` state ${lo ? 'UNKNOWN' : d.up ? 'UP' : 'DOWN'}`}${links && !bb ? ' mode DEFAULT' : ''}${bb ? '' : ' group default'} qlen 1000\n`);
      if (!four) p.write(`    link/${lo ? 'loopback' : 'ether'} ${d.mac} brd ${lo ? '00:00:00:00:00:00' : 'ff:ff:ff:ff:ff:ff'}${d.peer === undefined || bb ? '' : ' link-netnsid 0'}\n`);
      if (links) continue;
      for (const a of d.addresses) {
        p.write(`    inet ${a.includes('/') ? a : `${a}/32`}${lo || bits(a) === 32 ? '' : ` brd ${broadcast(a)}`} scope ${lo ? 'host' : 'global'} ${d.name}\n`);
        if (!bb) p.write('       valid_lft forever preferred_lft forever\n');
      }
    }
    return 0;
  }
  if (fits(object, 'route') || object === 'ro') {
    if (verb === 'get') {
      const to = words[1] ?? '';
      const all = routes(p);
      const best = to.startsWith('127.') || p.machine.net.addresses.includes(to) ? undefined : all.filter((r) => r.to === 'default' || (toNumber(to) >= toNumber(network(r.to)) && toNumber(to) <= toNumber(broadcast(r.to)))).sort((a, b) => (b.to === 'default' ? -1 : bits(b.to)) - (a.to === 'default' ? -1 : bits(a.to)))[0];
      if (!best && !to.startsWith('127.') && !p.machine.net.addresses.includes(to)) {
        p.warn('RTNETLINK answers: Network is unreachable\n');
        return 2;
      }
      p.write(best ? `${to}${best.via ? ` via ${best.via}` : ''} dev ${best.device} src ${best.source ?? p.machine.net.addresses[0]} uid ${p.user.uid} \n    cache \n` : `local ${to} dev lo src ${to} uid ${p.user.uid} \n    cache <local> \n`);
      return 0;
    }
    if (!show && verb !== 'default') return cannot();
    for (const r of routes(p)) if ((only === undefined || r.device === only || !words.includes('dev')) && (!words.includes('default') || r.to === 'default')) p.write(routeLine(r, flavour));
    return 0;
  }
  if (fits(object, 'neighbour') || fits(object, 'neighbor')) return show ? 0 : cannot();
  if (fits(object, 'rule')) {
    p.write('0:\tfrom all lookup local\n32766:\tfrom all lookup main\n32767:\tfrom all lookup default\n');
    return 0;
  }
  if (/^(netns|maddr|tunnel|monitor|addrlabel|xfrm|vrf)/.test(object)) {
    p.warn(`ip: ${object} is not supported here yet\n`);
    return 1;
  }
  p.warn(`Object "${object}" is unknown, try "ip help".\n`);
  return 1;
}

function* ifconfig(p: Process, flavour: Flavour): Running<ExitCode> {
  const only = p.args.slice(1).find((a) => a[0] !== '-');
  const chosen = devices(p).filter((d) => only === undefined || d.name === only);
  if (!chosen.length) {
    p.warn(flavour === 'busybox' ? `ifconfig: ${only}: error fetching interface information: Device not found\n` : `${only}: error fetching interface information: Device not found\n`);
    return 1;
  }
  for (const d of chosen) {
    const a = d.addresses[0];
    const lo = d.name === 'lo';
    if (flavour === 'busybox') {
      p.write(`${d.name.padEnd(10)}Link encap:${lo ? 'Local Loopback  ' : `Ethernet  HWaddr ${d.mac.toUpperCase()}  `}\n`);
      if (a) p.write(`          inet addr:${a.split('/')[0]}${lo ? '' : `  Bcast:${broadcast(a)}`}  Mask:${toAddress(mask(bits(a)))}\n`);
      p.write(`          UP ${lo ? 'LOOPBACK' : 'BROADCAST'} RUNNING${lo ? '' : ' MULTICAST'}  MTU:${d.mtu}  Metric:1\n          RX packets:0 errors:0 dropped:0 overruns:0 frame:0\n          TX packets:0 errors:0 dropped:0 overruns:0 carrier:0\n          collisions:0 txqueuelen:1000 \n          RX bytes:0 (0.0 B)  TX bytes:0 (0.0 B)\n\n`);
    } else {
      p.write(`${d.name}: flags=${lo ? '73<UP,LOOPBACK,RUNNING>' : '4163<UP,BROADCAST,RUNNING,MULTICAST>'}  mtu ${d.mtu}\n`);
      if (a) p.write(`        inet ${a.split('/')[0]}  netmask ${toAddress(mask(bits(a)))}${lo ? '' : `  broadcast ${broadcast(a)}`}\n`);
      p.write(`        ${lo ? 'loop' : `ether ${d.mac}`}  txqueuelen 1000  (${lo ? 'Local Loopback' : 'Ethernet'})\n        RX packets 0  bytes 0 (0.0 B)\n        TX packets 0  bytes 0 (0.0 B)\n\n`);
    }
  }
  return 0;
}

function* route(p: Process): Running<ExitCode> {
  if (p.args.slice(1).some((a) => a === 'add' || a === 'del')) {
    p.warn(`${named(p)}: changing the network by hand is not supported here yet\n`);
    return 1;
  }
  const numeric = p.args.some((a) => /^-\w*n/.test(a));
  p.write('Kernel IP routing table\nDestination     Gateway         Genmask         Flags Metric Ref    Use Iface\n');
  for (const r of routes(p)) {
    const whole = r.to === 'default';
    const to = whole ? (numeric ? '0.0.0.0' : 'default') : network(r.to);
    p.write(`${to.padEnd(15)} ${(r.via ?? '0.0.0.0').padEnd(15)} ${(whole ? '0.0.0.0' : toAddress(mask(bits(r.to)))).padEnd(15)} ${`U${r.via ? 'G' : ''}${!whole && bits(r.to) === 32 ? 'H' : ''}`.padEnd(5)} 0      0        0 ${r.device}\n`);
  }
  return 0;
}

function* arp(): Running<ExitCode> {
  return 0;
}

/** The commands of this chunk. */
export const suite: Suite = { ip, ifconfig, route, arp, ss, netstat, ping, traceroute, tracepath: traceroute, nc };
