/**
 * Address sets that a script creates and fills with ipset commands.
 * Source: ipset(8), "SET TYPES" and "COMMANDS"; in hash:net the longest prefix that holds an address decides, `nomatch` included.
 */
import { t } from '@vscode/l10n';
import { type Address, type AddressIntervals, type Family, allAddresses, network, next, parseAddress } from '../../core/addresses.ts';
import { type IntervalSet, closedRange, single, subtract, unionAll } from '../../core/intervals.ts';
import { ALL_PORTS, ALL_PROTOCOLS, type Box, PROTOCOL, type PacketSet, fullBox, subtractBox } from '../../core/packets.ts';
import { servicePort } from '../../core/services.ts';
import { conjoin } from '../../families/netfilter/matches.ts';
import { protocolNumber } from '../../families/netfilter/protocols.ts';
import type { Match, Term } from '../../model/rule.ts';
import { UNKNOWN } from './words.ts';

type Part = 'ip' | 'net' | 'port' | 'other';

interface Element {
  /** One value per part of the set's type. */
  readonly values: readonly (AddressIntervals | { readonly protocol: number; readonly ports: IntervalSet })[];
  readonly nomatch: boolean;
  /** Bits of the first network, for the longest-prefix rule. */
  readonly length: number;
}

interface IpSet {
  readonly type: string;
  readonly parts: readonly Part[];
  readonly family: Family;
  /** By text; an element is there once. */
  readonly elements: Map<string, Element>;
  /** Names of the members of a list:set. */
  readonly members: string[];
  /** Prefix length that `netmask` gives every address. */
  readonly netmask?: number;
  /** Why the content cannot be told. */
  why?: string;
}

const OLD_TYPES: Readonly<Record<string, string>> = { iphash: 'hash:ip', nethash: 'hash:net', ipporthash: 'hash:ip,port', ipportiphash: 'hash:ip,port,ip', ipportnethash: 'hash:ip,port,net', ipmap: 'bitmap:ip', portmap: 'bitmap:port', setlist: 'list:set', iptree: 'hash:ip', iptreemap: 'hash:ip' };
const COMMANDS: Readonly<Record<string, string>> = { create: 'create', '-N': 'create', '--create': 'create', n: 'create', add: 'add', '-A': 'add', '--add': 'add', a: 'add', del: 'del', '-D': 'del', '--del': 'del', d: 'del', flush: 'flush', '-F': 'flush', '--flush': 'flush', destroy: 'destroy', '-X': 'destroy', '--destroy': 'destroy', x: 'destroy', swap: 'swap', '-W': 'swap', '--swap': 'swap', rename: 'rename', '-E': 'rename', '--rename': 'rename' };
/** Beyond this many pieces a set is not negated. */
const PIECES_LIMIT = 256;

export class IpSets {
  private readonly sets = new Map<string, IpSet>();

  get empty(): boolean {
    return this.sets.size === 0;
  }

  /** Runs one command, its words without `ipset`. @param condition why it may not run. @returns whether it succeeds. */
  run(words: readonly string[], condition?: string): boolean {
    const plain = words.filter((w) => w !== '-exist' && w !== '-!' && w !== '--exist' && w !== '-q' && w !== '-quiet' && w !== '--quiet');
    const command = COMMANDS[plain[0] ?? ''];
    const [, name, ...rest] = plain;
    if (command === undefined) return true;
    if (name === undefined) {
      if (command === 'destroy' && condition === undefined) this.sets.clear();
      if (command === 'flush') for (const set of this.sets.values()) this.empties(set, condition);
      return true;
    }
    if (command === 'create') return this.create(name, rest, condition);
    const set = this.sets.get(name);
    if (!set) return false;
    if (condition !== undefined) set.why = condition;
    else if (command === 'add') return this.add(set, rest);
    else if (command === 'del') return set.elements.delete(rest[0] ?? '');
    else if (command === 'flush') this.empties(set, condition);
    else if (command === 'destroy') this.sets.delete(name);
    else this.exchange(command, name, set, rest[0] ?? '');
    return true;
  }

  /** The set is changed by rules too. */
  changes(name: string): void {
    const set = this.sets.get(name);
    if (set) set.why = t('rules add to the set `{0}` or take from it', name);
  }

