// Traffic as the documentation and a site state it: packets at its corners, and packets around it that a rule for it must leave alone.
import { type AddressRange, addressText, addressValue, bits, type Family, parsePrefix, prefixRange } from './address.ts';
import type { Random } from './generate/random.ts';
import type { KernelOracle, KernelVerdict, Probe } from './kernel.ts';
import { PROTOCOL } from './packets.ts';
import type { NumberRange } from './ruleSet.ts';
import type { Flow } from '../../server/src/model/flow.ts';

/** Requests of one flow. */
export interface Traffic {
  readonly from: readonly AddressRange[];
  readonly to: readonly AddressRange[];
  readonly protocols: readonly number[];
  /** Everything that the flow may use. */
  readonly ports: readonly NumberRange[];
  /** One of these lists must be open, each port of it. */
  readonly needed: readonly (readonly NumberRange[])[];
}

const EVERYWHERE: readonly AddressRange[] = [prefixRange(4, 0n, 0), prefixRange(6, 0n, 0)];

const isEverywhere = ({ family, first, last }: AddressRange): boolean => last - first + 1n === 1n << BigInt(bits(family));

/** `10.0.0.1`, `10.0.0.0/28`, `10.0.0.1-10.0.0.9`, or `any`. */
export function rangesOf(spec: string): readonly AddressRange[] {
  if (spec === 'any') return EVERYWHERE;
  const [first = '', last] = spec.split('-');
  if (last === undefined) return [parsePrefix(spec)];
  return [{ ...parsePrefix(first), last: addressValue(last) }];
}

export function trafficOf(flow: Flow, from: readonly AddressRange[], to: readonly AddressRange[]): Traffic {
  const unconditional = flow.items.filter((item) => item.conditions.length === 0);
  const items = unconditional.length > 0 ? unconditional : flow.items;
  const lists = flow.mode === 'only' || flow.mode === 'all' ? [items] : items.map((item) => [item]);
  return { from, to, protocols: flow.transports.map((transport) => PROTOCOL[transport]), ports: flow.items, needed: lists };
}

const inside = (ranges: readonly AddressRange[], address: string): boolean => {
  const family: Family = address.includes(':') ? 6 : 4;
  const value = addressValue(address);
  return ranges.some((range) => range.family === family && range.first <= value && value <= range.last);
};

const belongsTo = (traffic: Traffic, { from, to, protocol, port = 0 }: Probe): boolean =>
  traffic.protocols.includes(protocol) && inside(traffic.from, from) && inside(traffic.to, to) && traffic.ports.some(({ first, last }) => first <= port && port <= last);

/** The packet from the other end, as its answer would look. */
const mirrored = (probe: Probe): Probe => ({ ...probe, from: probe.to, to: probe.from, port: probe.sourcePort ?? 0, sourcePort: probe.port ?? 0 });

/** Hosts that stand for any host. */
const ANYWHERE: readonly string[] = ['198.51.100.9', '100.64.3.3', '2001:db8:7::9'];

/** First, last and some addresses of the ranges. */
function corners(ranges: readonly AddressRange[], random: Random): string[] {
  return [...new Set(ranges.flatMap((range) => (isEverywhere(range) ? ANYWHERE.filter((address) => inside([range], address)) : cornersOf(range, random))))];
}

function cornersOf({ family, first, last }: AddressRange, random: Random): string[] {
  const size = last - first > 1n << 20n ? 1n << 20n : last - first;
  return [first, last, first + BigInt(random.below(Number(size) + 1))].map((value) => addressText(family, value));
}

const sameFamily = (a: string, b: string): boolean => a.includes(':') === b.includes(':');

function pairs(traffic: Traffic, random: Random): { from: string; to: string }[] {
  const targets = corners(traffic.to, random);
  return corners(traffic.from, random).flatMap((from) => targets.filter((to) => sameFamily(from, to)).map((to) => ({ from, to })));
}

const clientPort = (random: Random): number => random.between(1024, 65535);

/** Ports that a text names, and their neighbours. */
function portsNear(text: string): number[] {
  const numbers = [...text.matchAll(/\b\d{1,5}\b/g)].map(([n]) => Number(n));
  return [...new Set(numbers.flatMap((n) => [n - 1, n, n + 1]))].filter((n) => n > 0 && n < 65536);
}

/** For each list of ports that would do: its first, last and some port and those that the text makes edges, between the corners of both ends. */
export function neededProbes(traffic: Traffic, text: string, random: Random): Probe[][] {
  const edges = portsNear(text);
  const portsOf = ({ first, last }: NumberRange): number[] => [...new Set([first, last, random.between(first, last), ...edges.filter((n) => first <= n && n <= last)])];
  return traffic.needed.map((list) => distinct(pairs(traffic, random).flatMap((ends) => traffic.protocols.flatMap((protocol) => list.flatMap((range) =>
    portsOf(range).map((port) => ({ ...ends, protocol, port, sourcePort: clientPort(random) })))))));
}

const OTHERS = ['10.77.0.9', '172.31.9.9', '203.0.113.5', 'fd0c::9'];
const PROTOCOLS = [PROTOCOL.tcp, PROTOCOL.udp] as const;

