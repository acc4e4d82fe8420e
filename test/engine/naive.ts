/**
 * The specification (design: semantics.md, model/policy.ts) as a slow interpreter of one packet at a time. It knows
 * nothing of sets of packets, and follows every way in which text that is not modelled could turn out.
 */
import { type Address, type AddressSet, type Family, parseAddressSpec, toCidrs } from '../../server/src/core/addresses.ts';
import { contains } from '../../server/src/core/intervals.ts';
import { STATE } from '../../server/src/core/packets.ts';
import type { Chain, Direction, Policy, RankedEntry } from '../../server/src/model/policy.ts';
import type { Atom, Term } from '../../server/src/model/rule.ts';
import type { Site } from '../../server/src/engine/site.ts';

export interface Packet {
  readonly family: Family;
  readonly src: Address;
  readonly dst: Address;
  readonly protocol: number;
  readonly sport: number;
  readonly dport: number;
  readonly state: number;
  readonly flags: number;
}

/** What is known of the packet beside its header. */
export interface Setting {
  readonly direction: Direction;
  readonly reply: boolean;
  readonly site: Site;
  readonly srcComponent?: string;
  readonly dstComponent?: string;
  readonly inInterface?: string;
  readonly outInterface?: string;
  /** Nothing at all is known: any interface, both directions of the connection. */
  readonly everything?: boolean;
}

/** One way in which a policy may end for a packet. */
export interface Ending {
  readonly accepted: boolean;
  /** Absent: the default, or text whose effect is not known. */
  readonly by?: RankedEntry;
  readonly jumps: readonly RankedEntry[];
  readonly byDefault: boolean;
  /** The packet as it leaves the policy. */
  readonly packet: Packet;
  /** It may leave as another packet, of which nothing is known. */
  readonly rewritten?: true;
  /** Only matches and actions that the text tells led here. */
  readonly sure: boolean;
}

/** One way through a list of rules: an ending, or the packet that fell off its end. */
type Way = { readonly ending: Ending } | { readonly off: Packet; readonly sure: boolean };

const ALWAYS = [true];
const NEVER = [false];
const EITHER = [true, false];

/** The truth values that a condition may have. */
function possible(atom: Atom, packet: Packet, policy: Policy, setting: Setting): readonly boolean[] {
  switch (atom.kind) {
    case 'unknown':
      return EITHER;
    case 'direction':
      return setting.everything ? EITHER : [atom.reply === setting.reply];
    case 'interface': {
      const values = interfaceValues(atom, packet, policy, setting);
      return atom.negated ? values.map((v) => !v) : values;
    }
    case 'reference': {
      const owners = [...setting.site.components].filter(([, c]) => c.references.includes(atom.name));
      if (owners.length === 0) return EITHER;
      const [address, here] = atom.end === 'src' ? [packet.src, setting.srcComponent] : [packet.dst, setting.dstComponent];
      const meant = owners.some(([id, { addresses }]) => (addresses ? contains(addresses[packet.family], address) : id === here));
      // Who the packet's end is, is not always known (trace).
      if (!meant && here === undefined && owners.some(([, { addresses }]) => !addresses)) return EITHER;
      return [meant !== atom.negated];
    }
    case 'address-type': {
      const address = atom.end === 'src' ? packet.src : packet.dst;
      const multicast = packet.family === 4 ? address >= 0xe0000000 && address < 0xf0000000 : BigInt(address) >> 120n === 0xffn;
      const broadcast = address === 0xffffffff;
      const own = setting.direction === (atom.end === 'dst' ? 'in' : 'out');
      const plain = !multicast && !broadcast;
      const is = { multicast, broadcast, local: plain && own, unicast: plain && !own, anycast: false }[atom.type];
      return atom.type === 'anycast' ? EITHER : [is !== atom.negated];
    }
  }
}

const fits = (pattern: string, name: string): boolean => (pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : pattern === name);

/** An undeclared interface that a pattern could mean. */
const someName = (pattern: string): string => pattern.replace(/\*$/, '-some-other');

function interfaceValues(atom: Atom & { kind: 'interface' }, packet: Packet, policy: Policy, setting: Setting): readonly boolean[] {
  const hasNone = (policy.interfaces !== undefined && policy.interfaces !== atom.side) || setting.direction === (atom.side === 'in' ? 'out' : 'in');
  if (hasNone) return atom.names.some((p) => fits(p, '')) ? ALWAYS : NEVER;
  const given = atom.side === 'in' ? setting.inInterface : setting.outInterface;
  if (given !== undefined) return [atom.names.some((p) => fits(p, given))];
  if (setting.everything) return atom.names.includes('*') ? ALWAYS : EITHER;
  const address = atom.side === 'in' ? packet.src : packet.dst;
  const declared = behind(address, packet.family, setting.site.interfaces);
  // Behind no declared interface, the packet uses another one; between hosts never the loopback interface.
  const names = declared === undefined ? [...atom.names.map(someName).filter((n) => n !== 'lo' && !setting.site.interfaces.has(n)), 'unheard-of'] : [declared];
  return [...new Set(names.map((name) => atom.names.some((p) => fits(p, name))))];
}