  private empties(set: IpSet, condition: string | undefined): void {
    if (condition !== undefined) set.why = condition;
    set.elements.clear();
    set.members.length = 0;
  }

  private exchange(command: string, name: string, set: IpSet, other: string): void {
    const second = this.sets.get(other);
    if (command === 'swap' && second) {
      this.sets.set(name, second);
      this.sets.set(other, set);
    } else if (command === 'rename' && !second) {
      this.sets.delete(name);
      this.sets.set(other, set);
    }
  }

  private create(name: string, [typeName = '', ...options]: readonly string[], condition: string | undefined): boolean {
    if (this.sets.has(name)) return false;
    const type = OLD_TYPES[typeName] ?? typeName;
    const colon = type.indexOf(':');
    const parts = type.slice(colon + 1).split(',').map((p): Part => (p === 'ip' || p === 'net' || p === 'port' ? p : 'other'));
    const value = (option: string): string | undefined => options[options.indexOf(option) + 1];
    const netmask = options.includes('netmask') ? Number(value('netmask')) : undefined;
    const timeout = options.includes('timeout') && value('timeout') !== '0';
    const why = condition ?? (timeout ? t('elements of the set `{0}` expire', name) : parts.includes('other') && type !== 'list:set' ? t('sets of type {0} are not modelled', type) : undefined);
    this.sets.set(name, { type, parts, family: options.includes('inet6') ? 6 : 4, elements: new Map(), members: [], ...(netmask === undefined ? {} : { netmask }), ...(why === undefined ? {} : { why }) });
    return true;
  }

  private add(set: IpSet, [text = '', ...options]: readonly string[]): boolean {
    if (set.type === 'list:set') {
      set.members.push(text);
      return true;
    }
    if (options.includes('timeout') && options[options.indexOf('timeout') + 1] !== '0') set.why = t('elements of the set expire');
    const element = text.includes(UNKNOWN) ? undefined : elementOf(set, text, options.includes('nomatch'));
    if (element?.nomatch && set.parts.length > 1) set.why = t('`nomatch` in a set of several parts is not modelled');
    if (element) set.elements.set(text, element);
    else set.why ??= t('the element `{0}` is not known here', text.replaceAll(UNKNOWN, '…'));
    return true;
  }

  /** See {@link SetLookup}. */
  readonly lookup = (name: string, ends: readonly ('src' | 'dst')[], family: Family, negated: boolean): Match | string | undefined => {
    const set = this.sets.get(name);
    if (!set) return undefined;
    const members = set.type === 'list:set' ? set.members.map((m) => this.sets.get(m)) : [set];
    const match: Term[] = [];
    if (set.why !== undefined) return set.why;
    for (const member of members) {
      if (!member) return t('a member of the list `{0}` is not in this text', name);
      if (member.why !== undefined) return member.why;
      if (member.family === family || !member.parts.some((p) => p !== 'port')) match.push(...termsOf(member, ends, family));
    }
    if (!negated) return match;
    const rest = complement(match, family);
    return rest ?? t('the set `{0}` has too many elements to be negated', name);
  };

  /** Equal for equal contents. */
  signature(): string {
    return [...this.sets].map(([name, s]) => `${name} ${s.type} ${s.family} ${s.why ?? ''} ${s.netmask ?? ''} ${[...s.elements].map(([t, e]) => t + (e.nomatch ? '!' : '')).join(' ')} ${s.members.join(' ')}`).join('\n');
  }
}

function elementOf(set: IpSet, text: string, nomatch: boolean): Element | undefined {
  const pieces = text.split(',');
  if (pieces.length !== set.parts.length) return undefined;
  let length = 0;
  const values: Element['values'][number][] = [];
  for (const [i, part] of set.parts.entries()) {
    const piece = pieces[i] ?? '';
    const value = part === 'port' ? portsOf(piece) : addressesOf(piece, set);
    if (value === undefined) return undefined;
    if (i === 0 && part !== 'port') length = Number(piece.split('/')[1] ?? (set.family === 4 ? 32 : 128));
    values.push(value);
  }
  return { values, nomatch, length };
}

