/** A rule's match in words and numbers that a reader of any dialect knows. */
import { type Family, toCidrs } from '../core/addresses.ts';
import { type IntervalSet, contains } from '../core/intervals.ts';
import { PROTOCOL, STATE, formatPorts } from '../core/packets.ts';
import { PORT_PROTOCOLS, protocolNumber } from '../families/netfilter/protocols.ts';
import type { Atom, Term } from '../model/rule.ts';

/** A conjunction; a key that is absent demands nothing. */
export interface TermJson {
  readonly family?: 'ipv4' | 'ipv6';
  readonly from?: readonly string[];
  readonly to?: readonly string[];
  readonly protocol?: readonly string[];
  readonly sourcePorts?: readonly string[];
  readonly ports?: readonly string[];
  /** `type` or `type/code`. */
  readonly icmp?: readonly string[];
  readonly state?: readonly string[];
  /** `syn !ack`: set and clear; or the values of the header's byte. */
  readonly flags?: string;
  /** What the site or nobody can decide. */
  readonly also?: readonly string[];
}

export function termJson(term: Term): TermJson {
  const { family, src, dst, protocol, sport, dport, state, flags, atoms } = term;
  const icmp = protocol !== undefined && !PORT_PROTOCOLS.some((p) => contains(protocol, p));
  return {
    ...(family !== undefined && { family: family === 4 ? 'ipv4' : 'ipv6' }),
    ...(src && { from: toCidrs(familyOf(src, family), src) }),
    ...(dst && { to: toCidrs(familyOf(dst, family), dst) }),
    ...(protocol && { protocol: protocolNames(protocol) }),
    ...(sport && { sourcePorts: formatPorts(sport) }),
    ...(dport && (icmp ? { icmp: icmpTexts(dport) } : { ports: formatPorts(dport) })),
    ...(state && { state: Object.entries(STATE).filter(([, value]) => contains(state, value)).map(([name]) => name) }),
    ...(flags && { flags: flagsText(flags) }),
    ...(atoms && atoms.length > 0 && { also: atoms.map(atomText) }),
  };
}

function familyOf(set: IntervalSet<number | bigint>, family: Family | undefined): Family {
  return family ?? (typeof set[0] === 'bigint' ? 6 : 4);
}

const NAMES = new Map([...Object.entries(PROTOCOL), ...['gre', 'esp', 'ah', 'igmp', 'ospf', 'vrrp'].map((name) => [name, protocolNumber(name)] as const)].map(([name, value]) => [value, name]));

function protocolNames(set: IntervalSet): string[] {
  return formatPorts(set).map((range) => NAMES.get(Number(range)) ?? range);
}

function icmpTexts(set: IntervalSet): string[] {
  const out: string[] = [];
  for (let i = 0; i < set.length; i += 2) {
    let at = set[i] ?? 0;
    const end = set[i + 1] ?? 0;
    while (at < end) {
      const wholeType = at % 256 === 0 && at + 256 <= end;
      out.push(wholeType ? String(at / 256) : `${Math.floor(at / 256)}/${at % 256}`);
      at += wholeType ? 256 : 1;
    }
  }
  return out;
}

const FLAGS = ['fin', 'syn', 'rst', 'psh', 'ack', 'urg', 'ece', 'cwr'];

/** Most tests of flags demand some set and some clear; others are listed by value. */
function flagsText(set: IntervalSet): string {
  const values: number[] = [];
  for (let value = 0; value < 256; value++) if (contains(set, value)) values.push(value);
  const always = values.reduce((all, value) => all & value, 255);
  const ever = values.reduce((all, value) => all | value, 0);
  const free = FLAGS.filter((_, bit) => ((ever & ~always) >> bit) & 1).length;
  if (values.length !== 2 ** free) return formatPorts(set).join(' ');
  return FLAGS.flatMap((name, bit) => ((always >> bit) & 1 ? [name] : (ever >> bit) & 1 ? [] : [`!${name}`])).join(' ');
}

function atomText(atom: Atom): string {
  const not = 'negated' in atom && atom.negated ? 'not ' : '';
  switch (atom.kind) {
    case 'unknown':
      return `not modelled: ${atom.why}`;
    case 'interface':
      return `${not}${atom.side === 'in' ? 'incoming' : 'outgoing'} interface ${atom.names.join(', ')}`;
    case 'reference':
      return `${not}${atom.end === 'src' ? 'from' : 'to'} ${atom.name}`;
    case 'address-type':
      return `${not}${atom.end === 'src' ? 'from' : 'to'} a ${atom.type} address`;
    case 'direction':
      return atom.reply ? 'answers only' : 'the opener’s packets only';
  }
}