/** The declared interface with the longest prefix that holds the address. */
function behind(address: Address, family: Family, interfaces: Site['interfaces']): string | undefined {
  let best: { name: string; length: number } | undefined;
  for (const [name, set] of interfaces) {
    for (const cidr of toCidrs(family, set[family])) {
      const one = parseAddressSpec(cidr) as AddressSet;
      const length = Number(cidr.split('/')[1] ?? 128);
      if (contains(one[family], address) && (!best || length > best.length)) best = { name, length };
    }
  }
  return best?.name;
}

/** The truth values that a term may have for a packet. */
function termValues(term: Term, packet: Packet, policy: Policy, setting: Setting): readonly boolean[] {
  if (term.family !== undefined && term.family !== packet.family) return NEVER;
  for (const end of ['src', 'dst'] as const) {
    const set = term[end];
    if (set && !(set.length > 0 && typeof set[0] === typeof packet[end] && contains(set, packet[end]))) return NEVER;
  }
  for (const d of ['protocol', 'sport', 'dport', 'state', 'flags'] as const) if (term[d] && !contains(term[d], packet[d])) return NEVER;
  const atoms = (term.atoms ?? []).map((a) => possible(a, packet, policy, setting));
  if (atoms.some((values) => !values.includes(true))) return NEVER;
  return atoms.every((values) => !values.includes(false)) ? ALWAYS : EITHER;
}

/** Whether a rule may match, and whether it may not. */
function matchValues(entry: RankedEntry, packet: Packet, policy: Policy, setting: Setting): readonly boolean[] {
  const terms = entry.rule.match.map((t) => termValues(t, packet, policy, setting));
  if (terms.some((values) => !values.includes(false))) return ALWAYS;
  return terms.some((values) => values.includes(true)) ? EITHER : NEVER;
}

const ended = (accepted: boolean, packet: Packet, jumps: readonly RankedEntry[], sure: boolean, by?: RankedEntry): Way => ({ ending: { accepted, packet, jumps, sure, byDefault: false, ...(by ? { by } : {}) } });

/** Text that is not modelled: accepts, denies, or does nothing. */
function anything(packet: Packet, jumps: readonly RankedEntry[], onward: () => Way[], rewrites = false): Way[] {
  const accepted: Ending = { accepted: true, packet, jumps, sure: false, byDefault: false, ...(rewrites ? { rewritten: true } : {}) };
  return [{ ending: accepted }, ended(false, packet, jumps, false), ...onward()];
}

/** Rules that a packet has met and that could decide it, beside how they fared; for the tests of dead rules. */
export type Witness = (entry: RankedEntry) => void;

function walk(policy: Policy, entries: readonly RankedEntry[], at: number, packet: Packet, jumps: readonly RankedEntry[], sure: boolean, setting: Setting, witness: Witness): Way[] {
  const entry = entries[at];
  if (!entry) return [{ off: packet, sure }];
  const values = matchValues(entry, packet, policy, setting);
  const certain = values.length === 1;
  const onward = (p: Packet, s: boolean): Way[] => walk(policy, entries, at + 1, p, jumps, s, setting, witness);
  const out: Way[] = values.includes(false) ? onward(packet, sure && certain) : [];
  if (!values.includes(true)) return out;
  const { action } = entry.rule;
  const here = sure && certain;
  if (action.kind !== 'continue') witness(entry);
  switch (action.kind) {
    case 'accept':
      return [...out, ended(true, packet, jumps, here, entry)];
    case 'drop':
    case 'reject':
      return [...out, ended(false, packet, jumps, here, entry)];
    case 'continue':
      return [...out, ...onward(packet, here)];
    case 'return':
      return [...out, { off: packet, sure: here }];
    case 'untrack':
      return [...out, ...onward({ ...packet, state: STATE.untracked }, here)];
    case 'unknown':
      return [...out, ...anything(packet, jumps, () => onward(packet, false), action.rewrites)];
    case 'jump':
    case 'goto': {
      const target = policy.chains.get(action.chain);
      if (!target || jumps.includes(entry)) return [...out, ...anything(packet, jumps, () => onward(packet, false))];
      const inside = enter(policy, target, packet, [...jumps, entry], here, setting, witness);
      return [...out, ...inside.flatMap((way) => ('ending' in way || action.kind === 'goto' ? [way] : onward(way.off, way.sure)))];
    }
  }
}