function addressesOf(text: string, set: IpSet): AddressIntervals | undefined {
  const [first, last] = text.split('-') as [string, string?];
  const [host = '', bits] = first.split('/');
  const lo = parseAddress(host);
  if (lo?.family !== set.family) return undefined;
  if (last !== undefined) {
    const hi = parseAddress(last);
    return hi?.family === set.family && lo.value <= hi.value ? [lo.value, next(hi.value)] : undefined;
  }
  const all = set.family === 4 ? 32 : 128;
  const length = Math.min(bits === undefined ? all : Number(bits), set.netmask ?? all);
  return Number.isInteger(length) && length >= 0 && length <= all ? network(set.family, lo.value, length) : undefined;
}

/** `80`, `80-90`, `udp:53`, `icmp:echo-request` (unknown here), `tcp:ssh`; without a protocol TCP. */
function portsOf(text: string): { protocol: number; ports: IntervalSet } | undefined {
  const colon = text.indexOf(':');
  const protocol = colon < 0 ? PROTOCOL.tcp : protocolNumber(text.slice(0, colon));
  if (protocol === undefined || protocol === PROTOCOL.icmp || protocol === PROTOCOL.icmpv6) return undefined;
  const [a = '', b = a] = text.slice(colon + 1).split('-');
  const port = (t: string): number | undefined => (/^\d{1,5}$/.test(t) ? Number(t) : servicePort(t, protocol === PROTOCOL.udp ? 'udp' : 'tcp'));
  const lo = port(a);
  const hi = port(b);
  return lo === undefined || hi === undefined || lo > hi || hi > 65535 ? undefined : { protocol, ports: closedRange(lo, hi) };
}

const isPorts = (value: Element['values'][number] | undefined): value is { protocol: number; ports: IntervalSet } => value !== undefined && 'ports' in value;

/** The elements as terms, in the packet's own fields. A set of more parts than ends are named matches nothing. */
function termsOf(set: IpSet, ends: readonly ('src' | 'dst')[], family: Family): Term[] {
  if (ends.length < set.parts.length) return [];
  if (set.parts.length === 1 && set.parts[0] !== 'port') {
    let hosts: AddressIntervals = [];
    const ordered = [...set.elements.values()].sort((a, b) => a.length - b.length);
    if (!ordered.some((e) => e.nomatch)) hosts = unionAll<Address>(ordered.map((e) => e.values[0] as AddressIntervals));
    else for (const e of ordered) hosts = e.nomatch ? subtract<Address>(hosts, e.values[0] as AddressIntervals) : unionAll<Address>([hosts, e.values[0] as AddressIntervals]);
    return hosts.length === 0 ? [] : [{ family, [ends[0] as string]: hosts }];
  }
  const bitmap = set.type === 'bitmap:port';
  const terms: Term[] = [];
  for (const element of [...set.elements.values()].sort((a, b) => b.length - a.length)) {
    let term: Term = {};
    for (const [i, value] of element.values.entries()) {
      const end = ends[i] as 'src' | 'dst';
      const field = end === 'src' ? 'sport' : 'dport';
      const [both] = conjoin([term], [isPorts(value) ? { [field]: value.ports, ...(bitmap ? {} : { protocol: single(value.protocol) }) } : { family, [end]: value as AddressIntervals }]);
      if (!both) break;
      term = both;
      if (i === element.values.length - 1) terms.push(term);
    }
  }
  return bitmap ? conjoin(terms, [{ protocol: unionAll([PROTOCOL.tcp, PROTOCOL.udp].map(single)) }]).slice() : terms;
}

/** What no term matches; undefined if that takes too many pieces. */
function complement(match: Match, family: Family): Match | undefined {
  let rest: PacketSet = [fullBox(family)];
  for (const term of match) {
    const box: Box = { ...fullBox(family), ...(term as Partial<Box>), family };
    rest = rest.flatMap((r) => subtractBox(r, box));
    if (rest.length > PIECES_LIMIT) return undefined;
  }
  const all = allAddresses(family);
  return rest.map((box) => {
    const term: Record<string, unknown> = { family };
    if (box.src !== all) term['src'] = box.src;
    if (box.dst !== all) term['dst'] = box.dst;
    if (box.protocol !== ALL_PROTOCOLS) term['protocol'] = box.protocol;
    if (box.sport !== ALL_PORTS) term['sport'] = box.sport;
    if (box.dport !== ALL_PORTS) term['dport'] = box.dport;
    return term;
  });
}

