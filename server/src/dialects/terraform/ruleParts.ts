/** Values of a rule's arguments as the parts of its match, with reasons where they are not known. */
import { t } from '@vscode/l10n';
import { type AddressSet, NO_ADDRESSES, addressIntersect, addressIsEmpty, addressUnion, parseAddressSpec } from '../../core/addresses.ts';
import type { Span } from '../../core/span.ts';
import type { Peer } from '../../families/aws/match.ts';
import { type Bound, type Traffic, awsProtocol, hasPorts, icmpTraffic, isIcmp, trafficOf } from '../../families/aws/traffic.ts';
import { single } from '../../core/intervals.ts';
import type { Atom, Field } from '../../model/rule.ts';
import type { RuleSource } from './ruleSource.ts';
import { type Value, asNumber, asString } from './values.ts';

/** Traffic, and what is not known of it. */
export interface ReadTraffic {
  readonly traffic: Traffic;
  readonly doubts: readonly Atom[];
}

export const doubt = (why: string, span: Span): Atom => ({ kind: 'unknown', why, span });

interface TrafficNames {
  readonly protocol: string;
  /** Where ICMP's type and code are arguments of their own. */
  readonly icmp?: readonly [type: string, code: string];
}

export function trafficFrom(source: RuleSource, { protocol: name, icmp }: TrafficNames): ReadTraffic {
  const span = source.span(name);
  const written = source.value(name);
  const text = asString(written);
  if (!text) return { traffic: {}, doubts: [doubt(written.kind === 'unknown' ? written.why : t('the rule has no protocol'), span)] };
  const protocol = awsProtocol(text);
  if (protocol === undefined) return { traffic: {}, doubts: [doubt(t('the protocol {0} is not known', text), span)] };
  if (protocol === 'all' || !(hasPorts(protocol) || isIcmp(protocol))) return { traffic: protocol === 'all' ? {} : { protocol: single(protocol) }, doubts: [] };
  const names = icmp && isIcmp(protocol) ? icmp : (['from_port', 'to_port'] as const);
  const bounds = names.map((n) => boundOf(source.value(n)));
  const [from, to] = bounds;
  const lost = names.find((_, i) => typeof bounds[i] === 'string');
  if (lost !== undefined || typeof from === 'string' || typeof to === 'string' || from === undefined || to === undefined) {
    const at = lost ?? names[0];
    return { traffic: { protocol: single(protocol) }, doubts: [doubt(bounds.find((b) => typeof b === 'string') ?? t('the ports are not known'), source.span(at))] };
  }
  const told = icmp && isIcmp(protocol) ? icmpTraffic(protocol, from ?? 0, to ?? 0) : trafficOf(protocol, from, to);
  return 'why' in told ? { traffic: { protocol: single(protocol) }, doubts: [doubt(told.why, source.span(names[0]))] } : { traffic: told, doubts: [] };
}

/** A number, null where nothing is written, or why it is not known. */
function boundOf(value: Value): Bound | string {
  if (value.kind === 'null') return null;
  return asNumber(value) ?? (value.kind === 'unknown' ? value.why : t('this is not a number'));
}

const NETWORK = /^[^/\s-]+\/\d{1,3}$/;

/** The networks of one or several values; what is not known stands for whoever its name stands for. */
export function networksFrom(value: Value, span: Span, choices = true): Peer[] {
  const known: AddressSet[] = [];
  const others: Peer[] = [];
  collect(value, span, known, others, choices);
  return known.length > 0 ? [{ kind: 'addresses', set: addressUnion(known) }, ...others] : others;
}

/** @param choices whether a value that is one of several is looked into; not within another */
function collect(value: Value, span: Span, known: AddressSet[], others: Peer[], choices: boolean): void {
  switch (value.kind) {
    case 'null':
      return;
    case 'list':
      for (const item of value.items) {
        if (item.kind === 'list') others.push({ kind: 'unknown', why: t('a list of lists is no list of networks'), span });
        else collect(item, span, known, others, choices);
      }
      if (value.more) others.push(peerOf(value.more, span));
      return;
    case 'unknown':
      if (value.options && choices) others.push(...oneOfNetworks(value.options.map((option) => networksFrom(option, span, false)), value.why, span));
      else if (!value.invalid) others.push(peerOf(value, span));
      return;
    case 'string': {
      const set = NETWORK.test(value.value) ? parseAddressSpec(value.value) : undefined;
      if (set) known.push(set);
      else others.push({ kind: 'unknown', why: t('{0} is not a network such as 10.0.0.0/24', JSON.stringify(value.value)), span });
      return;
    }
    default:
      others.push({ kind: 'unknown', why: t('this is not a network'), span });
  }
}

/** What every possibility has is sure. */
function oneOfNetworks(options: readonly (readonly Peer[])[], why: string, span: Span): Peer[] {
  const sure = options.map((peers) => addressUnion([NO_ADDRESSES, ...peers.flatMap((p) => (p.kind === 'addresses' && !p.doubt ? [p.set] : []))])).reduce(addressIntersect);
  return [...(addressIsEmpty(sure) ? [] : [{ kind: 'addresses' as const, set: sure }]), ...doubtful(options.flat(), why, span)];
}

function doubtful(peers: readonly Peer[], why: string, span: Span): Peer[] {
  return peers.map((peer) => (peer.kind === 'addresses' ? { ...peer, doubt: { why, span } } : { kind: 'unknown', why, span }));
}

function peerOf(value: Value & { kind: 'unknown' }, span: Span): Peer {
  return value.symbol === undefined ? { kind: 'unknown', why: value.why, span } : { kind: 'reference', name: value.symbol, span };
}

/** The name by which others speak of a group or list: its address without `.id`. */
export function referenceName(symbol: string): string {
  return symbol.replace(/\.id$/, '');
}

/** Groups or prefix lists by their ids. */
export function referencesFrom(value: Value, span: Span, choices = true): Peer[] {
  switch (value.kind) {
    case 'null':
      return [];
    case 'list':
      return [...value.items.flatMap((item): Peer[] => (item.kind === 'list' ? [{ kind: 'unknown', why: t('a list of lists is no list of ids'), span }] : referencesFrom(item, span, choices))), ...(value.more ? referencesFrom(value.more, span) : [])];
    case 'string':
      return value.value === '' ? [] : [{ kind: 'reference', name: value.value, span }];
    case 'unknown':
      if (value.options && choices) return value.options.flatMap((option) => doubtful(referencesFrom(option, span, false), value.why, span));
      return [value.symbol === undefined ? { kind: 'unknown', why: value.why, span } : { kind: 'reference', name: referenceName(value.symbol), span }];
    case 'resource':
      return [{ kind: 'reference', name: value.address, span }];
    default:
      return [{ kind: 'unknown', why: t('this is not an id'), span }];
  }
}

/** Places of the arguments that are written. */
export function fieldsOf(source: RuleSource, names: readonly (readonly [string, Field['role']])[]): Field[] {
  return names.flatMap(([name, role]) => (source.has(name) ? [{ role, span: source.span(name) }] : []));
}