const UNUSABLE = ['0.0.0.0/8', '127.0.0.0/8', '169.254.0.0/16', '224.0.0.0/3', '::/16', 'fe80::/10', 'ff00::/8'].map(parsePrefix);

const usable = (address: string): boolean => !UNUSABLE.some((range) => inside([range], address));

/** Where a rule ends, taken address by address. */
const beyond = (ranges: readonly AddressRange[]): AddressRange[] => ranges.filter((range) => !isEverywhere(range)).flatMap(({ family, first, last }) =>
  [first - 1n, last + 1n].filter((value) => value > 0n && value < 1n << BigInt(bits(family))).map((value) => ({ family, first: value, last: value })));

/** One step out of the traffic at a time: the next port, the next address of either end, the other protocol, and what looks like an answer. */
function nextDoor(traffic: Traffic, random: Random): Probe[] {
  const protocols = PROTOCOLS.filter((protocol) => !traffic.protocols.includes(protocol));
  const steps: readonly Traffic[] = [
    { ...traffic, ports: traffic.ports.flatMap(({ first, last }) => [first - 1, last + 1].map((port) => ({ first: port, last: port }))) },
    { ...traffic, protocols },
    { ...traffic, from: beyond(traffic.from) },
    { ...traffic, to: beyond(traffic.to) },
  ];
  const edges = (step: Traffic): Probe[] => pairs(step, random).flatMap((ends) => step.protocols.flatMap((protocol) => step.ports.flatMap(({ first, last }) =>
    [...new Set([first, last])].filter((port) => port > 0 && port < 65536).map((port) => ({ ...ends, protocol, port, sourcePort: clientPort(random) })))));
  return [...steps.flatMap(edges), ...edges(traffic).map(mirrored)];
}

/** The surroundings of some traffic: one step beyond it, any pairs of hosts and ports that it or the text knows, and packets of no flow at all. */
export function aroundProbes(about: readonly Traffic[], own: readonly string[], text: string, random: Random, count: number): Probe[] {
  const ranges = about.flatMap(({ from, to }) => [...from, ...to]).filter((range) => !isEverywhere(range));
  const near = [...ranges, ...beyond(ranges)].flatMap(({ family, first, last }) => [addressText(family, first), addressText(family, last)]);
  const named = [...text.matchAll(/\b\d+\.\d+\.\d+\.\d+\b/g)].map(([address]) => address);
  const hosts = [...new Set([...near, ...named, ...OTHERS])].filter((host) => usable(host) && !own.includes(host));
  const ports = portsNear(`${text} ${about.flatMap((traffic) => traffic.ports.flatMap(({ first, last }) => [first, last])).join(' ')}`);
  const pick = (family: string | undefined): string => random.pick(family === undefined ? hosts : hosts.filter((host) => sameFamily(host, family)));
  const one = (): Probe => {
    const host = pick(undefined);
    const mine = own.filter((address) => sameFamily(address, host));
    const other = mine.length > 0 && random.chance(0.85) ? random.pick(mine) : pick(host);
    const [from, to] = random.chance(0.5) ? [host, other] : [other, host];
    if (random.chance(0.04)) return { from, to, protocol: from.includes(':') ? PROTOCOL.icmpv6 : PROTOCOL.icmp };
    const port = random.chance(0.9) ? random.pick(ports) : random.between(1, 65535);
    return { from, to, protocol: random.pick(PROTOCOLS), port, sourcePort: random.chance(0.1) ? random.pick(ports) : clientPort(random) };
  };
  const among = (probe: Probe): boolean => probe.from !== probe.to && usable(probe.from) && usable(probe.to) && (!own.includes(probe.from) || !own.includes(probe.to));
  return distinct([...about.flatMap((traffic) => nextDoor(traffic, random)), ...Array.from({ length: count }, one)]).filter((probe) => among(probe) && !about.some((traffic) => belongsTo(traffic, probe)));
}

/** One packet per connection, so that each is a new one. */
function distinct(probes: readonly Probe[]): Probe[] {
  const seen = new Map(probes.map((probe) => [[`${probe.from} ${probe.sourcePort ?? ''}`, `${probe.to} ${probe.port ?? ''}`, probe.protocol].sort().join(), probe]));
  return [...seen.values()];
}

/** `accept accept`: the request and its answer. */
export async function passing(kernel: KernelOracle, probes: readonly Probe[]): Promise<string[]> {
  const verdicts: readonly KernelVerdict[] = await kernel.probe(probes, { answers: true });
  return verdicts.map(({ verdict, answer }) => `${verdict} ${answer ?? ''}`.trim());
}

/** Packets that fare otherwise than before. The answers of one may be packets of the traffic; then its request alone counts. */
export function changes(about: readonly Traffic[], probes: readonly Probe[], before: readonly string[], after: readonly string[]): string[] {
  return probes.flatMap((probe, i) => {
    const counted = (verdict = ''): string => (about.some((traffic) => belongsTo(traffic, mirrored(probe))) ? (verdict.split(' ')[0] ?? '') : verdict);
    const [old, now] = [counted(before[i]), counted(after[i])];
    return old === now ? [] : [`${described(probe)}: ${old} -> ${now}`];
  });
}

export const described = ({ from, to, protocol, port, sourcePort }: Probe): string => `protocol ${protocol} ${from}:${sourcePort ?? ''} -> ${to}:${port ?? ''}`;
