// Packets aimed at a rule set's edges: the first and last of every interval and one beyond, on the paths that it filters.
import { type AddressRange, addressText, addressValue, type Family, parsePrefix } from '../address.ts';
import type { Probe } from '../kernel.ts';
import { PORT_PROTOCOLS, PROTOCOL } from '../packets.ts';
import { type Aim, aimOf, type Direction, type Line, type NumberRange, type Path, type RuleSet, rulesOf } from '../ruleSet.ts';
import { OWN, Random, type Side } from './random.ts';

export interface AimedProbe extends Probe {
  readonly family: Family;
  readonly direction: Direction;
  readonly sourcePort?: number;
  readonly inInterface?: string;
  readonly outInterface?: string;
}

const ETH1 = { 4: parsePrefix('192.168.0.0/16'), 6: parsePrefix('fd00:1::/32') };

/** Nothing that Linux treats otherwise than as some host beyond a router: its own nets, multicast, loopback, reserved blocks. */
const UNUSABLE = ['0.0.0.0/8', '127.0.0.0/8', '169.254.0.0/16', '224.0.0.0/3', '10.0.0.0/24', '192.168.1.0/24', '203.0.113.77/32', '::/16', 'fd00::/64', 'fd00:1::/64', 'fe80::/10', 'ff00::/8'].map(parsePrefix);

const STRANGERS: Readonly<Record<Family, Readonly<Record<'eth0' | 'eth1', string>>>> = { 4: { eth0: '10.77.0.9', eth1: '192.168.77.9' }, 6: { eth0: 'fd0c::9', eth1: 'fd00:1:77::9' } };

/** Types that connection tracking takes for the start of something; any other is INVALID to it. */
const OPENING_TYPES: Readonly<Record<Family, readonly number[]>> = { 4: [8, 13], 6: [128] };
const TYPES: Readonly<Record<Family, readonly number[]>> = { 4: [8, 8, 8, 13, 0, 3, 11], 6: [128, 128, 128, 129, 1, 2, 135] };

const inside = (range: AddressRange, value: bigint): boolean => range.first <= value && value <= range.last;

class Aimer {
  private readonly random: Random;
  private readonly lines: readonly Line[];
  private readonly pool: Record<Family, AddressRange[]> = { 4: [], 6: [] };
  private readonly ports: readonly NumberRange[];
  private readonly own: ReadonlySet<bigint> = new Set([...OWN[4], ...OWN[6]].map(addressValue));

  constructor(
    private readonly ruleSet: RuleSet,
    seed: number,
  ) {
    this.random = new Random(seed ^ 0x70726f62);
    this.lines = rulesOf(ruleSet.nodes).filter(line => Object.keys(aimOf(line)).length > 0);
    const aims = this.lines.map(aimOf);
    for (const aim of aims) for (const range of [...(aim.from ?? []), ...(aim.to ?? [])]) this.pool[range.family].push(range);
    this.ports = aims.flatMap(aim => [...(aim.ports ?? []), ...(aim.sourcePorts ?? [])]);
  }

  private side(family: Family, value: bigint): Side | undefined {
    if (this.own.has(value)) return 'own';
    if (value < 0n || value >= 1n << (family === 4 ? 32n : 128n) || UNUSABLE.some(range => range.family === family && inside(range, value))) return undefined;
    return inside(ETH1[family], value) ? 'eth1' : 'eth0';
  }

  private edge({ first, last }: AddressRange): bigint {
    const { random } = this;
    const span = last - first > 1000n ? 1000n : last - first;
    return random.pick([first, last, first - 1n, last + 1n, first + BigInt(random.below(Number(span) + 1)), first]);
  }

  private address(family: Family, side: Side, aimed: readonly AddressRange[] | undefined): string {
    const { random } = this;
    if (side === 'own') {
      const wanted = (aimed ?? []).flatMap(range => OWN[family].filter(own => inside(range, addressValue(own))));
      return wanted.length > 0 && random.chance(0.75) ? random.pick(wanted) : random.pick(OWN[family]);
    }
    for (let tries = 0; tries < 12; tries++) {
      const ranges = aimed && aimed.length > 0 && tries < 8 ? aimed.filter(range => range.family === family) : this.pool[family];
      if (ranges.length === 0) continue;
      const value = this.edge(random.pick(ranges));
      if (this.side(family, value) === side) return addressText(family, value);
    }
    return STRANGERS[family][side];
  }

  private port(aimed: readonly NumberRange[] | undefined, otherwise: () => number): number {
    const { random } = this;
    if (!aimed || aimed.length === 0) return otherwise();
    const { first, last } = random.pick(aimed);
    const port = random.pick([first, last, first - 1, last + 1, random.between(first, last), first]);
    return port >= 1 && port <= 65535 ? port : otherwise();
  }

  private protocol(aim: Aim, family: Family): number {
    const { random, ruleSet } = this;
    const chosen = aim.protocols && aim.protocols.length > 0 && random.chance(0.93) ? random.pick(aim.protocols) : random.weighted([[6, PROTOCOL.tcp], [5, PROTOCOL.udp], [1.5, PROTOCOL.icmp], [0.4, PROTOCOL.gre], [0.4, PROTOCOL.esp], [0.2, PROTOCOL.ospf], [0.3, PROTOCOL.sctp]] as const);
    if (ruleSet.portsOnly && !PORT_PROTOCOLS.has(chosen)) return PROTOCOL.udp;
    // a translation of a protocol without ports can fail, and then the kernel drops
    if (ruleSet.translated && chosen !== PROTOCOL.tcp && chosen !== PROTOCOL.udp) return PROTOCOL.tcp;
    if (chosen === PROTOCOL.icmp || chosen === PROTOCOL.icmpv6) return family === 4 ? PROTOCOL.icmp : PROTOCOL.icmpv6;
    return chosen;
  }