/** Text of a list that was lost may have held any rules. */
function enter(policy: Policy, chain: Chain, packet: Packet, jumps: readonly RankedEntry[], sure: boolean, setting: Setting, witness: Witness): Way[] {
  const lost = [...(chain.unmodelled ?? []), ...(chain === policy.main ? policy.unmodelled : [])].length > 0;
  const seen = walk(policy, chain.entries, 0, packet, jumps, sure && !lost, setting, witness);
  return lost ? anything(packet, jumps, () => seen) : seen;
}

/** A rule that matches, and what it says; of unknown actions one of the things that they may say. */
interface Opinion {
  readonly entry: RankedEntry;
  readonly accepts: boolean;
}

/** The rule that decides under an order that looks at all matching rules. */
function winner(policy: Policy, matching: readonly Opinion[]): Opinion | undefined {
  const deny = (list: readonly Opinion[]): Opinion | undefined => list.find((o) => !o.accepts);
  switch (policy.order.kind) {
    case 'last-match':
      return matching.find((o) => o.entry.quick) ?? matching.at(-1);
    case 'union':
      return deny(matching) ?? matching[0];
    case 'deny-overrides':
      return matching.find((o) => o.entry.overridesBlocks && o.accepts) ?? deny(matching) ?? matching[0];
    case 'priority': {
      const best = Math.min(...matching.map((o) => o.entry.priority ?? 0));
      const tied = matching.filter((o) => (o.entry.priority ?? 0) === best);
      return (policy.order.ties === 'deny-first' ? deny(tied) : undefined) ?? tied[0];
    }
    case 'first-match':
    case 'tiers':
      return matching[0];
  }
}

/** Every selection of matching rules, and of what they say, that may come true. */
function selections(policy: Policy, chain: Chain, packet: Packet, setting: Setting): { matching: Opinion[]; sure: boolean }[] {
  let out: { matching: Opinion[]; sure: boolean }[] = [{ matching: [], sure: true }];
  for (const entry of chain.entries) {
    const { kind } = entry.rule.action;
    const values = matchValues(entry, packet, policy, setting);
    const opinions = kind === 'continue' ? [] : kind === 'unknown' ? [true, false] : [kind === 'accept'];
    const ways = [...(values.includes(true) ? opinions.map((accepts): Opinion => ({ entry, accepts })) : []), ...(values.includes(false) || opinions.length !== 1 ? [undefined] : [])];
    out = out.flatMap((s) => ways.map((way) => ({ matching: way ? [...s.matching, way] : s.matching, sure: s.sure && ways.length === 1 })));
  }
  return out;
}

/** Every way in which a policy may end for a packet that it sees. */
export function endings(policy: Policy, packet: Packet, setting: Setting, witness: Witness = () => undefined): Ending[] {
  const byDefault = (p: Packet, sure: boolean): Ending => ({ accepted: policy.default === 'accept', packet: p, jumps: [], byDefault: true, sure });
  if (policy.order.kind === 'first-match' || policy.order.kind === 'tiers') {
    return enter(policy, policy.main, packet, [], true, setting, witness).map((way) => ('ending' in way ? way.ending : byDefault(way.off, way.sure)));
  }
  return selections(policy, policy.main, packet, setting).map(({ matching, sure }) => {
    const by = winner(policy, matching);
    if (by) witness(by.entry);
    return by ? { accepted: by.accepts, packet, jumps: [], byDefault: false, by: by.entry, sure } : byDefault(packet, sure);
  });
}

export interface PathEnding {
  readonly accepted: boolean;
  /** The policy that denied, and how each policy that saw the packet ended. */
  readonly steps: readonly { readonly policy: Policy; readonly ending: Ending }[];
}

/** Every way in which a packet may fare on a path: each policy in turn, the first deny is final. */
export function fates(policies: readonly Policy[], packet: Packet, setting: Setting): PathEnding[] {
  const [policy, ...rest] = policies;
  if (!policy) return [{ accepted: true, steps: [] }];
  if (!policy.families.includes(packet.family) || (policy.onlyNew && packet.state !== STATE.new)) return fates(rest, packet, setting);
  return endings(policy, packet, setting).flatMap((ending): PathEnding[] => {
    const step = { policy, ending };
    if (ending.rewritten) return [true, false].map((accepted) => ({ accepted, steps: [step] }));
    if (!ending.accepted) return [{ accepted: false, steps: [step] }];
    return fates(rest, ending.packet, setting).map((f) => ({ accepted: f.accepted, steps: [step, ...f.steps] }));
  });
}