  private sides(direction: Direction, aim: Aim): [Side, Side] {
    const { random } = this;
    const known = (name: string | undefined) => (name === 'eth0' || name === 'eth1' ? name : undefined);
    const either = () => random.pick(['eth0', 'eth0', 'eth1'] as const);
    const obey = random.chance(0.8);
    const incoming = obey ? known(aim.inInterface) : undefined;
    const outgoing = obey ? known(aim.outInterface) : undefined;
    if (direction === 'in') return [incoming ?? this.likely(aim.from) ?? either(), 'own'];
    if (direction === 'out') return ['own', outgoing ?? this.likely(aim.to) ?? either()];
    const to = this.likely(aim.to);
    const from = incoming ?? (outgoing ? other(outgoing) : (this.likely(aim.from) ?? (to ? other(to) : either())));
    return [from, other(from)];
  }

  private likely(ranges: readonly AddressRange[] | undefined): 'eth0' | 'eth1' | undefined {
    const sides = (ranges ?? []).map(range => this.side(range.family, range.first)).filter(side => side === 'eth0' || side === 'eth1');
    return sides.length > 0 ? this.random.pick(sides) : undefined;
  }

  /** A rule of a called chain is met only by what some call lets in. */
  private aimAt(line: Line, depth = 3): Aim {
    const { random } = this;
    const callers = line.inside === undefined || depth === 0 ? [] : this.lines.filter(other => other.parts.some(part => part.calls === line.inside));
    return callers.length > 0 ? { ...this.aimAt(random.pick(callers), depth - 1), ...aimOf(line) } : aimOf(line);
  }

  probe(): AimedProbe {
    const { random, ruleSet } = this;
    const aim: Aim = this.lines.length > 0 && random.chance(0.9) ? this.aimAt(random.pick(this.lines)) : {};
    const family = aim.family ?? (aim.from ?? aim.to)?.[0]?.family;
    const fits = (path: Path) => (family === undefined || path.family === family) && (!aim.directions || aim.directions.includes(path.direction));
    const fitting = ruleSet.paths.filter(fits);
    const path = random.pick(fitting.length > 0 ? fitting : ruleSet.paths);
    const [fromSide, toSide] = this.sides(path.direction, aim);
    const protocol = this.protocol(aim, path.family);
    const probe = {
      family: path.family,
      direction: path.direction,
      from: this.address(path.family, fromSide, aim.from),
      to: this.address(path.family, toSide, aim.to),
      protocol,
      ...(fromSide !== 'own' && { inInterface: fromSide }),
      ...(toSide !== 'own' && { outInterface: toSide }),
    };
    if (PORT_PROTOCOLS.has(protocol)) {
      const anyPort = () => this.port(random.chance(0.7) ? this.ports : undefined, () => random.between(1, 65535));
      const clientPort = () => (random.chance(0.05) ? random.between(1, 1023) : random.between(1024, 65535));
      return { ...probe, sourcePort: this.port(aim.sourcePorts, clientPort), port: this.port(aim.ports, anyPort) };
    }
    if (protocol !== PROTOCOL.icmp && protocol !== PROTOCOL.icmpv6) return probe;
    const allowed = (type: number) => !ruleSet.tracked || OPENING_TYPES[path.family].includes(type);
    const types = [...(aim.icmpTypes ?? []), ...(random.chance(0.3) ? TYPES[path.family] : [])].filter(type => TYPES[path.family].includes(type) && allowed(type));
    const icmpType = types.length > 0 ? random.pick(types) : (TYPES[path.family][0] ?? 8);
    return { ...probe, icmpType, icmpCode: icmpType === 3 || icmpType === 1 ? random.pick([0, 1, 3, 4]) : random.pick([0, 0, 0, 1]) };
  }
}

const other = (side: 'eth0' | 'eth1'): 'eth0' | 'eth1' => (side === 'eth0' ? 'eth1' : 'eth0');

/** Two packets of one connection would not both be new: the pair of ends, whichever began. */
function connection({ from, to, protocol, sourcePort, port, icmpType }: AimedProbe, number: number): string {
  const ends = [`${from} ${sourcePort ?? ''}`, `${to} ${port ?? ''}`].sort().join(' ');
  return `${protocol} ${ends} ${icmpType === undefined ? '' : number}`;
}

/** At most `count` probes; fewer where the rule set leaves no more different connections. */
export function aimProbes(ruleSet: RuleSet, seed: number, count: number): AimedProbe[] {
  const aimer = new Aimer(ruleSet, seed);
  const probes = new Map<string, AimedProbe>();
  for (let tries = 0; probes.size < count && tries < count * 4; tries++) {
    const probe = aimer.probe();
    const key = connection(probe, tries);
    if (!probes.has(key)) probes.set(key, probe);
  }
  return [...probes.values()];
}
